//! What the recorder does, each with its duration, told whether it worked or not.

use crate::error::EngineError;
use audiotab_events::families::{Family, Operation};
use audiotab_events::{Bus, Severity};
use std::time::Instant;

/// Does `work`, tells the bus how long it took and whether it failed, and passes its result through.
pub(crate) fn timed<T>(
    bus: &Bus,
    operation: &str,
    item_id: Option<String>,
    work: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let begun = Instant::now();
    let outcome = work();
    let error = outcome.as_ref().err().map(|error| error.body().message);
    let told = Operation {
        operation: operation.to_owned(),
        item_id,
        duration_ms: begun.elapsed().as_secs_f64() * 1e3,
        error: error.clone(),
        ..Operation::default()
    };
    let mut draft = told.draft_as("recorder.op", "engine");
    if let Some(error) = error {
        draft.severity = Some(Severity::Error);
        draft = draft.saying(error);
    }
    bus.emit(draft);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use audiotab_capture::CaptureError;

    #[test]
    fn results_pass_through_and_failures_are_told_too() {
        let bus = Bus::default();
        assert_eq!(timed(&bus, "start", Some("a".into()), || Ok(7)).unwrap(), 7);
        let refused = CaptureError::NoDevice("there is no device".into());
        let error = timed(&bus, "start", None, || Err::<(), _>(refused.clone().into())).unwrap_err();
        assert_eq!(error.to_string(), refused.to_string());
        let told = bus.after(0, 9).events;
        assert_eq!((told[0].severity, told[1].severity), (Severity::Info, Severity::Error));
        assert_eq!(told[0].payload["operation"], "start");
        assert!(told[0].payload["duration_ms"].as_f64().unwrap() >= 0.0);
        assert_eq!(told[1].payload["error"], "There is no device.");
        assert_eq!(told[1].message, "There is no device.");
    }
}
