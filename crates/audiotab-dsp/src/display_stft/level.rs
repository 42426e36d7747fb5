//! From powers to levels: a straight line over log2, then dB as f32 or codes as u16.

use multiversion::multiversion;

use super::kernels::Content;
use crate::codes;
use crate::fast_log2::Log2Line;

/// Added to every power so that its logarithm exists; far below f32's own noise at unit energy.
const POWER_FLOOR: f32 = 1e-30;
/// Decibels of a power of two.
const DB_PER_OCTAVE: f64 = 3.010_299_956_639_812;

/// Levels of one column from its scaled powers; `out` may be empty.
pub(super) fn store_levels<L: Level>(content: &Content, window_level_db: f64, powers: &[f32], out: &mut [L]) {
    let scale = match content {
        Content::Gap => return out.fill(L::GAP),
        Content::Silence => return out.fill(L::SILENCE),
        Content::Sound { scale } => *scale,
    };
    let reference_db = window_level_db - 20.0 * f64::from(scale).log10();
    store_line(&L::line(reference_db), powers, out);
    // DC and Nyquist have no mirror image to add: half the amplitude, two octaves of power.
    let line = L::line(reference_db - 2.0 * DB_PER_OCTAVE);
    let last = out.len().saturating_sub(1);
    for bin in [0, last] {
        if let (Some(level), Some(power)) = (out.get_mut(bin), powers.get(bin)) {
            *level = L::from_value(line.at(power + POWER_FLOOR));
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn store_line<L: Level>(line: &Log2Line, powers: &[f32], out: &mut [L]) {
    for (level, power) in out.iter_mut().zip(powers) {
        let value = line.at(power + POWER_FLOOR);
        *level = L::from_value(value);
    }
}

/// A form levels are delivered in.
pub(super) trait Level: Copy {
    const GAP: Self;
    const SILENCE: Self;
    /// The line from the log2 of a power to the value of its level.
    fn line(reference_db: f64) -> Log2Line;
    /// The final form of a value of that line.
    fn from_value(value: f32) -> Self;
}

impl Level for f32 {
    const GAP: Self = Self::NAN;
    const SILENCE: Self = crate::FLOOR_DBFS as Self;

    fn line(reference_db: f64) -> Log2Line {
        Log2Line::new(DB_PER_OCTAVE, reference_db)
    }

    #[inline(always)]
    fn from_value(value: f32) -> Self {
        value
    }
}

impl Level for u16 {
    const GAP: Self = codes::GAP;
    const SILENCE: Self = codes::SILENCE;

    fn line(reference_db: f64) -> Log2Line {
        let per_db = f64::from(codes::PER_DB);
        Log2Line::new(DB_PER_OCTAVE * per_db, (reference_db - f64::from(codes::OFFSET_DBFS)) * per_db)
    }

    #[inline(always)]
    fn from_value(value: f32) -> Self {
        // Adding 2^23 leaves the rounded integer in the low mantissa bits; unlike a saturating cast this is one
        // SIMD instruction everywhere.
        (value.clamp(1.0, 65_535.0) + 8_388_608.0).to_bits() as Self
    }
}
