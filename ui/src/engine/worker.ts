// Entry of the engine worker: loads the WASM, then hands every message to the session. What arrives while it loads
// waits in order.

import init from '../../wasm/audiotab_wasm.js';
import type { FromWorker, MapRequest, ToWorker } from './protocol';
import { EngineSession } from './session';

/** Lets requests go on while nobody draws. */
const TICK_MS = 100;

/** The part of the worker's global scope that is used; the page's types are the ones in force. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  postMessage(message: FromWorker | MapRequest, transfer: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

let receive = (message: ToWorker): void => void waiting.push(message);
const waiting: ToWorker[] = [];
scope.addEventListener('message', (event) => receive(event.data));

async function start(): Promise<void> {
  const { memory } = await init();
  const session = new EngineSession({
    memory,
    post: (message, transfer) => scope.postMessage(message, transfer),
  });
  receive = (message) => session.receive(message);
  for (const message of waiting.splice(0)) receive(message);
  setInterval(() => session.tick(), TICK_MS);
}

start().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The analysis module could not be loaded (${reason}); reload the page or build ui/wasm again.`;
  scope.postMessage({ type: 'trouble', kind: 'internal', message }, []);
});
