import { expect, test } from 'vitest';
import { createFrequencyZoom } from './frequency_zoom';
import { createSession } from './session';
import { createSettings } from './settings';

const stream = { streamId: 'a', sampleRateHz: 48_000, channels: 1, capacityFrames: 1, blockFrames: 1, startTimeUnixMs: null };

test('zoom, move and show all change the kept band, and nothing happens without a stream', () => {
  const settings = createSettings(null);
  const session = createSession();
  const zoom = createFrequencyZoom(settings, session);
  zoom.zoomBy(0.5, 0);
  expect(settings.getState().bandHz).toBeNull();

  session.setState({ stream });
  settings.getState().set({ frequency: 'linear' });
  zoom.zoomBy(0.5, 0);
  expect(settings.getState().bandHz).toEqual([0, 12_000]);
  zoom.panBy(0.5);
  expect(settings.getState().bandHz).toEqual([6000, 18_000]);
  zoom.panBy(10);
  expect(settings.getState().bandHz).toEqual([12_000, 24_000]);
  zoom.zoomBy(4, 0.5);
  expect(settings.getState().bandHz).toBeNull();
  zoom.zoomBy(0.25, 1);
  zoom.showAll();
  expect(settings.getState().bandHz).toBeNull();
});

test('a damaged band in storage is none', () => {
  for (const bandHz of [[5, 1], [1], 'x', [NaN, 5], [-1, 5], [0, 1e9], null]) {
    const stored = JSON.stringify({ bandHz });
    expect(createSettings({ getItem: () => stored, setItem: () => {} }).getState().bandHz).toBeNull();
  }
});
