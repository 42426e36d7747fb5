import { describe, expect, it } from 'vitest';
import { frequencyScale, positionOfHz } from './frequency_scale';
import { decibelTicks, frequencyTicks, hzLabel, roundStep, timeStep } from './ticks';

describe('axis marks', () => {
  it('takes round steps', () => {
    expect(roundStep(0.3)).toBeCloseTo(0.5, 12);
    expect(roundStep(1)).toBe(1);
    expect(roundStep(6)).toBe(10);
    expect(timeStep(0.03)).toBeCloseTo(0.05, 12);
    expect(timeStep(3)).toBe(5);
    expect(timeStep(40)).toBe(60);
  });

  it('labels a tall logarithmic axis at 1, 2, 5 and never closer than asked', () => {
    const scale = frequencyScale('log', 48_000);
    const labels = frequencyTicks(scale, 400, 20).filter((t) => t.label);
    expect(labels.map((t) => t.label)).toEqual(['20', '50', '100', '200', '500', '1k', '2k', '5k', '10k', '20k']);
    const short = frequencyTicks(scale, 60, 16).filter((t) => t.label);
    const ys = short.map((t) => positionOfHz(scale, t.value) * 60);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(16);
    expect(short.map((t) => t.label)).toContain('1k');
  });

  it('labels a linear axis in steps of 1, 2, 5', () => {
    expect(frequencyTicks(frequencyScale('linear', 48_000), 200, 30).map((t) => t.label)).toEqual([
      '0', '5k', '10k', '15k', '20k',
    ]);
    expect(hzLabel(2500)).toBe('2.5k');
  });

  it('labels a logarithmic axis that is zoomed far in, never closer than asked', () => {
    const scale = frequencyScale('log', 48_000, [900, 1300]);
    const ticks = frequencyTicks(scale, 200, 20);
    expect(ticks.map((t) => t.label)).toEqual(['900', '950', '1k', '1.05k', '1.1k', '1.15k', '1.2k', '1.25k', '1.3k']);
    const ys = ticks.map((t) => positionOfHz(scale, t.value) * 200);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(15);
  });

  it('marks decibels', () => {
    expect(decibelTicks(-120, 0, 300, 40).map((t) => t.label)).toEqual(['−120', '−100', '−80', '−60', '−40', '−20', '0']);
  });
});
