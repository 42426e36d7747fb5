import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirtyColumns } from './dirty_columns';

const drain = (dirty: DirtyColumns, limit = 1000): [number, number][] => {
  const runs: [number, number][] = [];
  for (let run = dirty.takeNewest(limit); run; run = dirty.takeNewest(limit)) runs.push(run);
  return runs;
};

describe('dirty columns', () => {
  it('gives runs newest first, no longer than asked', () => {
    const dirty = new DirtyColumns();
    dirty.reset(10);
    expect(drain(dirty, 4)).toEqual([[6, 10], [2, 6], [0, 2]]);
    dirty.mark(-5, 2);
    dirty.mark(8, 99);
    expect(dirty.count).toBe(4);
    expect(drain(dirty)).toEqual([[8, 10], [0, 2]]);
  });

  it('moves with the picture; what comes in is dirty', () => {
    const dirty = new DirtyColumns();
    dirty.reset(10);
    drain(dirty);
    dirty.mark(4, 5);
    dirty.scroll(2);
    expect(drain(dirty)).toEqual([[8, 10], [2, 3]]);
    dirty.mark(4, 5);
    dirty.scroll(-3);
    expect(drain(dirty)).toEqual([[7, 8], [0, 3]]);
    dirty.scroll(25);
    expect(dirty.count).toBe(10);
  });

  it('agrees with a plain model', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('mark' as const), a: fc.integer({ min: -4, max: 24 }), b: fc.integer({ min: -4, max: 24 }) }),
      fc.record({ kind: fc.constant('scroll' as const), a: fc.integer({ min: -25, max: 25 }), b: fc.constant(0) }),
      fc.record({ kind: fc.constant('take' as const), a: fc.integer({ min: 1, max: 9 }), b: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const dirty = new DirtyColumns();
        dirty.reset(20);
        let model: boolean[] = Array(20).fill(true);
        for (const { kind, a, b } of steps) {
          if (kind === 'mark') {
            dirty.mark(a, b);
            model = model.map((flag, x) => flag || (x >= a && x < b));
          } else if (kind === 'scroll') {
            dirty.scroll(a);
            model = model.map((_, x) => model[x + a] ?? true);
          } else {
            const run = dirty.takeNewest(a);
            if (run) model = model.map((flag, x) => flag && !(x >= run[0] && x < run[1]));
            else expect(model.includes(true)).toBe(false);
          }
          expect(dirty.count).toBe(model.filter(Boolean).length);
        }
      }),
    );
  });
});
