// The page's end of the engine worker: typed messages, clocks made equal, and a new worker when one crashes.

import type { FromWorker, MapRequest, ToWorker } from './protocol';

/** The part of `Worker` that is used. */
export interface WorkerLike {
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker | MapRequest>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
}

const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 8000;
/** A worker that ran this long was healthy: the next crash is restarted quickly again, ms. */
const HEALTHY_MS = 30_000;

function spawnWorker(): WorkerLike {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'audiotab-engine' });
}

function cannotMap(): never {
  throw new Error('Shared memory is not available here.');
}

/**
 * One running engine. `onMessage` gets every message of the worker; `seenAtMs` in it is on the page's
 * `performance.now()` clock. After a crash the worker is started again with the last `ring`, `open` and `stft` messages;
 * `trouble` says so, and `ready`, `stream` and `grid` follow as at the first start: all columns are void. A worker that
 * asks for the ring gets a mapping of its own from `mapRing`, which returns one or throws a sentence.
 */
export class EngineClient {
  readonly #onMessage: (message: FromWorker) => void;
  readonly #spawn: () => WorkerLike;
  #worker: WorkerLike | null = null;
  readonly #mapRing: () => ArrayBuffer;
  #ring: ToWorker | null = null;
  #open: ToWorker | null = null;
  #stft: ToWorker | null = null;
  #framesInFlight = 0;
  #crashes = 0;
  #startedMs = 0;
  #restart: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(
    onMessage: (message: FromWorker) => void,
    spawn: () => WorkerLike = spawnWorker,
    mapRing: () => ArrayBuffer = cannotMap,
  ) {
    this.#onMessage = onMessage;
    this.#spawn = spawn;
    this.#mapRing = mapRing;
    this.#start();
  }

  /** True while a frame message is unanswered. Ask for the next picture when it is false: one at a time is enough. */
  get busy(): boolean {
    return this.#framesInFlight > 0;
  }

  /** Buffers in `done` are transferred. While a crashed worker is being replaced, frames and probes are dropped. */
  send(message: ToWorker): void {
    if (message.type === 'ring') this.#ring = message;
    if (message.type === 'open') this.#open = message;
    if (message.type === 'stft') this.#stft = message;
    if (!this.#worker) return;
    if (message.type === 'frame') {
      this.#worker.postMessage(message, message.done);
      this.#framesInFlight++;
    } else this.#worker.postMessage(message, []);
  }

  close(): void {
    this.#closed = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#stop();
  }

  #start(): void {
    this.#restart = null;
    const worker = this.#spawn();
    this.#worker = worker;
    this.#startedMs = performance.now();
    worker.addEventListener('message', (event) => {
      if (this.#worker !== worker) return;
      if (event.data.type === 'map') this.#map(worker);
      else this.#receive(event.data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (this.#worker === worker) this.#crashed(event.message);
    });
    if (this.#ring) worker.postMessage(this.#ring, []);
    if (this.#open) worker.postMessage(this.#open, []);
    if (this.#stft) worker.postMessage(this.#stft, []);
  }

  #map(worker: WorkerLike): void {
    try {
      const buffer = this.#mapRing();
      worker.postMessage({ type: 'mapped', buffer, reason: '' }, [buffer]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      worker.postMessage({ type: 'mapped', buffer: null, reason }, []);
    }
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#framesInFlight = 0;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'frame') {
      this.#framesInFlight = Math.max(0, this.#framesInFlight - 1);
      if (message.state) message.state.seenAtMs = this.#pageMs(message.state.seenAtMs);
    }
    this.#onMessage(message);
  }

  /** The worker sends ms since the epoch; a clock that was set in between must not put the head into the future. */
  #pageMs(epochMs: number): number {
    return Math.min(epochMs - performance.timeOrigin, performance.now());
  }

  #crashed(reason: string): void {
    this.#stop();
    if (this.#closed) return;
    if (performance.now() - this.#startedMs > HEALTHY_MS) this.#crashes = 0;
    const pauseMs = Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** this.#crashes++);
    this.#restart = setTimeout(() => this.#start(), pauseMs);
    const detail = reason ? ` (${reason})` : '';
    this.#onMessage({
      type: 'trouble',
      kind: 'internal',
      message: `The analysis stopped unexpectedly${detail} and is being started again; capture goes on.`,
    });
  }
}
