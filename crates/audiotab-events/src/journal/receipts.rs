//! Receipts: proof of what was taken under an id, so that the same sending twice is one event.

use crate::event::Event;
use crate::ingest::{self, Ledger};
use crate::journal::Journal;
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use rusqlite::{Connection, OptionalExtension};
use std::time::Duration;
use uuid::Uuid;

/// What was taken under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the order of the bus.
    pub seq: u64,
    /// SHA-256 of what was sent, as canonical JSON.
    pub sha256: [u8; 32],
}

/// Writes the receipt of an event that came from outside.
pub(super) fn write(connection: &Connection, event: &Event) -> rusqlite::Result<()> {
    let Some(sha256) = event.sha256 else { return Ok(()) };
    connection
        .prepare_cached("INSERT OR IGNORE INTO receipts (id, seq, sha256) VALUES (?1, ?2, ?3)")?
        .execute((event.id.as_bytes().as_slice(), event.seq.cast_signed(), sha256.as_slice()))?;
    Ok(())
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

impl Ledger for Journal {
    fn receipt(&self, id: Uuid) -> Option<ingest::Receipt> {
        // A file that cannot be read knows nothing; the memory of the door still does.
        let receipt = Self::receipt(self, id).ok().flatten()?;
        Some(ingest::Receipt { seq: receipt.seq, sha256: Some(receipt.sha256) })
    }

    fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        Self::wait_durable(self, seq, patience)
    }
}
