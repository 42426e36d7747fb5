//! What a meter shows of one channel over a stretch of frames: power, peak, mean, samples at full scale.
//!
//! Power is the mean of squares with full scale at 1.0: a full-scale sine reads -3.01 dBFS (AES17 would say 0).

use crate::samples::is_sound;

/// The largest sample a 16-bit converter gives: 1 - 2^-15. From here on a sample counts as clipped.
pub const CLIP_LEVEL: f64 = 1.0 - 1.0 / 32_768.0;

/// Collects samples of one channel.
#[derive(Debug, Clone, Default)]
pub struct LevelMeter {
    sum: f64,
    sum_of_squares: f64,
    peak: f64,
    samples: u64,
    clipped: u64,
}

/// What was collected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Mean power, dBFS; `None` for digital silence.
    pub rms_dbfs: Option<f64>,
    /// Largest magnitude, dBFS; `None` for digital silence.
    pub peak_dbfs: Option<f64>,
    /// Peak over power, dB; `None` for digital silence.
    pub crest_db: Option<f64>,
    /// Mean, as a part of full scale.
    pub dc_offset: f64,
    /// Samples at [`CLIP_LEVEL`] or beyond.
    pub clipped: u64,
}

impl LevelMeter {
    /// Takes more samples. Lost ones are left out.
    pub fn take(&mut self, samples: &[f64]) {
        for &sample in samples.iter().filter(|sample| is_sound(**sample)) {
            let magnitude = sample.abs();
            self.sum += sample;
            self.sum_of_squares += sample * sample;
            self.peak = self.peak.max(magnitude);
            self.samples += 1;
            self.clipped += u64::from(magnitude >= CLIP_LEVEL);
        }
    }

    /// The levels of all samples since the last call, and begins anew; `None` if all were lost.
    pub fn finish(&mut self) -> Option<Levels> {
        let Self { sum, sum_of_squares, peak, samples, clipped } = std::mem::take(self);
        if samples == 0 {
            return None;
        }
        let rms_dbfs = (peak > 0.0).then(|| 10.0 * (sum_of_squares / samples as f64).log10());
        let peak_dbfs = (peak > 0.0).then(|| 20.0 * peak.log10());
        let crest_db = peak_dbfs.zip(rms_dbfs).map(|(peak, rms)| peak - rms);
        Some(Levels { rms_dbfs, peak_dbfs, crest_db, dc_offset: sum / samples as f64, clipped })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels_of(samples: &[f64]) -> Levels {
        let mut meter = LevelMeter::default();
        for piece in samples.chunks(7) {
            meter.take(piece);
        }
        let levels = meter.finish().unwrap();
        assert_eq!(meter.finish(), None, "it begins anew");
        levels
    }

    fn near(value: Option<f64>, wanted: f64) -> bool {
        (value.unwrap() - wanted).abs() < 0.01
    }

    #[test]
    fn known_signals_read_what_they_are() {
        let sine: Vec<f64> = (0..4800).map(|n| (std::f64::consts::TAU * f64::from(n) / 48.0).sin()).collect();
        let levels = levels_of(&sine);
        assert!(near(levels.rms_dbfs, -3.01) && near(levels.peak_dbfs, 0.0) && near(levels.crest_db, 3.01));
        assert!(levels.dc_offset.abs() < 1e-12);
        let square: Vec<f64> = (0..480).map(|n| if n % 48 < 24 { 1.0 } else { -1.0 }).collect();
        let levels = levels_of(&square);
        assert!(near(levels.rms_dbfs, 0.0) && near(levels.crest_db, 0.0) && levels.clipped == 480);
        let levels = levels_of(&[0.5; 100]);
        assert!(near(levels.rms_dbfs, -6.02) && levels.dc_offset == 0.5 && levels.clipped == 0);
    }

    #[test]
    fn silence_has_no_level_and_lost_samples_do_not_count() {
        let silent = levels_of(&[0.0; 10]);
        assert_eq!((silent.rms_dbfs, silent.peak_dbfs, silent.crest_db), (None, None, None));
        assert_eq!(silent.dc_offset, 0.0);
        let torn = levels_of(&[0.5, f64::NAN, 0.5, f64::INFINITY]);
        assert!(near(torn.rms_dbfs, -6.02) && torn.dc_offset == 0.5);
        let mut meter = LevelMeter::default();
        meter.take(&[f64::NAN; 10]);
        assert_eq!(meter.finish(), None);
    }

    #[test]
    fn full_scale_of_every_converter_is_clipped_and_one_step_below_is_not() {
        let top_16_bit = 32_767.0 / 32_768.0;
        assert_eq!(levels_of(&[top_16_bit, -1.0, 1.0, 1.5, 1.0 - 2f64.powi(-23)]).clipped, 5);
        assert_eq!(levels_of(&[32_766.0 / 32_768.0; 9]).clipped, 0);
    }
}
