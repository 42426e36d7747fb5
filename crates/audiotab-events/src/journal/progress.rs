//! What the writer tells everybody else: how far it is, and whether it can write.

use crate::bus::shared::wall_ns;
use serde::Serialize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Whether and how a journal records.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct JournalHealth {
    /// True while events cannot be written.
    pub degraded: bool,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// Since when, Unix nanoseconds.
    pub since_ns: Option<i64>,
    /// All events up to this one are safe on disk, or were not meant to be.
    pub durable_seq: u64,
    /// Events of the bus after that one.
    pub pending: u64,
    /// Rows written since the journal was opened.
    pub written: u64,
    /// Events whose id was there already, and which were not written again.
    pub duplicates: u64,
    /// Events that had left the bus before they could be written.
    pub missed: u64,
    /// Bytes of the file that hold something.
    pub bytes: u64,
    /// A damaged journal was put there, and a new one begun.
    pub set_aside: Option<String>,
    /// Version of SQLite.
    pub sqlite: &'static str,
}

#[derive(Debug, Default)]
pub(super) struct Progress {
    health: Mutex<Told>,
    advanced: Condvar,
}

#[derive(Debug, Default)]
struct Told {
    health: JournalHealth,
    ended: bool,
}

impl Progress {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn health(&self) -> JournalHealth {
        JournalHealth { sqlite: rusqlite::version(), ..self.told().health.clone() }
    }

    pub fn durable_seq(&self) -> u64 {
        self.told().health.durable_seq
    }

    /// Changes what is told, and wakes who waits for it.
    pub fn tell(&self, change: impl FnOnce(&mut JournalHealth)) {
        change(&mut self.told().health);
        self.advanced.notify_all();
    }

    pub fn degrade(&self, reason: &str) {
        self.tell(|health| {
            health.degraded = true;
            health.reason = Some(reason.to_owned());
            health.since_ns.get_or_insert_with(wall_ns);
        });
    }

    pub fn recover(&self) {
        self.tell(|health| {
            health.degraded = false;
            (health.reason, health.since_ns) = (None, None);
        });
    }

    pub fn end(&self) {
        self.told().ended = true;
        self.advanced.notify_all();
    }

    /// Waits until `seq` is safe; false when the time is up first or the writer has ended.
    pub fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut told = self.told();
        while told.health.durable_seq < seq {
            let left = deadline.saturating_duration_since(Instant::now());
            if told.ended || left.is_zero() {
                return false;
            }
            told = self.advanced.wait_timeout(told, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
