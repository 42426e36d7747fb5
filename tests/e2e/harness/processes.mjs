// Programs the tests start: each is ended by its own process group, and what it said is kept for the error message.

import { spawn } from 'node:child_process';

const KEPT_LINES = 60;

/** One running program. */
export class Running {
  /** @type {string[]} */ #said = [];
  /** @type {Set<(line: string) => void>} */ #listeners = new Set();
  /** @type {string} */ #name;
  /** @type {import('node:child_process').ChildProcess} */ child;
  /** @type {Promise<void>} */ ended;

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {Record<string, string | undefined>} env
   */
  constructor(command, args, env) {
    this.#name = command;
    // A group of its own: what it starts ends with it.
    this.child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#hear(line);
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.#hear(String(error));
        resolve();
      });
      this.child.on('exit', (code, signal) => {
        this.#hear(`(${command} ended: ${signal ?? code})`);
        resolve();
      });
    });
  }

  /** @param {string} line */
  #hear(line) {
    this.#said.push(line);
    if (this.#said.length > KEPT_LINES) this.#said.shift();
    for (const listener of this.#listeners) listener(line);
  }

  get said() {
    return this.#said.join('\n');
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null && this.pid !== 0;
  }

  /**
   * The first line the pattern matches, already said or still to come.
   * @param {RegExp} pattern
   * @param {number} timeoutMs
   * @returns {Promise<RegExpExecArray>}
   */
  line(pattern, timeoutMs = 20_000) {
    return new Promise((resolve, reject) => {
      /** @param {string} why */
      const fail = (why) => {
        stop();
        reject(new Error(`${this.#name} ${why} before it said ${pattern}:\n${this.said}`));
      };
      const timer = setTimeout(() => fail(`took ${timeoutMs / 1000} s`), timeoutMs);
      /** @param {string} text */
      const look = (text) => {
        const found = pattern.exec(text);
        if (found) {
          stop();
          resolve(found);
        }
        return found !== null;
      };
      const stop = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      if (this.#said.some(look)) return;
      this.#listeners.add(look);
      void this.ended.then(() => fail('ended'));
    });
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Already gone.
    }
  }

  /** Asks it to end, and insists after two seconds. */
  async stop() {
    if (!this.isRunning) return;
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const insist = setTimeout(() => this.signal('SIGKILL'), 2000);
    await this.ended;
    clearTimeout(insist);
  }
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Tries until `check` returns something true, and returns that.
 * @template T
 * @param {string} what completes "waited in vain for ..."
 * @param {() => Promise<T> | T} check
 * @param {number} timeoutMs
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, check, timeoutMs = 10_000) {
  const end = performance.now() + timeoutMs;
  /** @type {unknown} */
  let last;
  do {
    try {
      const result = await check();
      if (result) return result;
      last = result;
    } catch (error) {
      last = error;
    }
    await pause(50);
  } while (performance.now() < end);
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}${last ? ` (last: ${String(last)})` : ''}`);
}
