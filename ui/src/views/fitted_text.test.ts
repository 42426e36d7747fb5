import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FittedText } from './fitted_text';

const context = () => {
  const counted = { font: '11px x', measured: 0, measureText: (text: string) => ({ width: [...text].length * 7, ...(counted.measured++, {}) }) as TextMetrics };
  return counted;
};

test('whole where it fits, with an ellipsis where not, nothing where it says nothing', () => {
  const labels = new FittedText();
  const fit = (text: string, room: number): string => labels.fit(context(), text, room);
  expect([fit('Marker 1', 100), fit('Data loss detected', 100), fit('Data loss', 20)]).toEqual(['Marker 1', 'Data loss de\u2026', '']);
  expect(fit('two\nlines\u0007 and\tmore', 400)).toBe('two lines and more');
});

test('never wider than its room, never half a character', () => {
  const labels = new FittedText();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(900), (text, room) => {
      const fitted = labels.fit(context(), text, room);
      expect([...fitted].length * 7).toBeLessThanOrEqual(room);
      expect(() => encodeURIComponent(fitted)).not.toThrow();
    }),
  );
});

test('the same label in the same room is measured once', () => {
  const labels = new FittedText();
  const counted = context();
  for (let i = 0; i < 100; i++) labels.fit(counted, 'Data loss detected', 100 + (i % 10));
  expect(counted.measured).toBeLessThan(10);
});
