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
    // A tenth of a block is added for what falls between two blocks.
    const late = 0.2 * RATE + 0.1 * BLOCK;
    note(0.2, 10);
    expect(clock.marginFrames).toBeCloseTo(late, 0);
    note(0, 90);
    expect(clock.marginFrames).toBeCloseTo(late, 0);
    clock.noteKnown(clock.headFrame(6000), 6000);
    expect(clock.marginFrames).toBeCloseTo(late - 0.04 * RATE, 0);
    for (let s = 7; s < 12; s++) clock.noteKnown(clock.headFrame(s * 1000), s * 1000);
    expect(clock.marginFrames).toBeLessThan(margin);
    note(1e6, 90);
    expect(clock.marginFrames).toBeCloseTo(BLOCK + 0.5 * RATE, 0);
  });

  /**
   * A page at 60 Hz on a mapped ring: each frame asks, the worker reads the ring 1 ms later and its answer is there for
   * the next frame. Ages are those of the right edge, missing the frames of the edge that were not on the page.
   */
  function mapped(answerMs: (tick: number) => number, seconds = 20): { ageMs: number[]; missingMs: number[] } {
    const clock = new HeadClock();
    clock.begin(info);
    const headAt = (ms: number): number => Math.floor((ms * RATE) / 1000 / BLOCK) * BLOCK;
    const answers: { atMs: number; state: ReturnType<typeof state> }[] = [];
    const ageMs: number[] = [];
    const missingMs: number[] = [];
    let knownFrame: number | null = null;
    let seen = { frame: 0, ms: 0 };
    for (let tick = 1; tick < seconds * 60; tick++) {
      const nowMs = (tick * 1000) / 60;
      while (answers[0] && answers[0].atMs <= nowMs) {
        const { state: found } = answers.shift()!;
        clock.observe(found);
        knownFrame = found.endFrame;
      }
      if (knownFrame !== null) clock.noteKnown(knownFrame, nowMs);
      if (answers.length === 0) {
        const endFrame = headAt(nowMs + 1);
        if (endFrame > seen.frame) seen = { frame: endFrame, ms: nowMs + 1 };
        answers.push({ atMs: nowMs + answerMs(tick), state: state(endFrame, seen.ms) });
      }
      if (tick < 5 * 60 || knownFrame === null) continue;
      const liveFrame = clock.liveFrame(nowMs);
      ageMs.push(((nowMs * RATE) / 1000 - liveFrame) / (RATE / 1000));
      missingMs.push(Math.max(0, liveFrame - knownFrame) / (RATE / 1000));
    }
    return { ageMs, missingMs };
  }
  const rank = (values: number[], fraction: number): number => values.toSorted((a, b) => a - b)[Math.floor(fraction * values.length)]!;
  const BLOCK_MS = (1000 * BLOCK) / RATE;
  const FRAME_MS = 1000 / 60;

  it('on a mapped ring shows sound at most a block and two frames old, steadily and with nothing missing', () => {
    const { ageMs, missingMs } = mapped(() => 3);
    expect(rank(ageMs, 0.99)).toBeLessThan(BLOCK_MS + 2 * FRAME_MS);
    // What no clock can undercut: the block that is not complete, and the way of a frame.
    expect(rank(ageMs, 0.5)).toBeGreaterThan(BLOCK_MS + FRAME_MS - 3);
    expect(rank(ageMs, 0.99) - rank(ageMs, 0.01)).toBeLessThan(4);
    expect(rank(missingMs, 0.99)).toBeLessThan(2.5);
  });

  it('where every answer takes two frames, stays that much further behind', () => {
    const { ageMs, missingMs } = mapped(() => 20);
    expect(rank(ageMs, 0.5)).toBeGreaterThan(BLOCK_MS + 1.5 * FRAME_MS);
    expect(rank(ageMs, 0.99)).toBeLessThan(BLOCK_MS + 3.5 * FRAME_MS);
    expect(rank(missingMs, 0.95)).toBeLessThan(2.5);
  });

  it('a hiccup now and then does not age the picture', () => {
    const smooth = rank(mapped(() => 3).ageMs, 0.5);
    const rough = rank(mapped((tick) => (tick % 100 === 0 ? 60 : 3)).ageMs, 0.5);
    expect(rough - smooth).toBeLessThan(3);
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
