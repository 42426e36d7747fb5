// The stage in the desktop window, through WebKit's own WebDriver.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { desktopApp } from './programs.mjs';
import { pause, until } from './processes.mjs';
import { middleOf } from './stage.mjs';
import { WebDriver } from './webdriver.mjs';

const CLICK_TIMEOUT_MS = 10_000;
/** DOM key names to WebDriver's code points. */
const KEYS = new Map([
  ['Escape', '\uE00C'], ['Enter', '\uE007'], ['Tab', '\uE004'], ['Home', '\uE011'], ['End', '\uE010'],
  ['ArrowLeft', '\uE012'], ['ArrowUp', '\uE013'], ['ArrowRight', '\uE014'], ['ArrowDown', '\uE015'], ['Space', ' '],
]);

/**
 * @param {import('./rig.mjs').Rig} rig
 * @param {{ input?: string, history?: number, transport?: import('./stage.mjs').Transport, program?: string, size: { width: number, height: number } }} options
 *   without `transport` the app takes the one it prefers; `program` is another copy of it
 * @returns {Promise<import('./stage.mjs').Stage>}
 */
export async function openDesktopStage(rig, { input, history, transport, program, size }) {
  const port = await freePort();
  // The driver starts the app, so the app sees the driver's environment: the rig's. Its journal and its settings are its
  // own: what the window of another scenario recorded is not in this one's log.
  const own = { XDG_DATA_HOME: mkdtempSync(join(rig.folder, 'data-')), TAURI_WEBVIEW_AUTOMATION: 'true' };
  const driver = rig.run('WebKitWebDriver', [`--port=${port}`], own);
  const args = Object.entries({ input, history, transport }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
  const web = await until('the driver', () => WebDriver.open(port, program ?? desktopApp(), args), 30_000);
  await web.setSize(size.width, size.height);

  /** @type {import('./stage.mjs').Stage['evaluate']} */
  const evaluate = (work, argument) => web.execute(`return (${work})(arguments[0])`, [argument ?? null]);
  /** @param {string} css */
  const place = (css) => until(`the element ${css}`, () => evaluate(middleOf, css), CLICK_TIMEOUT_MS);

  const appPid = await childOf(driver.pid, 'the app');
  return {
    kind: 'desktop',
    appPid,
    pagePids: () => pageProcesses(appPid),
    evaluate,
    click: async (css) => {
      const { x, y } = await place(css);
      await web.pointer([to(x, y), down, up]);
    },
    fill: async (css, text) => {
      await place(css);
      const element = await web.find(css);
      await web.clear(element);
      await web.type(element, text);
    },
    press: (key) => web.keys([KEYS.get(key) ?? key]),
    move: (x, y) => web.pointer([to(x, y)]),
    drag: async ([x0, y0], [x1, y1]) => {
      const steps = Array.from({ length: 10 }, (_, i) => to(x0 + ((x1 - x0) * (i + 1)) / 10, y0 + ((y1 - y0) * (i + 1)) / 10, 16));
      await web.pointer([to(x0, y0), down, ...steps, up]);
    },
    wheel: async (x, y, deltaY) => {
      await web.pointer([to(x, y)]);
      await web.wheel(Math.floor(x), Math.floor(y), deltaY);
    },
    screenshot: () => web.screenshot(),
    sleep: async (ms) => {
      const pages = pageProcesses(appPid);
      for (const pid of pages) process.kill(pid, 'SIGSTOP');
      await pause(ms);
      for (const pid of pages) process.kill(pid, 'SIGCONT');
    },
    reload: async () => {
      await evaluate(() => location.reload());
      await pause(500);
    },
    close: async () => {
      await web.close();
      await driver.stop();
    },
  };
}

const down = { type: 'pointerDown', button: 0 };
const up = { type: 'pointerUp', button: 0 };

/** A pointer movement, to the pixel that holds the point. @param {number} x @param {number} y */
function to(x, y, duration = 0) {
  return { type: 'pointerMove', x: Math.floor(x), y: Math.floor(y), duration, origin: 'viewport' };
}

/** The processes that run the app's page. @param {number} appPid */
export function pageProcesses(appPid) {
  return childrenOf(appPid).filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('WebKitWebProces'));
}

/** The process another one started, once it has. @param {number} parent @param {string} what */
function childOf(parent, what) {
  return until(what, () => childrenOf(parent)[0]);
}

/** Processes started by any thread of one. @param {number} parent @returns {number[]} */
function childrenOf(parent) {
  const threads = readdirSync(`/proc/${parent}/task`);
  try {
    const lists = threads.map((thread) => readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8'));
    return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
  } catch (error) {
    // A thread that ended meanwhile leaves its children to another one: all are looked at anew.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return childrenOf(parent);
    throw error;
  }
}

/** A port nothing listens on. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
