//! Chirp, impulse and square.

use std::f64::consts::TAU;

use super::Shape;
use super::spec::period_frames;
use super::tone::Tone;

/// A linear sweep that starts anew, at phase 0, every period.
pub(super) struct Chirp {
    start_cycles: f64,
    slope_cycles: f64,
    period: u64,
}

impl Chirp {
    pub(super) fn new(f0_hz: f64, f1_hz: f64, period_s: f64, rate_hz: u32) -> Self {
        let period = period_frames(period_s, rate_hz);
        let rate = f64::from(rate_hz);
        Self {
            start_cycles: f0_hz / rate,
            slope_cycles: (f1_hz - f0_hz) / (2.0 * rate * period as f64),
            period,
        }
    }
}

impl Shape for Chirp {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        for (frame, sample) in (first_frame..).zip(out) {
            let k = (frame % self.period) as f64;
            // The whole cycles are taken away before the multiplication by 2π, where they would cost precision.
            let cycles = self.start_cycles * k + self.slope_cycles * k * k;
            *sample = (TAU * (cycles - cycles.round())).sin();
        }
    }
}

/// One sample of 1 per period, the first at frame 0.
pub(super) struct Impulse {
    period: u64,
}

impl Impulse {
    pub(super) fn new(period_s: f64, rate_hz: u32) -> Self {
        Self { period: period_frames(period_s, rate_hz) }
    }
}

impl Shape for Impulse {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        out.fill(0.0);
        let mut frame = first_frame.next_multiple_of(self.period);
        while let Some(sample) = usize::try_from(frame - first_frame).ok().and_then(|at| out.get_mut(at)) {
            *sample = 1.0;
            frame += self.period;
        }
    }
}

/// The odd harmonics of a square wave that lie below half the rate.
pub(super) struct Square {
    harmonics: Vec<(f64, Tone)>,
}

impl Square {
    const MOST_HARMONICS: u32 = 1000;

    pub(super) fn new(freq_hz: f64, rate_hz: u32) -> Self {
        let nyquist_hz = f64::from(rate_hz) / 2.0;
        let fundamental = Tone::new(freq_hz, rate_hz);
        let orders: Vec<u32> = (0..Self::MOST_HARMONICS)
            .map(|i| 2 * i + 1)
            .take_while(|order| freq_hz * f64::from(*order) < nyquist_hz)
            .collect();
        // The partial sum of m odd harmonics has its highest point at π/(2m).
        let crest = std::f64::consts::PI / (2.0 * orders.len() as f64);
        let peak: f64 = orders.iter().map(|k| (f64::from(*k) * crest).sin() / f64::from(*k)).sum();
        let harmonics =
            orders.iter().map(|k| (1.0 / (f64::from(*k) * peak), fundamental.harmonic(*k))).collect();
        Self { harmonics }
    }
}

impl Shape for Square {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        out.fill(0.0);
        for (amplitude, tone) in &self.harmonics {
            tone.add(first_frame, *amplitude, out);
        }
    }
}
