//! One bit of the file is wrong. `AUDIOTAB_FLIPS` says how many bits are tried.

use super::{Numbers, open, rounds, settle};
use audiotab_events::journal::import;
use audiotab_events::{Draft, Event, JournalReader, LogQuery};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

const EVENTS: u64 = 4_000;

fn filled() -> (tempfile::TempDir, HashMap<u64, Event>) {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let mut all = HashMap::new();
    for n in 0..EVENTS {
        let kind = ["audio.clip", "audio.gap", "device.lost"][n as usize % 3];
        let event = bus.emit(Draft::new(kind, "engine").at(n).with("text", format!("event number {n}")));
        all.insert(event.seq, (*event).clone());
    }
    settle(&bus, &journal);
    (dir, all)
}

fn flipped(bytes: &[u8], numbers: &mut Numbers) -> (usize, Vec<u8>) {
    let (at, bit) = (numbers.below(bytes.len() as u64) as usize, numbers.below(8));
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1 << bit;
    (at, bytes)
}

/// Every event that comes back is one that was written.
fn as_written(events: &[Event], all: &HashMap<u64, Event>, at: usize) {
    for event in events {
        assert_eq!(all.get(&event.seq), Some(event), "flipped at {at}");
    }
}

#[test]
fn a_flipped_bit_never_comes_back_as_an_event_and_takes_little_with_it() {
    let (dir, all) = filled();
    let bytes = fs::read(dir.path().join("journal.db")).unwrap();
    let damaged = tempfile::tempdir().unwrap();
    let path = damaged.path().join("journal.db");
    let mut numbers = Numbers(7);
    let flips = rounds("AUDIOTAB_FLIPS", 60);
    let (mut unreadable, mut marked, mut lost) = (0, 0, 0);
    for _ in 0..flips {
        let (at, bytes) = flipped(&bytes, &mut numbers);
        fs::write(&path, bytes).unwrap();
        let Ok(reader) = JournalReader::open(&path) else {
            unreadable += 1; // header or schema: refused as a whole
            continue;
        };
        let kinds = LogQuery { kinds: vec!["audio.*".to_owned()], limit: 1_000, ..LogQuery::default() };
        for query in [LogQuery { limit: 10_000, ..LogQuery::default() }, kinds] {
            if let Ok(page) = reader.query(&query) {
                as_written(&page.events, &all, at);
            }
        }
        let Ok(verification) = reader.verify() else {
            unreadable += 1;
            continue;
        };
        let mut out = Vec::new();
        let exported = reader.export(None, &mut out).unwrap();
        assert_eq!(exported.damaged, verification.damaged);
        let missing = EVENTS - exported.events;
        assert!(
            missing == 0 || !verification.is_whole(),
            "flipped at {at}: {missing} events vanished unnoticed"
        );
        if missing > 0 {
            lost += missing;
            marked += 1;
        }
    }
    println!("{flips} flips: {unreadable} refused, {marked} reported with {lost} events withheld, 0 wrong");
    // A page holds some twenty rows, and most bits belong to one of them.
    assert!(unreadable * 20 <= flips, "{unreadable} of {flips} made the file unreadable");
}

#[test]
fn a_journal_with_a_damaged_page_is_still_read_around_it() {
    let (dir, all) = filled();
    let path = dir.path().join("journal.db");
    let mut bytes = fs::read(&path).unwrap();
    let text = b"event number 2000\"";
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    let page = at / 4096 * 4096;
    bytes[page..page + 4096].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let reader = JournalReader::open(dir.path()).unwrap();
    let verification = reader.verify().unwrap();
    assert_eq!(verification.damaged.len(), 1, "{verification:?}");
    let hole = verification.damaged[0];
    let size = hole.to_seq - hole.from_seq + 1;
    assert!((5..100).contains(&size), "{hole:?}");
    assert_eq!(verification.events, EVENTS - size);
    let page = reader.query(&LogQuery { limit: 10_000, ..LogQuery::default() }).unwrap();
    assert_eq!(page.damaged, [hole]);
    assert_eq!(page.events.len() as u64, EVENTS - size);
    as_written(&page.events, &all, at);
}

#[test]
fn a_flipped_bit_of_an_export_is_refused_with_its_line() {
    let (dir, all) = filled();
    let mut lines = Vec::new();
    JournalReader::open(dir.path()).unwrap().export(None, &mut lines).unwrap();
    let mut numbers = Numbers(11);
    for _ in 0..rounds("AUDIOTAB_FLIPS", 60) / 4 {
        let (at, bytes) = flipped(&lines, &mut numbers);
        let to = tempfile::tempdir().unwrap();
        let imported = import(to.path(), &mut bytes.as_slice());
        let events = everything(to.path());
        as_written(&events, &all, at);
        assert!(imported.is_err() || events.len() as u64 == EVENTS, "flipped at {at}: {imported:?}");
    }
}

fn everything(dir: &Path) -> Vec<Event> {
    let query = LogQuery { limit: 10_000, ..LogQuery::default() };
    JournalReader::open(dir).unwrap().query(&query).unwrap().events
}
