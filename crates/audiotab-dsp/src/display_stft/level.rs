//! From powers to levels: one straight line over log2, then dB as f32 or codes as u16.

use super::LANES;
use super::kernels::Content;
use crate::codes;
use crate::fast_log2::fast_log2;

/// Added to every power so that its logarithm exists; far below f32's own noise at unit energy.
const POWER_FLOOR: f32 = 1e-30;
/// Decibels of a power of two.
const DB_PER_OCTAVE: f64 = 3.010_299_956_639_812;

/// Levels of one column from its scaled powers, which are overwritten; `out` may be empty.
#[inline(always)]
pub(super) fn store_levels<L: Level>(
    content: &Content,
    window_level_db: f64,
    powers: &mut [f32],
    out: &mut [L],
) {
    let scale = match content {
        Content::Gap => return out.fill(L::GAP),
        Content::Silence => return out.fill(L::SILENCE),
        Content::Sound { scale } => *scale,
    };
    if out.is_empty() {
        return;
    }
    let (per_octave, offset) = L::line(window_level_db - 20.0 * f64::from(scale).log10());
    // Two simple loops: each becomes SIMD code by itself, one with both does not.
    for value in powers.iter_mut() {
        *value = fast_log2(*value + POWER_FLOOR) * per_octave + offset;
    }
    // DC and Nyquist have no mirror image to add: half the amplitude, two octaves of power.
    if let [dc, .., nyquist] = powers {
        *dc -= 2.0 * per_octave;
        *nyquist -= 2.0 * per_octave;
    }
    L::store(powers, out);
}

/// A form levels are delivered in.
pub(super) trait Level: Copy {
    const GAP: Self;
    const SILENCE: Self;
    /// Slope per octave of power and offset of the straight line from log2 to the value.
    fn line(reference_db: f64) -> (f32, f32);
    /// Values of that line into their final form.
    fn store(values: &[f32], out: &mut [Self]);
}

impl Level for f32 {
    const GAP: Self = Self::NAN;
    const SILENCE: Self = crate::FLOOR_DBFS as Self;

    fn line(reference_db: f64) -> (f32, f32) {
        (DB_PER_OCTAVE as Self, reference_db as Self)
    }

    #[inline(always)]
    fn store(values: &[f32], out: &mut [Self]) {
        out.copy_from_slice(values);
    }
}

impl Level for u16 {
    const GAP: Self = codes::GAP;
    const SILENCE: Self = codes::SILENCE;

    fn line(reference_db: f64) -> (f32, f32) {
        let per_db = f64::from(codes::PER_DB);
        let offset = (reference_db - f64::from(codes::OFFSET_DBFS)) * per_db;
        ((DB_PER_OCTAVE * per_db) as f32, offset as f32)
    }

    #[inline(always)]
    fn store(values: &[f32], out: &mut [Self]) {
        // Adding 2^23 leaves the rounded integer in the low mantissa bits; unlike a saturating cast this is one
        // SIMD instruction everywhere.
        let code = |value: f32| (value.clamp(1.0, 65_535.0) + 8_388_608.0).to_bits() as Self;
        if cfg!(target_arch = "wasm32") {
            // The plain loop becomes three times as fast as blocks there, and the other way round elsewhere.
            out.iter_mut().zip(values).for_each(|(level, &value)| *level = code(value));
            return;
        }
        let (blocks, rest) = values.as_chunks::<LANES>();
        let (out_blocks, out_rest) = out.as_chunks_mut::<LANES>();
        out_blocks.iter_mut().zip(blocks).for_each(|(codes, values)| *codes = values.map(code));
        out_rest.iter_mut().zip(rest).for_each(|(level, &value)| *level = code(value));
    }
}
