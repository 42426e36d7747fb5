use super::Door;
use crate::event::Severity;
use crate::ingest::{Author, EVENT_BYTES, EVENT_DEPTH, Ingest, IngestOptions, RefusalKind};
use RefusalKind::{Forbidden, Invalid, Malformed, TooLarge};
use serde_json::{Value, json};

#[test]
fn what_is_no_json_is_refused_with_the_place() {
    let door = Door::new();
    for text in
        ["", "{", "[1,", "{\"kind\": \"a\"} x", "\u{feff}{}", "nul", "{\"kind\": \"\u{1}\"}", "{'kind': 'a'}"]
    {
        let refusal = door.ingest.take_json(&Author::Program, text.as_bytes()).unwrap_err();
        assert_eq!(refusal.kind, Malformed, "{text}");
        assert!(refusal.message.contains("column"), "{}", refusal.message);
    }
    assert_eq!(door.ingest.take_json(&Author::Program, b"{\"kind\": \"\xff\"}").unwrap_err().kind, Malformed);
    assert_eq!(door.bus.last_seq(), 0);
}

#[test]
fn wrong_types_and_unknown_fields_are_named() {
    let door = Door::new();
    for (value, named) in [
        (json!([]), "object"),
        (json!("kind"), "object"),
        (json!({}), "kind"),
        (json!({"kind": 5}), "kind"),
        (json!({"kind": ["a"]}), "kind"),
        (json!({"kind": "a", "mesage": "x"}), "mesage"),
        (json!({"kind": "a", "message": 5}), "message"),
        (json!({"kind": "a", "payload": "x"}), "payload"),
        (json!({"kind": "a", "payload": {}, "details": {}}), "details"),
        (json!({"kind": "a", "severity": "fatal"}), "severity"),
        (json!({"kind": "a", "severity": 3}), "severity"),
        (json!({"kind": "a", "channel": "<b>"}), "channel"),
        (json!({"kind": "a", "id": "7"}), "id"),
        (json!({"kind": "a", "frame": -1}), "frame"),
        (json!({"kind": "a", "frame": 1.5}), "frame"),
        (json!({"kind": "a", "frame": 1}), "session"),
        (json!({"kind": "a", "dur_frames": 1}), "dur_frames"),
        (json!({"kind": "a", "session": "0", "frame": 1}), "session"),
        (json!({"kind": "a", "session": "00000000000000aa", "frame": u64::MAX}), "frame"),
        (
            json!({"kind": "a", "session": "00000000000000aa", "frame": 9, "dur_frames": u64::MAX}),
            "dur_frames",
        ),
        (json!({"kind": "a", "audio_ch": [-1]}), "audio_ch"),
        (json!({"kind": "a", "audio_ch": [65_535]}), "audio_ch"),
        (json!({"kind": "a", "audio_ch": 0}), "audio_ch"),
        (json!({"kind": "a", "schema_version": 2}), "schema_version"),
        (json!({"kind": "a", "ts": "now"}), "ts"),
        (json!({"kind": "a", "payload": {"deep": {"__proto__": {}}}}), "__proto__"),
        (json!({"kind": "level.sample", "payload": {"rms": 1}}), "level.sample"),
        (json!({"kind": "engine_sample", "payload": {"cpu_load": "much"}}), "engine.sample"),
        (json!({"type": 5}), "type"),
        (json!({"type": "a", "payload": []}), "payload"),
        (json!({"type": "a", "extra": 1}), "extra"),
        (json!({"topic": "spike", "firing_rate": "high"}), "firing_rate"),
        (json!({"topic": "spike", "rate": 1}), "rate"),
        (
            json!({"node": 1, "event": {"type": "Raft", "data": {"shard": "x", "term": 1, "kind": "Vote"}}}),
            "shard",
        ),
        (json!({"node": 1, "event": {"type": "Raft", "data": {"shard": 1, "term": 1, "kind": {}}}}), "kind"),
        (json!({"node": "one", "event": {}}), "node"),
        (json!({"node": 1, "event": {}}), "type"),
    ] {
        let (kind, message) = door.refused(value.clone());
        assert_eq!(kind, Invalid, "{value}");
        assert!(
            message.contains(named) && message.ends_with('.') && !message.contains('\n'),
            "{value}: {message}"
        );
    }
}

