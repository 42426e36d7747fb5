//! The numbers of the engine worker: a thin wasm-bindgen shell over the ring reader and the DSP.
