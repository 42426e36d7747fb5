//! Files that are not ours to write, and one that cannot be opened yet.

use super::{open, settle, wait_for};
use audiotab_events::{Bus, Draft, Journal, JournalOptions, JournalReader, LogQuery};
use rusqlite::Connection;
use std::fs;

fn refusal(dir: &std::path::Path) -> String {
    Journal::open(dir, &Bus::default(), JournalOptions::default()).unwrap_err().to_string()
}

#[test]
fn a_newer_file_is_refused_and_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let path = dir.path().join("journal.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let refusal = refusal(dir.path());
    assert!(refusal.contains("newer version") && refusal.contains("99"), "{refusal}");
    assert!(JournalReader::open(dir.path()).unwrap_err().to_string().contains("newer version"));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_something_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let other = Connection::open(dir.path().join("journal.db")).unwrap();
    other.execute_batch("CREATE TABLE photos (a)").unwrap();
    drop(other);
    assert!(refusal(dir.path()).ends_with("is not a journal of events."));
}

#[test]
fn there_is_one_writer() {
    let dir = tempfile::tempdir().unwrap();
    let (_bus, journal) = open(dir.path());
    assert!(refusal(dir.path()).ends_with("is in use by another program."));
    assert!(JournalReader::open(dir.path()).is_ok());
    drop(journal);
    drop(open(dir.path()));
}

#[test]
fn the_bus_must_not_have_counted_already() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    bus.emit(Draft::new("device.back", "engine"));
    drop(journal);
    let busy = Bus::default();
    busy.emit(Draft::new("device.back", "engine"));
    let error = Journal::open(dir.path(), &busy, JournalOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "The journal must be opened before the bus takes its first event.");
    // With an empty journal there is nothing to go on from: what the bus has is recorded.
    let empty = tempfile::tempdir().unwrap();
    let journal = Journal::open(empty.path(), &busy, JournalOptions::default()).unwrap();
    settle(&busy, &journal);
    assert_eq!(journal.query(&LogQuery::default()).unwrap().events.len(), 1);
}

#[test]
fn a_journal_that_cannot_be_opened_now_is_opened_later() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    fs::write(&dir, "in the way").unwrap();
    let bus = Bus::default();
    let journal = Journal::open(&dir, &bus, JournalOptions::default()).unwrap();
    let told: Vec<u64> = (0..10).map(|_| bus.emit(Draft::new("audio.clip", "engine")).seq).collect();
    assert!(journal.health().degraded && journal.health().reason.is_some());
    assert!(journal.query(&LogQuery::default()).is_err());
    fs::remove_file(&dir).unwrap();
    let recovered = wait_for(&bus, "journal.recovered");
    assert_eq!(recovered.payload["missed"], 0);
    settle(&bus, &journal);
    assert!(!journal.health().degraded);
    let degraded: Vec<_> =
        bus.snapshot("journal").into_iter().filter(|e| e.kind == "journal.degraded").collect();
    assert_eq!(degraded.len(), 1);
    let clips = LogQuery { channels: vec!["level".to_owned()], ..LogQuery::default() };
    let found: Vec<u64> = journal.query(&clips).unwrap().events.iter().rev().map(|event| event.seq).collect();
    assert_eq!(found, told);
}

#[test]
fn what_is_no_database_is_put_aside_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("journal.db"), "not a database at all, but long enough to look at".repeat(100))
        .unwrap();
    let (bus, journal) = open(dir.path());
    let told = wait_for(&bus, "journal.recovered");
    let name = told.payload["set_aside"].as_str().unwrap();
    assert!(fs::read_to_string(dir.path().join(name)).unwrap().starts_with("not a database"));
    assert_eq!(journal.health().set_aside.as_deref(), Some(name));
    bus.emit(Draft::new("device.back", "engine"));
    settle(&bus, &journal);
    assert_eq!(journal.query(&LogQuery::default()).unwrap().events.len(), 2);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    let (bus, journal) = open(&dir);
    bus.emit(Draft::new("device.back", "engine"));
    settle(&bus, &journal);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
