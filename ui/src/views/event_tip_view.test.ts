import { expect, test } from 'vitest';
import type { PlacedEvent } from '../base/event_timeline';
import { details } from './event_tip_view';

const EVENT = { frame: 2_208_000, dur_frames: null, kind: 'audio.clip', audio_ch: [], source: 'engine' } as unknown as PlacedEvent;

test('says when, for how long, what, on which channels and by whom', () => {
  const gap = '  \u00b7  ';
  expect(details(EVENT, 48_000)).toBe(['0:46.000', 'frame 2\u202f208\u202f000', 'audio.clip'].join(gap));
  const span = { ...EVENT, dur_frames: 96_000, audio_ch: [0, 3], source: 'external:lab' };
  expect(details(span, 48_000, 1234).split(gap).slice(2)).toEqual(['96\u202f000 frames, 2.00 s', 'audio.clip', 'channel 1, 4', 'from lab', '1\u202f234 more here']);
});
