//! Receipts: proof of what was taken under an id, so that the same sending twice is one event.

use crate::event::Event;
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What was taken under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the order of the bus.
    pub seq: u64,
    /// SHA-256 of what was sent, as canonical JSON.
    pub sha256: [u8; 32],
}

/// Receipts whose events are on their way into the file.
#[derive(Debug, Default)]
pub(super) struct Receipts(Mutex<HashMap<Uuid, [u8; 32]>>);

impl Receipts {
    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, [u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before the event is emitted: what was sent under this id.
    pub fn remember(&self, id: Uuid, sha256: [u8; 32]) {
        self.waiting().insert(id, sha256);
    }

    /// Writes the receipt of an event, if it has one.
    pub fn write(&self, connection: &Connection, event: &Event) -> rusqlite::Result<()> {
        let Some(sha256) = self.waiting().get(&event.id).copied() else { return Ok(()) };
        connection
            .prepare_cached("INSERT OR IGNORE INTO receipts (id, seq, sha256) VALUES (?1, ?2, ?3)")?
            .execute((event.id.as_bytes().as_slice(), event.seq.cast_signed(), sha256.as_slice()))?;
        Ok(())
    }

    /// These are in the file now, or never will be.
    pub fn written(&self, events: &[Arc<Event>]) {
        let mut waiting = self.waiting();
        if !waiting.is_empty() {
            for event in events {
                waiting.remove(&event.id);
            }
        }
    }
}

impl JournalReader {
    /// What was taken under this id, if it has been written.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn receipt(&self, id: Uuid) -> Result<Option<Receipt>, JournalError> {
        self.with(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT seq, sha256 FROM receipts WHERE id = ?1")?;
            let found = statement.query_row([id.as_bytes().as_slice()], |row| {
                Ok(Receipt { seq: row.get::<_, i64>(0)?.cast_unsigned(), sha256: row.get(1)? })
            });
            Ok(found.optional()?)
        })
    }
}
