//! The fast STFT behind the picture: f32, one real FFT per column, polynomial log2, 16-bit codes.
//!
//! Accuracy: levels within 0.01 dB of [`Stft`](crate::Stft) for bins within 80 dB of their column's peak (codes add
//! their rounding of 0.005 dB). A column depends on its own samples alone, and every CPU and wasm give the same bits:
//! the operations and their order are the same in all vector widths, none is fused.

mod frames;
mod level;
mod real_fft;

use std::fmt;

use fearless_simd::{Level as SimdLevel, Simd, dispatch};

use crate::error::check_length;
use crate::{DspError, StftSettings};
use frames::Frames;
use level::{Level, store_levels};
use real_fft::RealFft;

/// Frames converted to f32 at a time: small enough for the L2 cache, large enough that overlapping columns share
/// the conversion.
const CONVERTED_FRAMES: usize = 16_384;

/// One planned f32 STFT for display. Planned once; the column calls allocate nothing.
pub struct DisplayStft {
    settings: StftSettings,
    simd_level: SimdLevel,
    /// From the logarithm of a power to dBFS.
    reference_db: f64,
    frames: Frames,
    fft: RealFft,
    powers: Vec<f32>,
}

impl DisplayStft {
    /// Plans the transform.
    ///
    /// # Errors
    /// As [`StftSettings::validate`].
    pub fn new(settings: &StftSettings) -> Result<Self, DspError> {
        settings.validate()?;
        let window = settings.window.coefficients(settings.size);
        Ok(Self {
            settings: *settings,
            simd_level: SimdLevel::new(),
            reference_db: real_fft::POWER_SCALE_DB - 20.0 * window.iter().sum::<f64>().log10(),
            frames: Frames::new(settings.size.max(CONVERTED_FRAMES)),
            fft: RealFft::new(&window, settings.fft_len()),
            powers: vec![0.0; settings.bins()],
        })
    }

    /// The settings it was planned for.
    #[must_use]
    pub fn settings(&self) -> &StftSettings {
        &self.settings
    }

    /// Codes (see [`codes`](crate::codes)) of `columns` consecutive columns, column after column of `bins` codes. Column c is
    /// made of `samples[c * hop..c * hop + size]`; samples beyond the last column are ignored. A column that
    /// touches a lost sample is all [`GAP`](crate::codes::GAP), silence is [`SILENCE`](crate::codes::SILENCE).
    ///
    /// # Errors
    /// [`DspError::Length`] when `samples` is too short or `out` is not `columns * bins` long; `out` is then
    /// untouched.
    pub fn columns(&mut self, samples: &[f64], columns: usize, out: &mut [u16]) -> Result<(), DspError> {
        self.columns_as(samples, columns, out)
    }

    /// [`DisplayStft::columns`] without the rounding to codes: levels in dBFS, NaN for a gap. Levels are not
    /// clamped to the codes' range; silence is [`FLOOR_DBFS`](crate::FLOOR_DBFS).
    ///
    /// # Errors
    /// As [`DisplayStft::columns`].
    pub fn columns_dbfs(&mut self, samples: &[f64], columns: usize, out: &mut [f32]) -> Result<(), DspError> {
        self.columns_as(samples, columns, out)
    }

    fn columns_as<L: Level>(
        &mut self,
        samples: &[f64],
        columns: usize,
        out: &mut [L],
    ) -> Result<(), DspError> {
        let needed = self.settings.frames_for_columns(columns);
        check_length("output", columns.saturating_mul(self.settings.bins()), out.len())?;
        if samples.len() < needed {
            return Err(DspError::Length { what: "sample", expected: needed, actual: samples.len() });
        }
        dispatch!(self.simd_level, simd => self.columns_with(simd, samples, out));
        Ok(())
    }

    fn columns_with<S: Simd, L: Level>(&mut self, simd: S, samples: &[f64], out: &mut [L]) {
        let (size, hop, bins) = (self.settings.size, self.settings.hop, self.settings.bins());
        let batch = (self.frames.capacity() - size) / hop + 1;
        for (i, out_batch) in out.chunks_mut(batch * bins).enumerate() {
            let start = i * batch * hop;
            let frames = self.settings.frames_for_columns(out_batch.len() / bins);
            self.frames.convert(simd, &samples[start..start + frames]);
            for (j, out_column) in out_batch.chunks_exact_mut(bins).enumerate() {
                let column = self.frames.pairs(j * hop, size);
                self.fft.powers(simd, column, &mut self.powers);
                store_levels(simd, self.reference_db, &self.powers, out_column);
            }
        }
    }
}

impl fmt::Debug for DisplayStft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisplayStft").field("settings", &self.settings).finish_non_exhaustive()
    }
}
