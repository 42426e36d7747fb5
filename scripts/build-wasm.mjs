// Builds the WebAssembly module alone (`node scripts/build-wasm.mjs`), for work on the engine worker.

import { step } from './lib/progress.mjs';
import { main } from './lib/run.mjs';
import { ensureWasmTools } from './lib/tools.mjs';
import { buildWasm } from './lib/wasm_build.mjs';
import { ensureWasmToolchain } from './lib/wasm_toolchain.mjs';

await main(async () => {
  const toolchain = await ensureWasmToolchain();
  const tools = await ensureWasmTools();
  await step('WebAssembly module', (note) => buildWasm({ toolchain, tools }, note));
});
