//! The whole program stands still for a while (SIGSTOP), as on a machine that was suspended or starved.

#[allow(dead_code, reason = "shared with the tests of the capture")]
#[path = "../../../audiotab-capture/tests/support/server.rs"]
mod sound_server;

use super::{World, number, rounds, serving, until};
use crate::common::serving::Serving;
use serde_json::Value;
use sound_server::{RATE_HZ, STEREO, Server, is_inside, load_sink};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The program writes its frames in blocks of this many.
const BLOCK_FRAMES: f64 = 1024.0;
/// What a sound server drops without a word cannot be told from lateness while it is less than 30 ms.
const SILENT_FRAMES: f64 = 0.03 * RATE_HZ as f64;

fn stand_still(serving: &Serving, time: Duration) {
    serving.signal("STOP");
    sleep(time);
    serving.signal("CONT");
}

/// When frame 0 was, in frames after `began`, by the earliest of many answers: the same at all times while the length of
/// the timeline is the time that has gone by.
fn zero_frames(serving: &Serving, began: Instant) -> f64 {
    let looks = (0..80).map(|_| {
        sleep(Duration::from_millis(3));
        let written = number(&serving.json("/api/session"), "framesWritten") as f64;
        began.elapsed().as_secs_f64() * f64::from(RATE_HZ) - written
    });
    looks.fold(f64::INFINITY, f64::min)
}

/// The timeline is as long as time, to so many frames. What a sound server drops without a word is found within seconds.
fn keeps_time(serving: &Serving, began: Instant, zero: f64, most_frames: f64) -> f64 {
    until("the timeline to be true", || {
        let error = zero_frames(serving, began) - zero;
        (error.abs() <= most_frames).then_some(error)
    })
}

fn losses(serving: &Serving) -> Vec<(u64, u64)> {
    let span = |event: &Value| (number(event, "frame"), number(event, "dur_frames"));
    serving.log("audio.overrun,audio.gap").iter().map(span).collect()
}

/// When every frame that was lost is in the log: it is written a moment later.
fn all_losses(serving: &Serving) -> Vec<(u64, u64)> {
    until("every lost frame to be told", || {
        let told = losses(serving);
        let frames: u64 = told.iter().map(|(_, frames)| frames).sum();
        (frames == number(&serving.json("/api/session"), "lostFrames")).then_some(told)
    })
}

#[test]
fn a_signal_misses_nothing_by_standing_still() {
    let world = World::new();
    let serving = serving(&world, "signal:sine?channels=2", &[]);
    let began = Instant::now();
    let zero = zero_frames(&serving, began);
    for _ in 0..rounds("AUDIOTAB_STOPS", 3) {
        stand_still(&serving, Duration::from_millis(200));
        sleep(Duration::from_millis(50));
    }
    let error = keeps_time(&serving, began, zero, BLOCK_FRAMES);
    let session = serving.json("/api/session");
    assert_eq!((number(&session, "overruns"), number(&session, "lostFrames")), (0, 0));
    println!("the timeline is off by {error:.0} frames");
    assert_eq!(losses(&serving), [], "nothing was lost, so nothing is told");
    serving.end();
}

#[test]
fn what_a_device_loses_while_the_program_stands_still_is_told() {
    Server::start().run_inside("stopped::inside_sound_server");
}

#[test]
#[ignore = "started by the test above"]
fn inside_sound_server() {
    if !is_inside() {
        return;
    }
    let _sink = load_sink("mic", STEREO, RATE_HZ);
    let world = World::new();
    let serving = serving(&world, "pulseaudio:mic.monitor", &[]);
    until("sound", || Some(()).filter(|()| number(&serving.json("/api/session"), "framesWritten") > 48_000));
    let began = Instant::now();
    let zero = zero_frames(&serving, began);
    for time_ms in [200, 700].repeat(rounds("AUDIOTAB_STOPS", 3).div_ceil(2) as usize) {
        let before = number(&serving.json("/api/session"), "framesWritten");
        let told = all_losses(&serving).len();
        stand_still(&serving, Duration::from_millis(time_ms));
        let error = keeps_time(&serving, began, zero, BLOCK_FRAMES + SILENT_FRAMES);
        let new = all_losses(&serving).split_off(told);
        let after = number(&serving.json("/api/session"), "framesWritten");
        println!(
            "stopped for {time_ms} ms at {before}: told {new:?}, the timeline is off by {error:.0} frames"
        );
        assert!(new.iter().all(|(frame, frames)| *frame >= before && frame + frames <= after), "{new:?}");
    }
    let told = all_losses(&serving);
    let session = serving.json("/api/session");
    assert!(!told.is_empty(), "standing still for longer than all buffers costs frames");
    // A sound server may give up on who stands still: then the device was away and is back, which is one loss, too.
    let count = |kind: &str| serving.log(kind).len() as u64;
    assert_eq!(count("audio.overrun"), number(&session, "overruns"), "{told:?}");
    assert_eq!((count("device.lost"), count("device.back")), (count("audio.gap"), count("audio.gap")));
    assert!(told.windows(2).all(|two| two[0].0 + two[0].1 < two[1].0), "what touches is one: {told:?}");
    serving.end();
}
