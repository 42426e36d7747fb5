//! Days are counted, and the oldest go.

use super::{open, settle};
use audiotab_events::journal::import;
use audiotab_events::{Bus, Draft, Journal, JournalOptions, LogQuery, Severity};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

const HOUR_NS: i64 = 3_600_000_000_000;

/// A line of an export, `hours` old.
fn line(seq: u64, hours: i64) -> String {
    let at = Timestamp::now().as_nanosecond() as i64 - hours * HOUR_NS;
    let event = json!({
        "seq": seq, "id": Uuid::now_v7(), "ts_ns": at, "observed_ns": at, "kind": "audio.clip",
        "channel": "level", "severity": "warning", "source": "engine", "message": "", "payload": {},
    });
    event.to_string() + "\n"
}

/// A zone of 1024 events for each age.
fn with_ages(dir: &Path, hours: &[i64]) {
    let ages = hours.iter().enumerate();
    let lines: String = ages
        .flat_map(|(zone, age)| (0..1024).map(move |n| line((zone as u64 + 1) * 1024 + n, *age)))
        .collect();
    import(dir, &mut lines.as_bytes()).unwrap();
}

fn rows(journal: &Journal) -> u64 {
    journal.sql("SELECT count(*) FROM events WHERE kind = 'audio.clip'").unwrap().rows[0][0].as_u64().unwrap()
}

#[test]
fn events_are_kept_seven_days_and_at_least_one() {
    let dir = tempfile::tempdir().unwrap();
    with_ages(dir.path(), &[24 * 8, 24 * 6, 1]);
    let (_bus, journal) = open(dir.path());
    journal.maintain();
    assert_eq!(rows(&journal), 2 * 1024);
    drop(journal);
    let day = Duration::from_secs(24 * 3600);
    let bus = Bus::default();
    let short = JournalOptions { retention: day, ..JournalOptions::default() };
    let journal = Journal::open(dir.path(), &bus, short).unwrap();
    journal.maintain();
    assert_eq!(rows(&journal), 1024);
    let pruned: Vec<_> =
        bus.snapshot("maintenance").into_iter().filter(|e| e.payload["phase"] == "prune").collect();
    assert_eq!(pruned[0].payload["items_pruned"], 1024);
    drop(journal);
    let shorter = JournalOptions { retention: day - Duration::from_secs(1), ..JournalOptions::default() };
    let refused = Journal::open(dir.path(), &Bus::default(), shorter).unwrap_err();
    assert_eq!(refused.to_string(), "Events are kept for at least 24 hours.");
}

#[test]
fn days_stay_counted_when_their_events_have_gone() {
    let dir = tempfile::tempdir().unwrap();
    with_ages(dir.path(), &[24 * 8, 24 * 2]);
    let (bus, journal) = open(dir.path());
    bus.emit(Draft { severity: Some(Severity::Error), ..Draft::new("audio.clip", "engine") });
    settle(&bus, &journal);
    let before = journal.summary(30).unwrap();
    assert_eq!(
        before.iter().map(|day| (day.events, day.warning, day.error)).collect::<Vec<_>>(),
        [(1, 0, 1), (1024, 1024, 0), (1024, 1024, 0),]
    );
    journal.maintain();
    assert_eq!(rows(&journal), 1025);
    let counted = |days: &[audiotab_events::journal::DaySummary]| {
        days.iter().filter(|day| day.channel == "level").cloned().collect::<Vec<_>>()
    };
    assert_eq!(counted(&journal.summary(30).unwrap()), before);
    let today = Timestamp::now().strftime("%F").to_string();
    assert_eq!(counted(&journal.summary(7).unwrap()).len(), 2);
    assert!(journal.summary(1).unwrap().iter().all(|day| day.day == today));
    assert!(journal.summary(0).is_err() && journal.summary(367).is_err());
}

#[test]
fn a_journal_that_grows_too_large_lets_its_oldest_go() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Bus::default();
    let options = JournalOptions { max_bytes: 4 << 20, ..JournalOptions::default() };
    let journal = Journal::open(dir.path(), &bus, options).unwrap();
    let text = "x".repeat(600);
    for n in 0..12_000_u64 {
        bus.emit(Draft::new("audio.clip", "engine").at(n).with("text", text.as_str()));
    }
    settle(&bus, &journal);
    assert!(journal.health().bytes > 4 << 20);
    for _ in 0..40 {
        journal.maintain();
    }
    settle(&bus, &journal);
    assert!(journal.health().bytes <= 4 << 20, "{} bytes", journal.health().bytes);
    let newest =
        journal.query(&LogQuery { limit: 1, channels: vec!["level".to_owned()], ..LogQuery::default() });
    assert_eq!(newest.unwrap().events[0].frame, Some(11_999));
    assert!(journal.reader().verify().unwrap().is_whole());
}

#[test]
fn maintenance_is_told_with_its_three_phases() {
    let dir = tempfile::tempdir().unwrap();
    with_ages(dir.path(), &[24 * 8, 1]);
    let (bus, journal) = open(dir.path());
    journal.maintain();
    let phases: Vec<Value> =
        bus.snapshot("maintenance").iter().map(|event| event.payload["phase"].clone()).collect();
    for phase in ["rollup", "prune", "checkpoint"] {
        assert!(phases.contains(&json!(phase)), "{phase} is missing in {phases:?}");
    }
}
