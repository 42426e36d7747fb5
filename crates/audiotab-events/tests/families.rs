//! Payloads of fixed shape: what fits, what is refused, and with which words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::families::{
    ClipRun, DeviceChange, EngineSample, Family, LevelSample, Loss, MaintenanceRun, Marker, Operation,
    RateChange, Silence, StreamNote, check_payload,
};
use audiotab_events::{Bus, kind_of};
use serde_json::{Map, Value, json};

fn payload(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn what_is_told_from_inside_passes_the_check_for_outsiders() {
    fn fits<F: Family>(family: &F) {
        for kind in F::KINDS {
            let draft = family.draft_as(kind, "engine");
            check_payload(kind, &draft.payload).unwrap_or_else(|refused| panic!("{refused}"));
            assert_eq!(kind_of(kind).name, *kind, "it stands in the table");
        }
    }
    fits(&LevelSample {
        channel_index: vec![0, 1],
        rms_dbfs: vec![Some(-20.0), None],
        peak_dbfs: vec![Some(-10.0), None],
        crest_db: vec![Some(10.0), None],
        clipped: vec![0, 0],
        dc_offset: vec![Some(0.001), None],
    });
    fits(&Loss { cause: Some("full queue".into()), merged: Some(2) });
    fits(&Loss::default());
    fits(&ClipRun { count: 12, peak_dbfs: 0.0 });
    fits(&Silence { duration_s: Some(2.0) });
    fits(&DeviceChange { device: "USB".into(), ..Default::default() });
    fits(&RateChange { from_hz: 44_100.0, to_hz: 48_000.0 });
    fits(&StreamNote { input: Some("default".into()), ..Default::default() });
    fits(&Operation { operation: "append".into(), duration_ms: 0.2, ..Default::default() });
    fits(&MaintenanceRun { phase: "prune".into(), duration_ms: 3.0, ..Default::default() });
    fits(&EngineSample::default());
    fits(&Marker { label: "door".into(), note: None });
    check_payload("marker.deleted", &payload(json!({ "of": "018f3c1e-7c1d-7000-8000-000000000000" })))
        .unwrap();
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let refused = [
        ("level.sample", json!({}), "missing field"),
        (
            "level.sample",
            json!({ "channel_index": [0], "rms_dbfs": [], "peak_dbfs": [], "crest_db": [], "clipped": [], "dc_offset": [] }),
            "one value per channel",
        ),
        ("level.sample", json!({ "channel_index": "0" }), "invalid type"),
        ("audio.clip", json!({ "count": 3, "peak_dbfs": 0.0, "made_up": 1 }), "unknown field `made_up`"),
        ("audio.clip", json!({ "count": -3, "peak_dbfs": 0.0 }), "invalid value"),
        ("audio.overrun", json!({ "lost": 1 }), "unknown field `lost`"),
        ("device.rate_changed", json!({ "from_hz": 0.0, "to_hz": 48_000.0 }), "above 0 Hz"),
        ("recorder.op", json!({ "operation": "", "duration_ms": 1.0 }), "has a name"),
        ("recorder.op", json!({ "operation": "append", "duration_ms": -1.0 }), "not below 0"),
        (
            "journal.op",
            json!({ "operation": "append", "duration_ms": 1.0, "age_stage": 1.5 }),
            "between 0 and 1",
        ),
        ("maintenance.run", json!({ "phase": "nap", "duration_ms": 1.0 }), "checkpoint, rollup or prune"),
        ("engine.sample", json!({ "cpu_load": 1.01 }), "between 0 and 1"),
        ("engine.sample", json!({ "cpu_load": "high" }), "invalid type"),
        ("marker.added", json!({ "note": "no label" }), "missing field `label`"),
        ("marker.edited", json!({ "of": "not an id" }), "UUID"),
    ];
    for (kind, value, reason) in refused {
        let error = check_payload(kind, &payload(value)).unwrap_err().to_string();
        assert!(
            error.contains(kind) && error.to_lowercase().contains(&reason.to_lowercase()),
            "{kind}: {error}"
        );
        assert_eq!(error.lines().count(), 1, "one sentence: {error}");
    }
    check_payload("anything.else", &payload(json!({ "whatever": [1] }))).unwrap();
}

#[test]
fn a_gauge_that_is_not_known_is_null_and_never_made_up() {
    let bus = Bus::default();
    let event = bus.emit(EngineSample { ring_fill: Some(0.25), ..Default::default() }.draft("engine"));
    let expected =
        json!({ "cpu_load": null, "ring_fill": 0.25, "callback_jitter": null, "render_load": null });
    assert_eq!(Value::Object(event.payload.clone()), expected);
    let failed =
        Operation { operation: "append".into(), error: Some("disk full".into()), ..Default::default() };
    assert_eq!(bus.emit(failed.draft_as("journal.op", "journal")).topic(), "journal");
}
