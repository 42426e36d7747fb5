//! What the bus says about itself.

use crate::event::Event;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Statistics of the recent ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Whether the bus takes events.
    pub enabled: bool,
    /// Handlers subscribed now.
    pub handler_count: usize,
    /// Events in the recent ring.
    pub buffer_size: usize,
    /// Most events of the recent ring.
    pub buffer_max_size: usize,
    /// Kind to how many of the recent ring.
    pub event_types: BTreeMap<String, u64>,
    /// Source to how many of the recent ring.
    pub event_sources: BTreeMap<String, u64>,
}

impl Statistics {
    pub(crate) fn of(
        recent: &[Arc<Event>],
        enabled: bool,
        handler_count: usize,
        buffer_max_size: usize,
    ) -> Self {
        let (mut event_types, mut event_sources) = (BTreeMap::new(), BTreeMap::new());
        for event in recent {
            *event_types.entry(event.kind.clone()).or_default() += 1;
            *event_sources.entry(event.source.clone()).or_default() += 1;
        }
        Self {
            enabled,
            handler_count,
            buffer_size: recent.len(),
            buffer_max_size,
            event_types,
            event_sources,
        }
    }
}

/// What a bus counted since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Events it took.
    pub events_taken: u64,
    /// Events in the history now.
    pub history_events: u64,
    /// Bytes of history and topics now.
    pub history_bytes: u64,
    /// Events of real-time threads whose queue was full.
    pub rt_dropped: u64,
    /// Calls of handlers that panicked.
    pub handler_panics: u64,
    /// Events that handlers came too late for, all handlers together.
    pub handlers_missed: u64,
}
