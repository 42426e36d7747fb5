import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peaksApart } from './peaks_apart';

function peaks(scores: readonly number[], reach: number): number[] {
  const found: number[] = [];
  peaksApart(Float64Array.from(scores), reach, (index) => found.push(index));
  return found;
}

const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 60 }).chain((values) =>
  fc.array(fc.boolean(), { minLength: values.length, maxLength: values.length }).map((kept) => values.map((value, i) => (kept[i] ? value : 0))),
);

test('finds those that are the greatest near them, and no others', () => {
  fc.assert(
    fc.property(distinct, fc.nat(12), (scores, reach) => {
      const expected = scores.flatMap((score, i) => {
        const near = scores.slice(Math.max(0, i - reach), i + reach + 1);
        return score > 0 && near.every((other) => other <= score) ? [i] : [];
      });
      expect(peaks(scores, reach)).toEqual(expected);
    }),
  );
});

test('what wins stays when the picture scrolls', () => {
  const scores = Array.from({ length: 400 }, (_, i) => (i * 7919) % 1009);
  const whole = peaks(scores, 9);
  for (const offset of [1, 5, 40]) {
    const inner = peaks(scores.slice(offset), 9).map((i) => i + offset);
    expect(inner.filter((i) => i >= offset + 9)).toEqual(whole.filter((i) => i >= offset + 9));
  }
});

test('of equal ones near each other the first stands, never two', () => {
  const found = peaks(Array.from({ length: 30 }, () => 5), 4);
  expect(found).toEqual([0]);
});
