// Several workers behind one face. Every channel belongs to one worker as long as the page keeps it; a frame goes to all
// workers that have channels, and their answers become one.

import { BufferPool } from './buffers';
import { mergeFrames, type FrameAnswer, type FramePart } from './frame_merge';
import { PoolVoices } from './pool_voices';
import type { FromWorker, ToWorker, ViewRequest } from './protocol';

/** The part of `EngineClient` that is used. */
export interface EngineConnection {
  readonly busy: boolean;
  send(message: ToWorker): void;
  close(): void;
}

const MOST_WORKERS = 4;
/** Fewer channels than this are not worth another worker. */
const CHANNELS_PER_WORKER = 4;

/** One core is the page's. */
export function workersFor(cores: number, channels: number): number {
  return Math.max(1, Math.min(MOST_WORKERS, cores - 1, Math.ceil(channels / CHANNELS_PER_WORKER)));
}

export interface PoolOptions {
  /** `navigator.hardwareConcurrency`. */
  cores: number;
  /** Exactly so many workers, whatever the machine. */
  workers?: number;
  /** One worker. */
  connect: (onMessage: (message: FromWorker) => void) => EngineConnection;
}

interface PendingFrame {
  view: ViewRequest;
  /** By worker. */
  parts: Map<number, FramePart>;
}

type FrameMessage = Extract<ToWorker, { type: 'frame' }>;

export class EnginePool {
  readonly #onMessage: (message: FromWorker) => void;
  readonly #options: PoolOptions;
  readonly #workers: EngineConnection[] = [];
  readonly #voices = new PoolVoices((message) => this.#onMessage(message));
  /** Worker of each channel the page keeps. */
  readonly #owners = new Map<number, number>();
  /** Which worker's memory a buffer is from; the others were made here. */
  readonly #origins = new WeakMap<ArrayBufferLike, number>();
  /** Buffers of answers that were put together with others, on their way back. */
  #returns: ArrayBuffer[] = [];
  readonly #merged = new BufferPool();
  /** Workers that have been told that the page keeps none of their channels. */
  readonly #idle = new Set<number>();
  readonly #pending = new Map<number, PendingFrame>();
  /** The last message of each kind that holds until the next: what a worker that joins has to know, in order. */
  readonly #standing = new Map<ToWorker['type'], ToWorker>();

  constructor(onMessage: (message: FromWorker) => void, options: PoolOptions) {
    this.#onMessage = onMessage;
    this.#options = options;
    this.#spawn();
  }

  /** True while a frame message is unanswered by any of the workers. */
  get busy(): boolean {
    return this.#pending.size > 0;
  }

  send(message: ToWorker): void {
    if (message.type === 'frame') return this.#sendFrame(message);
    if (message.type === 'probe') return this.#workers[this.#owners.get(message.channel) ?? 0]!.send(message);
    if (message.type === 'stft') this.#voices.chosen(message.chosen ?? message.settings);
    this.#standing.set(message.type, message);
    for (const worker of this.#workers) worker.send(message);
  }

  close(): void {
    for (const worker of this.#workers) worker.close();
    this.#pending.clear();
  }

  #spawn(): void {
    const index = this.#workers.length;
    const worker = this.#options.connect((message) => this.#receive(index, message));
    this.#workers.push(worker);
    for (const message of this.#standing.values()) worker.send(message);
  }

  #sendFrame({ id, view, done }: FrameMessage): void {
    if (!view.waveformOnly) this.#assign(view);
    this.#merged.give(done.filter((buffer) => !this.#origins.has(buffer)));
    const back = [...done, ...this.#returns];
    this.#returns = [];
    const parts = new Map<number, FramePart>();
    this.#pending.set(id, { view, parts });
    for (const [index, own] of this.#views(view)) {
      const worker = this.#workers[index]!;
      worker.send({ type: 'frame', id, view: own, done: back.filter((buffer) => this.#origins.get(buffer) === index) });
      // A worker that is being replaced answers nothing.
      parts.set(index, { channels: own.channels, answer: null, lost: !worker.busy });
    }
    this.#finish(id);
  }

  /** What each worker is asked for. The first one always is, so that there is a state. */
  #views(view: ViewRequest): Map<number, ViewRequest> {
    const views = new Map<number, ViewRequest>();
    for (const index of this.#workers.keys()) {
      const mine = (channel: number): boolean => (this.#owners.get(channel) ?? 0) === index;
      const channels = view.channels.filter(mine);
      const kept = view.kept?.filter(mine) ?? channels;
      if (index > 0 && channels.length === 0 && (view.waveformOnly || (kept.length === 0 && this.#idle.has(index)))) continue;
      if (kept.length === 0) this.#idle.add(index);
      else this.#idle.delete(index);
      views.set(index, view.waveformOnly ? { ...view, channels } : { ...view, channels, kept });
    }
    return views;
  }

  /** Gives channels that are new to the worker with the fewest, and forgets those the page does. */
  #assign(view: ViewRequest): void {
    const kept = view.kept ?? view.channels;
    for (const channel of this.#owners.keys()) if (!kept.includes(channel)) this.#owners.delete(channel);
    const wanted = this.#options.workers ?? workersFor(this.#options.cores, view.channels.length);
    while (this.#workers.length < wanted) this.#spawn();
    const load = this.#workers.map((_, index) => view.channels.filter((channel) => this.#owners.get(channel) === index).length);
    for (const channel of view.channels) {
      if (this.#owners.has(channel)) continue;
      const index = load.indexOf(Math.min(...load.slice(0, Math.max(1, wanted))));
      this.#owners.set(channel, index);
      load[index]!++;
    }
  }

  #receive(index: number, message: FromWorker): void {
    if (message.type === 'frame') this.#accept(index, message);
    else this.#voices.hear(index, message);
    if (this.#workers[index]?.busy !== false) return;
    // Nothing is on its way from this worker any more: what it still owes was lost with it.
    for (const [id, { parts }] of this.#pending) {
      const part = parts.get(index);
      if (part && !part.answer) part.lost = true;
      this.#finish(id);
    }
  }

  #accept(index: number, answer: FrameAnswer): void {
    const part = this.#pending.get(answer.id)?.parts.get(index);
    if (!part) return;
    part.answer = answer;
    // A worker that does not know yet that another stream has begun has nothing to say about this one.
    part.lost = answer.state !== null && !this.#voices.inStream(index);
    for (const batch of answer.columns) this.#origins.set(batch.codes.buffer, index);
    this.#origins.set(answer.waveform.buffer, index);
    if (answer.samples) this.#origins.set(answer.samples.values.buffer, index);
    this.#finish(answer.id);
  }

  #finish(id: number): void {
    const frame = this.#pending.get(id);
    if (!frame || [...frame.parts.values()].some((part) => !part.answer && !part.lost)) return;
    this.#pending.delete(id);
    const parts = [...frame.parts.values()];
    const merged = mergeFrames(id, frame.view, parts, (bytes) => this.#merged.take(bytes));
    for (const { answer, lost } of parts) {
      if (!answer || answer === merged) continue;
      this.#returns.push(answer.waveform.buffer as ArrayBuffer);
      if (answer.samples) this.#returns.push(answer.samples.values.buffer as ArrayBuffer);
      // The page never sees these.
      if (lost) for (const batch of answer.columns) this.#returns.push(batch.codes.buffer as ArrayBuffer);
    }
    if (merged) this.#onMessage(merged);
  }
}
