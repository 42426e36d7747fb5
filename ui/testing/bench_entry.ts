// What scripts/bench-worker.mjs measures, as one bundle.

export { initSync } from '../wasm/audiotab_wasm.js';
export { ColumnBudget } from '../src/engine/budget';
export { BufferPool } from '../src/engine/buffers';
export { bytesPerChannel, COLUMN_BYTES } from '../src/engine/column_plan';
export { Spectra } from '../src/engine/spectra';
export { WasmMemory } from '../src/engine/wasm_memory';
export { Waveforms } from '../src/engine/waveforms';
