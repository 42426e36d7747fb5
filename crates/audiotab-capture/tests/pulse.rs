//! Real devices without hardware: null sinks of a private PulseAudio server, through both of cpal's Linux hosts.
//!
//! Each test starts a server and runs its body as a child process inside that server's environment.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::print_stdout)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use audiotab_capture::{CaptureError, CaptureEvent, CaptureState, Input, devices, open};
use support::{
    AUX_MAP, BLOCK, MAP, Plug, RATE_HZ, Running, STEREO, Server, is_inside, load_sink, play_tones, plugs,
    run_without_server, start, wait_for,
};

#[test]
fn eight_channels_through_the_pulseaudio_host() {
    Server::start().run_inside("inside_pulseaudio_host");
}

#[test]
#[ignore = "child"]
fn inside_pulseaudio_host() {
    if is_inside() {
        eight_tones("default", "pulseaudio:null8.monitor");
    }
}

#[test]
fn eight_channels_through_the_alsa_host() {
    Server::start().run_inside("inside_alsa_host");
}

#[test]
#[ignore = "child"]
fn inside_alsa_host() {
    if is_inside() {
        eight_tones("alsa:default", "alsa:default");
    }
}

fn eight_tones(address: &str, id: &str) {
    let _sink = load_sink("null8", MAP, RATE_HZ);
    let _player = play_tones("null8", MAP, 8);
    let listed = devices().expect("device list");
    println!("{listed:#?}");
    let monitor = listed.iter().find(|device| device.id == "pulseaudio:null8.monitor").expect("listed");
    assert!(monitor.is_default && monitor.channels == 8 && monitor.default_sample_rate_hz == RATE_HZ);

    let running = start(address);
    println!("{id}: {:?}", running.format);
    running.check_tones(u64::from(RATE_HZ));
    let status = running.capture.stop();
    println!("{status:?}");
    assert_eq!((status.state, status.invalid_samples), (CaptureState::Ended, 0));

    let picked = start(&format!("{address}?channels=7,0"));
    assert_eq!(picked.format.channel_names, ["Side right", "Front left"]);
    picked.check_tones(u64::from(RATE_HZ) / 3);
    picked.capture.stop();
}

#[test]
fn a_lost_device_is_waited_for_and_the_clock_goes_on() {
    Server::start().run_inside("inside_hot_plug");
}

#[test]
#[ignore = "child"]
fn inside_hot_plug() {
    if is_inside() {
        let pauses_ms = [300, 900, 1700, 0, 70, 140, 210, 280, 350, 420];
        hot_plug(pauses_ms.into_iter().cycle().take(plugs(3)));
    }
}

fn hot_plug(pauses_ms: impl Iterator<Item = u64>) {
    let _sink = load_sink("null8", MAP, RATE_HZ);
    let mut plug = Plug::into("null8");
    let running = start("pulseaudio:mic");
    running.wait_for_frames(u64::from(RATE_HZ));
    let zero_s = running.zero_s();
    let mut worst = Duration::ZERO;
    for pause_ms in pauses_ms {
        plug.unplug();
        let unplugged = Instant::now();
        let lost = running.event(|event| matches!(event, CaptureEvent::DeviceLost { .. }));
        worst = worst.max(unplugged.elapsed());
        let device = "pulseaudio:mic".to_owned();
        assert_eq!(running.capture.status().state, CaptureState::Waiting { device });
        std::thread::sleep(Duration::from_millis(pause_ms));
        plug = Plug::into("null8");
        let plugged = Instant::now();
        let back = running.event(|event| matches!(event, CaptureEvent::DeviceBack { .. }));
        worst = worst.max(plugged.elapsed());
        assert_eq!(running.capture.status().state, CaptureState::Running);
        let (
            CaptureEvent::DeviceLost { start_frame: from, .. },
            CaptureEvent::DeviceBack { start_frame, frames, .. },
        ) = (lost, back)
        else {
            unreachable!("matched above")
        };
        assert_eq!(from, start_frame);
        check_gap(&running, start_frame, frames);
        let mut drift = (running.zero_s() - zero_s) * f64::from(RATE_HZ);
        println!("gap of {frames} frames, clock off by {drift:.0} frames");
        // A starved server drops frames without a word; the clock finds them.
        let since = Instant::now();
        while drift > f64::from(BLOCK) && since.elapsed() < Duration::from_secs(5) {
            drift = (running.zero_s() - zero_s) * f64::from(RATE_HZ);
            println!("clock off by {drift:.0} frames, {:?}", running.capture.status());
        }
        assert!(drift.abs() <= f64::from(BLOCK), "clock off by {drift} frames");
    }
    println!("slowest notice {worst:?}, {:?}", running.capture.status());
    running.capture.stop();
}

/// NaN in the gap and nowhere around it.
fn check_gap(running: &Running, start_frame: u64, frames: u64) {
    running.wait_for_frames(start_frame + frames + 2 * u64::from(BLOCK));
    let around = running.samples(0, start_frame - 10, frames as usize + 20);
    for (i, sample) in around.iter().enumerate() {
        let is_gap = (10..around.len() - 10).contains(&i);
        assert_eq!(sample.is_nan(), is_gap, "frame {}", start_frame - 10 + i as u64);
    }
}

#[test]
fn a_stopped_process_loses_nothing_silently() {
    Server::start().run_inside("inside_sigstop");
}

