//! Events from real-time threads: nothing allocated, nothing waited for, nothing asked of the system, every loss counted.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod common;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use audiotab_events::{Bus, Draft, RtEvent, Severity, StreamPosition};
use common::{collect, kinds_of};
use std::thread;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// As large as a record gets.
fn clip(frame: u64) -> RtEvent {
    RtEvent::new("audio.clip", "engine")
        .over(frame, 12)
        .in_stream(0xaa)
        .on_channel(0)
        .on_channel(255)
        .with("count", 12_u64)
        .with("peak_dbfs", -0.01)
}

#[test]
fn ten_million_emits_allocate_nothing() {
    let bus = Bus::default();
    let mut sender = bus.rt_sender(1024).unwrap();
    let lost = thread::spawn(move || {
        assert_no_alloc(|| (0..10_000_000).filter(|frame| !sender.emit_rt(clip(*frame))).count() as u64)
    })
    .join()
    .unwrap();
    bus.flush();
    let told = bus.snapshot("bus").iter().map(|loss| loss.payload["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!((bus.counts().rt_dropped, told), (lost, lost));
    assert!(bus.counts().events_taken >= 10_000_000 - lost);
}

#[test]
fn what_arrives_and_what_is_told_lost_make_up_everything() {
    let bus = Bus::default();
    let (clips, _one) = collect(&bus, &["audio.clip"]);
    let (losses, _two) = collect(&bus, &["bus.rt_dropped"]);
    let mut sender = bus.rt_sender(64).unwrap();
    let taken = (0..10_000).filter(|frame| sender.emit_rt(clip(*frame))).count();
    bus.flush();
    let told: u64 = losses.lock().unwrap().iter().map(|loss| loss.payload["count"].as_u64().unwrap()).sum();
    assert_eq!((clips.lock().unwrap().len(), told), (taken, 10_000 - taken as u64));
    let frames: Vec<u64> = clips.lock().unwrap().iter().map(|clip| clip.frame.unwrap()).collect();
    assert!(frames.is_sorted(), "in the order they were told");
    let loss = losses.lock().unwrap();
    assert_eq!(loss.last().unwrap().severity, Severity::Warning);
    assert_eq!(loss.last().unwrap().payload["total"], told);
}

#[test]
fn a_record_becomes_the_event_it_describes() {
    let bus = Bus::default();
    let began = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
    bus.clock().set(Some(StreamPosition {
        session: "00000000000000aa".into(),
        sample_rate_hz: 48_000.0,
        frame: 0,
        at: began,
    }));
    let mut sender = bus.rt_sender(8).unwrap();
    sender.emit_rt(
        clip(48_000)
            .with_severity(Severity::Error)
            .with("text", "yes")
            .with("is", true)
            .with("not", f64::NAN),
    );
    bus.flush();
    let event = bus.newest().unwrap();
    assert_eq!((event.kind.as_str(), event.channel.as_str()), ("audio.clip", "level"));
    assert_eq!(
        (event.frame, event.dur_frames, event.audio_ch.as_slice()),
        (Some(48_000), Some(12), &[0, 255][..])
    );
    assert_eq!((event.session.as_deref(), event.severity), (Some("00000000000000aa"), Severity::Error));
    let payload =
        serde_json::json!({ "count": 12, "peak_dbfs": -0.01, "text": "yes", "is": true, "not": null });
    assert_eq!(serde_json::Value::Object(event.payload.clone()), payload);
    assert_eq!(event.message, "Clipped on channel 1, 256: 12 samples, peak -0.01 dBFS");
    // The frame was sound nine seconds before the record was read.
    let age_s = (event.observed_ns - event.ts_ns) as f64 / 1e9;
    assert!((9.0..60.0).contains(&age_s), "{age_s}");
}

#[test]
fn facts_beyond_the_eighth_are_left_out_and_that_is_said() {
    let bus = Bus::default();
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let record = names.iter().fold(RtEvent::new("test", "engine"), |record, name| record.with(name, 1_u64));
    bus.rt_sender(1).unwrap().emit_rt(record);
    bus.flush();
    let payload = &bus.newest().unwrap().payload;
    assert_eq!((payload.len(), &payload["truncated"]), (9, &true.into()));
}

#[test]
fn many_senders_come_and_go() {
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    for _ in 0..20 {
        thread::scope(|scope| {
            for _ in 0..4 {
                let mut sender = bus.rt_sender(16).unwrap();
                scope.spawn(move || (0..10).for_each(|frame| assert!(sender.emit_rt(clip(frame)))));
            }
        });
        bus.emit(Draft::new("round.over", "test"));
    }
    bus.flush();
    assert_eq!(heard.lock().unwrap().len(), 20 * (4 * 10 + 1));
    assert_eq!(kinds_of(&heard).iter().filter(|kind| *kind == "audio.clip").count(), 800);
}

/// In the system's strict mode a thread that calls anything but read and write is killed.
#[cfg(target_os = "linux")]
mod no_system_call {
    use super::*;
    use rustix::io::{read, write};
    use rustix::pipe::pipe;
    use rustix::thread::{SecureComputingMode, gettid, set_secure_computing_mode};
    use std::os::fd::OwnedFd;
    use std::path::PathBuf;

    /// Runs `work` in strict mode; whether the thread outlived it. None where the system has no such mode.
    fn survives(work: impl FnOnce() + Send + 'static) -> Option<bool> {
        let (told, tell) = pipe().unwrap();
        let (never, held_open): (OwnedFd, OwnedFd) = pipe().unwrap();
        rustix::io::ioctl_fionbio(&told, true).unwrap();
        let (id, its_id) = std::sync::mpsc::channel();
        thread::spawn(move || {
            // Its id comes first: in strict mode nothing can be sent but through the pipe.
            id.send(gettid()).unwrap();
            if set_secure_computing_mode(SecureComputingMode::Strict).is_err() {
                let _ = write(&tell, b"?");
                return;
            }
            work();
            let _ = write(&tell, b"!");
            // It may not even end: that takes system calls. It goes with the test.
            let _ = read(&never, &mut [0_u8; 1]);
            loop {
                std::hint::spin_loop();
            }
        });
        let task = PathBuf::from(format!("/proc/self/task/{}", its_id.recv().unwrap().as_raw_nonzero()));
        let survived = loop {
            let over = !task.exists();
            let mut word = [0_u8; 1];
            if read(&told, &mut word) == Ok(1) {
                break (word == *b"!").then_some(true);
            }
            if over {
                break Some(false);
            }
            thread::yield_now();
        };
        std::mem::forget(held_open);
        survived
    }

    #[test]
    fn emit_rt_asks_nothing_of_the_system() {
        match survives(thread::yield_now) {
            Some(survived) => assert!(!survived, "strict mode kills a thread that calls the system"),
            None => return eprintln!("this system has no strict mode"),
        }
        let bus = Bus::default();
        let mut sender = bus.rt_sender(1024).unwrap();
        let survived = survives(move || {
            for frame in 0..1_000_000 {
                sender.emit_rt(clip(frame));
            }
            std::mem::forget(sender);
        });
        assert_eq!(survived, Some(true));
        bus.flush();
        assert!(bus.last_seq() > 0);
    }
}
