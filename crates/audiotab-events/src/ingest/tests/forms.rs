use super::Door;
use crate::event::Severity;
use crate::ingest::Author;
use crate::stream_clock::StreamPosition;
use serde_json::{Value, json};
use std::time::Instant;

#[test]
fn an_event_needs_only_a_kind_and_the_rest_comes_from_the_table() {
    let event = Door::new().event(json!({"kind": "door.opened"}));
    assert_eq!((&*event.kind, &*event.channel, event.severity), ("door.opened", "system", Severity::Info));
    assert_eq!((&*event.source, event.seq, event.actor()), ("external:program", 1, "external"));
    let known = Door::new().event(json!({"kind": "Training_Paused", "source": "trainer"}));
    assert_eq!(
        (&*known.kind, &*known.channel, known.severity),
        ("training.paused", "training", Severity::Warning)
    );
    assert_eq!(known.source, "external:trainer");
    let told = json!({"kind": "training_paused", "channel": "debug", "severity": "error", "message": "why"});
    let told = Door::new().event(told);
    assert_eq!((&*told.channel, told.severity, &*told.message), ("debug", Severity::Error, "why"));
}

#[test]
fn an_event_as_we_tell_it_can_be_sent_back_and_reserved_fields_are_ours() {
    let door = Door::new();
    let sent = json!({
        "seq": 999_999, "id": "01939cf2-3a4b-7c5d-8e6f-0123456789ab", "ts": 5, "ts_iso": "1970-01-01T00:00:00.007Z",
        "ts_ns": 1_764_417_600_123_456_789_i64, "observed_ns": -4, "frame": 480, "dur_frames": 12,
        "kind": "door.opened", "topic": "engine", "channel": "marks", "severity": "success", "source": "engine",
        "actor": "engine", "audio_ch": [0, 7], "session": "00000000000000AF", "message": "open",
        "payload": {"who": "cat"}, "schema_version": 1, "replayed": true
    });
    let event = door.event(sent);
    assert_eq!(event.seq, 1);
    assert_eq!(event.id.to_string(), "01939cf2-3a4b-7c5d-8e6f-0123456789ab");
    assert_eq!(event.ts_ns, 1_764_417_600_123_456_789);
    assert!(event.observed_ns > event.ts_ns && !event.replayed);
    assert_eq!((event.frame, event.dur_frames, &*event.audio_ch), (Some(480), Some(12), &[0_u16, 7][..]));
    assert_eq!(event.session.as_deref(), Some("00000000000000af"));
    assert_eq!((&*event.source, event.topic(), event.actor()), ("external:engine", "door", "external"));
    assert_eq!(event.payload["who"], "cat");
    let back = serde_json::to_value(&*Door::new().event(serde_json::to_value(&*event).unwrap())).unwrap();
    for field in ["id", "ts_ns", "kind", "frame", "session", "payload", "message", "audio_ch", "source"] {
        assert_eq!(back[field], serde_json::to_value(&*event).unwrap()[field], "{field}");
    }
}

#[test]
fn messagepack_with_names_is_the_same_object() {
    let (door, value) =
        (Door::new(), json!({"kind": "a.b", "payload": {"n": 18_446_744_073_709_551_615_u64}}));
    let bytes = rmp_serde::to_vec_named(&value).unwrap();
    let event = door.ingest.take_messagepack(&Author::Program, &bytes).unwrap().event.unwrap();
    assert_eq!(event.payload, door.event(value).payload);
}

#[test]
fn an_outsider_is_placed_by_its_time_in_the_running_stream() {
    let door = Door::new();
    let position = StreamPosition {
        session: "00000000000000aa".into(),
        sample_rate_hz: 48_000.0,
        frame: 480_000,
        at: Instant::now(),
    };
    door.bus.clock().set(Some(position));
    let now_ms = crate::ingest::times::now_ns() / 1_000_000;
    let event = door.event(json!({"kind": "door.opened", "ts": now_ms - 1000}));
    let frame = event.frame.unwrap();
    // The stream runs on while this test is delayed, so only one side is sharp.
    assert!((431_900..480_000 + 48_000 * 60).contains(&frame), "{frame}");
    assert_eq!(event.session.as_deref(), Some("00000000000000aa"));
    let given = door.event(json!({"kind": "door.opened", "frame": 7}));
    assert_eq!((given.frame, given.session.as_deref()), (Some(7), Some("00000000000000aa")));
}

