// What the page holds of every channel and layer. It follows two messages only: batches that go out mark entries, and the
// page's own list of the channels it keeps strikes the others out.

import type { ViewRequest } from './protocol';
import { SentEntries, type EntryRange } from './sent_entries';

export class HeldColumns {
  /** By level, then by channel. */
  readonly #layers = new Map<number, Map<number, SentEntries>>();
  #stride = 1;
  #seen: { level: number; visible: EntryRange; channels: readonly number[] } | null = null;

  clear(): void {
    this.#layers.clear();
    this.#seen = null;
  }

  setStride(stride: number): void {
    this.#stride = stride;
  }

  /** The view's channels in this layer. Forgets, in every layer, those the page does not keep. */
  follow(view: ViewRequest, level: number, entriesKept: number, streamChannels: number): Map<number, SentEntries> {
    const kept = view.kept ?? view.channels;
    for (const layer of this.#layers.values()) {
      for (const channel of layer.keys()) if (!kept.includes(channel)) layer.delete(channel);
    }
    const layer = this.#layers.get(level) ?? new Map<number, SentEntries>();
    this.#layers.set(level, layer);
    const shown = new Map<number, SentEntries>();
    for (const channel of view.channels) {
      if (channel >= streamChannels) continue;
      const sent = layer.get(channel) ?? new SentEntries(entriesKept);
      sent.setStride(this.#stride);
      layer.set(channel, sent);
      shown.set(channel, sent);
    }
    return shown;
  }

  /** Entries in view at the last call that are still missing and before the history by now; then notes the view. */
  overwritten(level: number, visible: EntryRange, availableFirst: number, shown: ReadonlyMap<number, SentEntries>): number {
    const seen = this.#seen;
    this.#seen = { level, visible, channels: [...shown.keys()] };
    if (seen?.level !== level) return 0;
    const gone = { first: seen.visible.first, end: Math.min(seen.visible.end, availableFirst) };
    if (gone.first >= gone.end) return 0;
    return seen.channels.reduce((sum, channel) => sum + (shown.get(channel)?.missing(gone) ?? 0), 0);
  }
}
