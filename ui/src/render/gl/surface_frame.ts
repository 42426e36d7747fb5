// Where the shared canvas lies and where in it each plot is, in whole device pixels.

import type { Plot } from './spectrogram_programs';

/** The canvas reaches this far beyond what is in sight, CSS px: further than a wheel scrolls between two frames. */
const OVERSCAN_CSS = 320;

export class SurfaceFrame {
  readonly #canvas: HTMLCanvasElement;
  readonly #content: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #sight: ResizeObserver;
  readonly #sizes = new Map<HTMLElement, { widthPx: number; heightPx: number }>();
  #plots = new Map<HTMLElement, Plot>();
  #stale = true;
  #scrolled = true;
  #revision = 0;
  #topPx = 0;

  constructor(canvas: HTMLCanvasElement, content: HTMLElement) {
    this.#canvas = canvas;
    this.#content = content;
    this.#scroller = content.parentElement ?? content;
    this.#scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    // More may come in sight without any plot changing its size.
    this.#sight = new ResizeObserver(() => this.moved());
    this.#sight.observe(this.#scroller);
  }

  /** Plots came, went or moved. */
  moved(): void {
    this.#stale = true;
  }

  resize(element: HTMLElement, widthPx: number, heightPx: number): void {
    this.#sizes.set(element, { widthPx, heightPx });
    this.#stale = true;
  }

  remove(element: HTMLElement): void {
    this.#sizes.delete(element);
    this.#stale = true;
  }

  plotOf(element: HTMLElement): Plot | undefined {
    return this.#plots.get(element);
  }

  /** Brings canvas and plots to where they belong; returns a number that changes when anything did. */
  place(): number {
    if (this.#stale || this.#scrolled) this.#place();
    return this.#revision;
  }

  destroy(): void {
    this.#scroller.removeEventListener('scroll', this.#onScroll);
    this.#sight.disconnect();
  }

  readonly #onScroll = (): void => {
    this.#scrolled = true;
  };

  #place(): void {
    const ratio = window.devicePixelRatio || 1;
    const content = this.#content.getBoundingClientRect();
    const sight = this.#scroller.getBoundingClientRect();
    const contentPx = Math.round(content.height * ratio);
    const heightPx = Math.min(contentPx, Math.ceil((sight.height + 2 * OVERSCAN_CSS) * ratio));
    const inSight = [sight.top - content.top, sight.bottom - content.top].map((y) => Math.min(contentPx, Math.max(0, y * ratio))) as [number, number];
    const covered = this.#topPx <= inSight[0] && this.#topPx + heightPx >= inSight[1];
    this.#scrolled = false;
    if (!this.#stale && covered) return;
    this.#stale = false;
    this.#revision++;
    this.#topPx = Math.max(0, Math.min(contentPx - heightPx, Math.round(inSight[0] - OVERSCAN_CSS * ratio)));
    const lefts = [...this.#sizes.keys()].map((element) => element.getBoundingClientRect().left);
    const left = Math.min(...lefts, content.right) - content.left;
    const widthPx = Math.max(1, ...[...this.#sizes.values()].map((size) => size.widthPx));
    if (this.#canvas.width !== widthPx) this.#canvas.width = widthPx;
    if (this.#canvas.height !== heightPx) this.#canvas.height = Math.max(1, heightPx);
    Object.assign(this.#canvas.style, {
      left: `${left}px`,
      top: `${this.#topPx / ratio}px`,
      width: `${widthPx / ratio}px`,
      height: `${heightPx / ratio}px`,
    });
    this.#plots = new Map();
    for (const [element, size] of this.#sizes) {
      const top = Math.round((element.getBoundingClientRect().top + element.clientTop - content.top) * ratio) - this.#topPx;
      this.#plots.set(element, { left: 0, bottom: heightPx - top - size.heightPx, width: size.widthPx, height: size.heightPx });
    }
  }
}
