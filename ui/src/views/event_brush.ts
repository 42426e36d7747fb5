// What the window of the overview was dragged over limits the lists of events to the same time, until the view is live again.

import { endFrame, startFrame } from '../base/time_scale';
import type { EventRange } from '../base/event_filter';
import type { Picture, PicturePart } from '../render/picture';

/** Lists follow a drag at this pace, ms. */
const INTERVAL_MS = 100;

export class EventBrush implements PicturePart {
  readonly #onRange: (range: EventRange | null) => void;
  #touched = false;
  #set = false;
  #setMs = -Infinity;

  constructor(onRange: (range: EventRange | null) => void) {
    this.#onRange = onRange;
  }

  /** The window of the overview was moved by hand. */
  readonly touch = (): void => {
    this.#touched = true;
  };

  draw({ view, scale, stream }: Picture, nowMs: number): void {
    if (!stream || view.following) {
      this.#touched = false;
      if (this.#set) this.#onRange(null);
      this.#set = false;
    } else if (this.#touched && nowMs - this.#setMs >= INTERVAL_MS) {
      this.#touched = false;
      this.#set = true;
      this.#setMs = nowMs;
      this.#onRange({ session: stream.streamId, startFrame: Math.max(0, Math.floor(startFrame(scale))), endFrame: Math.max(1, Math.ceil(endFrame(scale))) });
    }
  }
}
