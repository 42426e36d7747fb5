//! How much a bus keeps.

use std::time::Duration;

/// How much a bus keeps. The bytes count every event once, wherever it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct BusOptions {
    /// Events of the history.
    pub history_events: usize,
    /// Age of the history's oldest event.
    pub history_age: Duration,
    /// Bytes of history and topics together.
    pub history_bytes: u64,
    /// Events of each topic's ring.
    pub topic_events: usize,
    /// Events of the recent ring.
    pub recent_events: usize,
}

impl Default for BusOptions {
    fn default() -> Self {
        Self {
            history_events: 1_000_000,
            history_age: Duration::from_secs(3600),
            history_bytes: 64 << 20,
            topic_events: 10_000,
            recent_events: 500,
        }
    }
}
