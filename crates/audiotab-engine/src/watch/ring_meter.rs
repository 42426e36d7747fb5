//! Levels and clipped stretches, read out of the ring behind the writer.

use audiotab_dsp::{ClipRuns, ClipSpan, LevelMeter, Levels};
use audiotab_ring::RingReader;

/// Twenty times a second.
const LEVEL_PERIOD_S: f64 = 0.05;
/// Clipped runs closer than this are one stretch: the turns of the lowest tone there is.
const CLIP_HOLD_S: f64 = 0.05;
/// A stretch that does not end is told so often.
const CLIP_LONGEST_S: f64 = 1.0;

/// What the samples say.
#[derive(Debug, PartialEq)]
pub(crate) enum Finding {
    /// Levels of all channels over these frames; None where all frames were lost.
    Levels { start_frame: u64, frames: u64, channels: Vec<Option<Levels>> },
    /// One channel was clipped.
    Clip { channel: u16, span: ClipSpan },
}

struct Channel {
    meter: LevelMeter,
    clips: ClipRuns,
}

/// Follows a ring.
pub(crate) struct RingMeter {
    reader: RingReader,
    period_frames: u64,
    next_frame: u64,
    /// Where the current period began for us: later than it should when frames were overwritten.
    period_start: u64,
    channels: Vec<Channel>,
    samples: Vec<f64>,
}

impl RingMeter {
    pub(crate) fn new(reader: RingReader) -> Self {
        let spec = *reader.spec();
        let frames = |seconds: f64| ((seconds * spec.sample_rate_hz as f64).round() as u64).max(1);
        let channel = || Channel {
            meter: LevelMeter::default(),
            clips: ClipRuns::new(frames(CLIP_HOLD_S), frames(CLIP_LONGEST_S)),
        };
        Self {
            reader,
            period_frames: frames(LEVEL_PERIOD_S),
            next_frame: 0,
            period_start: 0,
            channels: (0..spec.channels).map(|_| channel()).collect(),
            samples: Vec::new(),
        }
    }

    /// One past the last frame of the current period.
    pub(crate) fn period_end(&self) -> u64 {
        (self.next_frame / self.period_frames + 1) * self.period_frames
    }

    /// Reads what is new.
    pub(crate) fn advance(&mut self, mut tell: impl FnMut(Finding)) {
        let readable = self.reader.header().readable();
        if readable.start > self.next_frame {
            self.skip_to(readable.start, &mut tell);
        }
        while self.next_frame < readable.end {
            let period_end = self.period_end();
            let end = period_end.min(readable.end);
            if !self.read_to(end, &mut tell) {
                // Overwritten while it was read: this thread did not run for the length of the ring.
                let oldest = self.reader.header().readable().start;
                return self.skip_to(oldest.max(end), &mut tell);
            }
            if end == period_end {
                self.end_period(&mut tell);
            }
        }
    }

    /// Reads the rest of a stream that has ended, and tells what is still open.
    pub(crate) fn finish(&mut self, mut tell: impl FnMut(Finding)) {
        self.advance(&mut tell);
        self.end_clips(&mut tell);
        if self.next_frame > self.period_start {
            self.end_period(&mut tell);
        }
    }

    fn read_to(&mut self, end: u64, tell: &mut impl FnMut(Finding)) -> bool {
        self.samples.resize((end - self.next_frame) as usize, 0.0);
        for (index, channel) in (0_u16..).zip(&mut self.channels) {
            if self.reader.copy_into(u32::from(index), self.next_frame, &mut self.samples).is_err() {
                return false;
            }
            channel.meter.take(&self.samples);
            channel
                .clips
                .take(self.next_frame, &self.samples, |span| tell(Finding::Clip { channel: index, span }));
        }
        self.next_frame = end;
        true
    }

    fn end_period(&mut self, tell: &mut impl FnMut(Finding)) {
        let start_frame = std::mem::replace(&mut self.period_start, self.next_frame);
        let channels = self.channels.iter_mut().map(|channel| channel.meter.finish()).collect();
        tell(Finding::Levels { start_frame, frames: self.next_frame - start_frame, channels });
    }

    fn end_clips(&mut self, tell: &mut impl FnMut(Finding)) {
        let end_frame = self.next_frame;
        for (index, channel) in (0_u16..).zip(&mut self.channels) {
            channel.clips.finish(end_frame, |span| tell(Finding::Clip { channel: index, span }));
        }
    }

    /// Begins anew at a frame that can still be read; what was collected of the broken period says nothing.
    fn skip_to(&mut self, frame: u64, tell: &mut impl FnMut(Finding)) {
        self.end_clips(tell);
        for channel in &mut self.channels {
            channel.meter.finish();
        }
        (self.next_frame, self.period_start) = (frame, frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use audiotab_ring::{RingSpec, RingWriter};

    fn ring(seconds: f64) -> (RingWriter, RingMeter) {
        let writer = RingWriter::create_heap(RingSpec::new(8000, 2, seconds, 64).unwrap()).unwrap();
        let meter = RingMeter::new(writer.reader());
        (writer, meter)
    }

    fn write(writer: &mut RingWriter, left: &[f64], right: &[f64]) {
        for (left, right) in left.chunks(64).zip(right.chunks(64)) {
            writer.write(&[left, right]);
        }
    }

    #[test]
    fn periods_lie_on_a_grid_and_the_last_one_is_as_long_as_it_is() {
        let (mut writer, mut meter) = ring(2.0);
        let mut found = Vec::new();
        write(&mut writer, &[0.5; 960], &[0.0; 960]);
        meter.advance(|finding| found.push(finding));
        writer.finish(&[&[0.5; 10], &[0.0; 10]]);
        meter.finish(|finding| found.push(finding));
        let spans: Vec<(u64, u64)> = found
            .iter()
            .filter_map(|finding| match finding {
                Finding::Levels { start_frame, frames, channels } => {
                    let [Some(left), Some(right)] = channels[..] else { panic!("{channels:?}") };
                    assert!((left.rms_dbfs.unwrap() + 6.0206).abs() < 1e-3 && right.rms_dbfs.is_none());
                    Some((*start_frame, *frames))
                }
                Finding::Clip { .. } => None,
            })
            .collect();
        assert_eq!(spans, [(0, 400), (400, 400), (800, 170)]);
        assert_eq!(spans.len(), found.len());
    }

    #[test]
    fn a_clip_is_exact_however_the_ring_was_read() {
        let (mut writer, mut meter) = ring(2.0);
        let mut left = vec![0.1; 1280];
        left[500..520].fill(-1.0);
        let mut found = Vec::new();
        for piece in left.chunks(64) {
            writer.write(&[piece, &vec![0.0; 64]]);
            meter.advance(|finding| found.push(finding));
        }
        let clips: Vec<&Finding> =
            found.iter().filter(|finding| matches!(finding, Finding::Clip { .. })).collect();
        let span = ClipSpan { start_frame: 500, end_frame: 520, samples: 20, peak: 1.0 };
        assert_eq!(clips, [&Finding::Clip { channel: 0, span }]);
    }

    #[test]
    fn a_meter_that_comes_too_late_goes_on_with_what_is_there() {
        let (mut writer, mut meter) = ring(1.0);
        write(&mut writer, &[0.5; 8000 * 3], &[0.5; 8000 * 3]);
        let mut found = Vec::new();
        meter.advance(|finding| found.push(finding));
        let Finding::Levels { start_frame, .. } = &found[0] else { panic!("{found:?}") };
        assert!(*start_frame > 16_000 - 64);
        assert_eq!(meter.next_frame, 24_000);
    }
}
