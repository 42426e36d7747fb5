//! A session from start to stop, with test signals and files: what hosts rely on.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

use audiotab_engine::ring::PacketHead;
use audiotab_engine::wire::{ErrorKind, Notice, SessionState, SessionStatus};
use audiotab_engine::{Engine, EngineOptions};
use std::path::Path;
use std::time::{Duration, Instant};

fn engine(instance: &str) -> Engine {
    let instance = format!("test-{instance}-{}", std::process::id());
    Engine::new(EngineOptions { instance, history_s: 2.0, block_frames: 64 })
}

/// Two sessions at once need two ring names, so tests that switch inputs leave the name to the engine.
fn switching_engine() -> Engine {
    Engine::new(EngineOptions { history_s: 2.0, block_frames: 64, ..EngineOptions::default() })
}

fn until(engine: &Engine, what: &str, is_so: impl Fn(&SessionStatus) -> bool) -> SessionStatus {
    let began = Instant::now();
    loop {
        let status = engine.status();
        if is_so(&status) {
            return status;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "never {what}: {status:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn packet(engine: &Engine, query: &str) -> Option<PacketHead> {
    let mut bytes = vec![1, 2, 3];
    engine.packet(query, &mut bytes).unwrap();
    (!bytes.is_empty()).then(|| PacketHead::parse(&bytes).unwrap())
}

#[test]
fn a_session_runs_is_read_and_stops() {
    let engine = engine("runs");
    let idle = engine.status();
    assert_eq!((idle.state, idle.revision), (SessionState::Idle, 0));
    assert!(packet(&engine, "").is_none());

    let started = engine.start("signal:sine?freq=440&channels=2").unwrap();
    assert_eq!(started.state, SessionState::Running);
    assert_eq!((started.sample_rate_hz, started.channels, started.revision), (48_000, 2, 1));
    assert_eq!(started.input.as_deref(), Some("signal:sine?channels=2"));
    assert_eq!(started.channel_names.len(), 2);
    assert_eq!((started.message.as_deref(), started.notice), (None, None));

    let later = until(&engine, "written", |s| s.frames_written > 1024);
    assert_eq!(later.revision, 1, "counters alone are no new revision");
    let head = packet(&engine, "start=0&frames=256&channels=1").unwrap();
    assert_eq!((head.start_frame, head.frames, head.channels), (0, 256, vec![1]));
    assert_eq!(Some(format!("{:016x}", head.header.stream_id)), later.stream_id);

    let path = later.ring_path.unwrap();
    assert!(Path::new(&path).exists());
    let stopped = engine.stop();
    assert_eq!((stopped.state, stopped.revision), (SessionState::Ended, 2));
    assert_eq!(
        packet(&engine, "start=0&frames=256&channels=1").unwrap().frames,
        256,
        "the last seconds stay"
    );
    assert_eq!(engine.stop().revision, 2);

    engine.close();
    let closed = engine.status();
    assert!(
        closed.state == SessionState::Idle && closed.ring_path.is_none() && packet(&engine, "").is_none()
    );
    assert!(std::fs::symlink_metadata(&path).is_err(), "the ring is removed");
}

#[test]
fn a_bad_request_leaves_the_running_capture_alone() {
    let engine = switching_engine();
    let before = engine.start("signal:white").unwrap();
    for (address, kind) in [
        ("nonsense", ErrorKind::Usage),
        ("", ErrorKind::Usage),
        ("signal:sine?freq=-1", ErrorKind::Usage),
        ("signal:sine?channels=1000", ErrorKind::Usage),
        ("file:/nowhere/at/all.wav", ErrorKind::File),
        ("file:/", ErrorKind::File),
        ("alsa:no-such-device", ErrorKind::NoDevice),
    ] {
        let error = engine.start(address).unwrap_err();
        let body = error.body();
        assert_eq!(body.kind, kind, "{address}: {body:?}");
        assert!(body.message.ends_with('.') && !body.message.contains('\n'), "{body:?}");
    }
    let after = engine.status();
    assert_eq!(after.state, SessionState::Running);
    assert_eq!((after.stream_id, after.revision), (before.stream_id, before.revision));
    until(&engine, "still written", |s| s.frames_written > after.frames_written);
}

#[test]
fn a_new_input_gets_a_new_ring_and_the_old_one_goes() {
    let engine = switching_engine();
    let first = engine.start("signal:sine?channels=8").unwrap();
    let second = engine.start("signal:sine?rate=44100").unwrap();
    assert_ne!(first.stream_id, second.stream_id);
    assert_eq!((second.sample_rate_hz, second.channels), (44_100, 1));
    assert!(std::fs::symlink_metadata(first.ring_path.unwrap()).is_err());

    // A viewer that still asks for channel 7 of the old stream learns of the new one instead of failing.
    let old = first.stream_id.unwrap();
    let head = packet(&engine, &format!("stream={old}&start=0&frames=100&channels=7")).unwrap();
    assert_eq!((head.frames, head.header.spec.channels), (0, 1));
    let mut out = Vec::new();
    for query in ["start=0&frames=1&channels=1", "start=x", "frames=-1", "surprise=1"] {
        assert_eq!(engine.packet(query, &mut out).unwrap_err().kind(), ErrorKind::Usage, "{query}");
        assert!(out.is_empty());
    }
}

#[test]
fn packets_keep_within_the_limit_of_their_host() {
    let engine = engine("limit");
    engine.start("signal:sine?channels=4").unwrap();
    until(&engine, "written", |s| s.frames_written > 9600);
    let mut out = Vec::new();
    let query = "start=0&frames=999999&channels=0,1,2,3";
    for limit_bytes in [10_000, 100_000] {
        engine.packet_within(query, limit_bytes, &mut out).unwrap();
        assert!(out.len() <= limit_bytes && out.len() > limit_bytes - 64, "{}", out.len());
        assert!(PacketHead::parse(&out).is_ok());
    }
}

#[test]
fn a_file_ends_and_stays_readable() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("short.wav");
    let mut wav =
        b"RIFF\x00\x00\x00\x00WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data"
            .to_vec();
    let samples: Vec<u8> = (0..1000_i16).flat_map(|i| (i * 16).to_le_bytes()).collect();
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(&samples);
    let riff_bytes = (wav.len() as u32 - 8).to_le_bytes();
    wav[4..8].copy_from_slice(&riff_bytes);
    std::fs::write(&path, wav).unwrap();

    let engine = engine("file");
    let started = engine.start(&format!("file:{}?loop=0", path.display())).unwrap();
    assert_eq!(started.label, "short.wav");
    let ended = until(&engine, "ended", |s| s.state == SessionState::Ended);
    assert_eq!((ended.frames_written, ended.lost_frames, ended.overruns), (1000, 0, 0));
    let head = packet(&engine, "start=0&frames=5000&channels=0").unwrap();
    assert_eq!((head.start_frame, head.frames), (0, 1000));
}

#[test]
fn silence_is_said() {
    let engine = engine("silence");
    engine.start("signal:silence?rate=8000").unwrap();
    let silent = until(&engine, "said", |s| s.notice.is_some());
    assert_eq!((silent.notice, silent.state), (Some(Notice::Silence), SessionState::Running));
    assert!(silent.message.unwrap().contains("nothing but zeros"));
    assert!(silent.frames_written >= 16_000);
}

#[test]
fn without_a_device_the_default_is_the_test_signal_and_it_says_so() {
    let engine = engine("default");
    if engine.devices().is_ok_and(|devices| !devices.is_empty()) {
        return; // this computer has a device, so there is nothing to fall back from
    }
    let status = engine.start("default").unwrap();
    assert_eq!(status.input.as_deref(), Some(audiotab_engine::TEST_SIGNAL));
    assert_eq!((status.notice, status.channels), (Some(Notice::TestSignal), 2));
    assert!(status.message.unwrap().contains("test signal"));
}

#[test]
fn the_last_engine_dropped_takes_its_ring_along() {
    let engine = engine("dropped");
    let path = engine.start("signal:sine").unwrap().ring_path.unwrap();
    let other = engine.clone();
    drop(engine);
    assert!(Path::new(&path).exists());
    drop(other);
    assert!(std::fs::symlink_metadata(&path).is_err());
}

#[test]
fn a_refused_first_start_is_told_to_whoever_asks_later() {
    let engine = engine("refused");
    engine.start("file:/nowhere/to/be/found.wav").unwrap_err();
    let status = engine.status();
    assert_eq!((status.state, status.notice), (SessionState::Failed, Some(Notice::Error)));
    assert!(status.message.unwrap().contains("/nowhere/to/be/found.wav"));
    assert_eq!(status.stream_id, None);
    engine.start("signal:sine").unwrap();
    assert_eq!(engine.status().message, None);
}
