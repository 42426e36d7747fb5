import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileAddress, signalAddress } from './address';
import { resolution } from './derived';
import { pickedChannels } from './session';
import { createSettings, STORAGE_KEY } from './settings';
import { DB_LIMITS, DEFAULTS, hopFrames, readSettings, SIZES, stftSettings, withPick } from './settings_schema';

class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}

afterEach(() => vi.useRealTimers());

describe('settings', () => {
  it('survive a restart', () => {
    vi.useFakeTimers();
    const storage = new MemoryStorage();
    const first = createSettings(storage);
    first.getState().set({ window: 'blackman-harris', size: 4096, colormap: 'inferno', minDb: -100, theme: 'light' });
    vi.advanceTimersByTime(1000);
    const second = createSettings(storage).getState();
    expect(second).toMatchObject({ window: 'blackman-harris', size: 4096, colormap: 'inferno', minDb: -100, theme: 'light' });
  });

  it('are written at once when the page goes', () => {
    vi.useFakeTimers();
    const storage = new MemoryStorage();
    const store = createSettings(storage);
    store.flush();
    expect(storage.items.size).toBe(0);
    store.getState().set({ pad: 4 });
    store.flush();
    expect(JSON.parse(storage.getItem(STORAGE_KEY)!).pad).toBe(4);
  });

  it('fall back to the defaults when storage is damaged, forbidden or missing', () => {
    const storage = new MemoryStorage();
    for (const text of ['', '{', 'null', '7', '[]', '"x"', '{"size":"big"}']) {
      storage.setItem(STORAGE_KEY, text);
      expect(readSettings({ ...createSettings(storage).getState() })).toEqual(DEFAULTS);
    }
    const broken = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    const store = createSettings(broken);
    store.getState().set({ size: 512 });
    store.flush();
    expect(store.getState().size).toBe(512);
    expect(createSettings(null).getState().size).toBe(DEFAULTS.size);
  });

  it('are valid whatever they are read from, and reading is idempotent', () => {
    fc.assert(
      fc.property(fc.anything(), fc.record({ minDb: fc.anything(), maxDb: fc.anything(), size: fc.anything() }), (any, some) => {
        for (const value of [any, { ...DEFAULTS, ...some }]) {
          const settings = readSettings(value);
          expect(SIZES).toContain(settings.size);
          expect(settings.maxDb - settings.minDb).toBeGreaterThanOrEqual(DB_LIMITS.least);
          expect(readSettings(settings)).toEqual(settings);
        }
      }),
    );
  });

  it('give the engine a hop and a window name it accepts', () => {
    expect(stftSettings(DEFAULTS)).toEqual({ window: 'hann', size: 2048, hop: 512, pad: 1 });
    expect(stftSettings({ ...DEFAULTS, window: 'kaiser', kaiserBeta: 6.76 }).window).toBe('kaiser:6.76');
    expect(hopFrames({ size: 256, hopDivisor: 32 })).toBe(16);
    expect(hopFrames({ size: 2048, hopDivisor: 1 })).toBe(2048);
  });

  it('derive what engineers read', () => {
    const r = resolution({ size: 2048, hopDivisor: 4, pad: 2 }, 48_000, 1.5);
    expect(r.windowMs).toBeCloseTo(42.667, 2);
    expect(r.binHz).toBeCloseTo(11.719, 3);
    expect(r.rbwHz).toBeCloseTo(35.156, 3);
    expect(r.columnsPerSecond).toBe(93.75);
    expect(r.overlapPercent).toBe(75);
  });
});

describe('channels and addresses', () => {
  it('shows all channels of a small input and the first of a large one', () => {
    expect(pickedChannels(undefined, 2)).toEqual([0, 1]);
    expect(pickedChannels(undefined, 18)).toEqual([0, 1, 2, 3]);
    expect(pickedChannels([7, 0, 3, 3], 8)).toEqual([0, 3, 7]);
    expect(pickedChannels([9], 2)).toEqual([0, 1]);
    expect(pickedChannels([], 2)).toEqual([]);
  });

  it('remembers the newest picks', () => {
    let settings = { ...DEFAULTS };
    for (let i = 0; i < 40; i++) settings = { ...settings, channelPicks: withPick(settings, `device-${i}`, [i]) };
    expect(Object.keys(settings.channelPicks)).toHaveLength(24);
    expect(settings.channelPicks['device-39']).toEqual([39]);
    expect(settings.channelPicks['device-0']).toBeUndefined();
  });

  it('writes addresses', () => {
    expect(signalAddress('chirp', { f0: 100 })).toBe('signal:chirp?f0=100&f1=20000&period=2&level=-6&channels=2&rate=48000');
    expect(signalAddress('silence', { channels: 8 })).toBe('signal:silence?channels=8&rate=48000');
    expect(fileAddress('/music/what?.wav', true)).toBe('file:/music/what?.wav?loop=1');
  });
});
