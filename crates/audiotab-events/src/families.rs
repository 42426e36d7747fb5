//! Typed families: kinds whose payload has a fixed shape. Told from inside they are checked by the compiler, told from
//! outside by [`check_payload`].

mod audio;
mod engine;
mod storage;

pub use audio::{ClipRun, DeviceChange, LevelSample, Loss, RateChange, Silence, StreamNote};
pub use engine::{EngineSample, Marker, MarkerEdit};
pub use storage::{MaintenanceRun, Operation};

use crate::draft::Draft;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The payload of one or several kinds.
pub trait Family: Serialize + DeserializeOwned {
    /// The kinds that have it, the usual one first.
    const KINDS: &'static [&'static str];

    /// Whether the values make sense together.
    ///
    /// # Errors
    /// Says in one sentence what does not.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// A draft of the usual kind.
    fn draft(&self, source: &str) -> Draft {
        self.draft_as(Self::KINDS.first().copied().unwrap_or_default(), source)
    }

    /// A draft of another kind of the family.
    fn draft_as(&self, kind: &str, source: &str) -> Draft {
        let mut draft = Draft::new(kind, source);
        if let Ok(Value::Object(payload)) = serde_json::to_value(self) {
            draft.payload = payload;
        }
        draft
    }
}

/// Why a payload was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The payload of {kind} does not fit: {reason}")]
pub struct PayloadError {
    /// The kind.
    pub kind: String,
    /// What does not fit.
    pub reason: String,
}

/// Checks the payload of a kind with a fixed shape: unknown fields, wrong types and senseless values are refused. Kinds
/// without a fixed shape pass.
///
/// # Errors
/// When it does not fit.
pub fn check_payload(kind: &str, payload: &Map<String, Value>) -> Result<(), PayloadError> {
    let checks: [(&[&str], Check); 11] = [
        of::<LevelSample>(),
        of::<Loss>(),
        of::<ClipRun>(),
        of::<Silence>(),
        of::<DeviceChange>(),
        of::<RateChange>(),
        of::<StreamNote>(),
        of::<Operation>(),
        of::<MaintenanceRun>(),
        of::<EngineSample>(),
        of::<Marker>(),
    ];
    let more = [of::<MarkerEdit>()];
    match checks.iter().chain(&more).find(|(kinds, _)| kinds.contains(&kind)) {
        Some((_, check)) => check(payload).map_err(|reason| PayloadError { kind: kind.to_owned(), reason }),
        None => Ok(()),
    }
}

type Check = fn(&Map<String, Value>) -> Result<(), String>;

fn of<F: Family>() -> (&'static [&'static str], Check) {
    (F::KINDS, |payload| {
        let read: F =
            serde_json::from_value(Value::Object(payload.clone())).map_err(|error| error.to_string())?;
        read.check()
    })
}
