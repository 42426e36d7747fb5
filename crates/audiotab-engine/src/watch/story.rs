//! What happens to a stream, as events on its own clock.

use super::ring_meter::Finding;
use crate::device_watch::rate_changed;
use crate::error::sentence;
use crate::notes::silence_sentence;
use audiotab_capture::{CaptureEvent, StreamFormat};
use audiotab_dsp::Levels;
use audiotab_events::families::{ClipRun, DeviceChange, Family, LevelSample, Loss, Silence, StreamNote};
use audiotab_events::{Bus, Draft, Severity};
use std::time::{SystemTime, UNIX_EPOCH};

const SOURCE: &str = "engine";

/// Tells one stream from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Story {
    bus: Bus,
    session: String,
    note: StreamNote,
    label: String,
    sample_rate_hz: f64,
    /// Since when the device is away, until it is back.
    away_since: Option<u64>,
    /// Samples that were no numbers and have not been told yet.
    invalid: Invalid,
    failure: Option<String>,
}

#[derive(Debug, Default)]
struct Invalid {
    samples: u64,
    start_frame: u64,
    end_frame: u64,
    /// Not told again before this frame: a broken source would fill the journal.
    quiet_until: u64,
}

impl Story {
    /// Tells that the stream has begun.
    pub(crate) fn begin(bus: Bus, stream_id: u64, input: &str, format: &StreamFormat) -> Self {
        let sample_rate_hz = f64::from(format.sample_rate_hz);
        let note = StreamNote {
            input: Some(input.to_owned()),
            sample_rate_hz: Some(sample_rate_hz),
            channels: Some(u64::from(format.channels)),
            ..StreamNote::default()
        };
        let story = Self {
            bus,
            session: format!("{stream_id:016x}"),
            note,
            label: format.label.clone(),
            sample_rate_hz,
            away_since: None,
            invalid: Invalid::default(),
            failure: None,
        };
        story.tell(story.note.draft_as("stream.started", SOURCE).at(0));
        story
    }

    /// Id of the stream.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// Tells what the capture reports.
    pub(crate) fn hear(&mut self, event: CaptureEvent) {
        match event {
            CaptureEvent::Overrun { start_frame, frames } => {
                self.tell(Loss::default().draft_as("audio.overrun", SOURCE).over(start_frame, frames));
            }
            CaptureEvent::DeviceLost { device, start_frame, reason } => {
                self.away_since = Some(start_frame);
                let change = self.device(device, Some(reason));
                self.tell(change.draft_as("device.lost", SOURCE).at(start_frame));
            }
            CaptureEvent::DeviceBack { device, start_frame, frames } => {
                self.away_since = None;
                self.tell_away(start_frame, frames);
                let change = self.device(device, None);
                self.tell(change.draft_as("device.back", SOURCE).at(start_frame + frames));
            }
            CaptureEvent::DeviceChanged { was, now, .. } if was.sample_rate_hz != now.sample_rate_hz => {
                self.tell(rate_changed(&self.label, was.sample_rate_hz, now.sample_rate_hz));
            }
            CaptureEvent::Silence { start_frame } => {
                let draft = Silence::default().draft_as("audio.silence_started", SOURCE).at(start_frame);
                self.tell(draft.saying(silence_sentence(&self.label)));
            }
            CaptureEvent::SilenceOver { start_frame, frames } => {
                let silence = Silence { duration_s: Some(frames as f64 / self.sample_rate_hz) };
                self.tell(silence.draft_as("audio.silence_ended", SOURCE).over(start_frame, frames));
            }
            CaptureEvent::InvalidSamples { start_frame, samples } => self.hear_invalid(start_frame, samples),
            CaptureEvent::Notice { message } => {
                let text = sentence(&message);
                self.tell(Draft::new("warning.raised", SOURCE).with("text", text.clone()).saying(text));
            }
            CaptureEvent::Failed { message } => self.failure = Some(sentence(&message)),
            _ => {}
        }
    }

    /// Tells what the samples say.
    pub(crate) fn tell_finding(&self, finding: Finding, levels_wanted: bool) {
        match finding {
            Finding::Levels { start_frame, frames, channels } if levels_wanted => {
                let draft = level_sample(&channels).draft(SOURCE).over(start_frame, frames);
                self.tell(draft.on_channels((0_u16..).take(channels.len())));
            }
            Finding::Levels { .. } => {}
            Finding::Clip { channel, span } => {
                let run = ClipRun { count: span.samples, peak_dbfs: round_to(20.0 * span.peak.log10(), 1e2) };
                let draft = run.draft(SOURCE).over(span.start_frame, span.end_frame - span.start_frame);
                self.tell(draft.on_channels([channel]));
            }
        }
    }

