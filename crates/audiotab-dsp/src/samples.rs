//! Which samples count as sound.

/// Largest magnitude that counts as sound: 300 dB over full scale. Beyond it a sample is treated as lost, so that
/// no square of a sample overflows an f32 and one wild value cannot poison its neighbours.
pub const LARGEST_SAMPLE: f64 = 1e15;

/// True for NaN (how the ring marks lost frames), infinities and values beyond ±[`LARGEST_SAMPLE`].
#[inline]
#[must_use]
pub fn is_lost(sample: f64) -> bool {
    // Written so that NaN, which compares false with everything, is lost.
    !is_sound(sample)
}

/// The opposite of [`is_lost`].
#[inline]
pub(crate) fn is_sound(sample: f64) -> bool {
    sample.abs() <= LARGEST_SAMPLE
}
