import { describe, expect, test } from 'vitest';
import { Polling } from './polling';

function rig() {
  let nowMs = 0;
  let finish: ((active: boolean) => void) | null = null;
  let fail: ((error: Error) => void) | null = null;
  const log: string[] = [];
  const polling = new Polling(
    () => {
      log.push(`poll ${nowMs}`);
      return new Promise((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
    { trouble: (error) => log.push(`trouble ${(error as Error).message}`), recovered: () => log.push('recovered') },
    () => nowMs,
  );
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return {
    polling,
    log,
    at: (ms: number) => (nowMs = ms),
    answer: async (active: boolean) => {
      finish?.(active);
      await settle();
    },
    fail: async (message: string) => {
      fail?.(new Error(message));
      await settle();
    },
  };
}

describe('polling', () => {
  test('one request per drawn frame, one at a time', async () => {
    const { polling, log, at, answer } = rig();
    polling.tick();
    await answer(true);
    at(16);
    polling.frame();
    polling.frame();
    at(33);
    polling.frame();
    await answer(true);
    polling.frame();
    await answer(true);
    expect(log).toEqual(['poll 0', 'poll 16', 'poll 33']);
  });

  test('when nobody draws the timer asks at least four times a second', async () => {
    const { polling, log, at, answer } = rig();
    for (let ms = 0; ms <= 2000; ms += 100) {
      at(ms);
      polling.tick();
      await answer(true);
    }
    expect(log.length).toBeGreaterThanOrEqual(9);
    expect(log.length).toBeLessThanOrEqual(12);
  });

  test('without a session it asks four times a second, however fast the page draws', async () => {
    const { polling, log, at, answer } = rig();
    for (let ms = 0; ms <= 2000; ms += 5) {
      at(ms);
      polling.frame();
      await answer(false);
    }
    expect(log).toHaveLength(9);
  });

  test('trouble is said once, retries slow down, and recovery is said once', async () => {
    const { polling, log, at, answer, fail } = rig();
    let ms = 0;
    for (; ms <= 20_000; ms += 50) {
      at(ms);
      polling.frame();
      polling.tick();
      await fail('gone');
    }
    const polls = log.filter((line) => line.startsWith('poll')).map((line) => Number(line.slice(5)));
    expect(log.filter((line) => line.startsWith('trouble'))).toEqual(['trouble gone']);
    const pauses = polls.slice(1).map((pollMs, i) => pollMs - polls[i]!);
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
    at(ms + 4000);
    polling.frame();
    await answer(true);
    polling.frame();
    expect(log.filter((line) => line === 'recovered')).toHaveLength(1);
    at(ms + 4016);
    polling.frame();
    await fail('gone again');
    expect(log.at(-1)).toBe('trouble gone again');
  });
});
