//! Events into windows of equal length.

use super::messages::Batch;
use crate::event::Event;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The events in their order, one batch per window they fall into. Windows without events make no batch.
///
/// A window is when the bus took an event, on a grid of `window` since 1970. A clock that is set back makes a new
/// batch with an earlier window; the order of events is the bus's own all the same.
pub fn batches(events: impl IntoIterator<Item = Arc<Event>>, window: Duration) -> Vec<Batch> {
    let window_ms = i64::try_from(window.as_millis()).unwrap_or(i64::MAX).max(1);
    let mut batches: Vec<Batch> = Vec::new();
    for event in events {
        let window_start = event.observed_ns.div_euclid(1_000_000).div_euclid(window_ms) * window_ms;
        match batches.last_mut() {
            Some(batch) if batch.window_start == window_start => batch.push(event),
            _ => {
                let window_end = window_start + window_ms;
                let mut batch =
                    Batch { window_start, window_end, events: Vec::new(), summary: BTreeMap::new() };
                batch.push(event);
                batches.push(batch);
            }
        }
    }
    batches
}

impl Batch {
    fn push(&mut self, event: Arc<Event>) {
        match self.summary.get_mut(event.topic()) {
            Some(count) => *count += 1,
            None => drop(self.summary.insert(event.topic().to_owned(), 1)),
        }
        self.events.push(event);
    }
}
