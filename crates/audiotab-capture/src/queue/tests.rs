use proptest::prelude::*;

use super::*;

const RATE_HZ: u32 = 48_000;

fn count(n: u64) -> f64 {
    n as f64
}

/// Feeds the queue from one side and reads it on the other; frame `n` of channel `c` is `n + c/10`.
struct Device {
    intake: Intake,
    channels: usize,
    frame: u64,
    capture_ns: u64,
}

impl Device {
    fn call(&mut self, frames: u64) {
        let data: Vec<f64> = (self.frame..self.frame + frames)
            .flat_map(|n| (0..self.channels).map(move |c| count(n) + c as f64 / 10.0))
            .collect();
        let times = CallTimes { capture_ns: self.capture_ns, callback_ns: self.capture_ns };
        self.intake.take(&data, times, |sample| sample);
        self.skip(frames);
    }

    /// Frames that the sound system itself loses.
    fn skip(&mut self, frames: u64) {
        self.frame += frames;
        self.capture_ns = (count(self.frame) * 1e9 / f64::from(RATE_HZ)) as u64;
    }
}

fn pair(capacity: usize, channels: usize) -> (Device, Outlet) {
    let (intake, outlet) = queue(capacity, channels, RATE_HZ);
    (Device { intake, channels, frame: 0, capture_ns: 0 }, outlet)
}

/// The whole timeline: the sample of channel 0 for a delivered frame, NaN for a lost one.
fn read(outlet: &mut Outlet, channels: usize, timeline: &mut Vec<f64>) -> Vec<(u64, u64)> {
    let mut losses = Vec::new();
    outlet.drain(|piece| match piece {
        Piece::Samples(samples) => {
            for frame in samples.chunks(channels) {
                assert!((1..channels).all(|c| frame[c] == frame[0] + c as f64 / 10.0));
                timeline.push(frame[0]);
            }
        }
        Piece::Lost(frames) => {
            losses.push((timeline.len() as u64, frames));
            timeline.resize(timeline.len() + frames as usize, f64::NAN);
        }
    });
    losses
}

fn assert_in_place(timeline: &[f64]) {
    for (n, sample) in timeline.iter().enumerate() {
        assert!(sample.is_nan() || *sample == n as f64, "frame {n} holds {sample}");
    }
}

#[test]
fn a_full_queue_loses_exactly_what_does_not_fit() {
    let (mut device, mut outlet) = pair(100, 3);
    let mut timeline = Vec::new();
    for _ in 0..5 {
        device.call(30);
    }
    // 100 of 150 fit; the loss is told in front of the next frame that fits.
    assert_eq!(read(&mut outlet, 3, &mut timeline), []);
    assert_eq!(timeline.len(), 100);
    device.call(10);
    assert_eq!(read(&mut outlet, 3, &mut timeline), [(100, 50)]);
    assert_eq!(timeline.len(), 160);
    device.call(130);
    device.call(7);
    assert_eq!(read(&mut outlet, 3, &mut timeline), []);
    assert_eq!(timeline.len(), 260);
    drop(device);
    assert_eq!(outlet.lost_at_the_end(), 37);
    assert_in_place(&timeline);
}

#[test]
fn losses_of_neighbouring_callbacks_are_one() {
    let (mut device, mut outlet) = pair(10, 1);
    let mut timeline = Vec::new();
    for _ in 0..20 {
        device.call(10);
    }
    read(&mut outlet, 1, &mut timeline);
    device.call(1);
    assert_eq!(read(&mut outlet, 1, &mut timeline), [(10, 190)]);
    assert_in_place(&timeline);
}

#[test]
fn a_loss_in_the_sound_system_is_measured_by_its_timestamps() {
    let (mut device, mut outlet) = pair(1000, 2);
    let mut timeline = Vec::new();
    device.call(100);
    device.skip(321);
    device.intake.counts().backend_xruns.fetch_add(1, Relaxed);
    device.call(100);
    // Late timestamps alone are no loss.
    device.capture_ns += 5_000_000;
    device.call(100);
    assert_eq!(outlet.frames_waiting(), 621);
    assert_eq!(read(&mut outlet, 2, &mut timeline), [(100, 321)]);
    assert_in_place(&timeline);
    // An overrun that no timestamp shows is still told.
    device.intake.counts().backend_xruns.fetch_add(1, Relaxed);
    device.call(10);
    assert_eq!(read(&mut outlet, 2, &mut timeline), [(621, 0)]);
    assert_in_place(&timeline);
}

