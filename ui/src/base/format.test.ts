import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelListText, parseChannelList } from './channel_list';
import { clock, decibels, duration, fixed, grouped, hertz } from './format';
import { noteOfHz } from './note';
import { RunningStats } from './running_stats';

describe('numbers on screen', () => {
  it('writes clocks', () => {
    expect(clock(12.345, 3)).toBe('0:12.345');
    expect(clock(-1.2, 2)).toBe('−0:01.20');
    expect(clock(59.9996, 3)).toBe('1:00.000');
    expect(clock(3723.4, 1)).toBe('1:02:03.4');
    expect(clock(-0.0001, 2)).toBe('0:00.00');
  });

  it('writes levels, frequencies, durations', () => {
    expect(decibels(-31.64)).toBe('−31.6');
    expect(decibels(-Infinity)).toBe('−∞');
    expect(decibels(-300)).toBe('−∞');
    expect(decibels(-299.94)).toBe('−299.9');
    expect(decibels(NaN)).toBe('gap');
    expect(hertz(987.4)).toBe('987.40 Hz');
    expect(hertz(12_345.6)).toBe('12.346 kHz');
    expect(duration(0.0427)).toBe('42.7 ms');
    expect(duration(30)).toBe('30.0 s');
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(fixed(3, 0, 3)).toHaveLength(3);
    expect(grouped(1_440_000)).toBe('1\u202f440\u202f000');
  });

  it('names notes', () => {
    expect(noteOfHz(440)).toEqual({ name: 'A4', cents: 0 });
    expect(noteOfHz(987.77)).toEqual({ name: 'B5', cents: 0 });
    expect(noteOfHz(261.626)?.name).toBe('C4');
    expect(noteOfHz(8.2)?.name).toBe('C−1');
    expect(noteOfHz(0)).toBeNull();
  });

  it('channel lists round trip', () => {
    expect(channelListText([0, 3, 7])).toBe('1, 4, 8');
    expect(channelListText([3, 0, 1, 2, 6])).toBe('1–4, 7');
    expect(parseChannelList('1-4, 7', 8)).toEqual([0, 1, 2, 3, 6]);
    expect(parseChannelList('9', 8)).toContain('channels 1 to 8');
    expect(parseChannelList('a', 8)).toContain('not a channel');
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 255 })), (channels) => {
        expect(parseChannelList(channelListText(channels), 256)).toEqual([...channels].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps percentiles of the newest values', () => {
    const stats = new RunningStats(100);
    expect(stats.percentiles(0.5)[0]).toBeNaN();
    for (let i = 0; i < 300; i++) stats.add(i);
    expect(stats.percentiles(0.5, 0.99)).toEqual([250, 299]);
  });
});
