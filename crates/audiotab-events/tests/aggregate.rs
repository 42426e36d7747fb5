//! Rolling windows, by a clock that the test holds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::families::{EngineSample, Family, LevelSample, MaintenanceRun, Operation};
use audiotab_events::{Aggregator, Bus, Dashboard, Draft, Event};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn s(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn event(draft: Draft) -> Arc<Event> {
    Bus::default().emit(draft)
}

fn operation(name: &str, duration_ms: f64) -> Arc<Event> {
    event(Operation { operation: name.into(), duration_ms, ..Default::default() }.draft("engine"))
}

fn levels(rms_dbfs: &[Option<f64>], peak_dbfs: f64) -> Arc<Event> {
    let count = rms_dbfs.len();
    let sample = LevelSample {
        channel_index: (0..count as u16).collect(),
        rms_dbfs: rms_dbfs.to_vec(),
        peak_dbfs: vec![Some(peak_dbfs); count],
        crest_db: vec![None; count],
        clipped: vec![1; count],
        dc_offset: vec![None; count],
    };
    event(sample.draft("engine"))
}

#[test]
fn nothing_happened_is_zero_and_null() {
    let state = serde_json::to_value(Aggregator::default().state_at(s(5.0))).unwrap();
    for window in ["1s", "10s", "60s"] {
        let level = json!({ "count": 0, "mean_rms_dbfs": null, "peak_dbfs": null, "clipped": 0 });
        assert_eq!(state["level"][window], level);
        let ops = json!({ "ops_total": 0, "ops_by_type": {}, "total_duration_ms": 0.0, "failed": 0 });
        assert_eq!(state["ops"][window], ops);
        assert_eq!(state["events"][window]["count"], 0);
    }
    assert_eq!(state["maintenance"], json!({ "recent_60s": [] }));
    assert_eq!(state["engine"], json!({ "latest": null, "series": [] }));
}

#[test]
fn each_window_forgets_in_its_time() {
    let mut aggregator = Aggregator::default();
    for second in 0..100 {
        aggregator.ingest_at(&operation("append", 2.0), s(f64::from(second)));
    }
    let state = aggregator.state_at(s(99.5));
    assert_eq!(
        [&state.ops.one_s, &state.ops.ten_s, &state.ops.sixty_s].map(|window| window.ops_total),
        [1, 10, 60]
    );
    assert_eq!(state.ops.ten_s.total_duration_ms, 20.0);
    assert_eq!(aggregator.state_at(s(130.0)).ops.sixty_s.ops_total, 29);
    assert_eq!(aggregator.state_at(s(200.0)).ops, Aggregator::default().state_at(s(0.0)).ops);
}

#[test]
fn operations_are_counted_by_name_and_failures_apart() {
    let mut aggregator = Aggregator::default();
    for name in ["append", "append", "search"] {
        aggregator.ingest_at(&operation(name, 1.5), s(1.0));
    }
    let failed =
        Operation { operation: "append".into(), error: Some("disk full".into()), ..Default::default() };
    aggregator.ingest_at(&event(failed.draft_as("journal.op", "journal")), s(1.0));
    let ops = aggregator.state_at(s(1.0)).ops.one_s;
    assert_eq!((ops.ops_total, ops.failed, ops.total_duration_ms), (4, 1, 4.5));
    assert_eq!(serde_json::to_value(&ops.ops_by_type).unwrap(), json!({ "append": 3, "search": 1 }));
    // Names from outside are bounded; what is beyond is counted all the same.
    for name in 0..1000 {
        aggregator.ingest_at(&operation(&format!("op{name}"), 0.0), s(1.0));
    }
    let ops = aggregator.state_at(s(1.0)).ops.one_s;
    assert!(ops.ops_by_type.len() <= 65, "{}", ops.ops_by_type.len());
    assert_eq!((ops.ops_total, ops.ops_by_type.values().sum::<u64>()), (1004, 1004));
}

#[test]
fn the_mean_level_is_one_of_power_and_unknown_levels_do_not_count() {
    let mut aggregator = Aggregator::default();
    aggregator.ingest_at(&levels(&[Some(-10.0), Some(-20.0), None], -3.0), s(1.0));
    aggregator.ingest_at(&levels(&[Some(-10.0)], -1.0), s(1.2));
    let level = aggregator.state_at(s(1.3)).level.one_s;
    let expected = 10.0 * ((0.1 + 0.01 + 0.1) / 3.0_f64).log10();
    assert!((level.mean_rms_dbfs.unwrap() - expected).abs() < 1e-9, "{level:?}");
    assert_eq!((level.count, level.peak_dbfs, level.clipped), (4, Some(-1.0), 4));
    assert_eq!(aggregator.state_at(s(1.3)).level.sixty_s, level);
}

#[test]
fn upkeep_and_gauges_are_listed_for_a_minute_and_the_latest_stays() {
    let mut aggregator = Aggregator::default();
    let run = MaintenanceRun {
        phase: "prune".into(),
        items_processed: 9,
        files_merged: 2,
        items_pruned: 4,
        ..Default::default()
    };
    let run = event(run.draft("journal"));
    aggregator.ingest_at(&run, s(1.0));
    let gauges = event(EngineSample { cpu_load: Some(0.5), ..Default::default() }.draft("engine"));
    aggregator.ingest_at(&gauges, s(2.0));
    let state = serde_json::to_value(aggregator.state_at(s(3.0))).unwrap();
    let t_ms = |event: &Event| event.ts_ns / 1_000_000;
    let note = json!({ "phase": "prune", "items": 9, "merged": 2, "pruned": 4, "t": t_ms(&run) });
    assert_eq!(state["maintenance"]["recent_60s"], json!([note]));
    let latest = json!({ "t": t_ms(&gauges), "cpu_load": 0.5, "ring_fill": null, "callback_jitter": null, "render_load": null });
    assert_eq!((&state["engine"]["latest"], &state["engine"]["series"]), (&latest, &json!([latest])));
    let state = serde_json::to_value(aggregator.state_at(s(70.0))).unwrap();
    assert_eq!((&state["maintenance"]["recent_60s"], &state["engine"]["series"]), (&json!([]), &json!([])));
    assert_eq!(state["engine"]["latest"], latest);
}

#[test]
fn the_hash_changes_with_the_content_and_not_with_time() {
    let mut aggregator = Aggregator::default();
    let empty = aggregator.state_at(s(0.0)).content_hash();
    assert_eq!(aggregator.state_at(s(5.0)).content_hash(), empty);
    aggregator.ingest_at(&operation("append", 1.0), s(5.0));
    let one = aggregator.state_at(s(5.0)).content_hash();
    assert_ne!(one, empty);
    assert_eq!(aggregator.state_at(s(5.4)).content_hash(), one, "nothing has left a window");
    assert_ne!(aggregator.state_at(s(6.5)).content_hash(), one, "it left the window of a second");
    assert_eq!(aggregator.state_at(s(500.0)).content_hash(), empty);
}

#[test]
fn the_wall_clock_may_be_set_without_any_effect() {
    let mut aggregator = Aggregator::default();
    for (at, step_s) in [(1.0, 0), (2.0, -3600), (3.0, 3600)] {
        let mut draft = Operation { operation: "append".into(), ..Default::default() }.draft("engine");
        draft.ts_ns = Some(1_700_000_000_000_000_000 + step_s * 1_000_000_000);
        aggregator.ingest_at(&event(draft), s(at));
    }
    let state = aggregator.state_at(s(3.5));
    assert_eq!((state.ops.one_s.ops_total, state.ops.ten_s.ops_total), (1, 3));
}

#[test]
fn what_is_shown_again_did_not_happen_again() {
    let mut aggregator = Aggregator::default();
    let again = Draft { replayed: true, ..Draft::new("device.lost", "engine") };
    aggregator.ingest_at(&event(again), s(1.0));
    assert_eq!(aggregator.state_at(s(1.0)).events.sixty_s.count, 0);
}

#[test]
fn a_dashboard_follows_its_bus() {
    let bus = Bus::default();
    let dashboard = Dashboard::of(&bus).unwrap();
    for _ in 0..100 {
        bus.emit(Operation { operation: "append".into(), ..Default::default() }.draft("engine"));
    }
    bus.emit(Draft::new("device.lost", "engine"));
    bus.flush();
    let state = dashboard.state();
    assert_eq!(
        (state.ops.sixty_s.ops_total, state.events.sixty_s.count, state.events.sixty_s.error),
        (100, 101, 1)
    );
    let sent = serde_json::to_value(&state).unwrap();
    assert!(matches!(sent["ops"]["60s"]["ops_by_type"]["append"], Value::Number(_)));
}
