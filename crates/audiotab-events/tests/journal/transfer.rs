//! Out as lines, in again, and back onto the bus.

use super::{open, settle};
use audiotab_events::journal::import;
use audiotab_events::{Bus, Draft, Journal, JournalOptions, JournalReader, LogQuery};
use std::path::Path;

fn exported(dir: &Path) -> String {
    let mut out = Vec::new();
    JournalReader::open(dir).unwrap().export(None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn fill(dir: &Path) {
    let (bus, journal) = open(dir);
    for n in 0..50_u32 {
        let hostile = "<img src=x onerror=alert(1)> \u{202e}\u{0}\n\"quoted\"";
        bus.emit(
            Draft::new(format!("test.kind_{}", n % 3), "external:forge")
                .over(u64::from(n) * 1_000, 7)
                .in_session("0123456789abcdef")
                .on_channels([0, 7])
                .saying(hostile)
                .with("value", f64::from(n) * 0.1)
                .with(hostile, vec![1, 2, 3]),
        );
    }
    settle(&bus, &journal);
}

#[test]
fn an_export_imported_and_exported_again_is_the_same_to_the_byte() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(from.path());
    let lines = exported(from.path());
    assert_eq!(lines.lines().count(), 50);
    let imported = import(to.path(), &mut lines.as_bytes()).unwrap();
    assert_eq!((imported.events, imported.duplicates), (50, 0));
    assert_eq!(exported(to.path()), lines);
    let again = import(to.path(), &mut lines.as_bytes()).unwrap();
    assert_eq!((again.events, again.duplicates), (0, 50));
    // The bus goes on behind them.
    let (bus, _journal) = open(to.path());
    assert!(bus.emit(Draft::new("device.back", "engine")).seq > 50);
}

#[test]
fn import_gives_the_next_place_to_events_whose_own_is_taken() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(from.path());
    let (bus, journal) = open(to.path());
    let own = bus.emit(Draft::new("device.back", "engine"));
    settle(&bus, &journal);
    drop(journal);
    import(to.path(), &mut exported(from.path()).as_bytes()).unwrap();
    let page = JournalReader::open(to.path()).unwrap().query(&LogQuery::default()).unwrap();
    assert_eq!(page.events.len(), 51);
    assert_eq!(page.events[50].id, own.id);
    assert!(page.events.windows(2).all(|pair| pair[0].seq > pair[1].seq));
}

#[test]
fn a_line_that_is_no_event_is_named_and_the_lines_before_it_stay() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(from.path());
    let lines: Vec<String> = exported(from.path()).lines().map(str::to_owned).collect();
    let broken = format!("{}\n{}\n{{\"kind\":7}}\n{}\n", lines[0], lines[1], lines[2]);
    let error = import(to.path(), &mut broken.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("Line 3 is no event:"), "{error}");
    assert_eq!(exported(to.path()).lines().count(), 2);
    let endless = "x".repeat((1 << 20) + 1);
    let error = import(to.path(), &mut endless.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("longer than"), "{error}");
}

#[test]
fn an_export_since_a_time_begins_there() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    for second in [10, 20, 30] {
        bus.emit(Draft { ts_ns: Some(second * 1_000_000_000), ..Draft::new("audio.clip", "engine") });
    }
    settle(&bus, &journal);
    let mut out = Vec::new();
    assert_eq!(journal.export(Some(20_000_000_000), &mut out).unwrap().events, 2);
    let first: serde_json::Value =
        serde_json::from_str(std::str::from_utf8(&out).unwrap().lines().next().unwrap()).unwrap();
    assert_eq!(first["ts"], 20_000); // oldest first
}

#[test]
fn an_export_does_not_tell_where_the_user_lives() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let home = std::env::home_dir().unwrap();
    bus.emit(Draft::new("recorder.op", "engine").with("item_id", home.join("takes/a.wav").to_str().unwrap()));
    settle(&bus, &journal);
    let lines = exported(dir.path());
    assert!(
        lines.contains("~/takes/a.wav") && !lines.contains(&format!("{}/takes", home.display())),
        "{lines}"
    );
}

#[test]
fn replay_shows_earlier_events_again_flagged_and_records_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    let bus = Bus::default();
    let journal = Journal::open(dir.path(), &bus, JournalOptions::default()).unwrap();
    bus.emit(Draft::new("device.back", "engine"));
    assert_eq!(journal.replay(0).unwrap(), 50);
    let shown: Vec<_> =
        bus.recent(500).into_iter().rev().filter(|event| event.source == "external:forge").collect();
    assert_eq!(shown.len(), 50);
    assert!(shown.iter().all(|event| event.replayed));
    let (first, recorded) = (&shown[0], journal.reader().get(shown[0].id).unwrap().unwrap());
    assert_eq!((&first.kind, first.frame, first.ts_ns), (&recorded.kind, recorded.frame, recorded.ts_ns));
    settle(&bus, &journal);
    let page = journal.query(&LogQuery { limit: 1000, ..LogQuery::default() }).unwrap();
    assert_eq!(page.events.len(), 51);
    assert_eq!(journal.health().duplicates, 0);
}
