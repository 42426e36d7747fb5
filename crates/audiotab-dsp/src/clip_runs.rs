//! Where a channel was clipped: runs of samples at full scale, those close together told as one.

use crate::levels::CLIP_LEVEL;
use crate::samples::is_sound;

/// So many samples in a row at full scale are clipped. Fewer may be a peak that happens to touch it, unless they are
/// beyond it.
const SHORTEST_RUN: u64 = 3;

/// A stretch in which a channel was clipped again and again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipSpan {
    /// First clipped frame.
    pub start_frame: u64,
    /// One past the last clipped frame.
    pub end_frame: u64,
    /// Clipped samples in it.
    pub samples: u64,
    /// Largest magnitude.
    pub peak: f64,
}

/// Finds clipped stretches in one channel.
#[derive(Debug, Clone)]
pub struct ClipRuns {
    hold_frames: u64,
    longest_frames: u64,
    /// Samples at full scale that have come in a row so far, and the largest of them.
    run: u64,
    run_peak: f64,
    open: Option<ClipSpan>,
}

impl ClipRuns {
    /// Runs with at most `hold_frames` between them are one stretch. A stretch is told when it has become
    /// `longest_frames` long, even if it goes on.
    pub fn new(hold_frames: u64, longest_frames: u64) -> Self {
        Self { hold_frames, longest_frames: longest_frames.max(1), run: 0, run_peak: 0.0, open: None }
    }

    /// Takes the samples from `first_frame` on, which follow those before, and tells the stretches that are over.
    pub fn take(&mut self, first_frame: u64, samples: &[f64], mut tell: impl FnMut(ClipSpan)) {
        let is_clipped = |sample: &f64| sample.abs() >= CLIP_LEVEL && is_sound(*sample);
        // Most sound is not clipped, and finding that out is one pass without branches on state.
        if self.run > 0 || samples.iter().any(is_clipped) {
            for (frame, sample) in (first_frame..).zip(samples) {
                if is_clipped(sample) {
                    self.run += 1;
                    self.run_peak = self.run_peak.max(sample.abs());
                    if self.run >= self.longest_frames {
                        self.end_run(frame + 1, &mut tell);
                    }
                } else if self.run > 0 {
                    self.end_run(frame, &mut tell);
                }
            }
        }
        let next_frame = first_frame + samples.len() as u64;
        if self.run == 0 && self.open.is_some_and(|span| next_frame - span.end_frame > self.hold_frames) {
            self.open.take().into_iter().for_each(tell);
        }
    }

    /// What is still open when nothing more comes: sound ended or was interrupted at `end_frame`.
    pub fn finish(&mut self, end_frame: u64, mut tell: impl FnMut(ClipSpan)) {
        self.end_run(end_frame, &mut tell);
        self.open.take().into_iter().for_each(tell);
    }

    /// The samples at full scale end before `end_frame`.
    fn end_run(&mut self, end_frame: u64, tell: &mut impl FnMut(ClipSpan)) {
        let (samples, peak) = (std::mem::take(&mut self.run), std::mem::take(&mut self.run_peak));
        if samples < SHORTEST_RUN && peak <= 1.0 {
            return;
        }
        let start_frame = end_frame - samples;
        if let Some(done) = self.open.take_if(|span| start_frame - span.end_frame > self.hold_frames) {
            tell(done);
        }
        let span = self.open.get_or_insert(ClipSpan { start_frame, end_frame, samples: 0, peak: 0.0 });
        span.end_frame = end_frame;
        span.samples += samples;
        span.peak = span.peak.max(peak);
        let is_long = end_frame - span.start_frame >= self.longest_frames;
        if let Some(done) = self.open.take_if(|_| is_long) {
            tell(done);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans of a signal, cut into pieces of every length up to a few dozen: the cuts must not matter.
    fn spans(samples: &[f64]) -> Vec<ClipSpan> {
        let found = |piece: usize| {
            let mut runs = ClipRuns::new(10, 100);
            let mut found = Vec::new();
            for (n, part) in samples.chunks(piece).enumerate() {
                runs.take(1000 + (n * piece) as u64, part, |span| found.push(span));
            }
            runs.finish(1000 + samples.len() as u64, |span| found.push(span));
            found
        };
        let whole = found(samples.len());
        for piece in 1..40 {
            assert_eq!(found(piece), whole, "pieces of {piece}");
        }
        whole
    }

    fn signal(parts: &[(usize, f64)]) -> Vec<f64> {
        parts.iter().flat_map(|(frames, value)| std::iter::repeat_n(*value, *frames)).collect()
    }

    #[test]
    fn start_and_length_are_exact() {
        let found = spans(&signal(&[(20, 0.5), (7, 1.0), (50, 0.1), (3, -1.25), (20, 0.0)]));
        assert_eq!(
            found,
            [
                ClipSpan { start_frame: 1020, end_frame: 1027, samples: 7, peak: 1.0 },
                ClipSpan { start_frame: 1077, end_frame: 1080, samples: 3, peak: 1.25 },
            ]
        );
    }

    #[test]
    fn a_touch_is_no_clip_but_beyond_full_scale_is() {
        assert_eq!(spans(&signal(&[(5, 0.2), (2, 1.0), (30, 0.2), (1, -1.0), (5, 0.0)])), []);
        let found = spans(&signal(&[(5, 0.2), (1, 1.001), (30, 0.2)]));
        assert_eq!(found, [ClipSpan { start_frame: 1005, end_frame: 1006, samples: 1, peak: 1.001 }]);
    }

    #[test]
    fn runs_close_together_are_one_and_a_gap_ends_a_run() {
        let found =
            spans(&signal(&[(4, 1.0), (10, 0.0), (4, -1.0), (11, 0.0), (3, 1.0), (2, f64::NAN), (3, 1.0)]));
        assert_eq!(
            found,
            [
                ClipSpan { start_frame: 1000, end_frame: 1018, samples: 8, peak: 1.0 },
                ClipSpan { start_frame: 1029, end_frame: 1037, samples: 6, peak: 1.0 },
            ]
        );
    }

    #[test]
    fn clipping_that_does_not_end_is_told_in_pieces_without_losing_a_sample() {
        let found = spans(&signal(&[(350, 1.0), (20, 0.0)]));
        let lengths: Vec<u64> = found.iter().map(|span| span.end_frame - span.start_frame).collect();
        assert_eq!(lengths, [100, 100, 100, 50]);
        assert_eq!(found.iter().map(|span| span.samples).sum::<u64>(), 350);
        assert!(found.windows(2).all(|pair| pair[0].end_frame == pair[1].start_frame));
    }
}
