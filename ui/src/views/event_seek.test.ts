import { describe, expect, it } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import { endFrame, startFrame } from '../base/time_scale';
import type { Picture } from '../render/picture';
import { ViewModel } from '../render/view_model';
import { showEvent } from './event_seek';

function page() {
  const view = new ViewModel();
  view.resize(1000);
  view.begin({ firstFrame: 100_000, liveFrame: 500_000, capacityFrames: 400_000 }, 50_000);
  return { view, picture: { stream: { streamId: 's' } } as unknown as Picture };
}
const at = (frame: number, frames: number | null = null) => busEvent({ seq: 1, frame, dur_frames: frames, session: 's' });

describe('showing an event', () => {
  it('freezes with it in the middle', () => {
    const stage = page();
    expect(showEvent(stage, at(300_000, 1000))).toBe('here');
    expect(stage.view.following).toBe(false);
    expect((startFrame(stage.view.scale) + endFrame(stage.view.scale)) / 2).toBeCloseTo(300_500, -2);
    const before = stage.view.scale;
    // In sight already: nothing moves.
    showEvent(stage, at(310_000));
    expect(stage.view.scale).toEqual(before);
  });

  it('shows all of one that is longer than the view', () => {
    const stage = page();
    showEvent(stage, at(200_000, 200_000));
    expect(startFrame(stage.view.scale)).toBeLessThanOrEqual(200_000);
    expect(endFrame(stage.view.scale)).toBeGreaterThanOrEqual(400_000);
  });

  it('leaves the picture alone when it is elsewhere', () => {
    const stage = page();
    expect(showEvent(stage, busEvent({ seq: 1 }))).toBe('no-place');
    expect(showEvent(stage, { ...at(300_000), session: 't' })).toBe('other-stream');
    expect(showEvent(stage, at(90_000, 10_000))).toBe('overwritten');
    expect(stage.view.following).toBe(true);
    expect(showEvent(stage, at(90_000, 10_001))).toBe('here');
  });
});
