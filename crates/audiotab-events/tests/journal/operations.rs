//! Markers, receipts, links, and the journal's operations as the bus hears of them.

use super::{PATIENCE, open, settle};
use audiotab_events::journal::Link;
use audiotab_events::{Bus, Draft, Event, JournalReader, LogQuery};
use std::sync::Arc;
use uuid::Uuid;

/// The operations told so far, failed ones marked.
fn operations(bus: &Bus) -> Vec<String> {
    let failed = |event: &Event| if event.payload.contains_key("error") { "!" } else { "" };
    let told = bus.snapshot("journal");
    let ops = told.iter().filter(|event| event.kind == "journal.op");
    ops.map(|event| format!("{}{}", event.payload["operation"].as_str().unwrap(), failed(event))).collect()
}

fn edit(kind: &str, of: &Arc<Event>) -> Draft {
    Draft::new(kind, "ui").with("of", of.id.to_string())
}

#[test]
fn a_marker_s_row_is_the_marker_as_it_is_now() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let door = bus.emit(Draft::new("marker.added", "ui").at(96_000).with("label", "dor"));
    let gone = bus.emit(Draft::new("marker.added", "ui").at(97_000).with("label", "mistake"));
    bus.emit(edit("marker.edited", &door).with("label", "door").with("note", "slammed"));
    bus.emit(edit("marker.deleted", &gone));
    bus.emit(Draft::new("marker.edited", "ui").with("of", "nobody").with("label", "x"));
    settle(&bus, &journal);
    drop(journal);

    let reader = JournalReader::open(dir.path()).unwrap();
    let markers = reader.query(&LogQuery { kinds: vec!["marker.added".to_owned()], ..LogQuery::default() });
    let markers = markers.unwrap().events;
    assert_eq!(markers.len(), 1);
    assert_eq!(
        (markers[0].seq, markers[0].frame, markers[0].message.as_str()),
        (door.seq, Some(96_000), "door")
    );
    assert_eq!(markers[0].payload["note"], "slammed");
    assert!(reader.verify().unwrap().is_whole());
}

#[test]
fn a_receipt_outlives_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let (id, sha256) = (Uuid::now_v7(), [7; 32]);
    let draft = Draft::new("job.started", "external:forge");
    let seq = bus.emit(Draft { id: Some(id), sha256: Some(sha256), ..draft }).seq;
    settle(&bus, &journal);
    let receipt = journal.receipt(id).unwrap().unwrap();
    assert_eq!((receipt.seq, receipt.sha256), (seq, Some(sha256)));
    drop(journal);
    let (bus, journal) = open(dir.path());
    assert_eq!(journal.receipt(id).unwrap(), Some(receipt));
    assert_eq!(journal.receipt(Uuid::now_v7()).unwrap(), None);
    let own = bus.emit(Draft::new("device.back", "engine"));
    settle(&bus, &journal);
    assert_eq!(journal.receipt(own.id).unwrap().unwrap().sha256, None);
}

#[test]
fn the_same_id_twice_is_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let id = Uuid::now_v7();
    for _ in 0..2 {
        bus.emit(Draft { id: Some(id), ..Draft::new("job.started", "external:forge") });
        settle(&bus, &journal);
    }
    assert_eq!(journal.query(&LogQuery::default()).unwrap().events.len(), 1);
    assert_eq!(journal.health().duplicates, 1);
}

#[test]
fn all_nine_operations_are_told_and_the_failed_ones_too() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let first = bus.emit(Draft::new("marker.added", "ui").with("label", "a"));
    let second = bus.emit(Draft::new("marker.added", "ui").with("label", "b"));
    let third = bus.emit(Draft::new("marker.added", "ui").with("label", "c"));
    settle(&bus, &journal);
    assert!(operations(&bus).contains(&"append".to_owned()));

    assert_eq!(journal.get(first.id).unwrap().as_ref(), Some(&*first));
    assert_eq!(journal.query(&LogQuery::default()).unwrap().events.len(), 3);
    let link = |from: &Event, to: &Event| Link {
        from_id: from.id,
        to_id: to.id,
        relation: "associative".to_owned(),
    };
    journal.link(link(&first, &second)).unwrap();
    journal.link(link(&second, &third)).unwrap();
    assert_eq!(journal.traverse(first.id, 1).unwrap(), [link(&first, &second)]);
    assert_eq!(journal.traverse(third.id, 16).unwrap().len(), 2);
    assert_eq!(journal.export(None, &mut Vec::new()).unwrap().events, 3);
    bus.emit(edit("marker.edited", &first).with("label", "A"));
    bus.emit(edit("marker.deleted", &third));
    settle(&bus, &journal);
    journal.maintain();
    let told = operations(&bus);
    for operation in
        ["append", "get", "search", "update_marker", "link", "traverse", "scan", "delete", "rollup"]
    {
        assert!(told.iter().any(|one| one == operation), "{operation} is missing in {told:?}");
    }

    journal.query(&LogQuery { limit: 0, ..LogQuery::default() }).unwrap_err();
    journal.link(Link { relation: String::new(), ..link(&first, &second) }).unwrap_err();
    journal.link(link(&first, &third)).unwrap_err(); // deleted
    journal.traverse(first.id, 0).unwrap_err();
    let told = operations(&bus);
    for operation in ["search!", "link!", "traverse!"] {
        assert!(told.iter().any(|one| one == operation), "{operation} is missing in {told:?}");
    }
}

#[test]
fn the_journal_comes_to_rest() {
    // Were its own operations recorded, each batch would be a reason for the next.
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    bus.emit(Draft::new("audio.clip", "engine"));
    settle(&bus, &journal);
    let appends = |bus: &Bus| operations(bus).iter().filter(|one| *one == "append").count();
    assert!(journal.wait_durable(bus.last_seq(), PATIENCE));
    for _ in 0..20 {
        journal.query(&LogQuery::default()).unwrap();
    }
    assert!(journal.wait_durable(bus.last_seq(), PATIENCE));
    assert_eq!(appends(&bus), 1);
}
