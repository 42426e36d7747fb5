//! The kinds table, row by row, and how messages are made from it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::Severity::{self, Error, Info, Success, Warning};
use audiotab_events::{
    Bus, CHANNELS, Draft, canonical_kind, checkpoint_saved, job_started, kind_of, kinds, take_saved,
};
use std::collections::HashSet;

/// The twenty-six kinds of the table's oldest part, as their programs write them, and what became of each for sound.
const OLDEST: [(&str, &str, Severity, &str); 26] = [
    ("job_submitted", "jobs", Info, "export_queued"),
    ("job_started", "jobs", Info, "export_started"),
    ("job_completed", "jobs", Success, "export_done"),
    ("job_failed", "jobs", Error, "export_failed"),
    ("training_started", "training", Info, "capture_started"),
    ("training_completed", "training", Success, "capture_stopped"),
    ("training_paused", "training", Warning, "capture_paused"),
    ("training_failed", "training", Error, "capture_failed"),
    ("checkpoint_saved", "checkpoint", Success, "take_saved"),
    ("checkpoint_promoted", "checkpoint", Success, "take_starred"),
    ("checkpoint_deleted", "checkpoint", Info, "take_deleted"),
    ("eval_started", "eval", Info, "analysis_started"),
    ("eval_completed", "eval", Success, "analysis_completed"),
    ("eval_regression", "eval", Warning, "analysis_limit_exceeded"),
    ("dataset_generated", "data", Success, "export_written"),
    ("curriculum_updated", "data", Info, "preset_updated"),
    ("forge_batch_ready", "data", Info, "history_chunk_ready"),
    ("server_started", "system", Success, "server_started"),
    ("server_stopped", "system", Info, "server_stopped"),
    ("config_reloaded", "system", Info, "config_reloaded"),
    ("worker_joined", "system", Success, "device_connected"),
    ("worker_left", "system", Warning, "device_disconnected"),
    ("warning_raised", "system", Warning, "warning_raised"),
    ("title_earned", "guild", Success, "marker_added"),
    ("skill_level_up", "guild", Success, "calibration_done"),
    ("achievement", "guild", Success, "clean_run"),
];

/// What AudioTab tells of by itself.
const OURS: [(&str, &str, Severity); 27] = [
    ("audio.overrun", "device", Warning),
    ("audio.gap", "device", Warning),
    ("audio.clip", "level", Warning),
    ("audio.silence_started", "level", Warning),
    ("audio.silence_ended", "level", Info),
    ("level.sample", "level", Info),
    ("device.connected", "device", Success),
    ("device.lost", "device", Error),
    ("device.back", "device", Success),
    ("device.rate_changed", "device", Warning),
    ("stream.started", "capture", Success),
    ("stream.ended", "capture", Info),
    ("engine.sample", "system", Info),
    ("recorder.op", "takes", Info),
    ("journal.op", "archive", Info),
    ("maintenance.run", "archive", Info),
    ("journal.degraded", "archive", Error),
    ("journal.recovered", "archive", Success),
    ("marker.added", "marks", Info),
    ("marker.edited", "marks", Info),
    ("marker.deleted", "marks", Info),
    ("ui.quality_reduced", "analysis", Warning),
    ("ui.quality_restored", "analysis", Success),
    ("server.started", "system", Success),
    ("events.suppressed", "system", Warning),
    ("bus.rt_dropped", "system", Warning),
    ("unknown", "system", Info),
];

#[test]
fn every_row_says_where_it_belongs() {
    for (name, channel, severity, counterpart) in OLDEST {
        let kind = kind_of(name);
        assert_eq!((kind.channel, kind.severity), (channel, severity), "{name}");
        let dotted = canonical_kind(name.to_owned());
        assert_eq!(kind_of(&dotted), kind, "{dotted} is {name}");
        // The counterpart matters as much, or is the calmer of two.
        let its = kind_of(counterpart);
        assert!(!its.name.is_empty(), "{counterpart} is a kind");
        assert!(its.severity == severity || counterpart == "marker_added", "{name} and {counterpart}");
    }
    for (name, channel, severity) in OURS {
        let kind = kind_of(name);
        assert_eq!((kind.name, kind.channel, kind.severity), (name, channel, severity));
        assert_eq!(kind_of(&name.replace('.', "_")), kind);
    }
}

