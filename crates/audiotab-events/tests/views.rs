//! What the bus keeps and shows: topics, history, ranges, and what is left of them under pressure.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod common;

use audiotab_events::{Bus, BusOptions, Draft, StreamPosition};
use common::collect;
use std::time::{Duration, Instant};

fn at_ms(kind: &str, ms: i64) -> Draft {
    Draft { ts_ns: Some(ms * 1_000_000), ..Draft::new(kind, "test") }
}

#[test]
fn a_talkative_topic_pushes_out_no_quiet_one() {
    let bus = Bus::new(BusOptions { history_events: 1000, ..BusOptions::default() });
    let overrun = bus.emit(Draft::new("audio.overrun", "engine").over(48_000, 512));
    for _ in 0..20_000 {
        bus.emit(Draft::new("level.sample", "engine"));
    }
    assert_eq!(bus.snapshot("audio"), [overrun]);
    let levels = bus.snapshot("level");
    assert_eq!((levels.len(), levels[0].seq, levels[9999].seq), (10_000, 10_002, 20_001));
    assert_eq!(bus.topics(), ["audio", "level"]);
    assert!(bus.snapshot("nobody").is_empty());
}

#[test]
fn passing_measures_leave_the_recent_ring_to_what_happened() {
    let bus = Bus::default();
    let overrun = bus.emit(Draft::new("audio.overrun", "engine"));
    for kind in ["level.sample", "engine.sample", "journal.op"] {
        (0..1000).for_each(|_| drop(bus.emit(Draft::new(kind, "engine"))));
    }
    assert_eq!(bus.recent(500), [overrun]);
    assert_eq!((bus.snapshot("level").len(), bus.after(0, 5000).events.len()), (1000, 3001));
}

#[test]
fn the_size_of_every_ring_can_be_chosen() {
    let options =
        BusOptions { topic_events: 3, recent_events: 2, history_events: 5, ..BusOptions::default() };
    let bus = Bus::new(options);
    for _ in 0..10 {
        bus.emit(Draft::new("audio.clip", "engine"));
    }
    let lengths = (bus.snapshot("audio").len(), bus.recent(100).len(), bus.after(0, 100).events.len());
    assert_eq!(lengths, (3, 2, 5));
    assert_eq!(bus.statistics().buffer_max_size, 2);
}

#[test]
fn a_snapshot_is_a_copy_and_clear_empties_the_views_alone() {
    let bus = Bus::default();
    bus.emit(Draft::new("audio.clip", "engine"));
    let before = bus.snapshot("audio");
    bus.clear();
    assert_eq!(before.len(), 1);
    assert!(bus.snapshot("audio").is_empty() && bus.topics().is_empty() && bus.recent(100).is_empty());
    assert!(bus.range(i64::MIN, i64::MAX).is_empty() && bus.oldest().is_none() && bus.newest().is_none());
    assert_eq!(bus.emit(Draft::new("audio.clip", "engine")).seq, 2, "the count goes on");
    assert_eq!((bus.topics(), bus.snapshot("audio").len()), (vec!["audio".to_owned()], 1));
    assert_eq!(bus.after(0, 10).missed, 1);
}

#[test]
fn switched_off_nothing_is_kept_or_told() {
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    bus.set_enabled(false);
    assert_eq!(bus.emit(Draft::new("test", "test")).seq, 0);
    assert!(!bus.statistics().enabled);
    bus.set_enabled(true);
    assert_eq!(bus.emit(Draft::new("test", "test")).seq, 1);
    bus.flush();
    assert_eq!((heard.lock().unwrap().len(), bus.recent(100).len()), (1, 1));
}

