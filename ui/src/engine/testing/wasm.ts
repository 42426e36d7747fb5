// The real WASM module in Node, for tests. It is built by `npm test` before the tests run.

import { readFileSync } from 'node:fs';
import { initSync } from '../../../wasm/audiotab_wasm.js';

const { memory: loaded } = initSync({ module: readFileSync(new URL('../../../wasm/audiotab_wasm_bg.wasm', import.meta.url)) });

export const memory: WebAssembly.Memory = loaded;
