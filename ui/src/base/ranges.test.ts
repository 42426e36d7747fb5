import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSet } from './ranges';

const range = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 })).map(([start, n]) => [start, start + n] as const);
const step = fc.tuple(fc.constantFrom('add', 'remove'), range);

test('does what a set of frames does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), range, (steps, [from, to]) => {
      const ranges = new RangeSet();
      const model = new Set<number>();
      for (const [kind, [start, end]] of steps) {
        const within = Array.from({ length: end - start }, (_, n) => start + n);
        if (kind === 'add') {
          ranges.add(start, end);
          for (const frame of within) model.add(frame);
        } else {
          const removed = ranges.remove(start, end).flatMap((r) => Array.from({ length: r.endFrame - r.startFrame }, (_, n) => r.startFrame + n));
          expect(removed).toEqual(within.filter((frame) => model.has(frame)));
          for (const frame of within) model.delete(frame);
        }
      }
      expect(ranges.frames).toBe(model.size);
      expect(ranges.isEmpty).toBe(model.size === 0);
      expect(ranges.newest?.endFrame ?? 0).toBe(model.size === 0 ? 0 : Math.max(...model) + 1);
      // Sorted, apart from each other, not empty.
      ranges.ranges.forEach((r, i) => {
        expect(r.startFrame).toBeLessThan(r.endFrame);
        if (i > 0) expect(r.startFrame).toBeGreaterThan(ranges.ranges[i - 1]!.endFrame);
      });
      const inside = [...model].filter((frame) => frame >= from && frame < to);
      const overlap = ranges.overlap(from, to);
      expect(overlap !== null).toBe(inside.length > 0);
      if (overlap) expect(Math.max(...inside)).toBe(Math.min(overlap.endFrame, to) - 1);
    }),
  );
});
