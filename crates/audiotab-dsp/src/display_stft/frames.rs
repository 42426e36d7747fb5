//! Samples as f32, even and odd frames apart: two neighbours make one complex value of the real FFT.

use fearless_simd::prelude::*;

use crate::samples::LARGEST_SAMPLE;

/// Samples smaller than this (-320 dBFS) become zero: no level shows them, and no later product is denormal, which
/// would slow the FFT down many times (wasm cannot flush denormals by itself).
const SMALLEST_SAMPLE: f32 = 1e-16;
/// Frames converted in one step, at most: two vectors of the widest kind.
const STEP_FRAMES: usize = 32;

/// A stretch of converted frames.
pub(super) struct Frames {
    even: Vec<f32>,
    odd: Vec<f32>,
}

/// The first and the second of each pair of neighbouring frames.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub(super) first: &'a [f32],
    pub(super) second: &'a [f32],
}

impl Frames {
    /// Room for `capacity` frames, rounded up.
    pub(super) fn new(capacity: usize) -> Self {
        let pairs = capacity.next_multiple_of(STEP_FRAMES) / 2;
        Self { even: vec![0.0; pairs], odd: vec![0.0; pairs] }
    }

    pub(super) fn capacity(&self) -> usize {
        2 * self.even.len()
    }

    /// Takes the place of what was here; lost samples become NaN, values nobody can see become zero.
    pub(super) fn convert<S: Simd>(&mut self, simd: S, samples: &[f64]) {
        let Self { even, odd } = self;
        simd.vectorize(
            #[inline(always)]
            || {
                let step = 2 * S::f32s::LEN;
                let (even, odd) = (even.chunks_exact_mut(step / 2), odd.chunks_exact_mut(step / 2));
                let whole = samples.chunks_exact(step);
                let mut rest = [0.0; STEP_FRAMES];
                rest[..whole.remainder().len()].copy_from_slice(whole.remainder());
                for ((even, odd), samples) in even.zip(odd).zip(whole.chain([&rest[..step]])) {
                    let (low, high) = samples.split_at(step / 2);
                    let (first, second) = audible(simd, low).deinterleave(audible(simd, high));
                    first.store_slice(even);
                    second.store_slice(odd);
                }
            },
        );
    }

    /// `size` frames from `start` on.
    pub(super) fn pairs(&self, start: usize, size: usize) -> Pairs<'_> {
        let (first, second) = if start.is_multiple_of(2) {
            (&self.even[start / 2..], &self.odd[start / 2..])
        } else {
            (&self.odd[start / 2..], &self.even[start / 2 + 1..])
        };
        Pairs { first: &first[..size / 2], second: &second[..size / 2] }
    }
}

/// One vector of f32 from as many f64.
#[inline(always)]
fn audible<S: Simd>(simd: S, samples: &[f64]) -> S::f32s {
    let (low, high) = samples.split_at(S::f64s::LEN);
    // The limits are applied to the f32 value, which has twice the lanes; beyond f32's range it is infinite. Magnitudes
    // compare like their bits; the sign of a difference, spread over the lane, is the mask (a selection costs wasm more).
    let x = S::f64s::from_slice(simd, low).narrow(S::f64s::from_slice(simd, high));
    let bits: S::i32s = x.bitcast();
    let magnitude = bits & i32::MAX;
    let is_audible = (S::i32s::splat(simd, SMALLEST_SAMPLE.to_bits() as i32 - 1) - magnitude) >> 31;
    let is_lost = (S::i32s::splat(simd, (LARGEST_SAMPLE as f32).to_bits() as i32) - magnitude) >> 31;
    // All ones are a NaN.
    ((bits & is_audible) | is_lost).bitcast()
}
