//! The rows.

use super::Kind;
use crate::event::Severity::{self, Error, Info, Success, Warning};

const fn row(
    name: &'static str,
    channel: &'static str,
    severity: Severity,
    icon: &'static str,
    template: &'static str,
) -> Kind {
    Kind { name, channel, severity, icon, template, journaled: true }
}

/// Twenty a second of these say no more than the sound does, or are the journal's talk about itself.
const fn passing(mut kind: Kind) -> Kind {
    kind.journaled = false;
    kind
}

/// Names that are written in more than one way.
pub(super) const ALIASES: &[(&str, &str)] = &[("achievement_unlocked", "achievement")];

pub(super) const TABLE: &[Kind] = &[
    // The sound.
    row("audio.overrun", "device", Warning, "unplug", "Data loss detected (buffer overrun)"),
    row("audio.gap", "device", Warning, "unplug", "{frames:,} frames are missing"),
    row(
        "audio.clip",
        "level",
        Warning,
        "zap",
        "Clipped[ on channel {channels}][: {count:,} samples][, peak {peak_dbfs:.2} dBFS]",
    ),
    row("audio.silence_started", "level", Warning, "volume-x", "Silence began[ on channel {channels}]"),
    row("audio.silence_ended", "level", Info, "volume-2", "Silence ended[ after {duration_s:.1} s]"),
    passing(row("level.sample", "level", Info, "gauge", "")),
    // The device and the stream.
    row("device.connected", "device", Success, "plug", "[{device} ]connected"),
    row("device.lost", "device", Error, "unplug", "Lost[ {device}][: {reason}]"),
    row("device.back", "device", Success, "plug", "[{device} is ]back"),
    row(
        "device.rate_changed",
        "device",
        Warning,
        "refresh-cw",
        "Sample rate changed[ from {from_hz:,}][ to {to_hz:,} Hz]",
    ),
    row("webhook.failed", "system", Warning, "unplug", "A webhook could not be delivered"),
    row("webhook.missed", "system", Warning, "unplug", "A webhook came too late for events"),
    row("ring.reader_gap", "capture", Warning, "unplug", "Data loss detected (buffer overrun)"),
    row("stream.started", "capture", Success, "play", "Capture started[: {input}]"),
    row("stream.ended", "capture", Info, "square", "Capture ended[ after {frames_total:,} frames]"),
    passing(row("engine.sample", "system", Info, "activity", "")),
    // What is kept.
    row(
        "recorder.op",
        "takes",
        Info,
        "disc-3",
        "Recorder: {operation}[ of {item_id}][ in {duration_ms:.1} ms]",
    ),
    passing(row("journal.op", "archive", Info, "database", "Journal: {operation}[ in {duration_ms:.1} ms]")),
    row(
        "maintenance.run",
        "archive",
        Info,
        "wrench",
        "Maintenance: {phase}[, {items_processed:,} items][ in {duration_ms:.1} ms]",
    ),
    row("journal.degraded", "archive", Error, "database-zap", "The journal cannot record[: {reason}]"),
    row(
        "journal.recovered",
        "archive",
        Success,
        "database",
        "The journal records again[, {missed:,} events were not kept]",
    ),
    // The person.
    row("marker.added", "marks", Info, "bookmark", "{label}"),
    row("marker.edited", "marks", Info, "pencil", "Marker edited[: {label}]"),
    row("marker.deleted", "marks", Info, "trash-2", "Marker deleted"),
    row("ui.quality_reduced", "analysis", Warning, "arrow-down", "Quality reduced[: {reason}]"),
    row("ui.quality_restored", "analysis", Success, "arrow-up", "Quality restored"),
    // The program.
    row("server.started", "system", Success, "server", "Server started[ on port {port}]"),
    row("server.stopped", "system", Info, "server-off", "Server stopped"),
    row(
        "events.suppressed",
        "system",
        Warning,
        "volume-x",
        "[{count:,} ]events[ of {source}] were too many and left out",
    ),
    row(
        "bus.rt_dropped",
        "system",
        Warning,
        "funnel-x",
        "{count:,} events of a real-time thread were lost: its queue was full",
    ),
    row("unknown", "system", Info, "circle-help", "An event of unknown type[ {type}]"),
    // Exports, captures, takes, analyses and what else AudioTab does over time.
    row("export.queued", "jobs", Info, "list-plus", "Export queued[: {path}]"),
    row("export.started", "jobs", Info, "file-output", "Export started[: {path}]"),
    row("export.done", "jobs", Success, "file-check", "Export done[: {path}]"),
    row("export.failed", "jobs", Error, "file-x", "Export failed[: {reason}]"),
    row("capture.started", "capture", Info, "play", "Capture started[: {input}]"),
    row("capture.stopped", "capture", Success, "square", "Capture stopped"),
    row("capture.paused", "capture", Warning, "pause", "Capture paused"),
    row("capture.failed", "capture", Error, "circle-x", "Capture failed[: {reason}]"),
    row("take.saved", "takes", Success, "save", "Take {take:,} saved[ (peak: {peak_dbfs:.2} dBFS)]"),
    row("take.starred", "takes", Success, "star", "Take {take:,} starred"),
    row("take.deleted", "takes", Info, "trash-2", "Take {take:,} deleted"),
    row("analysis.started", "analysis", Info, "chart-spline", "Analysis started[: {name}]"),
    row("analysis.completed", "analysis", Success, "chart-spline", "Analysis completed[: {name}]"),
    row("analysis.limit_exceeded", "analysis", Warning, "triangle-alert", "Limit exceeded[: {name}]"),
    row("export.written", "data", Success, "file-check", "Export written[: {path}]"),
    row("preset.updated", "data", Info, "sliders-horizontal", "Preset updated[: {name}]"),
    row("history.chunk_ready", "data", Info, "package", "A piece of history is ready"),
    row("device.disconnected", "device", Warning, "unplug", "[{device} ]disconnected"),
    row("calibration.done", "marks", Success, "ruler", "Calibrated[: {name}]"),
    row("clean_run", "marks", Success, "trophy", "Clean run[: {hours:.0} h without an overrun]"),
    // The twenty-six kinds of programs that train models, as they name them.
    row("job.submitted", "jobs", Info, "list-plus", "Job submitted[: {job_id}]"),
    row("job.started", "jobs", Info, "swords", "Job started[: {job_type}][ ({job_id})]"),
    row("job.completed", "jobs", Success, "list-checks", "Job completed[: {job_id}]"),
    row("job.failed", "jobs", Error, "list-x", "Job failed[: {job_id}][: {error}]"),
    row("training.started", "training", Info, "trending-up", "Training started"),
    row("training.completed", "training", Success, "trending-up", "Training completed"),
    row("training.paused", "training", Warning, "pause", "Training paused"),
    row("training.failed", "training", Error, "trending-down", "Training failed[: {error}]"),
    row("checkpoint.saved", "checkpoint", Success, "save", "Checkpoint {step:,} saved[ (loss: {loss:.4})]"),
    row("checkpoint.promoted", "checkpoint", Success, "award", "Checkpoint {step:,} promoted"),
    row("checkpoint.deleted", "checkpoint", Info, "trash-2", "Checkpoint {step:,} deleted"),
    row("eval.started", "eval", Info, "chart-column", "Evaluation started"),
    row("eval.completed", "eval", Success, "chart-column", "Evaluation completed"),
    row("eval.regression", "eval", Warning, "chart-column-decreasing", "Evaluation got worse"),
    row("dataset.generated", "data", Success, "package-check", "Dataset generated"),
    row("curriculum.updated", "data", Info, "book-open", "Curriculum updated"),
    row("forge.batch_ready", "data", Info, "package", "Batch ready"),
    row("config.reloaded", "system", Info, "refresh-cw", "Configuration reloaded"),
    row("worker.joined", "system", Success, "user-plus", "Worker joined[: {worker_id}]"),
    row("worker.left", "system", Warning, "user-minus", "Worker left[: {worker_id}]"),
    row("warning.raised", "system", Warning, "triangle-alert", "Warning[: {text}]"),
    row("title.earned", "guild", Success, "crown", "Title earned[: {title}]"),
    row("skill.level_up", "guild", Success, "sparkles", "Level up[: {skill}]"),
    row("achievement", "guild", Success, "trophy", "Achievement[: {name}]"),
];
