// Where the view is on the sample clock. Either it follows the live edge, or it stands still while capture goes on.

import { MIN_FRAMES_PER_PX, snapFramesPerPx, startFrame, zoomedAt, type TimeScale } from '../base/time_scale';

export interface HistoryLimits {
  /** Frames [firstFrame, liveFrame) can be shown; liveFrame moves at constant age behind the device. */
  firstFrame: number;
  liveFrame: number;
  capacityFrames: number;
}

export class ViewModel {
  #scale: TimeScale = { firstPx: 0, framesPerPx: 1, widthPx: 1 };
  #limits: HistoryLimits = { firstFrame: 0, liveFrame: 0, capacityFrames: 1 };
  #following = true;
  readonly #onFollowing: (following: boolean) => void;

  constructor(onFollowing: (following: boolean) => void = () => {}) {
    this.#onFollowing = onFollowing;
  }

  get scale(): TimeScale {
    return this.#scale;
  }

  get following(): boolean {
    return this.#following;
  }

  get limits(): HistoryLimits {
    return this.#limits;
  }

  /** Zoom at which the whole history just fits. */
  get widestFramesPerPx(): number {
    return snapFramesPerPx(this.#limits.capacityFrames / Math.max(1, this.#scale.widthPx) + 1 / 1024);
  }

  /** A new stream: live, showing `spanFrames`. */
  begin(limits: HistoryLimits, spanFrames: number): void {
    this.#limits = limits;
    const framesPerPx = this.#clampZoom(spanFrames / this.#scale.widthPx);
    this.#scale = { ...this.#scale, framesPerPx, firstPx: this.#liveFirstPx(framesPerPx) };
    this.#setFollowing(true);
  }

  /** Once per drawn frame: the live edge has moved on. */
  advance(limits: HistoryLimits): void {
    this.#limits = limits;
    if (!this.#following) return;
    const firstPx = this.#liveFirstPx(this.#scale.framesPerPx);
    // A live edge that falls back a little is a clock that corrects itself or a slow machine: wait for it.
    const back = this.#scale.firstPx - firstPx;
    if (back <= 0 || back >= this.#scale.widthPx) this.#move(firstPx);
  }

  /** Keeps the zoom and the right edge. */
  resize(widthPx: number): void {
    if (widthPx === this.#scale.widthPx || widthPx < 1) return;
    const endPx = this.#scale.firstPx + this.#scale.widthPx;
    this.#scale = { ...this.#scale, widthPx, firstPx: endPx - widthPx };
    if (this.#scale.framesPerPx > this.widestFramesPerPx) this.zoomTo(this.widestFramesPerPx, widthPx);
  }

  freeze(): void {
    this.#setFollowing(false);
  }

  follow(): void {
    this.#setFollowing(true);
    this.#move(this.#liveFirstPx(this.#scale.framesPerPx));
  }

  /** Moves by whole columns, later for positive `px`. Moving back in time leaves the live edge. */
  pan(px: number): void {
    const step = Math.trunc(px);
    if (step === 0 || (this.#following && step > 0)) return;
    const before = this.#scale.firstPx;
    this.#move(this.#clampFirstPx(before + step));
    if (this.#scale.firstPx < before) this.#setFollowing(false);
  }

  /** Zooms with the frame under screen x staying there; while following, the live edge stays instead. */
  zoomTo(framesPerPx: number, xPx: number): void {
    const clamped = this.#clampZoom(framesPerPx);
    if (this.#following) {
      this.#scale = { ...this.#scale, framesPerPx: clamped, firstPx: this.#liveFirstPx(clamped) };
      return;
    }
    const shownFrom = startFrame(this.#scale);
    this.#scale = zoomedAt(this.#scale, clamped, xPx);
    this.#move(this.#clampFirstPx(this.#scale.firstPx, shownFrom));
  }

  zoomBy(factor: number, xPx: number): void {
    const from = this.#scale.framesPerPx;
    let to = snapFramesPerPx(from * factor);
    // At the finest zooms the grid is coarser than one step of the wheel.
    if (to === from) to = from + Math.sign(factor - 1) / 1024;
    this.zoomTo(to, xPx);
  }

  /** The whole history, as it is now. */
  showAll(): void {
    const framesPerPx = this.widestFramesPerPx;
    this.#scale = { ...this.#scale, framesPerPx, firstPx: this.#liveFirstPx(framesPerPx) };
  }

  jumpToOldest(): void {
    const oldestPx = Math.ceil(this.#limits.firstFrame / this.#scale.framesPerPx);
    this.pan(this.#clampFirstPx(oldestPx) - this.#scale.firstPx);
  }

  /** Puts the left edge at a frame without changing the zoom, as a slider does. */
  moveTo(fromFrame: number): void {
    const target = this.#clampFirstPx(Math.round(fromFrame / this.#scale.framesPerPx));
    this.#setFollowing(false);
    this.#move(target);
  }

  /** Shows [fromFrame, toFrame), as dragging one end of the overview window does. */
  showRange(fromFrame: number, toFrame: number): void {
    const framesPerPx = this.#clampZoom((toFrame - fromFrame) / this.#scale.widthPx);
    this.#setFollowing(false);
    this.#scale = { ...this.#scale, framesPerPx, firstPx: Math.round(toFrame / framesPerPx) - this.#scale.widthPx };
    this.#move(this.#clampFirstPx(this.#scale.firstPx, fromFrame));
  }

  #clampZoom(framesPerPx: number): number {
    return snapFramesPerPx(Math.min(this.widestFramesPerPx, Math.max(MIN_FRAMES_PER_PX, framesPerPx)));
  }

  #liveFirstPx(framesPerPx: number): number {
    return Math.floor(this.#limits.liveFrame / framesPerPx) - this.#scale.widthPx;
  }

  /**
   * The right edge never passes the live edge; the left one stops at the oldest frame where the view is that short. What
   * has aged out of the history under a standing view, shown from `shownFrom` on, is not pushed away from it.
   */
  #clampFirstPx(firstPx: number, shownFrom = startFrame(this.#scale)): number {
    const { framesPerPx } = this.#scale;
    const newest = this.#liveFirstPx(framesPerPx);
    const oldest = Math.ceil(Math.min(this.#limits.firstFrame, shownFrom) / framesPerPx);
    return Math.min(newest, Math.max(oldest, firstPx));
  }

  #move(firstPx: number): void {
    if (firstPx !== this.#scale.firstPx) this.#scale = { ...this.#scale, firstPx };
  }

  #setFollowing(following: boolean): void {
    if (following === this.#following) return;
    this.#following = following;
    this.#onFollowing(following);
  }
}