#[test]
fn times_before_1970_and_in_the_future_are_refused() {
    let door = Door::new();
    let tomorrow_ns = super::super::times::now_ns() + 86_400_000_000_000;
    for value in [
        json!({"kind": "a", "ts": -1}),
        json!({"kind": "a", "ts_ns": -1}),
        json!({"kind": "a", "ts_ns": i64::MIN}),
        json!({"kind": "a", "ts_ns": i64::MAX}),
        json!({"kind": "a", "ts_ns": u64::MAX}),
        json!({"kind": "a", "ts": 1e300}),
        json!({"kind": "a", "ts": i64::MAX}),
        json!({"kind": "a", "ts_ns": tomorrow_ns}),
        json!({"kind": "a", "ts_iso": "1969-12-31T23:59:59Z"}),
        json!({"kind": "a", "timestamp": "2200-01-01T00:00:00Z"}),
        json!({"type": "a", "timestamp": 1e12}),
        json!({"ts": -5, "node": 1, "event": {"type": "Cache", "data": {"name": "", "hit_ratio": 1}}}),
    ] {
        assert_eq!(door.refused(value.clone()).0, Invalid, "{value}");
    }
    assert_eq!(door.event(json!({"kind": "a", "ts": 0})).ts_ns, 0);
}

#[test]
fn an_event_of_64_kib_is_taken_and_one_byte_more_is_not() {
    let door = Door::new();
    let frame = json!({"kind": "a", "payload": {"x": ""}}).to_string().len();
    let exactly = |len: usize| json!({"kind": "a", "payload": {"x": "x".repeat(len - frame)}});
    assert!(door.send(exactly(EVENT_BYTES)).is_ok());
    assert_eq!(door.refused(exactly(EVENT_BYTES + 1)).0, TooLarge);
    assert_eq!(door.refused(json!({"kind": "a".repeat(200)})).0, Invalid);
    assert_eq!(door.refused(json!({"kind": "a", "message": "x".repeat(5000)})).0, Invalid);
}

#[test]
fn deep_nesting_is_refused_at_any_depth() {
    let door = Door::new();
    let nested = |levels: usize| {
        format!("{{\"kind\":\"a\",\"payload\":{{\"x\":{}{}}}}}", "[".repeat(levels), "]".repeat(levels))
    };
    let send = |levels| door.ingest.take_json(&Author::Program, nested(levels).as_bytes());
    assert!(send(EVENT_DEPTH - 2).is_ok());
    assert_eq!(send(EVENT_DEPTH - 1).unwrap_err().kind, Invalid);
    for levels in [130, 30_000] {
        assert!(matches!(send(levels).unwrap_err().kind, Malformed | Invalid));
    }
}

#[test]
fn messagepack_bombs_end_as_a_sentence() {
    let door = Door::new();
    let deep = [&[0x81, 0xa1, b'x'].repeat(20_000)[..], &[0xc0]].concat();
    for bytes in [
        &[][..],
        &[0xdd, 0xff, 0xff, 0xff, 0xff],             // a list of 2^32 - 1
        &[0xdf, 0xff, 0xff, 0xff, 0xff],             // a map of 2^32 - 1
        &[0xdb, 0xff, 0xff, 0xff, 0xff, b'x'],       // a text of 4 GiB
        &[0xc6, 0xff, 0xff, 0xff, 0xff],             // bytes of 4 GiB
        &[0x81, 0xa4, b'k', b'i', b'n', b'd', 0xc1], // a type that does not exist
        &[0x81, 0xa4, b'k', b'i', b'n', b'd', 0xa1, b'a', 0x00], // something after the event
        &[0x81, 0x01, 0x02],                         // names that are numbers
        &[0x81, 0xa4, b'k', b'i', b'n', b'd', 0xc4, 1, 0], // bytes for a text
        &deep,
    ] {
        let refusal = door.ingest.take_messagepack(&Author::Program, bytes).unwrap_err();
        assert_eq!(refusal.kind, Malformed, "{bytes:02x?}");
    }
    let too_long = vec![0; EVENT_BYTES + 1];
    assert_eq!(door.ingest.take_messagepack(&Author::Program, &too_long).unwrap_err().kind, TooLarge);
    assert_eq!(door.bus.last_seq(), 0);
}