    /// Tells the end: the last event of the stream.
    pub(crate) fn end(&mut self, end_frame: u64, lost_frames: u64, was_asked: bool) {
        if let Some(start_frame) = self.away_since.take() {
            self.tell_away(start_frame, end_frame.saturating_sub(start_frame));
        }
        self.tell_invalid();
        let reason = match (&self.failure, was_asked) {
            (Some(failure), _) => failure.clone(),
            (None, true) => "stopped".to_owned(),
            (None, false) => "the input came to its end".to_owned(),
        };
        let note = StreamNote {
            frames_total: Some(end_frame),
            frames_lost: Some(lost_frames),
            reason: Some(reason),
            ..self.note.clone()
        };
        let mut draft = note.draft_as("stream.ended", SOURCE).at(end_frame);
        if let Some(failure) = &self.failure {
            draft.severity = Some(Severity::Error);
            draft = draft.saying(failure.clone());
        }
        self.tell(draft);
    }

    fn device(&self, id: String, reason: Option<String>) -> DeviceChange {
        DeviceChange { device: self.label.clone(), device_id: Some(id), reason }
    }

    fn tell_away(&self, start_frame: u64, frames: u64) {
        let loss = Loss { cause: Some("the device was away".to_owned()), merged: None };
        self.tell(loss.draft_as("audio.gap", SOURCE).over(start_frame, frames));
    }

    fn hear_invalid(&mut self, start_frame: u64, samples: u64) {
        if self.invalid.samples == 0 {
            self.invalid.start_frame = start_frame;
        }
        self.invalid.samples += samples;
        self.invalid.end_frame = start_frame + 1;
        if start_frame >= self.invalid.quiet_until {
            self.tell_invalid();
            self.invalid.quiet_until = start_frame + self.sample_rate_hz as u64;
        }
    }

    fn tell_invalid(&mut self) {
        let samples = std::mem::take(&mut self.invalid.samples);
        if samples == 0 {
            return;
        }
        let Invalid { start_frame, end_frame, .. } = self.invalid;
        let loss = Loss { cause: Some("samples that are no numbers".to_owned()), merged: Some(samples) };
        let message = match samples {
            1 => format!("1 sample of {} was not a number and is shown as a gap.", self.label),
            n => format!("{n} samples of {} were not numbers and are shown as gaps.", self.label),
        };
        let draft = loss.draft_as("audio.gap", SOURCE).over(start_frame, end_frame - start_frame);
        self.tell(draft.saying(message));
    }

    /// Emits with the stream's id and the time at which the frame became sound.
    fn tell(&self, mut draft: Draft) {
        if let Some(frame) = draft.frame {
            let age_ns = self.bus.clock().age_ns(Some(&self.session), frame);
            draft.ts_ns = age_ns.filter(|age_ns| *age_ns > 0).map(|age_ns| wall_ns() - age_ns);
        }
        self.bus.emit(draft.in_session(self.session.as_str()));
    }
}

/// The wall clock, nanoseconds since 1970.
fn wall_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

fn level_sample(channels: &[Option<Levels>]) -> LevelSample {
    let decibels = |value: fn(&Levels) -> Option<f64>| {
        channels.iter().map(|levels| levels.as_ref().and_then(value).map(|db| round_to(db, 1e2))).collect()
    };
    LevelSample {
        channel_index: (0_u16..).take(channels.len()).collect(),
        rms_dbfs: decibels(|levels| levels.rms_dbfs),
        peak_dbfs: decibels(|levels| levels.peak_dbfs),
        crest_db: decibels(|levels| levels.crest_db),
        clipped: channels.iter().map(|levels| levels.map_or(0, |levels| levels.clipped)).collect(),
        dc_offset: channels
            .iter()
            .map(|levels| levels.map(|levels| round_to(levels.dc_offset, 1e6)))
            .collect(),
    }
}

/// Rounded to one part in `parts` of a unit; never minus zero.
fn round_to(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts + 0.0
}

#[cfg(test)]
mod tests;
