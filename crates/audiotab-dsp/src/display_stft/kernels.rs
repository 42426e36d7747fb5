//! The loops over samples and bins, plain enough for the compiler to turn each into SIMD code, native and wasm.
//!
//! On x86-64 each loop is compiled twice, for every CPU and for those with AVX2, and chosen when the program runs.
//! The operations and their order are the same, so are the results.

use multiversion::multiversion;
use rustfft::num_complex::Complex;

use crate::samples::LARGEST_SAMPLE;

/// Samples smaller than this (-320 dBFS) become zero: no level shows them, and no later product is denormal, which
/// would slow the FFT down many times (wasm cannot flush denormals by itself).
const SMALLEST_SAMPLE: f32 = 1e-16;
/// A windowed column with less energy than this stays below the lowest code in every bin: silence.
const SILENT_ENERGY: f32 = 1e-36;
/// Partial sums of the energy: floating-point addition may not be reordered by the compiler, so they are spelt out.
const LANES: usize = 8;

/// What a windowed column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// At least one lost sample.
    Gap,
    /// Nothing that reaches the lowest code.
    Silence,
    /// Sound, and the power of two that brings it to about unit energy.
    Sound { scale: f32 },
}

impl Content {
    /// Looks at a column through its window.
    pub(super) fn of(column: &[f32], window: &[f32]) -> Self {
        let energy = windowed_energy(column, window);
        if energy.is_nan() {
            Self::Gap
        } else if energy < SILENT_ENERGY {
            Self::Silence
        } else {
            // 2^-(e/2) from the exponent e of the energy; the exponent field is far from both ends here.
            let exponent = (energy.to_bits() >> 23) as i32 - 127;
            Self::Sound { scale: f32::from_bits(((127 - (exponent >> 1)) as u32) << 23) }
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        matches!(self, Self::Sound { .. })
    }

    pub(super) fn scale(&self) -> f32 {
        if let Self::Sound { scale } = self { *scale } else { 0.0 }
    }
}

/// Converts to f32; lost samples become NaN, values nobody can see become zero.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn convert(samples: &[f64], out: &mut [f32]) {
    for (y, &sample) in out.iter_mut().zip(samples) {
        // The limits are applied to the f32 value, which has twice the lanes; beyond f32's range it is infinite.
        let x = sample as f32;
        let audible = if x.abs() < SMALLEST_SAMPLE { 0.0 } else { x };
        *y = if x.abs() <= LARGEST_SAMPLE as f32 { audible } else { f32::NAN };
    }
}

/// `sum (x w)^2`; NaN if any x is.
#[multiversion(targets("x86_64+avx2"))]
fn windowed_energy(column: &[f32], window: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (x, w) in column.chunks_exact(LANES).zip(window.chunks_exact(LANES)) {
        for lane in 0..LANES {
            let v = x[lane] * w[lane];
            sums[lane] += v * v;
        }
    }
    sums.iter().sum()
}

/// Windows and scales two real columns into the real and imaginary parts of one complex signal.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn pack(
    a: &[f32],
    scale_a: f32,
    b: &[f32],
    scale_b: f32,
    window: &[f32],
    out: &mut [Complex<f32>],
) {
    for (((z, w), a), b) in out.iter_mut().zip(window).zip(a).zip(b) {
        *z = Complex::new(a * w * scale_a, b * w * scale_b);
    }
}

/// Squared magnitudes, times 4, of the two real signals whose sum `a + i b` was transformed:
/// `A[k] = (Z[k] + conj Z[n-k]) / 2`, `B[k] = (Z[k] - conj Z[n-k]) / 2i`. `z` holds n + 1 values with z[n] = z[0].
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn split_powers(z: &[Complex<f32>], power_a: &mut [f32], power_b: &mut [f32]) {
    let half = z.len() / 2;
    let (front, back) = (&z[..=half], &z[half..]);
    for (((pa, pb), z), mirror) in power_a.iter_mut().zip(power_b).zip(front).zip(back.iter().rev()) {
        let (ar, ai) = (z.re + mirror.re, z.im - mirror.im);
        let (br, bi) = (z.im + mirror.im, mirror.re - z.re);
        *pa = ar * ar + ai * ai;
        *pb = br * br + bi * bi;
    }
}
