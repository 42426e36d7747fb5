//! One stage: a linear-phase low-pass that computes only the outputs that are kept.

use std::f64::consts::PI;

use crate::window::kaiser;

/// Stop-band attenuation designed for, dB. Kaiser's formula is good to a few dB; 100 dB is what is promised.
const ATTENUATION_DB: f64 = 110.0;
/// Most frames a stage takes at a time.
pub(super) const CHUNK_FRAMES: usize = 1024;
/// Lanes of the dot product that the compiler turns into SIMD.
const LANES: usize = 4;

#[derive(Debug, Clone)]
pub(super) struct Stage {
    factor: usize,
    /// Impulse response, `2 * reach + 1` long, symmetric, sum 1.
    taps: Vec<f64>,
    reach: usize,
    /// Frames from `next - reach` on, where `next * factor` is the frame of the next output.
    waiting: Vec<f64>,
    /// Frames in `waiting` that are used up.
    used: usize,
    /// Frames in `waiting` that are filled, the used ones included.
    filled: usize,
    output: Vec<f64>,
}

impl Stage {
    /// A stage that passes frequencies up to `pass` and stops those from `stop`, in cycles per input frame.
    pub(super) fn new(factor: usize, pass: f64, stop: f64) -> Self {
        let (taps, reach) = low_pass(pass, stop);
        let mut stage = Self {
            factor,
            waiting: vec![0.0; 2 * taps.len() + factor + 2 * CHUNK_FRAMES],
            taps,
            reach,
            used: 0,
            filled: 0,
            output: vec![0.0; CHUNK_FRAMES / factor + 1],
        };
        stage.reset();
        stage
    }

    pub(super) fn factor(&self) -> usize {
        self.factor
    }

    /// Frames the filter reaches to either side.
    pub(super) fn reach(&self) -> usize {
        self.reach
    }

    /// Back to the start: silence before frame 0.
    pub(super) fn reset(&mut self) {
        self.waiting.fill(0.0);
        self.used = 0;
        self.filled = self.reach;
    }

    /// Takes at most [`CHUNK_FRAMES`] frames and returns the outputs they complete.
    pub(super) fn process(&mut self, input: &[f64]) -> &[f64] {
        if self.filled + input.len() + LANES > self.waiting.len() {
            self.waiting.copy_within(self.used..self.filled, 0);
            self.filled -= self.used;
            self.used = 0;
        }
        self.waiting[self.filled..self.filled + input.len()].copy_from_slice(input);
        self.filled += input.len();
        let needed = 2 * self.reach + 1;
        let mut count = 0;
        while self.used + needed <= self.filled {
            let frames = &self.waiting[self.used..self.used + needed];
            self.output[count] = dot(frames, &self.taps);
            count += 1;
            self.used += self.factor;
        }
        &self.output[..count]
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Kaiser-windowed sinc from J. F. Kaiser's design formulas (Oppenheim and Schafer, "Discrete-Time Signal
/// Processing", section 7.5); the impulse response and its reach.
fn low_pass(pass: f64, stop: f64) -> (Vec<f64>, usize) {
    let transition = 2.0 * PI * (stop - pass);
    let length = (ATTENUATION_DB - 7.95) / (2.285 * transition) + 1.0;
    let reach = (length / 2.0).ceil() as usize;
    let taps = 2 * reach + 1;
    let beta = 0.1102 * (ATTENUATION_DB - 8.7);
    let cutoff = 0.5 * (pass + stop);
    let mut response = kaiser(taps, (taps - 1) as f64, beta);
    for (i, tap) in response.iter_mut().enumerate() {
        let t = i as f64 - reach as f64;
        *tap *= if t == 0.0 { 2.0 * cutoff } else { (2.0 * PI * cutoff * t).sin() / (PI * t) };
    }
    let sum: f64 = response.iter().sum();
    response.iter_mut().for_each(|tap| *tap /= sum);
    (response, reach)
}
