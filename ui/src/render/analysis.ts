// What the page asks the analysis for: the settings the user chose, what the load has made of them, and how many channels
// share the memory.

import type { Quality, StftSettings, ToWorker } from '../engine/protocol';
import { KeptChannels } from './kept_channels';

export class Analysis {
  readonly kept = new KeptChannels();
  #chosen: StftSettings | null = null;
  #adaptiveWindow = false;
  #quality: Quality | null = null;
  #generation = 0;

  /** Null while everything is computed. */
  get quality(): Quality | null {
    return this.#quality;
  }

  /** The user's settings. A reduced quality was about others: what the new ones cost has to be seen. */
  choose(settings: StftSettings, adaptiveWindow: boolean): ToWorker {
    this.#chosen = settings;
    this.#adaptiveWindow = adaptiveWindow;
    this.#quality = null;
    return this.#message(settings);
  }

  /** So many channels are on screen: the message that tells the worker when it matters. */
  share(channels: number): ToWorker | null {
    const changed = this.kept.share(channels);
    return changed && this.#chosen ? this.#message(this.#quality?.stft ?? this.#chosen) : null;
  }

  /** The worker's verdict: the message that puts other settings in force, when it takes others. */
  reduce(quality: Quality): ToWorker | null {
    const before = this.#quality?.stft ?? this.#chosen;
    this.#quality = quality.level === 0 ? null : quality;
    return JSON.stringify(before) === JSON.stringify(quality.stft) ? null : this.#message(quality.stft);
  }

  #message(settings: StftSettings): ToWorker {
    return {
      type: 'stft',
      generation: ++this.#generation,
      settings,
      chosen: this.#chosen ?? settings,
      adaptiveWindow: this.#adaptiveWindow,
      sharers: this.kept.sharers,
    };
  }
}
