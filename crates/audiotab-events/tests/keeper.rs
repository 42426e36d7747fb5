//! A reader that must not lose anything.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::{Bus, BusOptions, Draft, KeeperLimits, RtEvent};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

fn test_event() -> Draft {
    Draft::new("test.event", "test")
}

fn limits(events: u64) -> KeeperLimits {
    KeeperLimits { events, patience: Duration::from_secs(3600), ..KeeperLimits::default() }
}

#[test]
fn a_burst_of_a_million_reaches_the_keeper_whole_while_views_lose_countably() {
    const EVENTS: u64 = 1_000_000;
    let bus = Bus::new(BusOptions { history_events: 1000, ..BusOptions::default() });
    let keeper = bus.keeper(limits(5000));
    let reader = bus.clone();
    let kept = thread::spawn(move || {
        let (mut cursor, mut most_waiting) = (0, 0);
        while cursor < EVENTS {
            reader.wait_past(cursor, Duration::MAX);
            let passage = reader.after(cursor, 500);
            assert_eq!(passage.missed, 0);
            for event in passage.events {
                assert_eq!(event.seq, cursor + 1);
                cursor = event.seq;
            }
            most_waiting = most_waiting.max(reader.last_seq() - cursor);
            keeper.done(cursor);
        }
        most_waiting
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..EVENTS / 4).for_each(|_| drop(bus.emit(test_event()))));
        }
    });
    let most_waiting = kept.join().unwrap();
    assert!(most_waiting <= 5000, "{most_waiting} waited for the keeper");
    assert_eq!(bus.last_seq(), EVENTS);
    assert_eq!(
        bus.after(0, 1).missed,
        EVENTS - 1000,
        "a reader without a keeper learns exactly what it missed"
    );
}

#[test]
fn history_keeps_what_a_keeper_needs_and_lets_it_go_after() {
    let bus = Bus::new(BusOptions { history_events: 10, ..BusOptions::default() });
    let keeper = bus.keeper(limits(1000));
    for _ in 0..100 {
        bus.emit(test_event());
    }
    bus.clear();
    assert_eq!((bus.after(0, 1000).events.len(), bus.range(i64::MIN, i64::MAX).len()), (100, 0));
    keeper.done(95);
    bus.emit(test_event());
    assert_eq!(bus.after(95, 1000).missed, 0);
    keeper.release();
    for _ in 0..100 {
        bus.emit(test_event());
    }
    assert_eq!(bus.after(0, 1000).events.len(), 10);
}

#[test]
fn emit_waits_and_real_time_threads_do_not() {
    let bus = Bus::default();
    let keeper = bus.keeper(limits(2));
    bus.emit(test_event());
    bus.emit(test_event());
    let emitted = Arc::new(AtomicU64::new(0));
    let waiting = {
        let (bus, emitted) = (bus.clone(), emitted.clone());
        thread::spawn(move || {
            bus.emit(test_event());
            emitted.store(1, Ordering::SeqCst);
        })
    };
    let mut sender = bus.rt_sender(4).unwrap();
    let taken = (0..10).filter(|_| sender.emit_rt(RtEvent::new("audio.clip", "engine"))).count();
    assert!((4..=5).contains(&taken), "the queue's four, and one that waits outside: {taken}");
    assert_eq!(sender.dropped(), 10 - taken as u64);
    // The keeper itself may tell of its trouble.
    assert_eq!(keeper.emit(Draft::new("journal.degraded", "journal")).seq, 3);
    assert_eq!((bus.last_seq(), emitted.load(Ordering::SeqCst)), (3, 0));
    keeper.release();
    waiting.join().unwrap();
    bus.flush();
    // 3, the one that waited, those of the queue, and what was lost.
    assert_eq!(bus.last_seq(), 3 + 1 + taken as u64 + 1);
    assert_eq!(bus.counts().rt_dropped, 10 - taken as u64);
}

#[test]
fn a_keeper_that_hangs_is_left_behind_and_learns_what_it_missed() {
    let bus = Bus::new(BusOptions { history_events: 10, ..BusOptions::default() });
    let keeper = bus.keeper(KeeperLimits {
        events: 20,
        patience: Duration::from_millis(1),
        ..KeeperLimits::default()
    });
    for _ in 0..100 {
        bus.emit(test_event());
    }
    let passage = bus.after(keeper.position(), 1000);
    assert_eq!((passage.missed, passage.events.len()), (90, 10));
    // Caught up, it is waited for again: with a limit of 20 nothing goes missing below that.
    keeper.done(100);
    for _ in 0..15 {
        bus.emit(test_event());
    }
    assert_eq!(bus.after(100, 1000).missed, 0);
}

#[test]
fn bytes_count_too() {
    let bus = Bus::default();
    let keeper = bus.keeper(KeeperLimits { bytes: 50_000, ..limits(1_000_000) });
    let large = || test_event().with("text", "x".repeat(10_000));
    for _ in 0..5 {
        bus.emit(large());
    }
    let late = bus.clone();
    let waiting = thread::spawn(move || late.emit(large()).seq);
    assert_eq!(bus.last_seq(), 5);
    keeper.done(1);
    assert_eq!(waiting.join().unwrap(), 6);
}
