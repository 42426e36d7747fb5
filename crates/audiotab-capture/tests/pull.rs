//! Files and signals from an address into a ring, through the public interface.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use audiotab_capture::{Capture, CaptureError, CaptureEvent, CaptureState, Input, OnEvent, Pace, open};
use audiotab_ring::{RingReader, RingSpec, RingWriter, StreamState};

struct Running {
    capture: Capture,
    reader: RingReader,
    events: Receiver<CaptureEvent>,
}

fn listener() -> (OnEvent, Receiver<CaptureEvent>) {
    let (sender, events) = channel();
    (Box::new(move |event| drop(sender.send(event))), events)
}

fn start(address: &str, pace: Pace, limit_frames: Option<u64>) -> Running {
    let input: Input = address.parse().unwrap();
    let opened = open(&input).unwrap();
    let format = opened.format();
    let spec = RingSpec::new(u64::from(format.sample_rate_hz), format.channels, 10.0, 1024).unwrap();
    let ring = RingWriter::create_heap(spec).unwrap();
    let reader = ring.reader();
    let (on_event, events) = listener();
    let capture = opened.start(ring, pace, limit_frames, on_event).unwrap();
    Running { capture, reader, events }
}

#[test]
fn a_signal_as_fast_as_possible_up_to_a_limit() {
    let running = start("signal:multitone?channels=8", Pace::Fast, Some(48_000 * 5 + 77));
    let status = running.capture.wait();
    assert_eq!((status.state, status.frames_written, status.lost_frames), (CaptureState::Ended, 240_077, 0));
    let header = running.reader.header();
    assert_eq!((header.state, header.end_frame), (StreamState::Ended, 240_077));
    let mut samples = [0.0; 1000];
    running.reader.copy_into(7, 200_000, &mut samples).unwrap();
    let amplitude = 10f64.powf(-0.3);
    for (n, sample) in (200_000u64..).zip(samples) {
        let expected = amplitude * (std::f64::consts::TAU * ((1600 * n) % 48_000) as f64 / 48_000.0).sin();
        assert!((sample - expected).abs() < 1e-12);
    }
    assert_eq!(running.events.iter().last(), Some(CaptureEvent::Ended { end_frame: 240_077 }));
}

#[test]
fn real_time_keeps_time() {
    let begun = Instant::now();
    let running = start("signal:sine?rate=96000", Pace::RealTime, Some(96_000));
    let mut last = 0;
    while !running.capture.is_finished() {
        let frames = running.reader.header().readable().end;
        let due = begun.elapsed().as_secs_f64() * 96_000.0;
        assert!(frames as f64 <= due + 1.0, "{frames} frames are there, {due} were due");
        assert!(frames >= last);
        last = frames;
        std::thread::sleep(Duration::from_millis(5));
    }
    running.capture.wait();
    let took = begun.elapsed().as_secs_f64();
    assert!((1.0..1.3).contains(&took), "one second took {took} s");
}

#[test]
fn stopping_is_quick_and_finishes_the_ring() {
    let running = start("signal:pink?rate=1000", Pace::RealTime, None);
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    assert_eq!(running.capture.stop().state, CaptureState::Ended);
    assert!(begun.elapsed() < Duration::from_millis(200));
    assert_eq!(running.reader.header().state, StreamState::Ended);
}

#[test]
fn dropping_a_capture_stops_it() {
    let running = start("signal:sine", Pace::RealTime, None);
    drop(running.capture);
    assert_eq!(running.reader.header().state, StreamState::Ended);
}

#[test]
fn a_file_with_holes_plays_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("holes.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(&path, spec).unwrap();
    for i in 0..3000 {
        let left = match i {
            1500 => f32::NAN,
            1501 => f32::INFINITY,
            _ => 0.5,
        };
        wav.write_sample(left).unwrap();
        wav.write_sample(i as f32 / 3000.0).unwrap();
    }
    wav.finalize().unwrap();
    let running = start(&format!("file:{}?loop=0", path.display()), Pace::Fast, None);
    let status = running.capture.wait();
    assert_eq!((status.frames_written, status.lost_frames, status.invalid_samples), (3000, 0, 2));
    let mut left = vec![0.0; 3000];
    running.reader.copy_into(0, 0, &mut left).unwrap();
    let holes: Vec<usize> = (0..3000).filter(|i| left[*i].is_nan()).collect();
    assert_eq!(holes, [1500, 1501]);
    assert_eq!(
        running.events.iter().collect::<Vec<_>>(),
        [
            CaptureEvent::InvalidSamples { start_frame: 1500, samples: 2 },
            CaptureEvent::Ended { end_frame: 3000 }
        ]
    );
}

#[test]
fn a_file_repeats_until_the_limit() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tones.flac");
    let running = start(&format!("file:{path}?channels=1"), Pace::Fast, Some(22_050 * 4));
    assert_eq!(running.capture.wait().frames_written, 22_050 * 4);
    let (mut second, mut fourth) = (vec![0.0; 22_050], vec![0.0; 22_050]);
    running.reader.copy_into(0, 22_050, &mut second).unwrap();
    running.reader.copy_into(0, 22_050 * 3, &mut fourth).unwrap();
    assert_eq!(second, fourth);
}

#[test]
fn silence_is_reported() {
    let running = start("signal:silence", Pace::Fast, Some(48_000 * 5));
    running.capture.wait();
    let expected = [
        CaptureEvent::Silence { start_frame: 0 },
        CaptureEvent::SilenceOver { start_frame: 0, frames: 240_000 },
        CaptureEvent::Ended { end_frame: 240_000 },
    ];
    assert_eq!(running.events.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_ring_of_another_shape_is_refused() {
    let opened = open(&"signal:sine?channels=2".parse().unwrap()).unwrap();
    let ring = RingWriter::create_heap(RingSpec::new(48_000, 1, 1.0, 64).unwrap()).unwrap();
    let error = opened.start(ring, Pace::Fast, None, listener().0).unwrap_err();
    assert_eq!(
        error,
        CaptureError::Usage(
            "the ring has 1 channels at 48000 Hz, the input 2 at 48000 Hz; make the ring for the input"
                .into()
        )
    );
}