#[test]
fn script_injections_come_back_as_data_from_every_form() {
    let door = Door::new();
    for text in injections() {
        let forms = [
            json!({"kind": text, "message": text, "source": text, "icon": text, "payload": {&text: text}}),
            json!({"kind": text, "message": text, "timestamp": "2025-11-29T12:00:00Z", "details": {"t": text}}),
            json!({"type": text, "source": text, "project_path": text, "payload": {"t": text}}),
            json!({"topic": text, "source": text}),
            json!({"node": 1, "event": {"type": text, "data": {"t": text}}}),
        ];
        for form in forms {
            let event = door.event(form.clone());
            assert_eq!((&*event.kind, event.payload["type"].as_str()), ("unknown", Some(&*text)), "{form}");
            assert_eq!(event.payload["raw"], form);
            assert!(
                event.source["external:".len()..]
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            );
        }
        let event = door.event(json!({"kind": "a.b", "message": text, "payload": {"t": text}}));
        assert_eq!((&*event.message, event.payload["t"].as_str()), (&*text, Some(&*text)));
    }
}

fn injections() -> Vec<String> {
    let list: Vec<String> =
        serde_json::from_str(include_str!("../../../../../tests/golden/injections.json")).unwrap();
    assert_eq!(list.len(), 25);
    list
}

#[test]
fn a_closed_door_lets_only_our_page_in() {
    let closed = Door::with(IngestOptions { external: false, ..IngestOptions::default() });
    for author in [Author::Program, Author::Producer("door".into())] {
        let refusal = closed.ingest.take(&author, json!({"kind": "a"})).unwrap_err();
        assert_eq!(refusal.kind, Forbidden);
    }
    let marker = json!({"kind": "marker.added", "source": "engine", "payload": {"label": "door"}});
    let event = closed.ingest.take(&Author::Page, marker).unwrap().event.unwrap();
    assert_eq!((&*event.source, event.actor(), event.severity), ("ui", "user", Severity::Info));
}

#[test]
fn a_producer_adds_markers_but_does_not_touch_those_of_others() {
    let door = Door::new();
    let producer = Author::Producer("door".into());
    let of = uuid::Uuid::now_v7().to_string();
    let edit = || json!({"kind": "marker_deleted", "payload": {"of": of}});
    assert_eq!(door.ingest.take(&producer, edit()).unwrap_err().kind, Forbidden);
    assert!(door.ingest.take(&Author::Program, edit()).is_ok());
    let add = json!({"kind": "marker.added", "payload": {"label": "x"}});
    assert_eq!(door.ingest.take(&producer, add).unwrap().event.unwrap().source, "external:door");
}

#[test]
fn a_bus_that_is_off_says_so() {
    let door = Door::new();
    door.bus.set_enabled(false);
    assert_eq!(door.refused(json!({"kind": "a"})).0, RefusalKind::Off);
    let ingest: &Ingest = &door.ingest;
    door.bus.set_enabled(true);
    assert!(
        ingest
            .take(&Author::Program, Value::Object([("kind".to_owned(), json!("a"))].into_iter().collect()))
            .is_ok()
    );
}