#[test]
fn a_range_holds_what_overlaps_it() {
    let bus = Bus::default();
    bus.clock().set(Some(StreamPosition {
        session: "00000000000000aa".into(),
        sample_rate_hz: 48_000.0,
        frame: 0,
        at: Instant::now(),
    }));
    // Half a second long, from 1.0 s on.
    bus.emit(at_ms("audio.gap", 1000).over(0, 24_000));
    bus.emit(at_ms("audio.clip", 2000));
    bus.emit(at_ms("audio.clip", 500)); // told late
    let seqs = |from_ms: i64, to_ms: i64| {
        bus.range(from_ms * 1_000_000, to_ms * 1_000_000).iter().map(|event| event.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(1400, 1450), [1], "it covers the range");
    assert_eq!(seqs(1500, 1600), [1], "it ends with the range's beginning");
    assert!(seqs(1501, 1600).is_empty());
    assert_eq!(seqs(900, 1000), [1]);
    assert_eq!(seqs(0, 3000), [1, 2, 3], "in the order of the bus");
    assert_eq!(bus.range_after(0, i64::MAX, 1, 1)[0].seq, 2);
    assert_eq!((bus.oldest().unwrap().seq, bus.newest().unwrap().seq), (1, 3));
}

#[test]
fn what_is_too_old_is_gone_without_a_new_event() {
    let bus = Bus::new(BusOptions { history_age: Duration::ZERO, ..BusOptions::default() });
    bus.emit(Draft::new("test", "test"));
    std::thread::sleep(Duration::from_millis(1)); // any time at all is too old
    assert!(bus.range(i64::MIN, i64::MAX).is_empty());
    assert!(bus.oldest().is_none() && bus.newest().is_none());
    assert_eq!(bus.recent(100).len(), 1, "the recent ring goes by number");
}

#[test]
fn bytes_are_bounded_and_what_remains_is_told_truthfully() {
    let cap = 1 << 20;
    let bus = Bus::new(BusOptions { history_bytes: cap, ..BusOptions::default() });
    let overrun = bus.emit(Draft::new("audio.overrun", "engine"));
    for topic in 0..5000 {
        let text = "x".repeat(1000);
        bus.emit(Draft::new(format!("topic{}.event", topic % 7), "external:flood").with("text", text));
    }
    let counts = bus.counts();
    assert!(counts.history_bytes <= cap, "{counts:?}");
    assert!(counts.history_bytes > cap / 10 * 9, "nothing is given up before it must be: {counts:?}");
    let oldest = bus.oldest().unwrap().seq;
    assert_eq!(oldest, bus.last_seq() + 1 - counts.history_events);
    assert_eq!(bus.after(0, 1).missed, oldest - 1);
    assert_eq!(bus.snapshot("audio"), [overrun], "the largest rings give first");
    // One event larger than everything: it goes at once, nothing else breaks.
    bus.emit(Draft::new("topic0.event", "external:flood").with("text", "x".repeat(2 << 20)));
    assert!(bus.counts().history_bytes <= cap);
    assert_eq!(bus.last_seq(), 5002);
}

#[test]
fn topics_from_outside_are_bounded() {
    let bus = Bus::default();
    for topic in 0..3000 {
        bus.emit(Draft::new(format!("t{topic}.event"), "external:flood"));
    }
    assert_eq!(bus.topics().len(), 1024);
    assert!(!bus.snapshot("t2999").is_empty() && bus.snapshot("t0").is_empty());
}

#[test]
fn counting_goes_on_where_a_journal_ends() {
    let bus = Bus::default();
    let (heard, subscription) = collect(&bus, &[]);
    let keeper = bus.keeper(Default::default());
    assert!(bus.continue_after(1_000_000));
    bus.flush();
    assert_eq!((bus.last_seq(), keeper.position(), bus.after(0, 10).missed), (1_000_000, 1_000_000, 0));
    assert_eq!(bus.emit(Draft::new("test", "test")).seq, 1_000_001);
    bus.flush();
    assert_eq!((heard.lock().unwrap().len(), subscription.missed()), (1, 0));
    assert!(!bus.continue_after(5), "too late");
    assert_eq!(bus.last_seq(), 1_000_001);
}

#[test]
fn one_bus_for_the_process_and_as_many_others_as_wanted() {
    assert_eq!(Bus::global().last_seq(), Bus::global().last_seq());
    let (one, other) = (Bus::default(), Bus::default());
    one.emit(Draft::new("test", "test"));
    assert_eq!((one.last_seq(), other.last_seq()), (1, 0));
    let before = Bus::global().last_seq();
    Bus::global().emit(Draft::new("test", "test"));
    assert_eq!(Bus::global().last_seq(), before + 1);
}

#[test]
fn the_fields_an_author_leaves_out_are_filled_in() {
    let bus = Bus::default();
    let event = bus.emit(Draft::new("", ""));
    assert_eq!((event.kind.as_str(), event.source.as_str(), event.payload.len()), ("unknown", "", 0));
    assert!(event.ts_ns > 0 && event.ts_ns == event.observed_ns && event.id.get_version_num() == 7);
    assert_eq!(event.to_string(), "[] unknown @ unknown");
    let event = bus.emit(Draft::new("audio_overrun", "engine").at(7).in_session("00000000000000aa"));
    assert_eq!(event.to_string(), "[engine] audio.overrun @ 00000000000000aa");
    assert!(event.ts_iso().ends_with('Z') && event.ts_iso().len() == 24, "{}", event.ts_iso());
}

#[cfg(target_os = "linux")]
#[test]
fn the_bus_opens_no_port() {
    let listening = || {
        let mut inodes = Vec::new();
        for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
            let text = std::fs::read_to_string(table).unwrap_or_default();
            inodes.extend(text.lines().skip(1).filter_map(|line| {
                let fields: Vec<_> = line.split_whitespace().collect();
                (fields.get(3) == Some(&"0A")).then(|| format!("socket:[{}]", fields[9]))
            }));
        }
        let mine = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        let mine: Vec<_> = mine.filter_map(|fd| std::fs::read_link(fd.path()).ok()).collect();
        inodes.into_iter().filter(|inode| mine.iter().any(|link| link.as_os_str() == inode.as_str())).count()
    };
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    bus.emit(Draft::new("test", "test"));
    bus.flush();
    assert_eq!((heard.lock().unwrap().len(), listening()), (1, 0));
}
