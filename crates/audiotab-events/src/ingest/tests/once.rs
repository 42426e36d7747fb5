use super::Door;
use crate::ingest::{Author, IngestOptions, RateLimit, RefusalKind};
use serde_json::json;
use std::time::{Duration, Instant};

const ID: &str = "7d444840-9dc0-41d1-b245-5ffdce74fad2";

#[test]
fn the_same_event_again_is_a_duplicate_and_other_content_a_conflict() {
    let door = Door::new();
    let first = door.send(json!({"id": ID, "kind": "a", "payload": {"n": 1, "m": 2}})).unwrap();
    assert!(!first.duplicate);
    let again = door.send(json!({"payload": {"m": 2, "n": 1}, "kind": "a", "id": ID})).unwrap();
    assert!(again.duplicate);
    assert_eq!((again.seq, again.id, again.event), (first.seq, first.id, first.event));
    // The same by another way in.
    let packed =
        rmp_serde::to_vec_named(&json!({"id": ID, "kind": "a", "payload": {"n": 1, "m": 2}})).unwrap();
    assert!(door.ingest.take_messagepack(&Author::Program, &packed).unwrap().duplicate);
    let (kind, message) = door.refused(json!({"id": ID, "kind": "a", "payload": {"n": 2, "m": 2}}));
    assert_eq!(kind, RefusalKind::Conflict);
    assert!(message.contains(ID));
    assert_eq!(door.bus.last_seq(), 1);
}

#[test]
fn a_flood_is_held_back_per_source_and_told_of_once() {
    let rate = RateLimit { events: 5, window: Duration::from_secs(30) };
    let door = Door::with(IngestOptions { rate: Some(rate), ..IngestOptions::default() });
    let refused = (0..20).filter(|_| door.send(json!({"kind": "a", "source": "loud"})).is_err()).count();
    assert_eq!(refused, 15);
    let refusal = door.send(json!({"kind": "a", "source": "loud"})).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::TooMany);
    assert!(refusal.retry_after.is_some_and(|wait| wait <= rate.window));
    assert!(door.send(json!({"kind": "a", "source": "quiet"})).is_ok());
    assert_eq!(door.bus.last_seq(), 6);
    door.ingest.tick(Instant::now() + rate.window);
    door.ingest.tick(Instant::now() + 3 * rate.window);
    let told: Vec<_> = door.bus.after(6, 10).events;
    assert_eq!(told.len(), 1);
    assert_eq!((&*told[0].kind, &*told[0].source), ("events.suppressed", "server"));
    assert_eq!(
        (&told[0].payload["count"], &told[0].payload["source"]),
        (&json!(16), &json!("external:loud"))
    );
}
