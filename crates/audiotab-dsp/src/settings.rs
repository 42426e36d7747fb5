//! What an STFT is made of, checked once.

use std::ops::Range;

use crate::{DspError, Window};

/// Settings of one STFT. Made by [`StftSettings::new`], which checks them.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct StftSettings {
    /// The window function.
    pub window: Window,
    /// Window length, frames: a power of two from 256 to 32768.
    pub size: usize,
    /// Frames from one column to the next: 16 to `size`.
    pub hop: usize,
    /// Zero padding factor: the FFT length is `size * pad`; 1, 2, 4 or 8.
    pub pad: usize,
}

impl StftSettings {
    /// Shortest window, frames.
    pub const MIN_SIZE: usize = 256;
    /// Longest window, frames.
    pub const MAX_SIZE: usize = 32_768;
    /// Smallest hop, frames.
    pub const MIN_HOP: usize = 16;
    /// Largest zero padding factor.
    pub const MAX_PAD: usize = 8;

    /// Checked settings.
    ///
    /// # Errors
    /// One of the [`DspError`] kinds `KaiserBeta`, `Size`, `Hop`, `Pad`, naming the value and its range.
    pub fn new(window: Window, size: usize, hop: usize, pad: usize) -> Result<Self, DspError> {
        let settings = Self { window, size, hop, pad };
        settings.validate().map(|()| settings)
    }

    /// Checks the fields, which may have been changed since construction.
    ///
    /// # Errors
    /// As [`StftSettings::new`].
    pub fn validate(&self) -> Result<(), DspError> {
        self.window.validate()?;
        if !self.size.is_power_of_two() || !(Self::MIN_SIZE..=Self::MAX_SIZE).contains(&self.size) {
            return Err(DspError::Size(self.size));
        }
        if !(Self::MIN_HOP..=self.size).contains(&self.hop) {
            return Err(DspError::Hop { hop: self.hop, size: self.size });
        }
        if !self.pad.is_power_of_two() || self.pad > Self::MAX_PAD {
            return Err(DspError::Pad(self.pad));
        }
        Ok(())
    }

    /// FFT length: `size * pad`.
    #[must_use]
    pub fn fft_len(&self) -> usize {
        self.size * self.pad
    }

    /// Bins per column, DC and Nyquist included: `size * pad / 2 + 1`.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.fft_len() / 2 + 1
    }

    /// Whole columns in a signal of `frames` frames.
    #[must_use]
    pub fn column_count(&self, frames: u64) -> u64 {
        match frames.checked_sub(self.size as u64) {
            Some(room) => room / self.hop as u64 + 1,
            None => 0,
        }
    }

    /// Columns of the absolute grid whose frames all lie in `frames`.
    #[must_use]
    pub fn columns_within(&self, frames: Range<u64>) -> Range<u64> {
        let first = frames.start.div_ceil(self.hop as u64);
        first..self.column_count(frames.end).max(first)
    }

    /// Frames that column `column` of the absolute grid covers.
    #[must_use]
    pub fn column_frames(&self, column: u64) -> Range<u64> {
        let start = column * self.hop as u64;
        start..start + self.size as u64
    }

    /// Frame in the middle of column `column`: its time stamp.
    #[must_use]
    pub fn column_centre_frame(&self, column: u64) -> u64 {
        column * self.hop as u64 + self.size as u64 / 2
    }

    /// Frames that `columns` consecutive columns cover together.
    #[must_use]
    pub fn frames_for_columns(&self, columns: usize) -> usize {
        if columns == 0 { 0 } else { (columns - 1).saturating_mul(self.hop).saturating_add(self.size) }
    }

    /// Exact frequency of a bin, Hz; `bin` may be fractional.
    #[must_use]
    pub fn bin_frequency_hz(&self, bin: f64, sample_rate_hz: f64) -> f64 {
        bin * sample_rate_hz / self.fft_len() as f64
    }

    /// Resolution bandwidth: the window's equivalent noise bandwidth, Hz.
    #[must_use]
    pub fn rbw_hz(&self, sample_rate_hz: f64) -> f64 {
        self.window.enbw_bins(self.size) * sample_rate_hz / self.size as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_refused_with_a_sentence_that_names_the_value() {
        let message = |size, hop, pad| match StftSettings::new(Window::Hann, size, hop, pad) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        assert!(message(255, 128, 1).contains("255"));
        assert!(message(65_536, 128, 1).contains("65536"));
        assert!(message(0, 16, 1).contains("power of two"));
        assert!(message(256, 15, 1).contains("15"));
        assert!(message(256, 257, 1).contains("257"));
        assert!(message(256, 16, 3).contains("3"));
        assert!(message(256, 16, 0).contains("0"));
        assert_eq!(message(256, 16, 8), "");
        assert_eq!(message(32_768, 32_768, 1), "");
        assert!(StftSettings::new(Window::Kaiser { beta: f64::NAN }, 256, 16, 1).is_err());
    }

    #[test]
    fn columns_are_whole_windows_on_the_absolute_grid() {
        let settings = StftSettings::new(Window::Hann, 2048, 512, 2).unwrap();
        assert_eq!(settings.bins(), 2049);
        assert_eq!(settings.column_count(2047), 0);
        assert_eq!(settings.column_count(2048), 1);
        assert_eq!(settings.column_count(2048 + 511), 1);
        assert_eq!(settings.column_count(2048 + 512), 2);
        assert_eq!(settings.columns_within(1..2048 + 512), 1..2);
        assert_eq!(settings.columns_within(513..2600), 2..2);
        assert_eq!(settings.column_frames(3), 1536..3584);
        assert_eq!(settings.column_centre_frame(3), 2560);
        assert_eq!(settings.frames_for_columns(2), 2560);
    }
}
