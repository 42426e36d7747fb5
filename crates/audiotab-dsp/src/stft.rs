//! The exact STFT: f64 throughout, libm's log10. For readouts and files.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::error::check_length;
use crate::samples::is_sound;
use crate::{DspError, StftSettings};

/// What silence reads, dBFS. Lower levels are reported as this, so that no level is ever -infinity.
pub const FLOOR_DBFS: f64 = -300.0;
/// [`FLOOR_DBFS`] as the square of an amplitude.
const FLOOR_POWER: f64 = 1e-30;

/// One planned f64 STFT. Planned once; the column calls allocate nothing.
pub struct Stft {
    settings: StftSettings,
    window: Vec<f64>,
    /// `1 / sum(w)`.
    amplitude_scale: f64,
    /// `1 / sum(w^2)`.
    power_scale: f64,
    fft: Arc<dyn RealToComplex<f64>>,
    frames: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl Stft {
    /// Plans the transform.
    ///
    /// # Errors
    /// As [`StftSettings::validate`].
    pub fn new(settings: &StftSettings) -> Result<Self, DspError> {
        settings.validate()?;
        let window = settings.window.coefficients(settings.size);
        let fft = RealFftPlanner::<f64>::new().plan_fft_forward(settings.fft_len());
        Ok(Self {
            settings: *settings,
            amplitude_scale: 1.0 / window.iter().sum::<f64>(),
            power_scale: 1.0 / window.iter().map(|w| w * w).sum::<f64>(),
            frames: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            window,
            fft,
        })
    }

    /// The settings it was planned for.
    #[must_use]
    pub fn settings(&self) -> &StftSettings {
        &self.settings
    }

    /// Peak-amplitude spectrum of one column, dBFS: `samples` holds exactly `size` frames, `out` gets exactly
    /// `bins` levels. A full-scale sine on a bin reads 0; silence reads [`FLOOR_DBFS`]; if any sample is lost, all
    /// of `out` is NaN.
    ///
    /// # Errors
    /// [`DspError::Length`] when a buffer has another length; `out` is then untouched.
    pub fn column_dbfs(&mut self, samples: &[f64], out: &mut [f64]) -> Result<(), DspError> {
        check_length("output", self.settings.bins(), out.len())?;
        if !self.transform(samples)? {
            out.fill(f64::NAN);
            return Ok(());
        }
        for (k, (level, bin)) in out.iter_mut().zip(&self.spectrum).enumerate() {
            *level = dbfs_from_amplitude_squared(bin.norm_sqr() * self.squared_factor(k));
        }
        Ok(())
    }

    /// [`Stft::column_dbfs`] rounded to f32 at the very end.
    ///
    /// # Errors
    /// As [`Stft::column_dbfs`].
    pub fn column_dbfs_f32(&mut self, samples: &[f64], out: &mut [f32]) -> Result<(), DspError> {
        check_length("output", self.settings.bins(), out.len())?;
        if !self.transform(samples)? {
            out.fill(f32::NAN);
            return Ok(());
        }
        for (k, (level, bin)) in out.iter_mut().zip(&self.spectrum).enumerate() {
            *level = dbfs_from_amplitude_squared(bin.norm_sqr() * self.squared_factor(k)) as f32;
        }
        Ok(())
    }

    /// One-sided power density of one column in full-scale² per Hz: `2 |X|² / (rate · sum(w²))`, DC and Nyquist
    /// not doubled, so that its sum times `rate / fft_len` is the windowed mean square. NaN where a sample is lost.
    ///
    /// # Errors
    /// As [`Stft::column_dbfs`].
    pub fn column_density(
        &mut self,
        samples: &[f64],
        sample_rate_hz: f64,
        out: &mut [f64],
    ) -> Result<(), DspError> {
        check_length("output", self.settings.bins(), out.len())?;
        if !self.transform(samples)? {
            out.fill(f64::NAN);
            return Ok(());
        }
        let scale = self.power_scale / sample_rate_hz;
        let nyquist = self.settings.bins() - 1;
        for (k, (density, bin)) in out.iter_mut().zip(&self.spectrum).enumerate() {
            let sides = if k == 0 || k == nyquist { 1.0 } else { 2.0 };
            *density = sides * bin.norm_sqr() * scale;
        }
        Ok(())
    }

    /// `scale |X|²` of one column, f32; NaN where a sample is lost. The buffers have the right lengths.
    pub(crate) fn column_powers(&mut self, samples: &[f64], scale: f64, out: &mut [f32]) {
        if self.transform(samples) != Ok(true) {
            return out.fill(f32::NAN);
        }
        for (power, bin) in out.iter_mut().zip(&self.spectrum) {
            *power = (bin.norm_sqr() * scale) as f32;
        }
    }

    /// Windowed spectrum of one column into `self.spectrum`; false if a sample is lost.
    fn transform(&mut self, samples: &[f64]) -> Result<bool, DspError> {
        check_length("sample", self.settings.size, samples.len())?;
        if !samples.iter().all(|&x| is_sound(x)) {
            return Ok(false);
        }
        let (head, padding) = self.frames.split_at_mut(self.settings.size);
        for ((frame, x), w) in head.iter_mut().zip(samples).zip(&self.window) {
            *frame = x * w;
        }
        // The transform uses its input as scratch space, so the padding has to be cleared every time.
        padding.fill(0.0);
        let planned = self.fft.process_with_scratch(&mut self.frames, &mut self.spectrum, &mut self.scratch);
        // All lengths come from the plan; the only other complaint is a non-zero imaginary part at DC, which a
        // forward transform does not make.
        debug_assert!(planned.is_ok());
        Ok(true)
    }

    /// Factor from |X|² to the square of a peak amplitude; DC and Nyquist have no mirror image to add.
    fn squared_factor(&self, bin: usize) -> f64 {
        let sides = if bin == 0 || bin + 1 == self.spectrum.len() { 1.0 } else { 2.0 };
        let factor = sides * self.amplitude_scale;
        factor * factor
    }
}

/// dBFS of a squared peak amplitude, not below [`FLOOR_DBFS`].
fn dbfs_from_amplitude_squared(squared: f64) -> f64 {
    10.0 * squared.max(FLOOR_POWER).log10()
}

impl fmt::Debug for Stft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stft").field("settings", &self.settings).finish_non_exhaustive()
    }
}
