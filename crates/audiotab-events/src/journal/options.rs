//! How a journal is kept.

use crate::journal::error::JournalError;
use std::time::Duration;

/// Least time that events are kept for.
pub const SHORTEST_RETENTION: Duration = Duration::from_secs(24 * 3600);
/// Least room for a journal.
pub const SMALLEST_CAP_BYTES: u64 = 4 << 20;

/// How a journal is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// How long events are kept after the bus took them. At least 24 hours.
    pub retention: Duration,
    /// Most bytes of the file. Wins over `retention`: the oldest go first. At least 4 MiB.
    pub max_bytes: u64,
    /// How long events are gathered before they are written and synced together.
    pub batch_window: Duration,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            retention: Duration::from_secs(7 * 24 * 3600),
            max_bytes: 2 << 30,
            batch_window: Duration::from_millis(50),
        }
    }
}

impl JournalOptions {
    pub(super) fn check(&self) -> Result<(), JournalError> {
        if self.retention < SHORTEST_RETENTION {
            return Err(JournalError::Option("Events are kept for at least 24 hours."));
        }
        if self.max_bytes < SMALLEST_CAP_BYTES {
            return Err(JournalError::Option("A journal needs room for at least 4 MiB."));
        }
        Ok(())
    }
}
