//! Straight lines over the base-2 logarithm, made of integer shifts and a polynomial that become SIMD code.
//!
//! libm's log10 costs more than the FFT. Here the exponent comes from the bits of the float and the mantissa's
//! logarithm from a degree-4 minimax polynomial on [1, 2); as a level of a power the error stays below 0.0004 dB.

use fearless_simd::prelude::*;

/// Minimax coefficients of log2 on [1, 2), constant term first (Remez exchange, absolute error 8.8e-5).
const LOG2: [f64; 5] = [-2.512_854_62, 4.070_090_79, -2.120_675_13, 0.645_142_36, -0.081_615_81];
/// What the exponent field of 1.0 holds.
const EXPONENT_BIAS: f64 = 127.0;

/// `slope * log2(x) + offset`, with slope and offset folded into the polynomial.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log2Line {
    slope: f32,
    polynomial: [f32; 5],
}

impl Log2Line {
    pub(crate) fn new(slope: f64, offset: f64) -> Self {
        let mut polynomial = LOG2.map(|coefficient| coefficient * slope);
        polynomial[0] += offset - EXPONENT_BIAS * slope;
        Self { slope: slope as f32, polynomial: polynomial.map(|coefficient| coefficient as f32) }
    }

    /// Value at a positive, normal, finite `x`; any other bit pattern gives some finite number, never NaN.
    #[inline(always)]
    pub(crate) fn at(&self, x: f32) -> f32 {
        let bits = x.to_bits() & 0x7fff_ffff;
        let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
        let exponent = (bits >> 23) as i32 as f32;
        let p = &self.polynomial;
        // The powers are grouped so that few operations wait for each other.
        (exponent * self.slope + p[0]) + (m * p[1] + (m * m) * ((p[2] + m * p[3]) + (m * m) * p[4]))
    }

    /// [`Log2Line::at`] of every lane: the same operations in the same order. Of non-negative values only.
    #[inline(always)]
    pub(crate) fn at_each<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s {
        let bits: S::i32s = x.bitcast();
        let m: S::f32s = ((bits & 0x007f_ffff) | 0x3f80_0000).bitcast();
        let exponent: S::f32s = (bits >> 23).to_float();
        let p = self.polynomial.map(|coefficient| S::f32s::splat(simd, coefficient));
        let square = m * m;
        (exponent * self.slope + p[0]) + (m * p[1] + square * ((p[2] + m * p[3]) + square * p[4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_level_of_a_power_it_is_within_0_0004_db() {
        let line = Log2Line::new(3.010_299_956_639_812, -20.0);
        // Every 1,009th positive normal float.
        let mut worst_db = 0.0_f64;
        for bits in (0x0080_0000_u32..0x7f80_0000).step_by(1009) {
            let x = f32::from_bits(bits);
            let error_db = f64::from(line.at(x)) - (10.0 * f64::from(x).log10() - 20.0);
            worst_db = worst_db.max(error_db.abs());
        }
        assert!(worst_db < 4e-4, "worst error {worst_db} dB");
    }

    #[test]
    fn nothing_makes_it_nan() {
        let line = Log2Line::new(1.0, 0.0);
        for x in [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -f32::NAN, 1e-40, -1.0] {
            assert!(line.at(x).is_finite(), "{x}");
        }
    }
}
