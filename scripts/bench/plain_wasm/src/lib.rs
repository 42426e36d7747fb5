//! Bench only: the STFT as it is first written. Complex f64 FFT without SIMD, one column at a time, libm's log10.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use wasm_bindgen::prelude::wasm_bindgen;

/// Hann window and FFT of one size.
#[wasm_bindgen]
pub struct PlainStft {
    window: Vec<f64>,
    scale: f64,
    fft: Arc<dyn Fft<f64>>,
    buffer: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

#[wasm_bindgen]
impl PlainStft {
    /// Plans the transform.
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize) -> Self {
        let window: Vec<f64> = (0..size).map(|i| 0.5 - 0.5 * (TAU * i as f64 / size as f64).cos()).collect();
        let fft = FftPlanner::new().plan_fft_forward(size);
        Self {
            scale: 2.0 / window.iter().sum::<f64>(),
            buffer: vec![Complex::default(); size],
            scratch: vec![Complex::default(); fft.get_inplace_scratch_len()],
            window,
            fft,
        }
    }

    /// dBFS of every bin of every whole column.
    pub fn columns(&mut self, samples: &[f64], hop: usize) -> Vec<f32> {
        let size = self.window.len();
        let columns = samples.len().saturating_sub(size) / hop + 1;
        let mut levels = Vec::with_capacity(columns * (size / 2 + 1));
        for frames in samples.windows(size).step_by(hop) {
            for ((z, x), w) in self.buffer.iter_mut().zip(frames).zip(&self.window) {
                *z = Complex::new(x * w, 0.0);
            }
            self.fft.process_with_scratch(&mut self.buffer, &mut self.scratch);
            for (k, z) in self.buffer[..=size / 2].iter().enumerate() {
                let sides = if k == 0 || k == size / 2 { 0.5 } else { 1.0 };
                // Without hypot, which nobody needs here and which would slow it down further.
                let magnitude = z.norm_sqr().sqrt();
                levels.push((20.0 * (magnitude * self.scale * sides).max(1e-15).log10()) as f32);
            }
        }
        levels
    }
}
