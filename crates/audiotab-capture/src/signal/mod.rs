//! Test signals, each defined to the sample.
//!
//! A sample depends on the frame number and the spec alone (pink noise: on the samples before it), never on the
//! clock or on how the frames are asked for, so two runs are equal bit for bit and nothing drifts over hours.
//! With `n` the frame, `R` the rate, `c` the channel from 0 and `A = 10^(level/20)`:
//!
//! | kind | sample |
//! |---|---|
//! | `sine` | `A·sin(2π·freq·n/R)`, every channel the same; the phase is a 128-bit fraction, exact for ever |
//! | `multitone` | as `sine`, channel `c` at `freq·(c+1)`: 200, 400, 600 Hz, … tell channels apart |
//! | `chirp` | linear sweep from `f0` to `f1` in `period` (whole frames), starting at phase 0, then again |
//! | `white` | uniform in [−A, A), RMS 4.77 dB below `level`; every channel independent |
//! | `pink` | −3.01 dB per octave, RMS 14 dB below `level`, limited to ±A (5σ); every channel independent |
//! | `impulse` | `A` at frame 0 and then once per `period` (whole frames), else 0 |
//! | `square` | odd harmonics of `freq` below R/2 (at most 1000 of them), scaled so that the curve peaks at `A` |
//! | `silence` | 0 |
//!
//! Everything with a frequency is band-limited: a tone at or above R/2 is an error, the square has no aliases.

mod noise;
mod periodic;
mod pink;
mod spec;
mod tone;

pub use self::spec::{SignalShape, SignalSpec};

use self::noise::White;
use self::periodic::{Chirp, Impulse, Square};
use self::pink::Pink;
use self::tone::Tone;
use crate::pull::{Planar, PullSource};

/// The running generator of one spec.
pub(crate) struct Signal {
    frame: u64,
    amplitude: f64,
    pick: Vec<u32>,
    voice: Voice,
}

/// What fills the channels.
enum Voice {
    /// Every channel the same.
    Shared(Box<dyn Shape>),
    /// One generator per picked channel.
    Each(Vec<Box<dyn Shape>>),
    Silence,
}

/// A generator of unit amplitude. `fill` is called with consecutive ranges of frames.
pub(crate) trait Shape: Send {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]);
}

impl Signal {
    /// `pick` are the channels to make; the spec must have passed its check.
    pub(crate) fn new(spec: &SignalSpec, pick: Vec<u32>) -> Self {
        let rate_hz = spec.sample_rate_hz;
        let tone = |hz: f64| -> Box<dyn Shape> { Box::new(Tone::new(hz, rate_hz)) };
        let voice = match spec.shape {
            SignalShape::Sine { freq_hz } => Voice::Shared(tone(freq_hz)),
            SignalShape::Multitone { .. } => {
                Voice::Each(pick.iter().map(|c| tone(spec.multitone_hz(*c))).collect())
            }
            SignalShape::Chirp { period_s, .. } => {
                let (f0_hz, f1_hz) = spec.chirp_hz();
                Voice::Shared(Box::new(Chirp::new(f0_hz, f1_hz, period_s, rate_hz)))
            }
            SignalShape::White { seed } => Voice::Each(
                pick.iter().map(|c| -> Box<dyn Shape> { Box::new(White::new(seed, *c)) }).collect(),
            ),
            SignalShape::Pink { seed } => {
                let unit = Pink::new(seed, 0, rate_hz);
                Voice::Each(
                    pick.iter().map(|c| -> Box<dyn Shape> { Box::new(unit.for_channel(seed, *c)) }).collect(),
                )
            }
            SignalShape::Impulse { period_s } => Voice::Shared(Box::new(Impulse::new(period_s, rate_hz))),
            SignalShape::Square { freq_hz } => Voice::Shared(Box::new(Square::new(freq_hz, rate_hz))),
            SignalShape::Silence => Voice::Silence,
        };
        Self { frame: 0, amplitude: 10f64.powf(spec.level_dbfs / 20.0), pick, voice }
    }
}

impl PullSource for Signal {
    fn read(&mut self, frames: usize, out: &mut Planar) -> Result<usize, crate::CaptureError> {
        out.reset(self.pick.len(), frames);
        match &mut self.voice {
            Voice::Silence => {}
            Voice::Shared(shape) => {
                let (first, rest) = out.channels.split_at_mut(1);
                fill_scaled(shape.as_mut(), self.frame, self.amplitude, &mut first[0]);
                for channel in rest {
                    channel.copy_from_slice(&first[0]);
                }
            }
            Voice::Each(shapes) => {
                for (shape, channel) in shapes.iter_mut().zip(&mut out.channels) {
                    fill_scaled(shape.as_mut(), self.frame, self.amplitude, channel);
                }
            }
        }
        self.frame += frames as u64;
        Ok(frames)
    }
}

fn fill_scaled(shape: &mut dyn Shape, frame: u64, amplitude: f64, out: &mut [f64]) {
    shape.fill(frame, out);
    for sample in out {
        *sample *= amplitude;
    }
}

#[cfg(test)]
mod tests;
