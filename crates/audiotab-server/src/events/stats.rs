//! The bus in numbers, for `/api/stats`.

use super::audience::AudienceStatus;
use crate::state::Shared;
use audiotab_events::journal::JournalHealth;
use audiotab_events::{Counts, Event, Statistics};
use serde::Serialize;
use std::sync::Arc;

/// What the bus took, keeps and told.
#[derive(Debug, Serialize)]
pub struct EventStats {
    /// Events the bus took since it began.
    total_events_received: u64,
    /// Events in memory.
    buffer_events: u64,
    /// When the oldest of them happened, ms since 1970.
    oldest_event_ms: Option<i64>,
    /// The same of the newest.
    newest_event_ms: Option<i64>,
    /// The newest place in the order of the bus.
    last_seq: u64,
    /// `enabled`, `handler_count`, `buffer_size`, `buffer_max_size`, `event_types` and `event_sources` of the newest.
    #[serde(flatten)]
    recent: Statistics,
    #[serde(flatten)]
    counts: Counts,
    /// Null where nothing is recorded.
    journal: Option<JournalHealth>,
    #[serde(flatten)]
    audience: AudienceStatus,
}

impl EventStats {
    /// The numbers now.
    pub fn of(shared: &Shared) -> Self {
        let bus = shared.engine.bus();
        let counts = bus.counts();
        let ts_ms = |event: Option<Arc<Event>>| event.map(|event| event.ts_ns.div_euclid(1_000_000));
        Self {
            total_events_received: counts.events_taken,
            buffer_events: counts.history_events,
            oldest_event_ms: ts_ms(bus.oldest()),
            newest_event_ms: ts_ms(bus.newest()),
            last_seq: bus.last_seq(),
            recent: bus.statistics(),
            counts,
            journal: shared.engine.observation().journal().map(|journal| journal.health()),
            audience: shared.audience.status(),
        }
    }
}
