// What several workers say about the same stream, said once.

import { RangeSet } from '../base/ranges';
import type { FromWorker, Quality, StftSettings } from './protocol';

type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

export class PoolVoices {
  readonly #say: (message: FromWorker) => void;
  #ready = false;
  /** Stream of each worker, null for none. */
  readonly #streams = new Map<number, string | null>();
  #announced: string | null = null;
  #grid = '';
  readonly #lost = new RangeSet();
  readonly #inTrouble = new Set<number>();
  /** Complaints about the settings in force. */
  readonly #complaints = new Set<string>();
  readonly #qualities = new Map<number, Quality>();
  #chosen: StftSettings | null = null;
  #quality = 0;
  readonly #transports = new Map<number, Message<'transport'>>();
  #saidTransport: Message<'transport'> | null = null;

  constructor(say: (message: FromWorker) => void) {
    this.#say = say;
  }

  /** The worker draws from the stream that was announced. */
  inStream(worker: number): boolean {
    return this.#announced !== null && this.#streams.get(worker) === this.#announced;
  }

  /** New settings of the user: what was said about others no longer holds. */
  chosen(settings: StftSettings): void {
    this.#complaints.clear();
    if (JSON.stringify(settings) === JSON.stringify(this.#chosen)) return;
    this.#chosen = settings;
    this.#qualities.clear();
    this.#quality = 0;
  }

  hear(worker: number, message: Exclude<FromWorker, { type: 'frame' }>): void {
    switch (message.type) {
      case 'ready':
        if (!this.#ready) this.#say(message);
        this.#ready = true;
        return this.#beganAnew(worker);
      case 'stream':
        return this.#stream(worker, message);
      case 'grid':
        return this.#hearGrid(message);
      case 'loss':
        return this.#loss(message);
      case 'trouble':
        return this.#trouble(worker, message);
      case 'quality':
        return this.#hearQuality(worker, message.quality);
      case 'transport':
        return this.#transport(worker, message);
      default:
        message satisfies Message<'probe'>;
        this.#say(message);
    }
  }

  /** The ring is mapped when every worker has it mapped; what the first other one says is the reason why not. */
  #transport(worker: number, message: Message<'transport'>): void {
    this.#transports.set(worker, message);
    const said = [...this.#transports.values()].find((other) => other.transport === 'streamed') ?? message;
    if (said.transport === this.#saidTransport?.transport && said.reason === this.#saidTransport.reason) return;
    this.#saidTransport = said;
    this.#say(said);
  }

  /** A stream begins with the first worker that sees it and ends with the last. */
  #stream(worker: number, message: Message<'stream'>): void {
    const streamId = message.info?.streamId ?? null;
    const wasInTrouble = this.#inTrouble.delete(worker);
    this.#streams.set(worker, streamId);
    if (streamId === null) {
      if ([...this.#streams.values()].some((other) => other !== null)) return;
    } else if (streamId === this.#announced) {
      // Said again it ends the trouble with the transport, when nobody else still has it.
      if (!wasInTrouble || this.#inTrouble.size > 0) return;
    }
    if (streamId !== this.#announced) this.#lost.clear();
    this.#announced = streamId;
    this.#say(message);
  }

  /** The workers' grids are equal; another object for the same grid would void what the page has. */
  #hearGrid(message: Message<'grid'>): void {
    const { generation, bins, columnsKept, binEdgesHz } = message.grid;
    const key = JSON.stringify([generation, bins, columnsKept, binEdgesHz[bins]]);
    if (key === this.#grid) return;
    this.#grid = key;
    this.#say(message);
  }

  #loss({ startFrame, frames }: Message<'loss'>): void {
    const fresh = new RangeSet();
    fresh.add(startFrame, startFrame + frames);
    for (const known of this.#lost.ranges) fresh.remove(known.startFrame, known.endFrame);
    this.#lost.add(startFrame, startFrame + frames);
    for (const range of fresh.ranges) {
      this.#say({ type: 'loss', startFrame: range.startFrame, frames: range.endFrame - range.startFrame });
    }
  }

  #trouble(worker: number, message: Message<'trouble'>): void {
    if (message.kind === 'transport') {
      const first = this.#inTrouble.size === 0;
      this.#inTrouble.add(worker);
      if (!first) return;
    } else if (message.kind === 'settings') {
      if (this.#complaints.has(message.message)) return;
      this.#complaints.add(message.message);
    }
    this.#say(message);
  }

  /** A worker that replaces a crashed one attempts everything. */
  #beganAnew(worker: number): void {
    const stft = this.#chosen;
    if (!stft || !this.#qualities.has(worker)) return;
    const reason = 'The analysis was started again.';
    this.#hearQuality(worker, { level: 0, stride: 1, frameDivisor: 1, stft, effective: stft, reason });
  }

  /** The slowest worker sets the pace of all. */
  #hearQuality(worker: number, quality: Quality): void {
    this.#qualities.set(worker, quality);
    const worst = [...this.#qualities.values()].toSorted((a, b) => b.level - a.level)[0]!;
    if (worst.level === this.#quality) return;
    this.#quality = worst.level;
    this.#say({ type: 'quality', quality: worst });
  }
}
