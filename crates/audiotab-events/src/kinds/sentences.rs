//! Drafts of often-told events, with their facts checked by the compiler.

use crate::draft::Draft;

/// A take was written to disk.
pub fn take_saved(source: &str, take: u64, peak_dbfs: f64, path: &str) -> Draft {
    Draft::new("take.saved", source).with("take", take).with("peak_dbfs", peak_dbfs).with("path", path)
}

/// A training run was saved at a step.
pub fn checkpoint_saved(source: &str, step: u64, loss: f64, path: &str) -> Draft {
    Draft::new("checkpoint.saved", source).with("step", step).with("loss", loss).with("path", path)
}

/// A job was begun by a worker.
pub fn job_started(source: &str, job_id: &str, job_type: &str, worker_id: &str) -> Draft {
    Draft::new("job.started", source)
        .with("job_id", job_id)
        .with("job_type", job_type)
        .with("worker_id", worker_id)
}
