//! What a test signal is asked to be.

use crate::error::CaptureError;

/// A test signal: its shape, level, width and rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignalSpec {
    /// Which signal, with what only it has.
    pub shape: SignalShape,
    /// Level of the peak, dBFS; −6 unless given.
    pub level_dbfs: f64,
    /// Channels of the signal, 1 to 256; 1 unless given.
    pub channels: u32,
    /// Frames per second, 1,000 to 1,000,000; 48,000 unless given.
    pub sample_rate_hz: u32,
}

/// The kinds of test signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SignalShape {
    /// One sine on every channel.
    Sine {
        /// Frequency, Hz; 440 unless given.
        freq_hz: f64,
    },
    /// A sine per channel, each at another multiple of the base.
    Multitone {
        /// Tone of channel 0, Hz; `None` is 200 Hz, or the highest whole number of Hz that leaves every
        /// channel's tone below half the rate.
        freq_hz: Option<f64>,
    },
    /// A linear sweep, again and again.
    Chirp {
        /// Where it begins, Hz; `None` is 20 Hz.
        f0_hz: Option<f64>,
        /// Where it ends, Hz; `None` is 20 kHz or 0.45 of the rate, whichever is lower.
        f1_hz: Option<f64>,
        /// Length of one sweep, seconds; 10 unless given.
        period_s: f64,
    },
    /// Uniform white noise.
    White {
        /// Another seed, another noise.
        seed: u64,
    },
    /// Pink noise.
    Pink {
        /// Another seed, another noise.
        seed: u64,
    },
    /// Single samples.
    Impulse {
        /// Distance between two of them, seconds; 1 unless given.
        period_s: f64,
    },
    /// A band-limited square.
    Square {
        /// Frequency, Hz; 440 unless given.
        freq_hz: f64,
    },
    /// Digital zero.
    Silence,
}

impl SignalSpec {
    pub(crate) const DEFAULT_RATE_HZ: u32 = 48_000;
    pub(crate) const DEFAULT_LEVEL_DBFS: f64 = -6.0;
    pub(crate) const SINE_HZ: f64 = 440.0;
    pub(crate) const SQUARE_HZ: f64 = 440.0;
    pub(crate) const CHIRP_S: f64 = 10.0;
    pub(crate) const IMPULSE_S: f64 = 1.0;
    const MULTITONE_HZ: f64 = 200.0;
    const CHIRP_HZ: (f64, f64) = (20.0, 20_000.0);

    /// One channel of `shape` at 48 kHz and −6 dBFS.
    pub fn new(shape: SignalShape) -> Self {
        Self {
            shape,
            level_dbfs: Self::DEFAULT_LEVEL_DBFS,
            channels: 1,
            sample_rate_hz: Self::DEFAULT_RATE_HZ,
        }
    }

    /// Frequency of channel `c` of a multitone, Hz.
    pub fn multitone_hz(&self, c: u32) -> f64 {
        let base_hz = match self.shape {
            SignalShape::Multitone { freq_hz: Some(freq_hz) } => freq_hz,
            _ => {
                let room_hz = self.nyquist_hz() / f64::from(self.channels + 1);
                Self::MULTITONE_HZ.min(if room_hz > 1.0 { room_hz.floor() } else { room_hz })
            }
        };
        base_hz * f64::from(c + 1)
    }

    /// First and last frequency of a chirp, Hz.
    pub fn chirp_hz(&self) -> (f64, f64) {
        let (f0_hz, f1_hz) = match self.shape {
            SignalShape::Chirp { f0_hz, f1_hz, .. } => (f0_hz, f1_hz),
            _ => (None, None),
        };
        let top_hz = Self::CHIRP_HZ.1.min(0.45 * f64::from(self.sample_rate_hz));
        (f0_hz.unwrap_or(Self::CHIRP_HZ.0), f1_hz.unwrap_or(top_hz))
    }

    /// Name of the signal for people.
    pub(crate) fn label(&self) -> String {
        match self.shape {
            SignalShape::Sine { freq_hz } => format!("Sine {freq_hz} Hz"),
            SignalShape::Multitone { .. } => "Multitone".to_owned(),
            SignalShape::Chirp { .. } => {
                let (f0_hz, f1_hz) = self.chirp_hz();
                format!("Chirp {f0_hz}–{f1_hz} Hz")
            }
            SignalShape::White { .. } => "White noise".to_owned(),
            SignalShape::Pink { .. } => "Pink noise".to_owned(),
            SignalShape::Impulse { period_s } => format!("Impulse every {period_s} s"),
            SignalShape::Square { freq_hz } => format!("Square {freq_hz} Hz"),
            SignalShape::Silence => "Silence".to_owned(),
        }
    }

    /// Name of channel `c`: the tone of a multitone, a number else.
    pub(crate) fn channel_name(&self, c: u32) -> String {
        match self.shape {
            SignalShape::Multitone { .. } => format!("{} Hz", self.multitone_hz(c)),
            _ => format!("Channel {}", c + 1),
        }
    }

    fn nyquist_hz(&self) -> f64 {
        f64::from(self.sample_rate_hz) / 2.0
    }

    /// Whether the signal exists at its rate.
    ///
    /// # Errors
    /// One sentence naming the value that does not fit.
    pub(crate) fn check(&self) -> Result<(), CaptureError> {
        let below_nyquist = |what: &str, hz: f64| {
            if hz < self.nyquist_hz() {
                return Ok(());
            }
            Err(CaptureError::usage(format!(
                "{what} of {hz} Hz does not exist at a rate of {} Hz; it must be below {} Hz",
                self.sample_rate_hz,
                self.nyquist_hz()
            )))
        };
        match self.shape {
            SignalShape::Sine { freq_hz } => below_nyquist("a sine", freq_hz),
            SignalShape::Multitone { .. } => {
                below_nyquist("the tone of the last channel", self.multitone_hz(self.channels - 1))
            }
            SignalShape::Chirp { period_s, .. } => {
                let (f0_hz, f1_hz) = self.chirp_hz();
                below_nyquist("a chirp from f0", f0_hz)?;
                below_nyquist("a chirp to f1", f1_hz)?;
                self.two_frames(period_s)
            }
            SignalShape::Impulse { period_s } => self.two_frames(period_s),
            SignalShape::Square { freq_hz } => below_nyquist("a square", freq_hz),
            SignalShape::White { .. } | SignalShape::Pink { .. } | SignalShape::Silence => Ok(()),
        }
    }

    fn two_frames(&self, period_s: f64) -> Result<(), CaptureError> {
        let shortest_s = 2.0 / f64::from(self.sample_rate_hz);
        if period_s >= shortest_s {
            return Ok(());
        }
        Err(CaptureError::usage(format!(
            "`period={period_s}` is shorter than two frames; at {} Hz the shortest is {shortest_s} s",
            self.sample_rate_hz
        )))
    }
}

/// `period_s` in whole frames, at least one.
pub(super) fn period_frames(period_s: f64, rate_hz: u32) -> u64 {
    ((period_s * f64::from(rate_hz)).round() as u64).max(1)
}
