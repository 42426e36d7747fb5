//! What the program measures of itself, and what a person marks.

use super::Family;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Gauges of the running program, 0 to 1. None is not known: never made up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineSample {
    /// Share of all processors' time.
    pub cpu_load: Option<f64>,
    /// Fill of the queue between callback and writer.
    pub ring_fill: Option<f64>,
    /// Deviation of the callback's period, as a part of it.
    pub callback_jitter: Option<f64>,
    /// Share of its time that the busiest page spends on drawing.
    pub render_load: Option<f64>,
}

impl Family for EngineSample {
    const KINDS: &'static [&'static str] = &["engine.sample"];

    fn check(&self) -> Result<(), String> {
        let gauges = [self.cpu_load, self.ring_fill, self.callback_jitter, self.render_load];
        if gauges.iter().flatten().all(|gauge| (0.0..=1.0).contains(gauge)) {
            Ok(())
        } else {
            Err("a gauge lies between 0 and 1".to_owned())
        }
    }
}

/// A mark of the user. The event's id is the marker's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Its name.
    pub label: String,
    /// Whatever else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Family for Marker {
    const KINDS: &'static [&'static str] = &["marker.added"];
}

/// A change of a marker, or its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkerEdit {
    /// The marker.
    pub of: Uuid,
    /// Its new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its new note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Family for MarkerEdit {
    const KINDS: &'static [&'static str] = &["marker.edited", "marker.deleted"];
}
