//! Windows, STFT, levels, min/max pyramid, decimation, colormaps: pure mathematics, native and wasm.
