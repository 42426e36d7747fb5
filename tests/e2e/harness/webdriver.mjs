// A minimal WebDriver client: the handful of commands the desktop tests need, over fetch (which keeps connections).

/** The key under which WebDriver hands out elements. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class WebDriver {
  /** @type {string} */ #session;
  #wheels = 0;

  /** @param {string} session address of the session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Starts the app through WebKitWebDriver.
   * @param {number} port
   * @param {string} binary
   * @param {string[]} args
   */
  static async open(port, binary, args) {
    const base = `http://127.0.0.1:${port}`;
    const options = { 'webkitgtk:browserOptions': { binary, args } };
    const { sessionId } = await command(`${base}/session`, 'POST', { capabilities: { alwaysMatch: options } });
    return new WebDriver(`${base}/session/${sessionId}`);
  }

  /** @param {string} path @param {unknown} body */
  #post(path, body = {}) {
    return command(`${this.#session}${path}`, 'POST', body);
  }

  /** Runs a function's source in the page; a promise it returns is awaited. @param {string} script @param {unknown[]} args */
  execute(script, args) {
    return this.#post('/execute/sync', { script, args });
  }

  /** @param {string} css */
  async find(css) {
    return (await this.#post('/element', { using: 'css selector', value: css }))[ELEMENT];
  }

  /** @param {string} element @param {string} text */
  type(element, text) {
    return this.#post(`/element/${element}/value`, { text });
  }

  /** @param {string} element */
  clear(element) {
    return this.#post(`/element/${element}/clear`);
  }

  /** Screenshot as PNG bytes. @returns {Promise<Buffer>} */
  async screenshot() {
    return Buffer.from(await command(`${this.#session}/screenshot`, 'GET'), 'base64');
  }

  /** @param {Array<Record<string, unknown>>} actions */
  pointer(actions) {
    return this.#post('/actions', {
      actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }],
    });
  }

  /** A turn of the wheel at a point of the window. @param {number} x @param {number} y @param {number} deltaY */
  wheel(x, y, deltaY) {
    // A wheel of its own each time: WebKit sends the difference to what the same wheel did before.
    const turn = { type: 'scroll', x, y, deltaX: 0, deltaY, duration: 0, origin: 'viewport' };
    return this.#post('/actions', { actions: [{ type: 'wheel', id: `wheel-${this.#wheels++}`, actions: [turn] }] });
  }

  /** @param {string[]} keys pressed together, released in reverse */
  keys(keys) {
    const down = keys.map((value) => ({ type: 'keyDown', value }));
    const up = keys.toReversed().map((value) => ({ type: 'keyUp', value }));
    return this.#post('/actions', { actions: [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }] });
  }

  /** @param {number} width @param {number} height */
  async setSize(width, height) {
    await this.#post('/window/rect', { x: 0, y: 0, width, height });
  }

  async close() {
    await command(this.#session, 'DELETE').catch(() => {});
  }
}

/** @param {string} url @param {'GET' | 'POST' | 'DELETE'} method @param {unknown} [body] */
async function command(url, method, body) {
  const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const reply = await fetch(url, { method, ...init });
  const { value } = await reply.json();
  if (!reply.ok) throw new Error(`WebDriver: ${value?.error ?? reply.status}: ${value?.message ?? ''} (${new URL(url).pathname})`);
  return value;
}