#[test]
fn too_many_losses_to_remember_become_longer_ones() {
    let (mut device, mut outlet) = pair(100_000, 1);
    let mut timeline = Vec::new();
    for _ in 0..LOSS_SLOTS + 50 {
        device.intake.counts().backend_xruns.fetch_add(1, Relaxed);
        device.skip(3);
        device.call(2);
    }
    read(&mut outlet, 1, &mut timeline);
    device.call(5);
    read(&mut outlet, 1, &mut timeline);
    drop(device);
    assert_eq!(outlet.lost_at_the_end(), 0);
    // The first callback has nothing to measure from, so its loss is not seen.
    assert_eq!(timeline.len() as u64 + 3, (LOSS_SLOTS as u64 + 50) * 5 + 5);
    for (n, sample) in timeline.iter().enumerate() {
        assert!(sample.is_nan() || *sample == n as f64 + 3.0, "frame {n} holds {sample}");
    }
}

#[test]
fn two_threads_agree_on_every_frame() {
    const CALLBACKS: u64 = 40_000;
    let (mut device, mut outlet) = pair(256, 2);
    let sound = std::thread::spawn(move || {
        for i in 0..CALLBACKS {
            device.call(1 + i % 97);
            if i % 50 == 0 {
                std::thread::yield_now();
            }
        }
        device.frame
    });
    let mut next = 0u64;
    let mut lost = 0u64;
    let mut look = |outlet: &mut Outlet| {
        outlet.drain(|piece| match piece {
            Piece::Samples(samples) => {
                for frame in samples.chunks(2) {
                    assert_eq!(frame[0], count(next));
                    next += 1;
                }
            }
            Piece::Lost(frames) => {
                next += frames;
                lost += frames;
            }
        });
    };
    while !sound.is_finished() {
        look(&mut outlet);
        std::thread::sleep(std::time::Duration::from_micros(50));
    }
    look(&mut outlet);
    let at_the_end = outlet.lost_at_the_end();
    assert_eq!(next + at_the_end, sound.join().unwrap());
    assert!(lost > 0, "the test is meant to overrun the queue");
}

#[test]
fn a_million_callbacks_that_are_late_now_and_then_are_no_loss() {
    let (mut device, mut outlet) = pair(512, 1);
    let (mut timeline, mut frames) = (Vec::new(), 0);
    for n in 0..1_000_000 {
        // Up to 3 ms late, as timestamps of sound servers are.
        device.capture_ns += n % 7 * 500_000;
        device.call(32);
        if n % 13 == 0 {
            assert_eq!(read(&mut outlet, 1, &mut timeline), [], "callback {n}");
            frames += timeline.len() as u64;
            timeline.clear();
        }
    }
    read(&mut outlet, 1, &mut timeline);
    assert_eq!((frames + timeline.len() as u64, outlet.lost_at_the_end()), (32_000_000, 0));
}

proptest! {
    /// Any order of callbacks, losses and reads: every frame is where it belongs, and none is missing.
    #[test]
    fn the_timeline_is_never_wrong(capacity in 1usize..200, steps in proptest::collection::vec((0u8..4, 1u64..150), 1..60)) {
        let (mut device, mut outlet) = pair(capacity, 2);
        let mut timeline = Vec::new();
        device.call(1);
        for (kind, frames) in steps {
            match kind {
                0 => { read(&mut outlet, 2, &mut timeline); }
                1 => {
                    device.skip(frames);
                    device.intake.counts().backend_xruns.fetch_add(1, Relaxed);
                }
                _ => device.call(frames),
            }
        }
        device.call(1);
        read(&mut outlet, 2, &mut timeline);
        let end = device.frame;
        drop(device);
        prop_assert_eq!(timeline.len() as u64 + outlet.lost_at_the_end(), end);
        assert_in_place(&timeline);
    }
}

#[test]
fn jitter_is_how_far_a_callback_is_from_when_its_buffer_was_due() {
    let (mut intake, mut outlet) = queue(4800, 1, RATE_HZ);
    let mut call = |callback_ns| {
        intake.take(&[0.0; 480], CallTimes { capture_ns: callback_ns, callback_ns }, |sample| sample);
    };
    call(0);
    assert_eq!(outlet.take_jitter_permille(), 0, "the first one is due when it comes");
    for callback_ns in [10_000_000, 22_500_000, 30_000_000] {
        call(callback_ns); // 2.5 ms late, then as much early
    }
    assert_eq!((outlet.take_jitter_permille(), outlet.take_jitter_permille()), (250, 0));
    outlet.drain(|_| ());
    assert_eq!((outlet.take_fill_permille(), outlet.take_fill_permille()), (400, 0));
}
