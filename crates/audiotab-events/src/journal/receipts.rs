//! Receipts: proof of what was taken under an id, so that the same sending twice is one event, also after a restart.

use crate::event::Event;
use crate::ingest::{Ledger, Receipt};
use crate::journal::Journal;
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use rusqlite::{Connection, OptionalExtension};
use std::time::Duration;
use uuid::Uuid;

/// Writes the receipt of an event, if it has one.
///
/// # Errors
/// SQLite's.
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
        // A receipt stays when a marker is deleted; events of our own have none.
        let sql = "SELECT seq, sha256 FROM receipts WHERE id = ?1
                   UNION ALL SELECT seq, NULL FROM events WHERE id = ?1 LIMIT 1";
        self.with(|connection| {
            let found = connection.prepare_cached(sql)?.query_row([id.as_bytes().as_slice()], |row| {
                Ok(Receipt { seq: row.get::<_, i64>(0)?.cast_unsigned(), sha256: row.get(1)? })
            });
            Ok(found.optional()?)
        })
    }
}

/// What the ingest asks. While the file cannot be read, what memory knows has to do.
impl Ledger for Journal {
    fn receipt(&self, id: Uuid) -> Option<Receipt> {
        self.reader.receipt(id).unwrap_or_else(|error| {
            tracing::debug!("no receipt could be looked up: {error}");
            None
        })
    }

    fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        Self::wait_durable(self, seq, patience)
    }
}
