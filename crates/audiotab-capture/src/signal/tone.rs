//! A sine whose phase is exact at every frame number.
//!
//! The phase of frame `n` is `n·step mod 1` with `step = freq/rate` as a 128-bit fraction of a cycle: integer
//! arithmetic, so after 2^40 frames (265 days at 48 kHz) it is still right to 2^-88 of a cycle. One sine and
//! cosine are taken per 64 frames; the frames between follow by the angle-addition formula from a fixed table,
//! always from a multiple of 64, so a sample does not depend on where a block begins.

use std::f64::consts::TAU;

use super::Shape;

const STRIDE: u64 = 64;

pub(super) struct Tone {
    /// Cycles per frame, as a fraction of 2^128.
    step: u128,
    /// sin and cos of `k·step` for k below [`STRIDE`].
    table: Box<[(f64, f64); STRIDE as usize]>,
}

impl Tone {
    /// `freq_hz` from 2^-11 Hz up to below `rate_hz`.
    pub(super) fn new(freq_hz: f64, rate_hz: u32) -> Self {
        let rate = u128::from(rate_hz);
        let freq = (freq_hz * 2f64.powi(64)) as u128;
        let step = ((freq / rate) << 64) + (((freq % rate) << 64) / rate);
        Self::with_step(step)
    }

    fn with_step(step: u128) -> Self {
        let mut table = Box::new([(0.0, 0.0); STRIDE as usize]);
        for (k, entry) in table.iter_mut().enumerate() {
            *entry = angle(step.wrapping_mul(k as u128)).sin_cos();
        }
        Self { step, table }
    }

    /// The tone at `k` times this frequency.
    pub(super) fn harmonic(&self, k: u32) -> Self {
        Self::with_step(self.step.wrapping_mul(u128::from(k)))
    }

    /// Adds `amplitude·sin` of the frames from `first_frame` on to `out`.
    pub(super) fn add(&self, first_frame: u64, amplitude: f64, out: &mut [f64]) {
        let mut frame = first_frame;
        let mut rest = out;
        while !rest.is_empty() {
            let offset = (frame % STRIDE) as usize;
            let take = (STRIDE as usize - offset).min(rest.len());
            let base = frame - offset as u64;
            let (sin, cos) = angle(self.step.wrapping_mul(u128::from(base))).sin_cos();
            let (sin, cos) = (amplitude * sin, amplitude * cos);
            let (now, later) = rest.split_at_mut(take);
            for (sample, (sin_k, cos_k)) in now.iter_mut().zip(&self.table[offset..]) {
                *sample += sin * cos_k + cos * sin_k;
            }
            frame += take as u64;
            rest = later;
        }
    }
}

impl Shape for Tone {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        out.fill(0.0);
        self.add(first_frame, 1.0, out);
    }
}

/// A fraction of a cycle (of 2^128) as an angle in [−π, π).
fn angle(phase: u128) -> f64 {
    let cycles = ((phase >> 64) as u64).cast_signed() as f64 * 2f64.powi(-64);
    cycles * TAU
}
