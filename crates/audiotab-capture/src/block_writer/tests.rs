use std::sync::{Arc, Mutex};

use audiotab_ring::{RingReader, RingSpec};

use super::*;

const RATE_HZ: u64 = 1000;

struct Bench {
    writer: BlockWriter,
    reader: RingReader,
    events: Arc<Mutex<Vec<CaptureEvent>>>,
}

fn bench(channels: u32, limit_frames: Option<u64>) -> Bench {
    let spec = RingSpec::new(RATE_HZ, channels, 20.0, 64).unwrap();
    let ring = RingWriter::create_heap(spec).unwrap();
    let reader = ring.reader();
    let events: Arc<Mutex<Vec<CaptureEvent>>> = Arc::default();
    let log = Arc::clone(&events);
    let on_event = Box::new(move |event| log.lock().unwrap().push(event));
    let report = Report::new(Arc::default(), on_event);
    Bench { writer: BlockWriter::new(ring, limit_frames, report), reader, events }
}

impl Bench {
    fn push(&mut self, samples: &[f64]) {
        self.writer
            .push(samples.len(), |_, first, dest| dest.copy_from_slice(&samples[first..first + dest.len()]));
    }

    fn read(&self, channel: u32, frames: usize) -> Vec<f64> {
        let mut samples = vec![0.0; frames];
        self.reader.copy_into(channel, 0, &mut samples).unwrap();
        samples
    }

    fn events(&self) -> Vec<CaptureEvent> {
        self.events.lock().unwrap().clone()
    }
}

#[test]
fn pieces_of_any_length_become_one_stream() {
    let mut bench = bench(2, None);
    let all: Vec<f64> = (1..=500).map(f64::from).collect();
    let mut rest = all.as_slice();
    for length in [1, 62, 1, 1, 128, 200, 107] {
        bench.push(&rest[..length]);
        rest = &rest[length..];
    }
    assert_eq!(bench.writer.next_frame(), 500);
    let (_, end_frame) = bench.writer.finish();
    assert_eq!((end_frame, bench.reader.header().end_frame), (500, 500));
    let mut samples = vec![0.0; 500];
    bench.reader.copy_into(1, 0, &mut samples).unwrap();
    assert_eq!(samples, all);
}

#[test]
fn lost_frames_keep_their_place_and_are_counted() {
    let mut bench = bench(1, None);
    bench.push(&[1.0; 100]);
    bench.writer.push_lost(150);
    bench.push(&[2.0; 100]);
    let shared = Arc::clone(&bench.writer.report.shared);
    let (_, end_frame) = bench.writer.finish();
    assert_eq!(end_frame, 350);
    assert_eq!(bench.reader.header().lost_frames, 150);
    assert_eq!(shared.status().lost_frames, 150);
    let mut samples = vec![0.0; 350];
    bench.reader.copy_into(0, 0, &mut samples).unwrap();
    assert!(samples[..100].iter().all(|s| *s == 1.0) && samples[250..].iter().all(|s| *s == 2.0));
    assert!(samples[100..250].iter().all(|s| s.is_nan()));
}

#[test]
fn the_limit_is_exact() {
    let mut bench = bench(1, Some(130));
    bench.push(&[1.0; 100]);
    bench.push(&[1.0; 100]);
    bench.writer.push_lost(10);
    assert_eq!((bench.writer.room(), bench.writer.next_frame()), (0, 130));
    assert_eq!(bench.writer.finish().1, 130);
    assert_eq!(bench.reader.header().lost_frames, 0);
}

#[test]
fn silence_is_said_once_per_run() {
    let mut bench = bench(1, None);
    bench.push(&[0.5; 10]);
    bench.push(&[0.0; 1999]);
    assert_eq!(bench.events(), []);
    bench.push(&[0.0; 5000]);
    assert_eq!(bench.events(), [CaptureEvent::Silence { start_frame: 10 }]);
    bench.push(&[0.0, 0.0, 0.0, 1e-12]);
    assert_eq!(bench.events()[1..], [CaptureEvent::SilenceOver { start_frame: 10, frames: 7002 }]);
    bench.push(&[-0.0; 2000]);
    assert_eq!(bench.events()[2..], [CaptureEvent::Silence { start_frame: 7013 }]);
    // A gap is no silence.
    bench.writer.push_lost(5000);
    assert_eq!(bench.events()[3..], [CaptureEvent::SilenceOver { start_frame: 7013, frames: 2000 }]);
    bench.push(&[0.0; 1500]);
    assert_eq!(bench.events().len(), 4);
}

#[test]
fn a_stream_that_ends_silent_tells_how_long_it_was() {
    let mut bench = bench(2, None);
    bench.push(&[0.0; 2500]);
    let events = Arc::clone(&bench.events);
    assert_eq!(bench.writer.finish().1, 2500);
    let told = events.lock().unwrap().clone();
    let over = CaptureEvent::SilenceOver { start_frame: 0, frames: 2500 };
    assert_eq!(told, [CaptureEvent::Silence { start_frame: 0 }, over]);
}

#[test]
fn losses_that_touch_are_one_event() {
    let mut bench = bench(1, None);
    let lose = |bench: &mut Bench, frames| {
        let start_frame = bench.writer.next_frame();
        let frames = bench.writer.push_lost(frames);
        bench.writer.report.overrun(start_frame, frames);
    };
    bench.push(&[0.5; 100]);
    for frames in [10, 0, 300, 7] {
        lose(&mut bench, frames);
    }
    assert_eq!(bench.events(), [], "it may still grow");
    bench.push(&[0.5; 1]);
    lose(&mut bench, 5);
    let shared = Arc::clone(&bench.writer.report.shared);
    let events = Arc::clone(&bench.events);
    let (mut report, end_frame) = bench.writer.finish();
    report.event(CaptureEvent::Ended { end_frame });
    assert_eq!(
        *events.lock().unwrap(),
        [
            CaptureEvent::Overrun { start_frame: 100, frames: 317 },
            CaptureEvent::Overrun { start_frame: 418, frames: 5 },
            CaptureEvent::Ended { end_frame: 423 },
        ]
    );
    assert_eq!((shared.status().xruns, shared.status().lost_frames), (2, 322));
}

#[test]
fn a_million_blocks_of_sound_are_no_event() {
    let mut bench = bench(1, None);
    let block = [0.25; 64];
    for _ in 0..1_000_000 {
        bench.push(&block);
    }
    assert_eq!(bench.events(), []);
    let status = bench.writer.report.shared.status();
    assert_eq!((status.frames_written, status.lost_frames, status.xruns), (64_000_000, 0, 0));
}

#[test]
fn invalid_samples_become_gaps_that_are_not_lost_frames() {
    let mut bench = bench(1, None);
    let mut samples = [0.25; 64];
    samples[5] = f64::NAN;
    samples[6] = f64::INFINITY;
    samples[7] = f64::NEG_INFINITY;
    samples[8] = 2e9;
    samples[9] = -1e9;
    bench.push(&samples);
    assert_eq!(bench.events(), [CaptureEvent::InvalidSamples { start_frame: 5, samples: 4 }]);
    let read = bench.read(0, 64);
    assert!(read[5..9].iter().all(|s| s.is_nan()));
    assert_eq!((read[4], read[9]), (0.25, -1e9));
    let status = bench.writer.report.shared.status();
    assert_eq!((status.invalid_samples, status.lost_frames), (4, 0));
}