#[test]
#[ignore = "child"]
fn inside_sigstop() {
    if !is_inside() {
        return;
    }
    let _sink = load_sink("null8", MAP, RATE_HZ);
    for address in ["pulseaudio:null8.monitor", "alsa:default"] {
        let running = start(address);
        running.wait_for_frames(u64::from(RATE_HZ));
        let zero_s = running.zero_s();
        for pause in ["0.2", "0.7"] {
            let script = format!("kill -STOP {0}; sleep {pause}; kill -CONT {0}", std::process::id());
            assert!(Command::new("sh").args(["-c", &script]).status().expect("sh").success());
            std::thread::sleep(Duration::from_millis(700));
        }
        let drift = (running.zero_s() - zero_s) * f64::from(RATE_HZ);
        let Running { capture, events, .. } = running;
        let status = capture.stop();
        let events: Vec<CaptureEvent> = events.iter().collect();
        println!("{address}: clock off by {drift:.0} frames, {status:?}, {events:?}");
        assert!(drift.abs() <= f64::from(BLOCK), "{address}: clock off by {drift} frames");
        let reported: u64 = events
            .iter()
            .map(|event| match event {
                CaptureEvent::Overrun { frames, .. } | CaptureEvent::DeviceBack { frames, .. } => *frames,
                _ => 0,
            })
            .sum();
        assert!(reported > 0, "{address}: 0.9 s of standstill must cost frames");
        assert_eq!(reported, status.lost_frames, "{address}: every lost frame is in an event");
    }
}

#[test]
fn a_device_that_comes_back_different_ends_the_capture() {
    Server::start().run_inside("inside_changed_device");
}

#[test]
#[ignore = "child"]
fn inside_changed_device() {
    if !is_inside() {
        return;
    }
    let sink = load_sink("mic", STEREO, RATE_HZ);
    let running = start("pulseaudio:mic.monitor");
    running.wait_for_frames(10_000);
    sink.unload();
    running.event(|event| matches!(event, CaptureEvent::DeviceLost { .. }));
    // The same again is taken back, anything else is not.
    let sink = load_sink("mic", STEREO, RATE_HZ);
    running.event(|event| matches!(event, CaptureEvent::DeviceBack { .. }));
    sink.unload();
    running.event(|event| matches!(event, CaptureEvent::DeviceLost { .. }));
    let _sink = load_sink("mic", STEREO, 44_100);
    let failed = running.event(|event| matches!(event, CaptureEvent::Failed { .. }));
    let CaptureEvent::Failed { message } = failed else { unreachable!("matched above") };
    assert_eq!(
        message,
        "`pulseaudio:mic.monitor` came back with 2 channels at 44100 Hz instead of 2 at 48000 Hz; start again to use it as it is now"
    );
    let ended = running.event(|event| matches!(event, CaptureEvent::Ended { .. }));
    assert_eq!(ended, CaptureEvent::Ended { end_frame: running.reader.header().end_frame });
    assert_eq!(running.capture.wait().state, CaptureState::Failed(message));
}

#[test]
fn refusals_say_what_is_wrong() {
    Server::start().run_inside("inside_refusals");
}

#[test]
#[ignore = "child"]
fn inside_refusals() {
    if !is_inside() {
        return;
    }
    let refusal = |address: &str| -> CaptureError {
        let error = open(&address.parse::<Input>().expect("address")).expect_err(address);
        println!("{address}: {} ({})", error, error.kind());
        error
    };
    assert_eq!(devices().expect("device list"), []);
    assert_eq!(refusal("default").kind(), "no-device");
    let _sink = load_sink("mic", STEREO, RATE_HZ);
    assert_eq!(refusal("pulseaudio:gone.monitor").kind(), "no-device");
    assert_eq!(refusal("jack:system").kind(), "no-device");
    assert_eq!(refusal("alsa:hw:CARD=7,DEV=0").kind(), "no-device");
    assert_eq!(refusal("pulseaudio:mic.monitor?rate=1000000").kind(), "unsupported");
    assert_eq!(refusal("pulseaudio:mic.monitor?channels=5").kind(), "unsupported");
}

#[test]
fn without_sound_system_there_are_no_devices_and_no_error() {
    run_without_server("inside_nothing");
}

#[test]
#[ignore = "child"]
fn inside_nothing() {
    if !is_inside() {
        return;
    }
    let since = Instant::now();
    let listed = devices().expect("an empty list is no error");
    println!("{listed:?} in {:?}", since.elapsed());
    assert!(since.elapsed() < Duration::from_secs(1));
    assert!(listed.is_empty());
    let error = open(&"default".parse().expect("address")).expect_err("no device");
    println!("{error}");
    assert_eq!(error.kind(), "no-device");
}

#[test]
fn channels_without_a_speaker_are_not_mixed() {
    Server::start().run_inside("inside_aux_channels");
}

/// What multichannel interfaces look like. Asked for speakers, the server would give silence.
#[test]
#[ignore = "child"]
fn inside_aux_channels() {
    if !is_inside() {
        return;
    }
    let _sink = load_sink("aux8", AUX_MAP, RATE_HZ);
    let _player = play_tones("aux8", AUX_MAP, 6);
    let running = start("pulseaudio:aux8.monitor");
    assert_eq!(running.format.channel_names[7], "Channel 8");
    running.check_tones(u64::from(RATE_HZ));
}

#[test]
fn lists_and_captures_leave_nothing_behind() {
    Server::start().run_inside("inside_leaks");
}

#[test]
#[ignore = "child"]
fn inside_leaks() {
    if !is_inside() {
        return;
    }
    let _sink = load_sink("mic", "mono", RATE_HZ);
    let round = || {
        devices().expect("device list");
        start("default").capture.stop();
        start("alsa:default").capture.stop();
    };
    let count = |dir: &str| std::fs::read_dir(dir).expect("/proc").count();
    round();
    let (threads, files) = (count("/proc/self/task"), count("/proc/self/fd"));
    for _ in 0..5 {
        round();
    }
    // The thread of the last list may not have ended yet.
    wait_for("threads to end", || count("/proc/self/task") <= threads && count("/proc/self/fd") <= files);
}