#[test]
fn an_outsider_s_frame_without_a_time_happened_when_it_became_sound() {
    const S: i64 = 1_000_000_000;
    let door = Door::new();
    let begun_ns = crate::ingest::times::now_ns();
    let session = "00000000000000aa";
    let position = StreamPosition {
        session: session.into(),
        sample_rate_hz: 48_000.0,
        frame: 48_000_000,
        at: Instant::now(),
    };
    door.bus.clock().set(Some(position));
    let event = door.event(json!({"kind": "door.opened", "frame": 0}));
    // Frame 0 became sound 1,000 s before the test began; it may run late, but never early.
    assert!((begun_ns - 1000 * S..begun_ns - 900 * S).contains(&event.ts_ns), "{} {begun_ns}", event.ts_ns);
    let since_begin = |event: Value| door.event(event).ts_ns - begun_ns;
    assert!(since_begin(json!({"kind": "a.ahead", "frame": 480_000_000_000_u64})) >= 0);
    assert!(since_begin(json!({"kind": "a.other", "frame": 0, "session": "00000000000000bb"})) >= 0);
    assert_eq!(since_begin(json!({"kind": "a.told", "frame": 0, "ts_ns": begun_ns - 5 * S})), -5 * S);
    let mark = json!({"kind": "marker.added", "frame": 0, "payload": {"label": "here"}});
    let marked = door.ingest.take(&Author::Page, mark).unwrap().event.unwrap();
    assert!(marked.ts_ns >= begun_ns, "a mark is set when it is set");
}

#[test]
fn norikv_events_keep_type_node_and_shard() {
    let door = Door::new();
    let raft = json!({"ts": 1_764_417_600_123_i64, "node": 3, "event": {"type": "Raft", "data":
        {"shard": 42, "term": 5, "kind": {"kind": "LeaderElection", "node": 1}}}});
    let event = door.event(raft);
    assert_eq!(
        (&*event.kind, event.topic(), &*event.source),
        ("raft.leader_election", "raft", "external:node-3")
    );
    assert_eq!(event.ts_ns, 1_764_417_600_123_000_000);
    let expected = json!({"type": "Raft", "node": 3, "shard": 42, "term": 5,
        "kind": {"kind": "LeaderElection", "node": 1}});
    assert_eq!(Value::Object(event.payload.clone()), expected);
    assert_eq!(event.message, "Raft: leader election (node 3, shard 42)");
    for (data, kind) in [
        (
            json!({"type": "Wal", "data": {"node": 1, "seg": 9, "kind": {"kind": "SegmentRoll", "bytes": 1}}}),
            "wal.segment_roll",
        ),
        (
            json!({"type": "Compaction", "data": {"node": 1, "level": 2, "kind": {"kind": "Progress", "pct": 5}}}),
            "compaction.progress",
        ),
        (
            json!({"type": "Lsm", "data": {"node": 1, "kind": {"kind": "WritePressure", "ratio": 0.5}}}),
            "lsm.write_pressure",
        ),
        (json!({"type": "Swim", "data": {"node": 1, "kind": {"kind": "Suspect"}}}), "swim.suspect"),
        (json!({"type": "Shard", "data": {"shard": 1, "kind": {"kind": "Cutover"}}}), "shard.cutover"),
        (json!({"type": "Cache", "data": {"name": "block", "hit_ratio": 0.93}}), "cache.sample"),
        (
            json!({"type": "SlotHeat", "data": {"node": 1, "level": 0, "slot": 4, "heat": 0.5, "k": 8}}),
            "slot_heat.sample",
        ),
    ] {
        let event = door.event(json!({"ts": 5, "node": 1, "event": data}));
        assert_eq!(event.kind, kind);
        assert_eq!(event.payload["node"], 1);
    }
}

#[test]
fn a_norikv_type_from_the_future_is_kept_as_unknown_with_all_it_said() {
    let raw = json!({"ts": 5, "node": 1, "event": {"type": "Quorum", "data": {"x": [1, 2]}}});
    let event = Door::new().event(raw.clone());
    assert_eq!((&*event.kind, event.payload["type"].as_str()), ("unknown", Some("Quorum")));
    assert_eq!(event.payload["raw"], raw);
}

