// A worker whose thread is the test's own: a session on a model of a ring, answering in microtasks, that can crash.

import type { WorkerLike } from '../client';
import type { FromWorker, ToWorker } from '../protocol';
import { EngineSession } from '../session';
import type { RingModel } from './ring_model';
import { memory } from './wasm';

export class SessionWorker implements WorkerLike {
  readonly session: EngineSession;
  readonly received: ToWorker[] = [];
  /** Every buffer that left with an answer. */
  readonly given = new Set<ArrayBufferLike>();
  alive = true;
  #message: (event: MessageEvent<FromWorker>) => void = () => {};
  #error: (event: ErrorEvent) => void = () => {};

  constructor(ring: RingModel, nowMs: () => number) {
    this.session = new EngineSession({
      memory,
      nowMs,
      connect: () => ({ request: (query) => Promise.resolve(ring.answer(query)), close: () => {} }),
      post: (data, transfer) => {
        for (const buffer of transfer) this.given.add(buffer as ArrayBuffer);
        queueMicrotask(() => this.alive && this.#message({ data } as MessageEvent<FromWorker>));
      },
    });
  }

  addEventListener(type: 'message' | 'error', listener: never): void {
    if (type === 'message') this.#message = listener;
    else this.#error = listener;
  }

  postMessage(message: ToWorker): void {
    this.received.push(message);
    queueMicrotask(() => this.alive && this.session.receive(message));
  }

  crash(message: string): void {
    this.terminate();
    this.#error({ message, preventDefault: () => {} } as ErrorEvent);
  }

  terminate(): void {
    if (this.alive) this.session.close();
    this.alive = false;
  }
}

/** Lets everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}
