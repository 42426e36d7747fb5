use super::*;
use audiotab_capture::DeviceShape;
use audiotab_dsp::ClipSpan;
use audiotab_events::families::check_payload;
use audiotab_events::{Event, StreamPosition};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STREAM: u64 = 0x0123_4567_89ab_cdef;

fn story() -> Story {
    let format = StreamFormat {
        sample_rate_hz: 48_000,
        channels: 2,
        channel_names: vec!["Left".into(), "Right".into()],
        label: "USB Audio".into(),
        device_id: Some("alsa:hw:CARD=usb".into()),
    };
    Story::begin(Bus::default(), STREAM, "default", &format)
}

/// Everything after the beginning. Each event must be of this stream and have the payload its kind promises.
fn told(story: &Story) -> Vec<Arc<Event>> {
    let events = story.bus.after(1, 100).events;
    for event in &events {
        check_payload(&event.kind, &event.payload).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(event.session.as_deref(), Some("0123456789abcdef"), "{}", event.kind);
        assert_eq!(event.source, "engine");
    }
    events
}

fn spans(story: &Story) -> Vec<(String, Option<u64>, Option<u64>)> {
    told(story).iter().map(|event| (event.kind.clone(), event.frame, event.dur_frames)).collect()
}

#[test]
fn a_stream_begins_and_ends_on_its_own_clock() {
    let mut story = story();
    let began = story.bus.after(0, 1).events.remove(0);
    assert_eq!((began.kind.as_str(), began.frame), ("stream.started", Some(0)));
    assert_eq!((&began.payload["input"], &began.payload["channels"]), (&"default".into(), &2.into()));
    story.end(96_000, 512, true);
    let ended = told(&story).remove(0);
    assert_eq!((ended.kind.as_str(), ended.frame), ("stream.ended", Some(96_000)));
    assert_eq!(ended.payload["frames_total"], 96_000);
    assert_eq!((&ended.payload["frames_lost"], &ended.payload["reason"]), (&512.into(), &"stopped".into()));
}

#[test]
fn an_overrun_has_its_exact_place_and_the_sentence_everybody_knows() {
    let mut story = story();
    story.hear(CaptureEvent::Overrun { start_frame: 24_000, frames: 7237 });
    let event = told(&story).remove(0);
    assert_eq!((event.frame, event.dur_frames), (Some(24_000), Some(7237)));
    assert_eq!(event.message, "Data loss detected (buffer overrun)");
    assert_eq!((event.severity, event.channel.as_str()), (Severity::Warning, "device"));
}

#[test]
fn a_device_that_was_away_leaves_a_gap_of_that_length() {
    let mut story = story();
    let device = || "alsa:hw:CARD=usb".to_owned();
    story.hear(CaptureEvent::DeviceLost { device: device(), start_frame: 1000, reason: "unplugged".into() });
    story.hear(CaptureEvent::DeviceBack { device: device(), start_frame: 1000, frames: 500 });
    let wanted = [
        ("device.lost", Some(1000), None),
        ("audio.gap", Some(1000), Some(500)),
        ("device.back", Some(1500), None),
    ];
    assert_eq!(spans(&story), wanted.map(|(kind, frame, frames)| (kind.to_owned(), frame, frames)));
    let lost = told(&story).remove(0);
    assert_eq!(lost.message, "Lost USB Audio: unplugged");
    assert_eq!((lost.severity, &lost.payload["device_id"]), (Severity::Error, &device().into()));
}

#[test]
fn a_stream_that_ends_while_its_device_is_away_tells_the_gap() {
    let mut story = story();
    story.hear(CaptureEvent::DeviceLost {
        device: "x".into(),
        start_frame: 1000,
        reason: "unplugged".into(),
    });
    story.end(4000, 3000, true);
    assert_eq!(spans(&story)[1..].len(), 2);
    assert_eq!(spans(&story)[1], ("audio.gap".to_owned(), Some(1000), Some(3000)));
}

