//! The fast STFT behind the picture: f32, one real FFT per column, polynomial log2, 16-bit codes.
//!
//! Windows longer than [`LONGEST_F32_SIZE`] are transformed in f64: a signal spread over all their bins comes too
//! close to f32's own noise.
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
use crate::{DspError, Stft, StftSettings};
use frames::Frames;
use level::{Level, store_levels};
use real_fft::RealFft;

/// Frames converted to f32 at a time: small enough for the L2 cache, large enough that overlapping columns share
/// the conversion.
const CONVERTED_FRAMES: usize = 16_384;

/// Longest window whose levels f32 keeps within 0.01 dB, frames.
const LONGEST_F32_SIZE: usize = 4096;

/// One planned STFT for display. Planned once; the column calls allocate nothing.
pub struct DisplayStft {
    settings: StftSettings,
    simd_level: SimdLevel,
    transform: Transform,
    /// From the logarithm of a power to dBFS.
    reference_db: f64,
    powers: Vec<f32>,
}

/// Boxed, so that the plan can be moved at little cost.
enum Transform {
    Short { frames: Frames, fft: Box<RealFft> },
    Long(Box<Stft>),
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
            transform: if settings.size <= LONGEST_F32_SIZE {
                let fft = Box::new(RealFft::new(&window, settings.fft_len()));
                Transform::Short { frames: Frames::new(CONVERTED_FRAMES), fft }
            } else {
                Transform::Long(Box::new(Stft::new(settings)?))
            },
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
        let Self { powers, reference_db, .. } = self;
        match &mut self.transform {
            Transform::Short { frames, fft } => {
                let batch = (frames.capacity() - size) / hop + 1;
                for (i, out) in out.chunks_mut(batch * bins).enumerate() {
                    let batch_samples = &samples[i * batch * hop..];
                    let needed = self.settings.frames_for_columns(out.len() / bins);
                    frames.convert(simd, &batch_samples[..needed]);
                    for (j, levels) in out.chunks_exact_mut(bins).enumerate() {
                        fft.powers(simd, frames.pairs(j * hop, size), powers);
                        store_levels(simd, *reference_db, powers, levels);
                    }
                }
            }
            Transform::Long(stft) => {
                for (samples, levels) in samples.windows(size).step_by(hop).zip(out.chunks_exact_mut(bins)) {
                    stft.column_powers(samples, real_fft::POWER_SCALE, powers);
                    store_levels(simd, *reference_db, powers, levels);
                }
            }
        }
    }
}

impl fmt::Debug for DisplayStft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisplayStft").field("settings", &self.settings).finish_non_exhaustive()
    }
}
