// Which plots are on the page and where: turns a point of the page into a place on a channel's plot.

import type { CursorPlace, LaneKind } from '../render/cursor';
import type { AxisPlace } from './frequency_gestures';

export interface PlotRect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface LaneRect extends PlotRect {
  channel: number;
  kind: LaneKind;
}

/** Largest magnitude in a pixel column of a waveform, NaN where there is nothing. */
export interface PeakSource {
  peakAt(xPx: number): number;
}

interface PlotEntry {
  channel: number;
  kind: LaneKind;
  element: HTMLElement;
  waveform: PeakSource | null;
}

export class LaneRegistry {
  readonly #plots = new Set<PlotEntry>();

  add(channel: number, kind: LaneKind, element: HTMLElement, waveform: PeakSource | null = null): () => void {
    const entry = { channel, kind, element, waveform };
    this.#plots.add(entry);
    return () => this.#plots.delete(entry);
  }

  placeAt(clientX: number, clientY: number, by: CursorPlace['by'] = 'pointer'): CursorPlace | null {
    const ratio = window.devicePixelRatio || 1;
    for (const { channel, kind, element } of this.#plots) {
      const box = element.getBoundingClientRect();
      const x = clientX - box.left;
      const y = clientY - box.top;
      if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
      return { channel, kind, xPx: x * ratio, yPx: y * ratio, heightPx: Math.round(box.height * ratio), by };
    }
    return null;
  }

  /** The frequency axis under a point: it stands to the left of its spectrogram. */
  axisAt(clientX: number, clientY: number): AxisPlace | null {
    for (const { kind, element } of this.#plots) {
      if (kind !== 'spectrogram') continue;
      const { left, top, height } = element.getBoundingClientRect();
      const y = clientY - top;
      if (clientX < left && y >= 0 && y < height) return { position: 1 - y / height, height };
    }
    return null;
  }

  /** Device pixels from the plots' common left edge, also beside them. */
  xPxAt(clientX: number): number {
    for (const { element } of this.#plots) {
      return Math.max(0, (clientX - element.getBoundingClientRect().left) * (window.devicePixelRatio || 1));
    }
    return 0;
  }

  /** Distance of a plot's top edge from that of `ancestor`, CSS px. */
  topWithin(ancestor: HTMLElement, channel: number, kind: LaneKind): number | null {
    const found = this.#find(channel, kind);
    return found ? found.element.getBoundingClientRect().top - ancestor.getBoundingClientRect().top : null;
  }

  peakAt(channel: number, xPx: number): number {
    return this.#find(channel, 'waveform')?.waveform?.peakAt(xPx) ?? NaN;
  }

  /** All plots in page coordinates, top to bottom. */
  rects(): LaneRect[] {
    return [...this.#plots]
      .map(({ channel, kind, element }) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return { channel, kind, left, top, width, height };
      })
      .sort((a, b) => a.top - b.top);
  }

  /** A place in the middle of the first plot of `kind`, for a cursor that begins by keys. */
  start(kind: LaneKind): CursorPlace | null {
    const rect = this.rects().find((r) => r.kind === kind) ?? this.rects()[0];
    return rect ? this.placeAt(rect.left + rect.width / 2, rect.top + rect.height / 2, 'keyboard') : null;
  }

  #find(channel: number, kind: LaneKind): PlotEntry | null {
    for (const entry of this.#plots) if (entry.channel === channel && entry.kind === kind) return entry;
    return null;
  }
}
