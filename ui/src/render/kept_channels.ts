// Which channels' columns stay on the page, and how many channels the memory is shared out to. A channel that leaves the
// screen is kept while there is room, so that it costs nothing when it comes back.

export class KeptChannels {
  /** Shown last, last. */
  #order: number[] = [];
  #sharers = 1;

  /**
   * Channels share the memory by powers of two, and the number falls only when half of it would still do for twice as
   * many: columns are not computed anew because a channel comes and goes.
   */
  get sharers(): number {
    return this.#sharers;
  }

  /** So many channels are on screen; true when each has another share from now on. */
  share(channels: number): boolean {
    const before = this.#sharers;
    while (this.#sharers < channels) this.#sharers *= 2;
    while (this.#sharers > 1 && channels * 4 <= this.#sharers) this.#sharers /= 2;
    return this.#sharers !== before;
  }

  /** The channels to keep while `shown` are on screen: those, and of the others the last seen up to `most` in all. */
  list(shown: readonly number[], most: number): number[] {
    const others = this.#order.filter((channel) => !shown.includes(channel));
    const room = Math.max(0, most - shown.length);
    this.#order = [...others.slice(Math.max(0, others.length - room)), ...shown];
    return [...this.#order];
  }
}

/** Channels whose columns fit into `bytes`, two layers each. */
export function channelsThatFit(bytes: number, grid: { bins: number; columnsKept: number } | null): number {
  return grid ? Math.floor(bytes / (2 * 2 * grid.bins * grid.columnsKept)) : 0;
}
