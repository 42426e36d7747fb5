//! The bus in numbers, for `/api/stats`.

use super::audience::AudienceStatus;
use crate::state::Shared;
use serde::Serialize;

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
    #[serde(flatten)]
    audience: AudienceStatus,
}

impl EventStats {
    /// The numbers now.
    pub fn of(shared: &Shared) -> Self {
        let bus = shared.engine.bus();
        let last_seq = bus.last_seq();
        let ts_ms =
            |after: u64| bus.after(after, 1).events.first().map(|event| event.ts_ns.div_euclid(1_000_000));
        let oldest = bus.after(0, 1).events.first().map_or(last_seq, |event| event.seq - 1);
        Self {
            total_events_received: last_seq,
            buffer_events: last_seq - oldest,
            oldest_event_ms: ts_ms(0),
            newest_event_ms: ts_ms(last_seq.saturating_sub(1)),
            audience: shared.audience.status(),
        }
    }
}
