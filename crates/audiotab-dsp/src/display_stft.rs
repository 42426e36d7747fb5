//! The fast STFT behind the picture: f32, two real columns per complex FFT, polynomial log2, 16-bit codes.
//!
//! Accuracy: levels within 0.01 dB of [`Stft`](crate::Stft) for bins within 80 dB of their column's peak (0.015 dB
//! above 8192 frames; codes add their rounding of 0.005 dB). To keep that promise for a quiet column that shares its
//! FFT with a loud one, each column is scaled by a power of two to about unit energy before packing, and the scale
//! is taken out of the level again.

mod kernels;
mod level;

use std::fmt;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::error::check_length;
use crate::{DspError, StftSettings};
use kernels::{Content, convert, pack, split_powers};
use level::{Level, store_levels};

/// Frames converted to f32 at a time: small enough for the L2 cache, large enough that overlapping columns share
/// the conversion.
const CONVERTED_FRAMES: usize = 16_384;
/// One planned f32 STFT for display. Planned once; the column calls allocate nothing.
pub struct DisplayStft {
    settings: StftSettings,
    window: Vec<f32>,
    /// `-20 log10(sum(w))`.
    window_level_db: f64,
    fft: Arc<dyn Fft<f32>>,
    converted: Vec<f32>,
    /// `fft_len + 1` values; the last repeats the first, so that bin k always finds its mirror at `len - k`.
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// Stands in for a column that must not or need not be transformed.
    zeros: Vec<f32>,
    power_a: Vec<f32>,
    power_b: Vec<f32>,
}

impl DisplayStft {
    /// Plans the transform.
    ///
    /// # Errors
    /// As [`StftSettings::validate`].
    pub fn new(settings: &StftSettings) -> Result<Self, DspError> {
        settings.validate()?;
        let window = settings.window.coefficients(settings.size);
        let fft = FftPlanner::<f32>::new().plan_fft_forward(settings.fft_len());
        let pair_frames = settings.frames_for_columns(2);
        Ok(Self {
            settings: *settings,
            window_level_db: -20.0 * window.iter().sum::<f64>().log10(),
            window: window.iter().map(|&w| w as f32).collect(),
            converted: vec![0.0; pair_frames.max(CONVERTED_FRAMES)],
            spectrum: vec![Complex::default(); settings.fft_len() + 1],
            scratch: vec![Complex::default(); fft.get_inplace_scratch_len()],
            zeros: vec![0.0; settings.size],
            power_a: vec![0.0; settings.bins()],
            power_b: vec![0.0; settings.bins()],
            fft,
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
        let (hop, bins) = (self.settings.hop, self.settings.bins());
        let needed = self.settings.frames_for_columns(columns);
        check_length("output", columns.saturating_mul(bins), out.len())?;
        if samples.len() < needed {
            return Err(DspError::Length { what: "sample", expected: needed, actual: samples.len() });
        }
        // An even number of columns per conversion, at least one pair.
        let batch = (((self.converted.len() - self.settings.size) / hop + 1) & !1).max(2);
        for (i, out_batch) in out.chunks_mut(batch * bins).enumerate() {
            let start = i * batch * hop;
            let frames = self.settings.frames_for_columns(out_batch.len() / bins);
            convert(&samples[start..start + frames], &mut self.converted[..frames]);
            for (j, out_pair) in out_batch.chunks_mut(2 * bins).enumerate() {
                self.pair(2 * j * hop, out_pair);
            }
        }
        Ok(())
    }

    /// One or two columns of `self.converted`, the first starting at `start`.
    fn pair<L: Level>(&mut self, start: usize, out: &mut [L]) {
        let (size, hop, bins) = (self.settings.size, self.settings.hop, self.settings.bins());
        let (out_a, out_b) = out.split_at_mut(bins);
        let column_a = &self.converted[start..start + size];
        let column_b =
            if out_b.is_empty() { &self.zeros[..] } else { &self.converted[start + hop..][..size] };
        let (content_a, content_b) =
            (Content::of(column_a, &self.window), Content::of(column_b, &self.window));
        if content_a.is_sound() || content_b.is_sound() {
            // A gap next to sound must not reach the FFT, where one NaN would spread to everything.
            let a = if content_a.is_sound() { column_a } else { &self.zeros[..] };
            let b = if content_b.is_sound() { column_b } else { &self.zeros[..] };
            let fft_len = self.settings.fft_len();
            pack(a, content_a.scale(), b, content_b.scale(), &self.window, &mut self.spectrum[..size]);
            self.spectrum[size..fft_len].fill(Complex::default());
            self.fft.process_with_scratch(&mut self.spectrum[..fft_len], &mut self.scratch);
            self.spectrum[fft_len] = self.spectrum[0];
            split_powers(&self.spectrum, &mut self.power_a, &mut self.power_b);
        }
        store_levels(&content_a, self.window_level_db, &self.power_a, out_a);
        store_levels(&content_b, self.window_level_db, &self.power_b, out_b);
    }
}

impl fmt::Debug for DisplayStft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisplayStft").field("settings", &self.settings).finish_non_exhaustive()
    }
}