#[test]
fn t4dv_events_are_typed_by_topic_and_unmeasured_levels_are_null() {
    let door = Door::new();
    let spike = json!({"topic": "spike", "timestamp": "2025-11-29T12:00:00.123456+00:00", "source": "cortex",
        "payload": {"tag": 1}, "block_index": 3, "firing_rate": 0.25});
    let event = door.event(spike);
    assert_eq!((&*event.kind, event.topic(), &*event.source), ("spike.sample", "spike", "external:cortex"));
    assert_eq!(event.ts_ns, 1_764_417_600_123_456_000);
    let expected = json!({"tag": 1, "block_index": 3, "firing_rate": 0.25, "prediction_error": 0.0, "goodness": 0.0,
        "mean_membrane": 0.0});
    assert_eq!(Value::Object(event.payload.clone()), expected);
    let storage = json!({"topic": "storage", "operation": "insert", "item_id": "x", "duration_ms": 1.5});
    let storage = door.event(storage);
    assert_eq!((&*storage.kind, &storage.payload["kappa"]), ("storage.op", &Value::Null));
    assert_eq!(storage.message, "insert of x in 1.5 ms");
    let sleep = door.event(json!({"topic": "consolidation", "phase": "nrem", "items_processed": 12}));
    assert_eq!((&*sleep.kind, sleep.payload["items_pruned"].as_u64()), ("consolidation.run", Some(0)));
    let levels = door.event(json!({"topic": "neuromod", "da": 0.7}));
    assert_eq!((&levels.payload["da"], &levels.payload["ne"]), (&json!(0.7), &Value::Null));
    assert_eq!(
        door.event(json!({"topic": "dream", "x": 1})).payload["raw"],
        json!({"topic": "dream", "x": 1})
    );
}

#[test]
fn realm_events_take_channel_and_severity_from_the_kind_unless_they_say() {
    let door = Door::new();
    let saved = json!({"kind": "checkpoint_saved", "message": "Checkpoint 183,000 saved (loss: 0.2340)",
        "timestamp": "2025-11-29T12:00:00Z", "details": {"step": 183_000, "loss": 0.234}});
    let event = door.event(saved);
    assert_eq!(
        (&*event.kind, &*event.channel, event.severity),
        ("checkpoint.saved", "checkpoint", Severity::Success)
    );
    assert_eq!(
        (&*event.message, event.payload["step"].as_u64()),
        ("Checkpoint 183,000 saved (loss: 0.2340)", Some(183_000))
    );
    let own =
        door.event(json!({"kind": "job_failed", "severity": "info", "channel": "guild", "details": {}}));
    assert_eq!((&*own.channel, own.severity), ("guild", Severity::Info));
    let typed = door.event(json!({"kind": "job_failed", "message": "", "data": {"job_id": "7"}}));
    assert_eq!(
        (&*typed.kind, typed.severity, typed.payload["job_id"].as_str()),
        ("job.failed", Severity::Error, Some("7"))
    );
    let dated = door.event(
        json!({"kind": "x_y", "timestamp": "2025-11-29 12:00:00", "id": "2025-11-29_x_y", "icon": "⚔"}),
    );
    assert_eq!(
        (dated.payload["id"].as_str(), dated.payload["icon"].as_str()),
        (Some("2025-11-29_x_y"), Some("⚔"))
    );
}

#[test]
fn vidurai_events_keep_their_id_project_and_words() {
    let id = "7d444840-9dc0-41d1-b245-5ffdce74fad2";
    let event = Door::new().event(json!({"id": id, "type": "terminal.command", "timestamp": "2025-11-23T10:00:00.5",
        "source": "daemon", "project_path": "/srv/project", "payload": {"command": "npm test", "exit_code": 0}}));
    assert_eq!(
        (&*event.kind, &*event.source, &*event.id.to_string()),
        ("terminal.command", "external:daemon", id)
    );
    assert_eq!(event.message, "[daemon] terminal.command @ /srv/project");
    assert_eq!(
        (event.payload["command"].as_str(), event.payload["project_path"].as_str()),
        (Some("npm test"), Some("/srv/project"))
    );
    let none = Door::new().event(json!({"type": "ai.message", "source": "cli", "project_path": null, "payload": {"type": "own", "source": "own"}}));
    assert_eq!(none.message, "[cli] ai.message @ unknown");
    assert_eq!(none.payload["source"], "own", "names of the payload clash with nothing");
}