#[test]
fn the_table_is_whole() {
    let mut names = HashSet::new();
    for kind in kinds() {
        assert!(names.insert(kind.name.replace('.', "_")), "{} stands there once", kind.name);
        assert!(kind.name.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '_'), "{}", kind.name);
        assert!(CHANNELS.iter().any(|channel| channel.name == kind.channel), "{}", kind.channel);
        assert!(!kind.icon.is_empty(), "{}", kind.name);
        let balance = |open: char, close: char| {
            kind.template.matches(open).count() == kind.template.matches(close).count()
        };
        assert!(balance('{', '}') && balance('[', ']'), "{}", kind.template);
    }
    let channels: Vec<_> = CHANNELS.iter().map(|channel| channel.name).collect();
    for name in ["system", "jobs", "training", "eval", "vault", "guild", "debug", "data", "checkpoint"] {
        assert!(channels.contains(&name), "{name}");
    }
    assert!(CHANNELS.iter().all(|channel| !channel.icon.is_empty()));
    let passing: Vec<_> = kinds().iter().filter(|kind| !kind.journaled).map(|kind| kind.name).collect();
    assert_eq!(passing, ["level.sample", "engine.sample", "journal.op"]);
}

#[test]
fn the_bus_finds_channel_and_severity_unless_told() {
    let bus = Bus::default();
    let event = bus.emit(Draft::new("job_started", "external:trainer").saying("Job eval started"));
    assert_eq!((event.kind.as_str(), event.channel.as_str(), event.severity), ("job.started", "jobs", Info));
    assert_eq!(event.message, "Job eval started");
    let told =
        Draft { channel: Some("debug".into()), severity: Some(Error), ..Draft::new("job_started", "x") };
    let event = bus.emit(told);
    assert_eq!((event.channel.as_str(), event.severity), ("debug", Error));
    let event = bus.emit(Draft::new("never_heard.of_it", "x"));
    assert_eq!(
        (event.kind.as_str(), event.channel.as_str(), event.severity),
        ("never_heard.of_it", "system", Info)
    );
    assert_eq!(bus.emit(Draft::new("achievement_unlocked", "x")).kind, "achievement");
}

#[test]
fn messages_have_thousands_separators_and_fixed_decimals() {
    let bus = Bus::default();
    let message = |draft: Draft| bus.emit(draft).message.clone();
    assert_eq!(
        message(take_saved("engine", 183_000, -3.2, "/takes/7.wav")),
        "Take 183,000 saved (peak: -3.20 dBFS)"
    );
    assert_eq!(
        message(checkpoint_saved("trainer", 183_000, 0.234, "/ckpt")),
        "Checkpoint 183,000 saved (loss: 0.2340)"
    );
    assert_eq!(
        message(checkpoint_saved("trainer", 1000, 0.5, "/ckpt")),
        "Checkpoint 1,000 saved (loss: 0.5000)"
    );
    assert_eq!(message(job_started("trainer", "j7", "eval", "w1")), "Job started: eval (j7)");
    assert_eq!(message(Draft::new("audio.gap", "engine").over(0, 1_234_567)), "1,234,567 frames are missing");
    assert_eq!(message(Draft::new("audio.overrun", "engine")), "Data loss detected (buffer overrun)");
    let negative = Draft::new("events.suppressed", "x").with("count", -1_234_567).with("source", "y");
    assert_eq!(message(negative), "-1,234,567 events of y were too many and left out");
}

#[test]
fn a_part_in_brackets_goes_when_its_name_is_not_known() {
    let bus = Bus::default();
    let message = |draft: Draft| bus.emit(draft).message.clone();
    assert_eq!(message(Draft::new("device.lost", "engine")), "Lost");
    assert_eq!(message(Draft::new("device.lost", "engine").with("device", "USB")), "Lost USB");
    assert_eq!(message(Draft::new("take.saved", "engine")), "Take unknown saved");
    assert_eq!(
        message(Draft::new("stream.ended", "engine").with("frames_total", serde_json::Value::Null)),
        "Capture ended"
    );
}

#[test]
fn texts_of_outsiders_are_never_read_as_templates() {
    let bus = Bus::default();
    let label = "{note} [x] {frame:,} <img src=x onerror=alert(1)>";
    let event = bus.emit(Draft::new("marker.added", "ui").with("label", label).with("note", "secret"));
    assert_eq!(event.message, label);
    let long = bus.emit(Draft::new("marker.added", "ui").with("label", "é".repeat(5000)));
    assert_eq!(long.message.chars().count(), 200);
    assert_eq!(long.payload["label"].as_str().unwrap().chars().count(), 5000);
}
