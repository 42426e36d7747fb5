//! From powers to levels: a straight line over log2, then dB as f32 or codes as u16.

use fearless_simd::prelude::*;

use crate::codes;
use crate::fast_log2::Log2Line;

/// Added to every power so that its logarithm exists; far below the lowest level.
const POWER_FLOOR: f32 = 1e-34;
/// Decibels of a power of two.
const DB_PER_OCTAVE: f64 = 3.010_299_956_639_812;

/// Levels of one column from its powers. A lost sample has made every power NaN.
pub(super) fn store_levels<S: Simd, L: Level>(simd: S, reference_db: f64, powers: &[f32], out: &mut [L]) {
    let [first, .., last] = powers else { return };
    if first.is_nan() {
        return out.fill(L::GAP);
    }
    let line = L::line(reference_db);
    simd.vectorize(
        #[inline(always)]
        || {
            let step = 2 * S::f32s::LEN;
            for (powers, levels) in powers.chunks_exact(step).zip(out.chunks_exact_mut(step)) {
                let (low, high) = powers.split_at(step / 2);
                let low = line.at_each(simd, S::f32s::from_slice(simd, low) + POWER_FLOOR);
                let high = line.at_each(simd, S::f32s::from_slice(simd, high) + POWER_FLOOR);
                L::store::<S>(low, high, levels);
            }
        },
    );
    // DC and Nyquist have no mirror image to add: half the amplitude, two octaves of power.
    let line = L::line(reference_db - 2.0 * DB_PER_OCTAVE);
    if let [level_at_dc, .., level_at_nyquist] = out {
        *level_at_dc = L::from_value(line.at(first + POWER_FLOOR));
        *level_at_nyquist = L::from_value(line.at(last + POWER_FLOOR));
    }
}

/// A form levels are delivered in.
pub(super) trait Level: Copy {
    const GAP: Self;
    /// The line from the log2 of a power to the value of its level.
    fn line(reference_db: f64) -> Log2Line;
    /// The final form of a value of that line.
    fn from_value(value: f32) -> Self;
    /// [`Level::from_value`] of the values of two vectors.
    fn store<S: Simd>(low: S::f32s, high: S::f32s, out: &mut [Self]);
}

impl Level for f32 {
    const GAP: Self = Self::NAN;

    fn line(reference_db: f64) -> Log2Line {
        Log2Line::new(DB_PER_OCTAVE, reference_db)
    }

    fn from_value(value: f32) -> Self {
        value.max(crate::FLOOR_DBFS as Self)
    }

    #[inline(always)]
    fn store<S: Simd>(low: S::f32s, high: S::f32s, out: &mut [Self]) {
        let (out_low, out_high) = out.split_at_mut(S::f32s::LEN);
        low.max(crate::FLOOR_DBFS as Self).store_slice(out_low);
        high.max(crate::FLOOR_DBFS as Self).store_slice(out_high);
    }
}

/// Adding 2^23 leaves the rounded integer in the low mantissa bits; unlike a saturating cast this is one SIMD
/// instruction everywhere.
const INTEGER_IN_MANTISSA: f32 = 8_388_608.0;

impl Level for u16 {
    const GAP: Self = codes::GAP;

    fn line(reference_db: f64) -> Log2Line {
        let per_db = f64::from(codes::PER_DB);
        Log2Line::new(DB_PER_OCTAVE * per_db, (reference_db - f64::from(codes::OFFSET_DBFS)) * per_db)
    }

    fn from_value(value: f32) -> Self {
        (value.clamp(1.0, 65_535.0) + INTEGER_IN_MANTISSA).to_bits() as Self
    }

    #[inline(always)]
    fn store<S: Simd>(low: S::f32s, high: S::f32s, out: &mut [Self]) {
        // Clamped as integers, in the same order as the floats: in wasm a minimum of floats costs eight instructions.
        let clamped = |value: S::f32s| -> S::u32s {
            let bits: S::i32s = (value + INTEGER_IN_MANTISSA).bitcast();
            let zero = INTEGER_IN_MANTISSA.to_bits() as i32;
            bits.max(zero + 1).min(zero + 65_535).bitcast()
        };
        let (low, high) = (clamped(low), clamped(high));
        low.narrow(high).store_slice(out);
    }
}
