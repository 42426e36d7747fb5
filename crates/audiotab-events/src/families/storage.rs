//! What recorder and journal do.

use super::Family;
use serde::{Deserialize, Serialize};

/// One operation on what is kept, with its duration; told when it failed, too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// `append`, `search`, …
    pub operation: String,
    /// What it was done to.
    #[serde(default)]
    pub item_id: Option<String>,
    /// Age of that, 0 just told to 1 oldest kept.
    #[serde(default)]
    pub age_stage: Option<f64>,
    /// How long it took.
    pub duration_ms: f64,
    /// Files or pages written.
    #[serde(default)]
    pub segment_count: Option<u64>,
    /// Rows that still wait in memory.
    #[serde(default)]
    pub pending: Option<u64>,
    /// Why it failed; None when it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Family for Operation {
    const KINDS: &'static [&'static str] = &["recorder.op", "journal.op"];

    fn check(&self) -> Result<(), String> {
        if self.operation.is_empty() {
            return Err("an operation has a name".to_owned());
        }
        if self.duration_ms < 0.0 {
            return Err("a duration is not below 0".to_owned());
        }
        match self.age_stage {
            Some(stage) if !(0.0..=1.0).contains(&stage) => Err("a stage lies between 0 and 1".to_owned()),
            _ => Ok(()),
        }
    }
}

/// One run of the journal's upkeep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRun {
    /// `checkpoint`, `rollup` or `prune`.
    pub phase: String,
    /// Items looked at.
    #[serde(default)]
    pub items_processed: u64,
    /// Mean change of their age stage.
    #[serde(default)]
    pub stage_delta_mean: Option<f64>,
    /// Files or pages merged.
    #[serde(default)]
    pub files_merged: u64,
    /// Items removed.
    #[serde(default)]
    pub items_pruned: u64,
    /// How long it took.
    pub duration_ms: f64,
}

impl Family for MaintenanceRun {
    const KINDS: &'static [&'static str] = &["maintenance.run"];

    fn check(&self) -> Result<(), String> {
        if !["checkpoint", "rollup", "prune"].contains(&self.phase.as_str()) {
            return Err("the phase is checkpoint, rollup or prune".to_owned());
        }
        if self.duration_ms < 0.0 { Err("a duration is not below 0".to_owned()) } else { Ok(()) }
    }
}
