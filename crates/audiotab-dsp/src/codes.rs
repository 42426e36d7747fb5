//! Levels as 16-bit codes: hundredths of a dB above -300 dBFS, 0 for a gap.
//!
//! One step is 0.01 dB, the range -299.99 to +355.35 dBFS, so neither a dB range nor a colormap ever needs a
//! recomputation, and a texture of codes is a quarter of one of f64.

/// The code of a column that touches lost samples.
pub const GAP: u16 = 0;
/// The lowest code of a sounding column: at or below -299.99 dBFS, silence included.
pub const SILENCE: u16 = 1;
/// Level of (the unused) code 0, dBFS.
pub const OFFSET_DBFS: f32 = -300.0;
/// Codes per dB.
pub const PER_DB: f32 = 100.0;

/// The code of a level: NaN is the gap, everything else is rounded to 0.01 dB and clamped to 1..=65535
/// (so -infinity gives [`SILENCE`]).
#[inline]
#[must_use]
pub fn code_from_dbfs(dbfs: f32) -> u16 {
    if dbfs.is_nan() {
        return GAP;
    }
    ((dbfs - OFFSET_DBFS) * PER_DB).round().clamp(1.0, 65_535.0) as u16
}

/// The level of a code, dBFS; NaN for the gap.
#[inline]
#[must_use]
pub fn dbfs_from_code(code: u16) -> f32 {
    if code == GAP {
        return f32::NAN;
    }
    (f64::from(code) / f64::from(PER_DB) + f64::from(OFFSET_DBFS)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_round_trip() {
        for code in 0..=u16::MAX {
            assert_eq!(code_from_dbfs(dbfs_from_code(code)), code);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(code_from_dbfs(0.0), 30_000);
        assert_eq!(code_from_dbfs(f32::NAN), GAP);
        assert_eq!(code_from_dbfs(f32::NEG_INFINITY), SILENCE);
        assert_eq!(code_from_dbfs(-400.0), SILENCE);
        assert_eq!(code_from_dbfs(f32::INFINITY), u16::MAX);
        assert!(dbfs_from_code(GAP).is_nan());
        assert_eq!(dbfs_from_code(30_000), 0.0);
    }
}
