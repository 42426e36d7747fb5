import { describe, expect, it } from 'vitest';
import { HeadClock } from './head_clock';

const RATE = 48_000;
const BLOCK = 1024;
const info = { streamId: 'a', sampleRateHz: RATE, channels: 1, capacityFrames: 30 * RATE, blockFrames: BLOCK, startTimeUnixMs: null };
const state = (endFrame: number, seenAtMs: number, running = true) => ({ firstFrame: 0, endFrame, lostFrames: 0, running, seenAtMs });

/** Feeds blocks as they come until `untilMs` and returns the clock. */
function fed(untilMs: number, jitterMs = 0): HeadClock {
  const clock = new HeadClock();
  clock.begin(info);
  for (let block = 1; (block * BLOCK * 1000) / RATE <= untilMs; block++) {
    clock.observe(state(block * BLOCK, (block * BLOCK * 1000) / RATE + jitterMs * (block % 3)));
  }
  return clock;
}

describe('head clock', () => {
  it('moves steadily, a block and two frames behind the head', () => {
    const clock = fed(5000, 4);
    const frames = Array.from({ length: 20 }, (_, i) => clock.liveFrame(5000 + 10 * i));
    for (let i = 1; i < 20; i++) expect(Math.abs(frames[i]! - frames[i - 1]! - 480)).toBeLessThan(5);
    const age = clock.headFrame(5200) - clock.liveFrame(5200);
    expect(age).toBeCloseTo(BLOCK + (2 / 60) * RATE, 3);
  });

  it('stays further behind on a machine whose results come late, and recovers slowly', () => {
    const clock = fed(5000);
    const margin = clock.marginFrames;
    const note = (lateS: number, times: number): void => {
      for (let i = 0; i < times; i++) clock.noteKnown(clock.headFrame(5000) - lateS * RATE, 5000);
    };
    note(0, 89);
    note(0.2, 5);
    expect(clock.marginFrames).toBeCloseTo(margin, 0);
    note(0.2, 10);
    expect(clock.marginFrames).toBeCloseTo(0.2 * RATE, 0);
    note(0, 90);
    expect(clock.marginFrames).toBeCloseTo(0.2 * RATE, 0);
    clock.noteKnown(clock.headFrame(6000), 6000);
    expect(clock.marginFrames).toBeCloseTo(0.16 * RATE, 0);
    for (let s = 7; s < 12; s++) clock.noteKnown(clock.headFrame(s * 1000), s * 1000);
    expect(clock.marginFrames).toBeCloseTo(margin, 0);
    note(1e6, 90);
    expect(clock.marginFrames).toBeCloseTo(BLOCK + 0.5 * RATE, 0);
  });

  it('shows a stream that ended to its last frame', () => {
    const clock = fed(3000);
    clock.observe(state(123_456, 3000, false));
    expect(clock.liveFrame(99_999)).toBe(123_456);
    expect(clock.headFrame(99_999)).toBe(123_456);
  });

  it('is at zero before anything is known', () => {
    const clock = new HeadClock();
    expect(clock.liveFrame(1000)).toBe(0);
    clock.begin(info);
    expect(clock.liveFrame(1000)).toBe(0);
  });
});
