// Brings an event of the list into the picture.

import type { BusEvent } from '../base/bus_event';
import { endFrame, startFrame } from '../base/time_scale';
import type { Stage } from '../render/stage';

/** Where an event is, seen from the picture. */
export type EventPlace = 'here' | 'no-place' | 'other-stream' | 'overwritten';

/** Room beside an event that fills the view, as a share of its length. */
const MARGIN = 0.1;

export function placeOf({ picture, view }: Pick<Stage, 'picture' | 'view'>, event: BusEvent): EventPlace {
  if (event.frame === null) return 'no-place';
  if (!picture.stream || picture.stream.streamId !== event.session) return 'other-stream';
  return event.frame + Math.max(1, event.dur_frames ?? 1) <= view.limits.firstFrame ? 'overwritten' : 'here';
}

/** Freezes the picture with the event in its middle, or all of it in sight when it is longer than the view. */
export function showEvent(stage: Pick<Stage, 'picture' | 'view'>, event: BusEvent): EventPlace {
  const place = placeOf(stage, event);
  const { view } = stage;
  if (place !== 'here' || event.frame === null) return place;
  const frames = Math.max(1, event.dur_frames ?? 1);
  const end = event.frame + frames;
  const spanFrames = endFrame(view.scale) - startFrame(view.scale);
  if (!view.following && event.frame >= startFrame(view.scale) && end <= endFrame(view.scale)) return place;
  if (frames > spanFrames) view.showRange(event.frame - MARGIN * frames, end + MARGIN * frames);
  else view.moveTo(event.frame + frames / 2 - spanFrames / 2);
  return place;
}
