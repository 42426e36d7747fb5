import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forRuns } from './column_runs';

test('runs put together are the columns again, and no two of one value touch', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3)), (columns) => {
      const again = columns.map(() => 0);
      let last = { end: -1, value: 0 };
      forRuns(columns.length, (x) => columns[x]!, (from, end, value) => {
        expect(from === last.end && value === last.value).toBe(false);
        expect(from).toBeGreaterThanOrEqual(Math.max(0, last.end));
        again.fill(value, from, end);
        last = { end, value };
      });
      expect(again).toEqual(columns);
    }),
  );
});
