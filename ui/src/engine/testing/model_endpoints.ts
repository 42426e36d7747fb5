// The two hosts' ends of the sample stream, answering from a ring model.

import type { RingModel } from './ring_model';

/** A `fetch` that stands for the desktop window's scheme. */
export function schemeOf(ring: () => RingModel): typeof fetch {
  return (input) => {
    const url = new URL(String(input));
    if (url.pathname !== '/packet') return Promise.resolve(new Response('', { status: 404 }));
    return Promise.resolve(new Response(ring().answer(url.search.slice(1))));
  };
}

/** A WebSocket that stands for the server's: every text message is a query, every binary one its packet. */
export class ModelSocket extends EventTarget {
  readonly OPEN = 1;
  readyState = 0;
  binaryType = '';
  readonly #ring: () => RingModel;

  constructor(ring: () => RingModel) {
    super();
    this.#ring = ring;
    queueMicrotask(() => {
      this.readyState = this.OPEN;
      this.dispatchEvent(new Event('open'));
    });
  }

  send(query: string): void {
    const data = this.#ring().answer(query);
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('message'), { data })));
  }

  close(): void {}
}
