//! Devices that come and go while the engine records, on a private PulseAudio server.
//!
//! Each test starts a server and runs its body as a child process inside that server's environment.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a test fails by panicking

#[allow(dead_code, reason = "shared with the tests of the capture")]
#[path = "../../audiotab-capture/tests/support/mod.rs"]
mod support;

use audiotab_engine::wire::SessionState;
use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::Event;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{RATE_HZ, STEREO, Server, is_inside, load_sink, plugs, wait_for};

#[test]
fn every_device_that_comes_or_goes_is_told_once() {
    Server::start().run_inside("inside_hot_plug");
}

#[test]
#[ignore = "child"]
fn inside_hot_plug() {
    if is_inside() {
        plug_and_unplug(plugs(3));
    }
}

fn told(engine: &Engine, kind: &str, id: &str) -> Vec<Arc<Event>> {
    let events = engine.bus().after(0, 1_000_000).events;
    events.into_iter().filter(|event| event.kind == kind && event.payload["device_id"] == id).collect()
}

fn plug_and_unplug(times: usize) {
    let own = load_sink("own", STEREO, RATE_HZ);
    let engine = Engine::new(EngineOptions { history_s: 20.0, ..EngineOptions::default() });
    engine.start("pulseaudio:own.monitor").unwrap();
    let _watch = engine.watch_devices().unwrap();
    // Another device, plugged once for nothing: what is there at the first look is no news.
    let other = "pulseaudio:other.monitor";
    let count = |kind: &str| told(&engine, kind, other).len();
    loop {
        let sink = load_sink("other", STEREO, RATE_HZ);
        std::thread::sleep(Duration::from_millis(1000));
        sink.unload();
        std::thread::sleep(Duration::from_millis(1000));
        if count("device.connected") > 0 && count("device.disconnected") > 0 {
            break;
        }
    }
    let (connected, disconnected) = (count("device.connected"), count("device.disconnected"));
    let mut slowest = Duration::ZERO;
    for n in 1..=times {
        let sink = load_sink("other", STEREO, RATE_HZ);
        let plugged = Instant::now();
        wait_for("connected", || count("device.connected") >= connected + n);
        slowest = slowest.max(plugged.elapsed());
        sink.unload();
        let unplugged = Instant::now();
        wait_for("disconnected", || count("device.disconnected") >= disconnected + n);
        slowest = slowest.max(unplugged.elapsed());
        let pairs = (count("device.connected") - connected, count("device.disconnected") - disconnected);
        assert_eq!(pairs, (n, n), "a pair each time, and no other");
    }
    println!("{times} pairs, told after {slowest:?} at most");
    wait_for("the capture to go on beside it", || engine.status().state == SessionState::Running);
    let last = told(&engine, "device.disconnected", other).pop().unwrap();
    assert!(
        last.frame.is_some() && last.session == engine.status().stream_id,
        "it has its place in the sound"
    );

    // The device that is recorded from: its session tells, and nobody else.
    let id = "pulseaudio:own.monitor";
    let mut own = own;
    let (lost, back) = (|| told(&engine, "device.lost", id).len(), || told(&engine, "device.back", id).len());
    let is = |state: SessionState| engine.status().state == state;
    for _ in 0..times {
        // On a starved machine a sound server may have given up on us before, and taken us back.
        let before = lost();
        own.unload();
        wait_for("lost", || lost() > before && is(SessionState::Waiting));
        own = load_sink("own", STEREO, RATE_HZ);
        wait_for("back", || back() == lost() && is(SessionState::Running));
    }
    println!("{times} times the device that is recorded from was away and taken back");
    for kind in ["device.connected", "device.disconnected"] {
        assert_eq!(told(&engine, kind, id).len(), 0, "{kind}");
    }
    // Each time it was away is one gap, from where it was lost to where it came back, in one stream.
    let events = engine.bus().after(0, 1_000_000).events;
    let gaps: Vec<_> = events.iter().filter(|event| event.kind == "audio.gap").collect();
    let (lost, back) = (told(&engine, "device.lost", id), told(&engine, "device.back", id));
    assert!(lost.len() >= times);
    assert_eq!((gaps.len(), lost.len()), (back.len(), back.len()));
    for ((gap, lost), back) in gaps.iter().zip(&lost).zip(&back) {
        let end = gap.frame.zip(gap.dur_frames).map(|(frame, frames)| frame + frames);
        assert_eq!((gap.frame, end, &gap.session), (lost.frame, back.frame, &engine.status().stream_id));
    }
    engine.close();
    own.unload();
}
