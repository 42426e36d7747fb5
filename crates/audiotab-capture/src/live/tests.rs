//! The loop with a device made of arithmetic: frame `n` of channel `c` is `n + c/4`.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, atomic::AtomicBool};

use audiotab_ring::{RingReader, RingSpec, RingWriter};

use super::*;
use crate::events::{CaptureStatus, Report, Shared};
use crate::queue::{CallTimes, Intake, queue};

const RATE_HZ: u32 = 48_000;
const CHANNELS: u32 = 3;
const QUEUE_FRAMES: usize = 24_000;

struct Device {
    intake: Intake,
    frame: u64,
}

impl Device {
    fn call(&mut self, frames: u64) {
        let data: Vec<f64> = (self.frame..self.frame + frames)
            .flat_map(|n| (0..CHANNELS).map(move |c| n as f64 + f64::from(c) / 4.0))
            .collect();
        let capture_ns = self.frame * 1_000_000_000 / u64::from(RATE_HZ);
        self.intake.take(&data, CallTimes { capture_ns, callback_ns: capture_ns }, |sample| sample);
        self.frame += frames;
    }
}

struct Bench {
    reader: RingReader,
    events: Receiver<CaptureEvent>,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<u64>,
}

fn start(session: Session) -> Bench {
    let spec = RingSpec::new(u64::from(RATE_HZ), CHANNELS, 10.0, 1024).unwrap();
    let ring = RingWriter::create_heap(spec).unwrap();
    let reader = ring.reader();
    let (sender, events) = channel();
    let shared: Arc<Shared> = Arc::default();
    let report = Report::new(Arc::clone(&shared), Box::new(move |e| drop(sender.send(e))));
    let mut writer = BlockWriter::new(ring, None, report);
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let thread = std::thread::spawn(move || {
        run(&Chosen::synthetic(CHANNELS, RATE_HZ), session, &mut writer, &flag).unwrap();
        writer.finish().1
    });
    Bench { reader, events, shared, stop, thread }
}

impl Bench {
    fn wait_for(&self, condition: impl Fn(&CaptureStatus) -> bool) {
        let since = Instant::now();
        while !condition(&self.shared.status()) {
            assert!(since.elapsed() < Duration::from_secs(5), "{:?}", self.shared.status());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Stops and returns the length of the stream.
    fn finish(self) -> (u64, RingReader, Vec<CaptureEvent>) {
        self.stop.store(true, Relaxed);
        (self.thread.join().unwrap(), self.reader, self.events.iter().collect())
    }
}

/// Every frame from `first` on is where it belongs, or NaN; returns which are NaN.
fn gaps(reader: &RingReader, first: u64, end: u64) -> Vec<u64> {
    let mut nan = Vec::new();
    for c in 0..CHANNELS {
        let mut samples = vec![0.0; (end - first) as usize];
        reader.copy_into(c, first, &mut samples).unwrap();
        for (n, sample) in (first..).zip(samples) {
            if sample.is_nan() {
                nan.push(n);
            } else {
                assert_eq!(sample, n as f64 + f64::from(c) / 4.0);
            }
        }
    }
    nan.sort_unstable();
    nan.dedup();
    nan
}

#[test]
fn an_overrun_is_exact_from_the_callback_to_the_ring() {
    let (intake, outlet) = queue(QUEUE_FRAMES, CHANNELS as usize, RATE_HZ);
    let (session, _alive) = Session::synthetic(outlet);
    let mut device = Device { intake, frame: 0 };
    let bench = start(session);
    let begun = Instant::now();
    // Three times the device says nothing for longer than the queue can hold, then everything at once: the end of it
    // is lost, and the next callback, or the end of the stream, tells.
    let mut expected = Vec::new();
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(650));
        let from = device.frame;
        device.call((begun.elapsed().as_secs_f64() * f64::from(RATE_HZ)) as u64 - from);
        let kept = from + QUEUE_FRAMES as u64;
        expected.push(CaptureEvent::Overrun { start_frame: kept, frames: device.frame - kept });
        bench.wait_for(|status| status.frames_written == kept);
    }
    let end = device.frame;
    drop(device);
    let (written, reader, events) = bench.finish();
    assert_eq!((written, &events), (end, &expected));
    let lost: Vec<u64> = expected
        .iter()
        .flat_map(|event| match event {
            CaptureEvent::Overrun { start_frame, frames } => *start_frame..start_frame + frames,
            _ => 0..0,
        })
        .collect();
    assert_eq!(gaps(&reader, 0, end), lost);
    assert_eq!(reader.header().lost_frames, lost.len() as u64);
}

#[test]
fn a_lost_device_leaves_a_gap_at_the_pace_of_time() {
    let (intake, outlet) = queue(QUEUE_FRAMES, CHANNELS as usize, RATE_HZ);
    let (session, trouble) = Session::synthetic(outlet);
    let mut device = Device { intake, frame: 0 };
    let bench = start(session);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(700) {
        let due = (begun.elapsed().as_secs_f64() * f64::from(RATE_HZ)) as u64;
        device.call(due - device.frame);
        std::thread::sleep(Duration::from_millis(10));
    }
    trouble.try_send("unplugged".to_owned()).unwrap();
    let lost_at = device.frame;
    bench.wait_for(|status| status.state != CaptureState::Running);
    assert_eq!(
        bench.shared.status().state,
        CaptureState::Waiting { device: "pulseaudio:synthetic-device".into() }
    );
    drop(device);
    std::thread::sleep(Duration::from_millis(1000));
    let frames = bench.shared.status().frames_written as f64;
    let due = (begun.elapsed() - GAP_MARGIN).as_secs_f64() * f64::from(RATE_HZ);
    assert!((frames - due).abs() < 2000.0, "{frames} frames, {due} were due");
    let (end, reader, events) = bench.finish();
    assert_eq!(gaps(&reader, 0, end), (lost_at..end).collect::<Vec<_>>());
    let lost = CaptureEvent::DeviceLost {
        device: "pulseaudio:synthetic-device".into(),
        start_frame: lost_at,
        reason: "unplugged".into(),
    };
    assert_eq!(events, [lost]);
}
