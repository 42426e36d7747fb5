use std::sync::{Arc, Mutex};

use audiotab_ring::{RingReader, RingSpec};

use super::*;
use crate::events::Shared;

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
    let report = Report { shared: Arc::new(Shared::default()), on_event };
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
    bench.push(&[1e-12]);
    bench.push(&[-0.0; 2000]);
    assert_eq!(bench.events()[1..], [CaptureEvent::Silence { start_frame: 7010 }]);
    // A gap is no silence.
    bench.writer.push_lost(5000);
    bench.push(&[0.0; 1500]);
    assert_eq!(bench.events().len(), 2);
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
