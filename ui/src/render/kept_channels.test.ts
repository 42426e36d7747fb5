import { describe, expect, it } from 'vitest';
import { channelsThatFit, KeptChannels } from './kept_channels';

describe('kept channels', () => {
  it('keeps those on screen and as many of the others as there is room for, the last seen first', () => {
    const kept = new KeptChannels();
    expect(kept.list([0, 1, 2], 4)).toEqual([0, 1, 2]);
    expect(kept.list([1], 4)).toEqual([0, 2, 1]);
    expect(kept.list([3, 4], 4)).toEqual([2, 1, 3, 4]);
    expect(kept.list([3], 2)).toEqual([4, 3]);
    // What is on screen is kept, room or not.
    expect(kept.list([5, 6, 7], 2)).toEqual([5, 6, 7]);
  });

  it('shares by powers of two, and not anew when one channel comes and goes', () => {
    const kept = new KeptChannels();
    const shares = [1, 2, 3, 5, 4, 5, 8, 7, 3, 2, 1].map((channels) => {
      kept.share(channels);
      return kept.sharers;
    });
    expect(shares).toEqual([1, 2, 4, 8, 8, 8, 8, 8, 8, 4, 2]);
    expect(kept.share(1)).toBe(false);
  });

  it('knows how many fit', () => {
    expect(channelsThatFit(384 * 2 ** 20, { bins: 1025, columnsKept: 2829 })).toBe(34);
    expect(channelsThatFit(384 * 2 ** 20, null)).toBe(0);
  });
});
