//! The FFT behind the picture: powers of one real, windowed column.
//!
//! Each pair of neighbouring samples makes one complex value; their FFT of half the length is taken apart into the
//! spectrum of the column at the end. It is a Stockham FFT: every pass reads one buffer and writes the other, so that
//! the values come out in order and neighbours stay neighbours, which is what vectors need. The first pass is of radix
//! 8 and windows the samples as it loads them, the middle ones are of radix 4, the last is of radix 4 or 8.
//!
//! Why our own: this is the work the product exists for, and the fusion with window and powers, one column at a time,
//! is worth more than the best FFT behind an interface.

mod butterfly;
mod passes;
mod split;

use std::f64::consts::TAU;

use fearless_simd::{Simd, SimdBase, f32x8};

use super::frames::Pairs;
use butterfly::Lanes;
use passes::{first_pass, last_pass, middle_pass};
use split::split_powers;

/// Values per block.
const BLOCK: usize = 8;
/// The window is scaled down by this, so that no power of the loudest sound overflows an f32.
const HEADROOM: f64 = 16.0;
/// What the powers are of |X|².
pub(super) const POWER_SCALE: f64 = 4.0 / (HEADROOM * HEADROOM);
/// What the logarithm of a power lacks to the square of a peak amplitude: the headroom, 20 log10(16).
pub(super) const POWER_SCALE_DB: f64 = 24.082_399_653_118_497;

/// Some consecutive complex values in one cache line.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Block {
    re: [f32; BLOCK],
    im: [f32; BLOCK],
}

/// One planned real FFT.
pub(super) struct RealFft {
    window: Vec<Block>,
    /// Seven blocks for every block of the first eighth.
    first_twiddles: Vec<Block>,
    middle: Vec<MiddlePass>,
    split_twiddles: Vec<Block>,
    front: Vec<Block>,
    back: Vec<Block>,
    /// The spectrum, with its first value again at the end: bin k always finds its mirror at `half - k`.
    re: Vec<f32>,
    im: Vec<f32>,
}

/// A pass of radix 4 with neither the finest nor the coarsest stride.
struct MiddlePass {
    stride_blocks: usize,
    twiddles: Vec<[(f32, f32); 3]>,
}

impl RealFft {
    /// Plans a transform of `fft_len` frames, of which the window covers the first; the others are zero. Both are
    /// powers of two, at least 256.
    pub(super) fn new(window: &[f64], fft_len: usize) -> Self {
        let half = fft_len / 2;
        let window =
            window.as_chunks().0.iter().map(|&[first, second]| (first / HEADROOM, second / HEADROOM));
        let first_twiddle = |i: usize| {
            let (block, factor) = (i / BLOCK / 7, i / BLOCK % 7 + 1);
            root_of_unity(factor * (block * BLOCK + i % BLOCK), half)
        };
        let empty = vec![Block::default(); half / BLOCK];
        Self {
            window: blocks(window),
            first_twiddles: blocks((0..7 * half / 8).map(first_twiddle)),
            middle: middle_passes(half),
            split_twiddles: blocks((0..half / 2).map(|k| root_of_unity(k, fft_len))),
            front: empty.clone(),
            back: empty,
            re: vec![0.0; half + 1],
            im: vec![0.0; half + 1],
        }
    }

    /// `POWER_SCALE * |X|²` for the `fft_len / 2 + 1` bins of one column. One NaN among the frames
    /// makes every power NaN.
    pub(super) fn powers<S: Simd>(&mut self, simd: S, frames: Pairs<'_>, powers: &mut [f32]) {
        // Longer vectors than a block would need another first pass and bring little: the loads become the limit.
        if S::f32s::LEN > BLOCK {
            self.powers_in_lanes::<S, f32x8<S>>(simd, frames, powers);
        } else {
            self.powers_in_lanes::<S, S::f32s>(simd, frames, powers);
        }
    }

    fn powers_in_lanes<S: Simd, V: Lanes<S>>(&mut self, simd: S, frames: Pairs<'_>, powers: &mut [f32]) {
        let (mut x, mut y) = (&mut self.front, &mut self.back);
        simd.vectorize(
            #[inline(always)]
            || first_pass::<S, V>(simd, frames, &self.window, &self.first_twiddles, x),
        );
        for pass in &self.middle {
            simd.vectorize(
                #[inline(always)]
                || middle_pass::<S, V>(simd, pass.stride_blocks, &pass.twiddles, x, y),
            );
            std::mem::swap(&mut x, &mut y);
        }
        let (re, im) = (&mut self.re, &mut self.im);
        simd.vectorize(
            #[inline(always)]
            || last_pass::<S, V>(simd, x, re, im),
        );
        simd.vectorize(
            #[inline(always)]
            || split_powers::<S, V>(simd, re, im, &self.split_twiddles, powers),
        );
    }
}

/// The passes between the first of radix 8 and the last of radix 4 or 8.
fn middle_passes(half: usize) -> Vec<MiddlePass> {
    let mut passes = Vec::new();
    let mut stride = 8;
    while half / stride > 8 {
        let n = half / stride;
        let twiddle = |p: usize, factor: usize| {
            let (re, im) = root_of_unity(factor * p, n);
            (re as f32, im as f32)
        };
        let twiddles = (0..n / 4).map(|p| [1, 2, 3].map(|factor| twiddle(p, factor))).collect();
        passes.push(MiddlePass { stride_blocks: stride / BLOCK, twiddles });
        stride *= 4;
    }
    passes
}

/// `exp(-2 pi i k / n)`.
fn root_of_unity(k: usize, n: usize) -> (f64, f64) {
    let (sin, cos) = (-TAU * (k % n) as f64 / n as f64).sin_cos();
    (cos, sin)
}

fn blocks(values: impl ExactSizeIterator<Item = (f64, f64)>) -> Vec<Block> {
    let mut blocks = vec![Block::default(); values.len() / BLOCK];
    for (i, (re, im)) in values.enumerate() {
        blocks[i / BLOCK].re[i % BLOCK] = re as f32;
        blocks[i / BLOCK].im[i % BLOCK] = im as f32;
    }
    blocks
}

#[cfg(test)]
mod tests;
