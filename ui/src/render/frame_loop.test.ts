import { expect, test, vi } from 'vitest';
import { FrameLoop } from './frame_loop';

test('draws one of so many frames of the screen, and knows what share of the time that takes', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let callback: (nowMs: number) => void = () => {};
  const loop = new FrameLoop({ request: (next) => ((callback = next), 1), cancel: () => {} });
  let drawn = 0;
  loop.add(() => {
    drawn++;
    vi.advanceTimersByTime(5);
  });
  loop.start();
  let nowMs = 0;
  const run = (frames: number): void => {
    for (let i = 0; i < frames; i++) callback((nowMs += 20));
  };
  run(100);
  expect([drawn, loop.fps]).toEqual([100, 50]);
  expect(loop.busy).toBeCloseTo(0.25, 6);
  loop.setDivisor(2);
  run(100);
  expect([drawn, loop.fps]).toEqual([150, 25]);
  expect(loop.busy).toBeCloseTo(0.125, 6);
  loop.setDivisor(1);
  run(50);
  expect([drawn, loop.fps]).toEqual([200, 50]);
  vi.useRealTimers();
});
