import { describe, expect, test } from 'vitest';
import { DelayLockedLoop } from './dll';
import { frame } from './units';

/** Blocks of 1024 noticed at the next multiple of 16.67 ms plus a random wait, as a worker sees them. */
function* arrivals(rateHz: number, seconds: number, jitterMs: number, blockFrames = 1024): Generator<{ head: number; ms: number }> {
  let state = 7;
  let lastHead = 0;
  for (let tick = 1; tick * (1000 / 60) < seconds * 1000; tick++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const ms = tick * (1000 / 60);
    const head = Math.floor((ms * rateHz) / 1000 / blockFrames) * blockFrames;
    if (head > lastHead) yield { head, ms: ms + (jitterMs * state) / 2 ** 32 };
    lastHead = head;
  }
}

function run(loop: DelayLockedLoop, rateHz: number, seconds: number, jitterMs: number): { ms: number; head: number }[] {
  const shown: { ms: number; head: number }[] = [];
  let next = 0;
  const events = [...arrivals(rateHz, seconds, jitterMs)];
  for (let tick = 1; tick * (1000 / 60) < seconds * 1000; tick++) {
    const ms = tick * (1000 / 60) + 5;
    while (next < events.length && events[next]!.ms <= ms) {
      const { head, ms: at } = events[next++]!;
      loop.observe(frame(head), at);
    }
    const head = loop.headAt(ms);
    if (!Number.isNaN(head)) shown.push({ ms, head });
  }
  return shown;
}

describe('the predicted head', () => {
  test('moves steadily although blocks arrive in steps and late', () => {
    const shown = run(new DelayLockedLoop({ sampleRateHz: 48_000 }), 48_000, 30, 8);
    const perTick = 48_000 / 60;
    for (let i = 1; i < shown.length; i++) {
      const moved = shown[i]!.head - shown[i - 1]!.head;
      expect(moved).toBeGreaterThanOrEqual(0);
      // After two seconds no frame of the picture judders by more than a millisecond; a block is 21 ms.
      if (shown[i]!.ms > 2000) expect(Math.abs(moved - perTick)).toBeLessThan(48);
    }
  });

  test('keeps its age over an hour on a clock that is 50 ppm slow', () => {
    const rateHz = 48_000 * (1 - 50e-6);
    const loop = new DelayLockedLoop({ sampleRateHz: 48_000 });
    const shown = run(loop, rateHz, 3600, 8);
    const ages = shown.filter(({ ms }) => ms > 60_000).map(({ ms, head }) => ms - (head / rateHz) * 1000);
    const spread = ages.reduce((max, age) => Math.max(max, age), -Infinity) - ages.reduce((min, age) => Math.min(min, age), Infinity);
    expect(spread).toBeLessThan(5);
    expect(Math.abs(loop.rateHz / 48_000 - (1 - 50e-6))).toBeLessThan(300e-6);
  });

  test('stops soon after the stream does and never steps back', () => {
    const loop = new DelayLockedLoop({ sampleRateHz: 1000, holdMs: 200 });
    for (let n = 1; n <= 50; n++) loop.observe(frame(n * 100), n * 100);
    const heads = [5000, 5100, 5200, 5300, 9000].map((ms) => loop.headAt(ms));
    expect(heads[1]! - heads[0]!).toBeCloseTo(100, 0);
    expect(heads[4]).toBe(heads[2]);
    expect(loop.headAt(5000)).toBe(heads[4]);
  });

  test('locks anew after a sleep and after a step back', () => {
    const loop = new DelayLockedLoop({ sampleRateHz: 1000 });
    expect(loop.headAt(0)).toBeNaN();
    expect(loop.observe(frame(100), 100)).toBe(false);
    expect(loop.observe(frame(200), 201)).toBe(true);
    expect(loop.observe(frame(200), 250)).toBe(true);
    expect(loop.observe(frame(300), 60_000)).toBe(false);
    expect(loop.headAt(60_010)).toBeCloseTo(310, 0);
    expect(loop.observe(frame(64), 60_100)).toBe(false);
    expect(loop.headAt(60_110)).toBeCloseTo(74, 0);
    loop.reset();
    expect(loop.locked).toBe(false);
  });
});
