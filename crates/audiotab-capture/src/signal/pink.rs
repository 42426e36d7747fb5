//! Pink noise: white noise through a chain of first-order sections.
//!
//! Real poles and zeros alternate on a logarithmic frequency axis; each pole bends the response down by 20 dB per
//! decade and the zero half a step above bends it back, which makes −10 dB per decade on average, within ±0.5 dB
//! from 20 Hz to a quarter of the rate (J. O. Smith, "Spectral tilt filters", with matched-z poles and zeros).

use std::f64::consts::TAU;

use super::Shape;
use super::noise::White;

/// Counted in sample rates, so that the shape below half the rate is the same at every rate.
const HIGHEST_POLE_RATES: f64 = 0.75;
const LOWEST_POLE_HZ: f64 = 5.0;
/// Distance of two poles on the frequency axis.
const POLE_RATIO: f64 = 2.5;
/// Peak of the noise over its RMS: samples beyond it, one in two million, are limited to it.
const PEAK_SIGMAS: f64 = 5.0;

pub(super) struct Pink {
    white: White,
    sections: Vec<Section>,
    gain: f64,
}

#[derive(Clone, Copy)]
struct Section {
    pole: f64,
    zero: f64,
    x1: f64,
    y1: f64,
}

impl Section {
    fn step(&mut self, x: f64) -> f64 {
        let y = x - self.zero * self.x1 + self.pole * self.y1;
        self.x1 = x;
        self.y1 = y;
        y
    }
}

impl Pink {
    pub(super) fn new(seed: u64, channel: u32, rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        let root = |hz: f64| (-TAU * hz / rate).exp();
        let mut sections = Vec::new();
        let mut pole_hz = HIGHEST_POLE_RATES * rate;
        while pole_hz * POLE_RATIO > LOWEST_POLE_HZ {
            let zero = root(pole_hz * POLE_RATIO.sqrt());
            sections.push(Section { pole: root(pole_hz), zero, x1: 0.0, y1: 0.0 });
            pole_hz /= POLE_RATIO;
        }
        let mut pink = Self { white: White::new(seed, channel), sections, gain: 1.0 };
        // The power of filtered white noise is the energy of the impulse response; white noise uniform in
        // [−1, 1) has power 1/3. After a second the slowest pole, at 2 Hz or above, has decayed by 109 dB.
        let mut energy = pink.filter(1.0).powi(2);
        for _ in 0..rate_hz {
            energy += pink.filter(0.0).powi(2);
        }
        pink.gain = 1.0 / (PEAK_SIGMAS * (energy / 3.0).sqrt());
        pink.for_channel(seed, channel)
    }

    /// The same filter, at rest, for another channel.
    pub(super) fn for_channel(&self, seed: u64, channel: u32) -> Self {
        let sections = self.sections.iter().map(|s| Section { x1: 0.0, y1: 0.0, ..*s }).collect();
        Self { white: White::new(seed, channel), sections, gain: self.gain }
    }

    fn filter(&mut self, x: f64) -> f64 {
        self.sections.iter_mut().fold(x, |x, section| section.step(x))
    }
}

impl Shape for Pink {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        for (frame, sample) in (first_frame..).zip(out) {
            let white = self.white.at(frame);
            *sample = (self.filter(white) * self.gain).clamp(-1.0, 1.0);
        }
    }
}

#[cfg(test)]
impl Pink {
    /// Gain at a frequency in cycles per frame, dB.
    pub(super) fn response_db(&self, cycles_per_frame: f64) -> f64 {
        let distance = |root: f64| {
            let (sin, cos) = (TAU * cycles_per_frame).sin_cos();
            (1.0 - root * cos).hypot(root * sin)
        };
        self.sections.iter().map(|s| 20.0 * (distance(s.zero) / distance(s.pole)).log10()).sum()
    }
}