#[test]
fn a_device_with_another_rate_is_told_and_ends_the_stream_with_an_error() {
    let mut story = story();
    let shape = |sample_rate_hz| DeviceShape { channels: 2, sample_rate_hz };
    let (was, now) = (shape(48_000), shape(44_100));
    story.hear(CaptureEvent::DeviceChanged { device: "x".into(), was, now });
    story.hear(CaptureEvent::Failed { message: "it came back with another rate".into() });
    story.end(4000, 0, false);
    let events = told(&story);
    assert_eq!(events[0].message, "USB Audio runs at 44100 Hz now instead of 48000 Hz.");
    assert_eq!((events[1].kind.as_str(), events[1].severity), ("stream.ended", Severity::Error));
    assert_eq!(events[1].message, "It came back with another rate.");
}

#[test]
fn silence_is_told_when_it_begins_and_measured_when_it_ends() {
    let mut story = story();
    story.hear(CaptureEvent::Silence { start_frame: 48_000 });
    story.hear(CaptureEvent::SilenceOver { start_frame: 48_000, frames: 120_001 });
    let events = told(&story);
    assert_eq!((events[0].frame, events[0].dur_frames), (Some(48_000), None));
    assert!(events[0].message.starts_with("USB Audio delivers nothing but zeros"));
    assert_eq!((events[1].frame, events[1].dur_frames), (Some(48_000), Some(120_001)));
    assert_eq!(events[1].message, "Silence ended after 2.5 s");
}

#[test]
fn clips_name_their_channel_count_and_peak() {
    let story = story();
    let span = ClipSpan { start_frame: 500, end_frame: 520, samples: 12, peak: 1.0 };
    story.tell_finding(Finding::Clip { channel: 1, span }, false);
    let event = told(&story).remove(0);
    assert_eq!((event.frame, event.dur_frames, event.audio_ch.as_slice()), (Some(500), Some(20), &[1][..]));
    assert_eq!(event.message, "Clipped on channel 2: 12 samples, peak 0.00 dBFS");
}

#[test]
fn levels_are_one_event_for_all_channels_and_only_when_wanted() {
    let story = story();
    let levels = Levels {
        rms_dbfs: Some(-9.0309),
        peak_dbfs: Some(-6.0206),
        crest_db: Some(3.0103),
        dc_offset: -1e-9,
        clipped: 3,
    };
    let finding = || Finding::Levels { start_frame: 2400, frames: 2400, channels: vec![Some(levels), None] };
    story.tell_finding(finding(), false);
    assert_eq!(told(&story), []);
    story.tell_finding(finding(), true);
    let event = told(&story).remove(0);
    assert_eq!((event.kind.as_str(), event.audio_ch.as_slice()), ("level.sample", &[0, 1][..]));
    let payload = serde_json::json!({
        "channel_index": [0, 1], "rms_dbfs": [-9.03, null], "peak_dbfs": [-6.02, null],
        "crest_db": [3.01, null], "clipped": [3, 0], "dc_offset": [0.0, null],
    });
    assert_eq!(serde_json::Value::Object(event.payload.clone()), payload);
}

#[test]
fn a_broken_source_is_told_once_a_second_with_every_sample_counted() {
    let mut story = story();
    for block in 0..94 {
        story.hear(CaptureEvent::InvalidSamples { start_frame: block * 1024, samples: 2 });
    }
    story.end(96_256, 0, true);
    let gaps: Vec<Arc<Event>> = told(&story).into_iter().filter(|event| event.kind == "audio.gap").collect();
    assert_eq!(gaps.len(), 3);
    let counted: u64 = gaps.iter().map(|event| event.payload["merged"].as_u64().unwrap()).sum();
    assert_eq!(counted, 188);
    assert_eq!(gaps[0].message, "2 samples of USB Audio were not numbers and are shown as gaps.");
}

#[test]
fn an_event_is_as_old_as_its_frame() {
    let mut story = story();
    let at = Instant::now();
    let position =
        StreamPosition { session: story.session().to_owned(), sample_rate_hz: 48_000.0, frame: 480_000, at };
    story.bus.clock().set(Some(position));
    story.hear(CaptureEvent::Overrun { start_frame: 432_000, frames: 10 });
    let event = told(&story).remove(0);
    let age = Duration::from_nanos((event.observed_ns - event.ts_ns) as u64);
    assert!(
        age >= Duration::from_millis(999) && age <= at.elapsed() + Duration::from_millis(1001),
        "{age:?}"
    );
}
