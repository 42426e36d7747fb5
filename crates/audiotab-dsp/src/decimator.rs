//! Anti-aliased decimation by an integer factor, for analysis (never for drawing a waveform: filters lower peaks).
//!
//! Linear-phase Kaiser filters, in stages where the factor allows. Flat to 0.001 dB up to 0.8 of the new Nyquist
//! frequency; from the new Nyquist frequency on everything is at least 100 dB down (`scipy.signal.decimate`
//! reaches 46 to 66 dB there). Output m is centred on input frame `m * factor`: no delay to correct.

mod stage;

use crate::DspError;
use crate::error::check_length;
use stage::Stage;

/// Part of the new Nyquist band that passes unchanged.
const PASS_PART: f64 = 0.8;
/// A factor is split into stages no larger than this where its divisors allow: short filters at each step.
const LARGEST_STAGE: usize = 8;

/// Streaming decimator of one channel.
///
/// Frames before the first and after the last count as zero. A lost sample (NaN) makes every output NaN whose
/// filter reaches it, [`Decimator::latency_frames`] to either side, and no other.
#[derive(Debug, Clone)]
pub struct Decimator {
    factor: usize,
    stages: Vec<Stage>,
    frames_in: u64,
    frames_out: u64,
}

impl Decimator {
    /// Largest accepted factor.
    pub const MAX_FACTOR: usize = 4096;

    /// Plans the filters for `factor`; 1 passes everything unchanged.
    ///
    /// # Errors
    /// [`DspError::DecimationFactor`] unless `factor` is from 1 to [`Decimator::MAX_FACTOR`].
    pub fn new(factor: usize) -> Result<Self, DspError> {
        if !(1..=Self::MAX_FACTOR).contains(&factor) {
            return Err(DspError::DecimationFactor(factor));
        }
        // Frequencies in cycles per frame of the original signal.
        let nyquist = 0.5 / factor as f64;
        let mut rate = 1.0;
        let mut stages = Vec::new();
        for stage_factor in stage_factors(factor) {
            let rate_out = rate / stage_factor as f64;
            // What folds back between the final Nyquist frequency and this stage's own is left to later stages.
            let stop = rate_out - nyquist;
            stages.push(Stage::new(stage_factor, PASS_PART * nyquist / rate, stop / rate));
            rate = rate_out;
        }
        Ok(Self { factor, stages, frames_in: 0, frames_out: 0 })
    }

    /// The decimation factor.
    #[must_use]
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// Input frames after frame `m * factor` that must have been processed before output m appears.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        let mut rate = 1;
        let mut latency = 0;
        for stage in &self.stages {
            latency += stage.reach() * rate;
            rate *= stage.factor();
        }
        latency
    }

    /// Most output frames that one [`Decimator::process`] of `input_frames` can give.
    #[must_use]
    pub fn max_output(&self, input_frames: usize) -> usize {
        input_frames / self.factor + 1
    }

    /// Decimates the next frames into the front of `out` and returns how many it wrote. Allocates nothing.
    ///
    /// # Errors
    /// [`DspError::Length`] when `out` holds fewer than [`Decimator::max_output`] frames; nothing is consumed then.
    pub fn process(&mut self, input: &[f64], out: &mut [f64]) -> Result<usize, DspError> {
        let needed = self.max_output(input.len());
        if out.len() < needed {
            check_length("output", needed, out.len())?;
        }
        let mut written = 0;
        for chunk in input.chunks(stage::CHUNK_FRAMES) {
            let mut frames = chunk;
            for stage in &mut self.stages {
                frames = stage.process(frames);
            }
            out[written..written + frames.len()].copy_from_slice(frames);
            written += frames.len();
        }
        self.frames_in += input.len() as u64;
        self.frames_out += written as u64;
        Ok(written)
    }

    /// Ends the signal: writes the outputs still waiting for later frames, so that there are
    /// `ceil(input frames / factor)` in all, and starts anew. Returns how many it wrote.
    ///
    /// # Errors
    /// [`DspError::Length`] when `out` holds fewer than `max_output(latency_frames())` frames.
    pub fn finish(&mut self, out: &mut [f64]) -> Result<usize, DspError> {
        let needed = self.max_output(self.latency_frames());
        if out.len() < needed {
            check_length("output", needed, out.len())?;
        }
        let total = self.frames_in.div_ceil(self.factor as u64);
        let waiting = (total - self.frames_out) as usize;
        let zeros = [0.0; stage::CHUNK_FRAMES];
        let mut left = self.latency_frames();
        let mut written = 0;
        while left > 0 && written < waiting {
            let part = left.min(zeros.len());
            written += self.process(&zeros[..part], &mut out[written..])?;
            left -= part;
        }
        self.reset();
        Ok(waiting)
    }

    /// Forgets the signal so far: a new one begins at frame 0.
    pub fn reset(&mut self) {
        self.stages.iter_mut().for_each(Stage::reset);
        (self.frames_in, self.frames_out) = (0, 0);
    }
}

/// Decimates a whole signal: `ceil(samples / factor)` frames, frame m centred on input frame `m * factor`.
///
/// # Errors
/// As [`Decimator::new`].
pub fn decimate(samples: &[f64], factor: usize) -> Result<Vec<f64>, DspError> {
    let mut decimator = Decimator::new(factor)?;
    let room = decimator.max_output(samples.len()) + decimator.max_output(decimator.latency_frames());
    let mut out = vec![0.0; room];
    let first = decimator.process(samples, &mut out)?;
    let last = decimator.finish(&mut out[first..])?;
    out.truncate(first + last);
    Ok(out)
}

/// Splits a factor into stages, largest first, each at most [`LARGEST_STAGE`] unless a prime factor is larger.
fn stage_factors(factor: usize) -> Vec<usize> {
    let mut rest = factor;
    let mut factors = Vec::new();
    while rest > 1 {
        let divisor = (2..=LARGEST_STAGE).rev().find(|d| rest.is_multiple_of(*d));
        let stage = divisor.unwrap_or_else(|| smallest_divisor(rest));
        factors.push(stage);
        rest /= stage;
    }
    factors.sort_unstable_by(|a, b| b.cmp(a));
    factors
}

fn smallest_divisor(n: usize) -> usize {
    (2..n).take_while(|d| d * d <= n).find(|d| n.is_multiple_of(*d)).unwrap_or(n)
}

#[cfg(test)]
mod tests;
