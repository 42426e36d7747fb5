//! From pieces of any length to the ring's blocks, with the frame clock, the limit and the watch on the samples.

use std::sync::atomic::Ordering::Relaxed;

use audiotab_ring::RingWriter;

use crate::events::{CaptureEvent, Report};

/// How long all channels must be exactly zero before it is said, seconds.
const SILENCE_S: f64 = 2.0;
/// +180 dBFS. No converter gives more, and squares of it still fit a 32-bit float.
const LARGEST_SAMPLE: f64 = 1e9;

/// Collects frames into blocks and hands them to the ring.
///
/// Invariant: everything that reaches the ring is finite and within ±10^9, or NaN.
pub(crate) struct BlockWriter {
    ring: RingWriter,
    block: Vec<Vec<f64>>,
    filled: usize,
    frames: u64,
    limit_frames: u64,
    silence: SilenceWatch,
    pub(crate) report: Report,
}

impl BlockWriter {
    pub(crate) fn new(ring: RingWriter, limit_frames: Option<u64>, report: Report) -> Self {
        let spec = *ring.spec();
        let block = vec![vec![0.0; spec.samples_per_write as usize]; spec.channels as usize];
        Self {
            ring,
            block,
            filled: 0,
            frames: 0,
            limit_frames: limit_frames.unwrap_or(u64::MAX),
            silence: SilenceWatch::new((SILENCE_S * spec.sample_rate_hz as f64) as u64),
            report,
        }
    }

    /// Number of the next frame.
    pub(crate) fn next_frame(&self) -> u64 {
        self.frames
    }

    /// Frames in one block of the ring.
    pub(crate) fn block_frames(&self) -> usize {
        self.block.first().map_or(0, Vec::len)
    }

    /// Frames that may still come.
    pub(crate) fn room(&self) -> u64 {
        self.limit_frames - self.frames
    }

    /// Takes `frames` frames, or as many as the limit leaves room for. `fill(channel, first, dest)` writes the
    /// piece's frames from `first` on of one channel.
    pub(crate) fn push(&mut self, frames: usize, mut fill: impl FnMut(usize, usize, &mut [f64])) {
        let frames = frames.min(usize::try_from(self.room()).unwrap_or(usize::MAX));
        if frames > 0 {
            self.report.tell_overrun();
        }
        let mut done = 0;
        while done < frames {
            let take = (self.block_frames() - self.filled).min(frames - done);
            let span = self.filled..self.filled + take;
            for (c, channel) in self.block.iter_mut().enumerate() {
                fill(c, done, &mut channel[span.clone()]);
            }
            self.inspect(span);
            self.advance(take);
            done += take;
        }
    }

    /// Puts `frames` lost frames, or as many as the limit leaves room for, on the clock.
    /// Returns how many.
    pub(crate) fn push_lost(&mut self, frames: u64) -> u64 {
        let frames = frames.min(self.room());
        if frames == 0 {
            return 0;
        }
        self.ring.add_lost(frames);
        self.report.shared.lost_frames.fetch_add(frames, Relaxed);
        self.end_silence(self.frames);
        let mut left = frames;
        while left > 0 {
            let take = left.min((self.block_frames() - self.filled) as u64) as usize;
            for channel in &mut self.block {
                channel[self.filled..self.filled + take].fill(f64::NAN);
            }
            self.advance(take);
            left -= take as u64;
        }
        frames
    }

    /// Finishes the ring with what is left of the last block. Returns the length of the stream in frames.
    pub(crate) fn finish(mut self) -> (Report, u64) {
        self.end_silence(self.frames);
        self.report.tell_overrun();
        let tail: Vec<&[f64]> = self.block.iter().map(|channel| &channel[..self.filled]).collect();
        self.ring.finish(&tail);
        (self.report, self.frames)
    }

    fn advance(&mut self, take: usize) {
        self.filled += take;
        self.frames += take as u64;
        if self.filled == self.block_frames() {
            let planar: Vec<&[f64]> = self.block.iter().map(Vec::as_slice).collect();
            self.ring.write(&planar);
            self.filled = 0;
        }
        self.report.shared.frames.store(self.frames, Relaxed);
    }

    /// There is no silence at `end_frame`.
    fn end_silence(&mut self, end_frame: u64) {
        if let Some(start_frame) = self.silence.interrupt() {
            self.report.event(CaptureEvent::SilenceOver { start_frame, frames: end_frame - start_frame });
        }
    }

    /// Looks at samples that came from outside: invalid ones become NaN and are counted, silence is watched for.
    fn inspect(&mut self, span: std::ops::Range<usize>) {
        let mut invalid = 0;
        let mut first_invalid = span.len();
        let mut trailing_zeros = span.len();
        for channel in &mut self.block {
            let samples = &mut channel[span.clone()];
            if samples.iter().any(|sample| !is_valid(*sample)) {
                for (i, sample) in samples.iter_mut().enumerate().filter(|(_, sample)| !is_valid(**sample)) {
                    *sample = f64::NAN;
                    invalid += 1;
                    first_invalid = first_invalid.min(i);
                }
            }
            let zeros =
                samples.iter().rev().take(trailing_zeros).take_while(|sample| **sample == 0.0).count();
            trailing_zeros = zeros;
        }
        if trailing_zeros < span.len() {
            // The run reaches into this piece.
            let leading_zeros = self
                .block
                .iter()
                .map(|channel| channel[span.clone()].iter().take_while(|sample| **sample == 0.0).count())
                .min()
                .unwrap_or(0);
            self.end_silence(self.frames + leading_zeros as u64);
        }
        if let Some(start_frame) = self.silence.grow(self.frames + span.len() as u64, trailing_zeros as u64) {
            self.report.event(CaptureEvent::Silence { start_frame });
        }
        if invalid > 0 {
            self.report.shared.invalid_samples.fetch_add(invalid, Relaxed);
            let start_frame = self.frames + first_invalid as u64;
            self.report.event(CaptureEvent::InvalidSamples { start_frame, samples: invalid });
        }
    }
}

fn is_valid(sample: f64) -> bool {
    // False for NaN and infinities too.
    sample.abs() <= LARGEST_SAMPLE
}

/// Finds runs of frames that are zero on every channel.
struct SilenceWatch {
    threshold_frames: u64,
    run_frames: u64,
    /// First frame of the run, once it was told.
    told: Option<u64>,
}

impl SilenceWatch {
    fn new(threshold_frames: u64) -> Self {
        Self { threshold_frames, run_frames: 0, told: None }
    }

    /// Ends the run; its first frame if it had been told.
    fn interrupt(&mut self) -> Option<u64> {
        self.run_frames = 0;
        self.told.take()
    }

    /// The run grows by `frames`, up to `end_frame`. Its start if that makes it long enough to be told.
    fn grow(&mut self, end_frame: u64, frames: u64) -> Option<u64> {
        self.run_frames += frames;
        if self.told.is_some() || self.run_frames < self.threshold_frames {
            return None;
        }
        self.told = Some(end_frame - self.run_frames);
        self.told
    }
}

#[cfg(test)]
mod tests;
