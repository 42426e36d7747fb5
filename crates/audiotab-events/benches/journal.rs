//! A journal of a million rows over seven days: writing it, opening it, and the questions that have a target.
//!
//! `cargo bench -p audiotab-events --bench journal`; `AUDIOTAB_BENCH_ROWS` says how many rows. Fails when a target is
//! missed.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and fails by panicking")]

use audiotab_events::{Bus, Draft, Journal, JournalOptions, LogQuery};
use jiff::Timestamp;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

const DAY_NS: i64 = 86_400_000_000_000;
/// One in a hundred is of the device, one in ten clips, the others are of the program.
const KINDS: [(&str, u64); 3] = [("device.lost", 100), ("audio.clip", 10), ("job.started", 1)];

fn main() {
    let rows: u64 = std::env::var("AUDIOTAB_BENCH_ROWS").map_or(1_000_000, |n| n.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("journal");
    let bus = Bus::default();
    let journal = Journal::open(&path, &bus, JournalOptions::default()).expect("a journal");
    let now = Timestamp::now().as_nanosecond() as i64;

    let begun = Instant::now();
    let mut ids = Vec::new();
    for n in 0..rows {
        let (kind, _) = KINDS.into_iter().find(|(_, every)| n % every == 0).expect("the last takes all");
        let id = Uuid::now_v7();
        if n % 1_000 == 0 {
            ids.push(id);
        }
        bus.emit(Draft {
            id: Some(id),
            ts_ns: Some(now - 7 * DAY_NS + (7 * DAY_NS / rows as i64) * n as i64),
            ..Draft::new(kind, "engine").at(n).with("count", n).with("peak_dbfs", -0.25)
        });
    }
    assert!(journal.wait_durable(bus.last_seq(), Duration::from_secs(600)));
    let took = begun.elapsed();
    let health = journal.health();
    println!(
        "{rows} events emitted and on disk in {:.1} s: {:.0} a second, {} missed, {:.0} MB",
        took.as_secs_f64(),
        rows as f64 / took.as_secs_f64(),
        health.missed,
        health.bytes as f64 / 1e6
    );
    assert_eq!(health.missed, 0);
    journal.maintain();

    let reader = journal.reader();
    let usual = LogQuery::default;
    let hour = |n: u64| {
        let from = now - 7 * DAY_NS + (n as i64 * 7_919 % (7 * 24 - 1)) * (DAY_NS / 24);
        LogQuery { from_ns: Some(from), to_ns: Some(from + DAY_NS / 24), ..usual() }
    };
    let device = || vec!["device".to_owned()];
    let mut fine = true;
    let mut report = |name: &str, target_ms: f64, runs: u64, ask: &dyn Fn(u64) -> usize| {
        fine &= measure(name, target_ms, runs, ask);
    };
    let events = |query: LogQuery| reader.query(&query).expect("a page").events.len();
    report("newest 100", 5.0, 1_000, &|_| events(usual()));
    report("100 from anywhere", 5.0, 1_000, &|n| {
        events(LogQuery { before: Some(1_000 + n * 7_919 % rows), ..usual() })
    });
    report("one channel, one hour", 20.0, 500, &|n| events(LogQuery { channels: device(), ..hour(n) }));
    report("three channels, one hour", 20.0, 500, &|n| {
        let channels = ["device", "level", "jobs"].map(str::to_owned).to_vec();
        events(LogQuery { channels, ..hour(n) })
    });
    report("a rare kind by pattern", 20.0, 500, &|_| {
        events(LogQuery { kinds: vec!["device.*".to_owned()], ..usual() })
    });
    report("errors", 20.0, 500, &|_| {
        events(LogQuery { severities: vec![audiotab_events::Severity::Error], ..usual() })
    });
    report("a text that is not there", f64::INFINITY, 5, &|_| {
        events(LogQuery { text: Some("nowhere".to_owned()), ..usual() })
    });
    report("summary of 7 days", 200.0, 50, &|_| reader.summary(7).expect("a summary").len());
    report("receipt by id", 5.0, 1_000, &|n| {
        usize::from(reader.get(ids[n as usize % ids.len()]).expect("an event").is_some())
    });

    // As after a crash: the file and its log as they are now.
    for n in 0..5_000 {
        bus.emit(Draft::new("audio.clip", "engine").at(n));
    }
    assert!(journal.wait_durable(bus.last_seq(), Duration::from_secs(600)));
    let crashed = dir.path().join("crashed");
    copy(&path, &crashed);
    report("opening after a crash", 1_000.0, 1, &|_| {
        let journal = Journal::open(&crashed, &Bus::default(), JournalOptions::default()).expect("a journal");
        usize::from(!journal.health().degraded)
    });
    drop(journal);
    report("opening after a close", 1_000.0, 1, &|_| {
        usize::from(Journal::open(&path, &Bus::default(), JournalOptions::default()).is_ok())
    });
    assert!(fine, "a target was missed");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a directory");
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(from.join(name), to.join(name)).expect("a copy");
    }
}

fn measure(name: &str, target_ms: f64, runs: u64, ask: &dyn Fn(u64) -> usize) -> bool {
    let mut found = 0;
    let mut times: Vec<f64> = (0..runs)
        .map(|n| {
            let begun = Instant::now();
            found = ask(n);
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    let fine = at(0.99) < target_ms;
    println!(
        "{name:<28} {found:>5} found  p50 {:>8.3} ms  p99 {:>8.3} ms  {}",
        at(0.5),
        at(0.99),
        if target_ms.is_finite() {
            format!("target {target_ms} ms {}", if fine { "met" } else { "MISSED" })
        } else {
            String::new()
        }
    );
    fine
}
