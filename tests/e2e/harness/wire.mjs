// A wire between a page and its server that a test can cut.

import { connect, createServer } from 'node:net';

export class Wire {
  /** @type {Set<import('node:net').Socket>} */ #ends = new Set();
  #whole = true;
  /** @type {import('node:net').Server} */ #server;
  /** @type {number} */ port = 0;

  /** @param {number} toPort of this machine */
  constructor(toPort) {
    this.#server = createServer((near) => {
      if (!this.#whole) return void near.destroy();
      const far = connect(toPort, '127.0.0.1');
      for (const [end, other] of [[near, far], [far, near]]) {
        this.#ends.add(/** @type {import('node:net').Socket} */ (end));
        end?.on('error', () => {});
        end?.on('close', () => {
          other?.destroy();
          this.#ends.delete(/** @type {import('node:net').Socket} */ (end));
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  /** @param {number} toPort */
  static async open(toPort) {
    const wire = new Wire(toPort);
    await new Promise((resolve) => wire.#server.listen(0, '127.0.0.1', () => resolve(null)));
    const address = wire.#server.address();
    wire.port = typeof address === 'object' && address ? address.port : 0;
    return wire;
  }

  /** Ends every connection, and every new one until `mend`. */
  cut() {
    this.#whole = false;
    for (const end of this.#ends) end.destroy();
  }

  mend() {
    this.#whole = true;
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.#server.close(() => resolve(null)));
  }
}
