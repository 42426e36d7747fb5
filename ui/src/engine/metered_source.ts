// A source whose bytes are counted: what the analysis copies is part of what a picture costs.

import type { CopyResult, RingSource } from './source';

/** What the analysis needs of a source. */
export type SampleReader = Pick<RingSource, 'copyInto' | 'completeFrom'>;

export class MeteredSource implements SampleReader {
  readonly #source: SampleReader;
  #bytesCopied = 0;

  constructor(source: SampleReader) {
    this.#source = source;
  }

  get bytesCopied(): number {
    return this.#bytesCopied;
  }

  copyInto(channel: number, startFrame: number, length: number, dest: Float64Array): CopyResult {
    const result = this.#source.copyInto(channel, startFrame, length, dest);
    if (result.kind === 'copied') this.#bytesCopied += 8 * length;
    return result;
  }

  completeFrom(channel: number): number {
    return this.#source.completeFrom(channel);
  }
}
