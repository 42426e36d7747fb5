//! What the bus takes of the machine's memory, as the machine counts it. In a process of its own, one test.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::families::{Family, LevelSample, Operation};
use audiotab_events::{Bus, BusOptions, Draft};

const MIB: u64 = 1 << 20;

/// Resident memory of this process, bytes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn levels(channels: usize) -> Draft {
    let column = |value: f64| (0..channels).map(|n| Some(value - n as f64 / 7.0)).collect::<Vec<_>>();
    LevelSample {
        channel_index: (0..channels as u16).collect(),
        rms_dbfs: column(-20.0),
        peak_dbfs: column(-10.0),
        crest_db: column(10.0),
        clipped: vec![0; channels],
        dc_offset: column(0.001),
    }
    .draft("engine")
    .on_channels(0..channels as u16)
}

fn of_all_sizes(n: u64) -> Draft {
    match n % 4 {
        0 => levels(2),
        1 => Draft::new("audio.overrun", "engine").over(n * 512, 512).in_session("00000000000000aa"),
        2 => Draft::new("marker.added", "ui")
            .with("label", "door")
            .with("note", "n".repeat((n % 300) as usize)),
        _ => Draft::new(format!("app{}.thing", n % 50), "external:app")
            .with("list", vec![n; (n % 20) as usize]),
    }
}

/// What is said to be the oldest is there, is the oldest, and everything after it is there too.
fn oldest_is_true(bus: &Bus) {
    let (oldest, counts) = (bus.oldest().unwrap(), bus.counts());
    assert_eq!(oldest.seq, bus.last_seq() + 1 - counts.history_events);
    let passage = bus.after(0, 1);
    assert_eq!((passage.missed, passage.events[0].seq), (oldest.seq - 1, oldest.seq));
}

#[test]
fn history_stays_within_its_bytes_and_the_recent_ring_within_one_megabyte() {
    // The recent ring: everything else is as small as it can be.
    let small = BusOptions { history_events: 1, topic_events: 1, ..BusOptions::default() };
    let ring = Bus::new(small);
    // The largest family of those that are remembered.
    let operation = Operation {
        operation: "append".into(),
        item_id: Some("018f3c1e-7c1d-7000-8000-000000000000".into()),
        age_stage: Some(0.5),
        duration_ms: 1.25,
        segment_count: Some(3),
        pending: Some(17),
        error: Some("the disk is full".into()),
    };
    ring.emit(operation.draft("engine")); // what is made once
    let before = resident();
    for _ in 0..500 {
        ring.emit(operation.draft_as("recorder.op", "engine").at(7).in_session("00000000000000aa"));
    }
    let recent = resident().saturating_sub(before);
    assert_eq!(ring.recent(usize::MAX).len(), 500);
    assert!(recent <= MIB, "{recent} bytes for 500 operations");

    // What the product keeps: 60 minutes, 64 MiB.
    let bus = Bus::default();
    let cap = BusOptions::default().history_bytes;
    let before = resident();
    let mut most = 0;
    // As many as the long test is told, or enough to fill the cap several times over.
    let events = std::env::var("AUDIOTAB_BUS_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_000);
    for n in 0..events {
        bus.emit(of_all_sizes(n));
        if n % 10_000 == 0 {
            most = most.max(resident().saturating_sub(before));
            oldest_is_true(&bus);
        }
    }
    oldest_is_true(&bus);
    let counts = bus.counts();
    assert!(counts.history_bytes <= cap && counts.history_bytes > cap / 10 * 9, "{counts:?}");
    println!(
        "{events} events: at most {most} bytes resident for a cap of {cap}; 500 operations {recent} bytes"
    );
    assert!(most <= cap / 10 * 11, "{most} bytes resident for a cap of {cap}");
    assert!(most >= cap / 10 * 7, "the estimate is far above the truth: {most} of {cap}");
}
