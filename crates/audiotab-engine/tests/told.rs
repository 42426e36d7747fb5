//! What a running engine tells on its bus: the stream, its levels, clips, silence and operations, on its own clock.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

use audiotab_engine::ring::RingReader;
use audiotab_engine::wire::SessionState;
use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::families::check_payload;
use audiotab_events::{Draft, Event, Severity};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn engine() -> Engine {
    Engine::new(EngineOptions { history_s: 5.0, block_frames: 64, ..EngineOptions::default() })
}

fn events(engine: &Engine) -> Vec<Arc<Event>> {
    let events = engine.bus().after(0, 100_000).events;
    for event in &events {
        check_payload(&event.kind, &event.payload).unwrap_or_else(|e| panic!("{e}"));
    }
    events
}

fn of_kind(engine: &Engine, kind: &str) -> Vec<Arc<Event>> {
    events(engine).into_iter().filter(|event| event.kind == kind).collect()
}

/// Waits until there are so many events of a kind.
fn until(engine: &Engine, kind: &str, count: usize) -> Vec<Arc<Event>> {
    let began = Instant::now();
    loop {
        let found = of_kind(engine, kind);
        if found.len() >= count {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "never {count} of {kind}: {:?}", events(engine));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A mono file at 8 kHz of 16-bit samples, played once.
fn play(engine: &Engine, samples: &[i16]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sound.wav");
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data".to_vec();
    wav.extend((bytes.len() as u32).to_le_bytes());
    wav.extend(bytes);
    let riff_bytes = (wav.len() as u32 - 8).to_le_bytes();
    wav[4..8].copy_from_slice(&riff_bytes);
    std::fs::write(&path, wav).unwrap();
    engine.start(&format!("file:{}?loop=0", path.display())).unwrap();
    dir
}

#[test]
fn a_stream_is_told_from_its_first_frame_to_its_last() {
    let engine = engine();
    let started = engine.start("signal:sine?channels=2").unwrap();
    let stream = started.stream_id.unwrap();
    let began = of_kind(&engine, "stream.started").remove(0);
    assert_eq!((began.session.as_deref(), began.frame), (Some(stream.as_str()), Some(0)));
    assert_eq!(began.payload["input"], started.input.unwrap());
    assert!(engine.bus().clock().session().is_none_or(|session| session == stream));

    let stopped = engine.stop();
    let ended = of_kind(&engine, "stream.ended").remove(0);
    assert_eq!(
        (ended.session.as_deref(), ended.frame),
        (Some(stream.as_str()), Some(stopped.frames_written))
    );
    assert_eq!((&ended.payload["reason"], &ended.payload["frames_lost"]), (&"stopped".into(), &0.into()));
    assert_eq!(engine.bus().clock().session(), None, "nothing runs that an event could be placed on");

    let operations: Vec<(String, String)> = of_kind(&engine, "recorder.op")
        .iter()
        .map(|event| (event.payload["operation"].to_string(), event.payload["item_id"].to_string()))
        .collect();
    let wanted =
        [("\"start\"", "\"signal:sine?channels=2\"".to_owned()), ("\"stop\"", format!("\"{stream}\""))];
    assert_eq!(operations, wanted.map(|(operation, item)| (operation.to_owned(), item)));
    engine.close();
    assert_eq!(of_kind(&engine, "recorder.op").len(), 3);
}

#[test]
fn the_next_stream_takes_the_clock_over() {
    let engine = engine();
    let first = engine.start("signal:white").unwrap().stream_id.unwrap();
    let second = engine.start("signal:white?rate=44100").unwrap().stream_id.unwrap();
    let ended = until(&engine, "stream.ended", 1).remove(0);
    assert_eq!(ended.session, Some(first));
    let began = Instant::now();
    while engine.bus().clock().session().as_ref() != Some(&second) {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(engine.bus().clock().sample_rate_hz(), Some(44_100.0));
}

#[test]
fn a_refused_start_is_told_with_its_sentence() {
    let engine = engine();
    let error = engine.start("file:/nowhere/at/all.wav").unwrap_err().body();
    let told = of_kind(&engine, "recorder.op").remove(0);
    assert_eq!((told.severity, &told.message), (Severity::Error, &error.message));
    assert_eq!(told.payload["error"], error.message);
    assert_eq!(of_kind(&engine, "stream.started").len(), 0);
}

#[test]
fn somebody_without_a_frame_is_placed_where_the_stream_is() {
    let engine = engine();
    engine.start("signal:sine").unwrap();
    until(&engine, "engine.sample", 1); // a second has passed: the clock is set
    let (before, draft) = (engine.status().frames_written, Draft::new("door.opened", "external:door"));
    let placed = engine.bus().emit(draft.placed_by_time());
    let after = engine.status();
    let frame = placed.frame.expect("a place");
    // The status counts frames that are written; the clock is ahead of them by less than a block and a nap.
    assert!(frame + 64 >= before && frame <= after.frames_written + 48_000 / 2, "{before} {frame} {after:?}");
    assert_eq!(placed.session, after.stream_id);
}

#[test]
fn levels_come_twenty_times_a_second_of_sound_while_a_tap_is_held() {
    let engine = engine();
    engine.start("signal:sine?level=-6&channels=3").unwrap();
    assert_eq!(of_kind(&engine, "level.sample").len(), 0);
    let tap = engine.tap_levels();
    let other = engine.tap_levels();
    let levels = until(&engine, "level.sample", 6);
    for (earlier, later) in levels.iter().zip(&levels[1..]) {
        assert_eq!((earlier.dur_frames, later.frame), (Some(2400), earlier.frame.map(|frame| frame + 2400)));
    }
    let last = levels.last().unwrap();
    assert_eq!((last.audio_ch.as_slice(), last.frame.unwrap() % 2400), (&[0, 1, 2][..], 0));
    for channel in 0..3 {
        let value = |name: &str| last.payload[name][channel].as_f64().unwrap();
        assert!((value("rms_dbfs") + 9.01).abs() < 0.02, "{}", value("rms_dbfs"));
        assert!((value("peak_dbfs") + 6.0).abs() < 0.02 && (value("crest_db") - 3.01).abs() < 0.03);
    }
    drop(tap);
    until(&engine, "level.sample", levels.len() + 2);
    drop(other);
    let gauges = of_kind(&engine, "engine.sample").len();
    let count = of_kind(&engine, "level.sample").len();
    until(&engine, "engine.sample", gauges + 2); // more than a second of sound has gone by
    assert!(of_kind(&engine, "level.sample").len() <= count + 1, "one may have been on its way");
}

#[test]
fn the_samples_are_the_same_with_and_without_a_tap() {
    let samples = |with_tap: bool| {
        let engine = engine();
        let tap = with_tap.then(|| engine.tap_levels());
        engine.start("signal:white?seed=7&channels=2").unwrap();
        let reader: RingReader = engine.reader().unwrap();
        let began = Instant::now();
        while reader.header().readable().end < 24_000 {
            assert!(began.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut bits = Vec::new();
        for channel in 0..2 {
            let mut samples = vec![0.0; 24_000];
            reader.copy_into(channel, 0, &mut samples).unwrap();
            bits.extend(samples.into_iter().map(f64::to_bits));
        }
        if tap.is_some() {
            until(&engine, "level.sample", 5);
        }
        bits
    };
    assert!(samples(true) == samples(false));
}

#[test]
fn a_clip_in_a_file_is_told_with_its_first_frame_length_count_and_peak() {
    let engine = engine();
    let mut sound = vec![1000_i16; 4000];
    sound[1234..1244].fill(i16::MIN);
    sound[1250..1255].fill(i16::MAX);
    let _file = play(&engine, &sound);
    let ended = until(&engine, "stream.ended", 1).remove(0);
    assert_eq!((ended.frame, &ended.payload["reason"]), (Some(4000), &"the input came to its end".into()));
    let clips = of_kind(&engine, "audio.clip");
    assert_eq!(clips.len(), 1, "{clips:?}");
    assert_eq!((clips[0].frame, clips[0].dur_frames), (Some(1234), Some(21)));
    assert_eq!((&clips[0].payload["count"], &clips[0].payload["peak_dbfs"]), (&15.into(), &0.0.into()));
    assert_eq!(clips[0].audio_ch, [0]);
    assert_eq!(engine.status().state, SessionState::Ended);
}

#[test]
fn silence_in_a_file_is_told_to_the_frame() {
    let engine = engine();
    let mut sound = vec![1000_i16; 8000 * 3];
    sound[3000..3000 + 17_001].fill(0);
    let _file = play(&engine, &sound);
    until(&engine, "stream.ended", 1);
    let began = of_kind(&engine, "audio.silence_started");
    let ended = of_kind(&engine, "audio.silence_ended");
    assert_eq!((began.len(), began[0].frame), (1, Some(3000)));
    assert_eq!((ended.len(), ended[0].frame, ended[0].dur_frames), (1, Some(3000), Some(17_001)));
    assert_eq!(engine.status().notice, None, "it is over in the status, too");
}

#[test]
fn gauges_come_every_second_and_unknown_ones_are_null() {
    let engine = engine();
    engine.start("signal:sine").unwrap();
    let gauges = until(&engine, "engine.sample", 2);
    for gauge in gauges {
        // A signal has no callback, and nobody here draws.
        for unknown in ["ring_fill", "callback_jitter", "render_load"] {
            assert!(gauge.payload[unknown].is_null(), "{unknown}");
        }
        assert_eq!(gauge.payload["cpu_load"].is_number(), cfg!(unix));
    }
    let began = Instant::now();
    let is_told = |gauge: &Arc<Event>| gauge.payload["render_load"] == 0.25;
    while !of_kind(&engine, "engine.sample").iter().any(is_told) {
        assert!(began.elapsed() < Duration::from_secs(20), "a page said that it draws");
        engine.bus().render_load().tell(0.25, Instant::now());
        std::thread::sleep(Duration::from_millis(100));
    }
}
