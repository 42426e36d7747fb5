//! The dashboard's state. It holds nothing that changes by the mere passing of time, so equal states are equal bytes.

use crate::families::EngineSample;
use serde::Serialize;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The same over three windows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Windows<T> {
    /// The last second.
    #[serde(rename = "1s")]
    pub one_s: T,
    /// The last ten.
    #[serde(rename = "10s")]
    pub ten_s: T,
    /// The last minute.
    #[serde(rename = "60s")]
    pub sixty_s: T,
}

impl<T> Windows<T> {
    pub(super) fn new(one_s: T, ten_s: T, sixty_s: T) -> Self {
        Self { one_s, ten_s, sixty_s }
    }
}

/// One state of everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DashboardState {
    /// Levels of the sound.
    pub level: Windows<LevelWindow>,
    /// Operations of recorder and journal.
    pub ops: Windows<OpsWindow>,
    /// Events of any kind.
    pub events: Windows<EventWindow>,
    /// The journal's upkeep.
    pub maintenance: MaintenanceState,
    /// The program's gauges.
    pub engine: EngineState,
}

impl DashboardState {
    /// Hash of what it says. Two states with the same hash need not be sent twice.
    pub fn content_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        serde_json::to_vec(self).unwrap_or_default().hash(&mut hasher);
        hasher.finish()
    }
}

/// Levels within a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LevelWindow {
    /// Levels of one channel over one period.
    pub count: u64,
    /// Mean power of them, dBFS; null when none is known.
    pub mean_rms_dbfs: Option<f64>,
    /// The highest peak, dBFS; null when none is known.
    pub peak_dbfs: Option<f64>,
    /// Samples at full scale.
    pub clipped: u64,
}

/// Operations within a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OpsWindow {
    /// All.
    pub ops_total: u64,
    /// By name.
    pub ops_by_type: BTreeMap<String, u64>,
    /// Their durations together.
    pub total_duration_ms: f64,
    /// Those that failed.
    pub failed: u64,
}

/// Events within a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EventWindow {
    /// All.
    pub count: u64,
    /// Of severity info.
    pub info: u64,
    /// Of severity success.
    pub success: u64,
    /// Of severity warning.
    pub warning: u64,
    /// Of severity error.
    pub error: u64,
}

/// Upkeep of the last minute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MaintenanceState {
    /// Oldest first.
    pub recent_60s: Vec<MaintenanceNote>,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MaintenanceNote {
    /// `checkpoint`, `rollup` or `prune`.
    pub phase: String,
    /// Items looked at.
    pub items: u64,
    /// Files or pages merged.
    pub merged: u64,
    /// Items removed.
    pub pruned: u64,
    /// When, milliseconds since 1970.
    pub t: i64,
}

/// Gauges of the last minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EngineState {
    /// The newest; null before the first.
    pub latest: Option<EngineGauges>,
    /// Oldest first.
    pub series: Vec<EngineGauges>,
}

/// Gauges at one moment. What is not known is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EngineGauges {
    /// When, milliseconds since 1970.
    pub t: i64,
    /// The gauges.
    #[serde(flatten)]
    pub gauges: EngineSample,
}
