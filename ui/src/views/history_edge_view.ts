// Shades what a standing view has lost to the ring, and says when that begins and ends.

import { xOfFrame } from '../base/time_scale';
import type { Picture, PicturePart } from '../render/picture';

export type Overwritten = 'no' | 'partly' | 'wholly';

export class HistoryEdgeView implements PicturePart {
  readonly #shade: HTMLElement;
  readonly #onChange: (overwritten: Overwritten) => void;
  #state: Overwritten = 'no';
  #widthPx = -1;

  constructor(shade: HTMLElement, onChange: (overwritten: Overwritten) => void) {
    this.#shade = shade;
    this.#onChange = onChange;
  }

  draw(picture: Picture): void {
    const { scale, state, view } = picture;
    // A live view of the whole history always touches its oldest frame; only a standing one loses something.
    const standing = state && state.firstFrame > 0 && !view.following;
    const lost = standing ? Math.ceil(xOfFrame(scale, state.firstFrame)) : 0;
    const widthPx = Math.max(0, Math.min(scale.widthPx, lost));
    if (widthPx !== this.#widthPx) {
      this.#widthPx = widthPx;
      this.#shade.style.width = `${widthPx / (window.devicePixelRatio || 1)}px`;
    }
    const next: Overwritten = widthPx === 0 ? 'no' : widthPx < scale.widthPx ? 'partly' : 'wholly';
    if (next === this.#state) return;
    this.#state = next;
    this.#onChange(next);
  }
}
