//! What a journal holds, counted.

use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use crate::journal::store;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Kinds and sources that are counted by name.
const MOST_NAMES: u32 = 1_000;

/// What a journal holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JournalStatistics {
    /// Rows.
    pub events: u64,
    /// Bytes of the file that hold something.
    pub bytes: u64,
    /// The first row.
    pub oldest_seq: Option<u64>,
    /// The last row.
    pub newest_seq: Option<u64>,
    /// When the earliest of them happened, Unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// When the latest did.
    pub newest_ms: Option<i64>,
    /// Rows by kind.
    pub event_types: BTreeMap<String, u64>,
    /// Rows by source.
    pub event_sources: BTreeMap<String, u64>,
}

impl JournalReader {
    /// Counts what there is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn statistics(&self) -> Result<JournalStatistics, JournalError> {
        self.with(|connection| Ok(statistics(connection)?))
    }
}

fn statistics(connection: &Connection) -> rusqlite::Result<JournalStatistics> {
    let ends = "SELECT count(*), min(seq), max(seq) FROM events";
    let (events, oldest, newest): (i64, Option<i64>, Option<i64>) =
        connection.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let times = "SELECT min(first_ts_ns), max(last_ts_ns) FROM zones";
    let (first_ns, last_ns): (Option<i64>, Option<i64>) =
        connection.query_row(times, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let count = |column: &str| -> rusqlite::Result<BTreeMap<String, u64>> {
        let sql = format!("SELECT {column}, count(*) FROM events GROUP BY {column} LIMIT {MOST_NAMES}");
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
        rows.collect()
    };
    let ms = |ns: i64| ns.div_euclid(1_000_000);
    Ok(JournalStatistics {
        events: events.cast_unsigned(),
        bytes: store::bytes(connection)?,
        oldest_seq: oldest.map(i64::cast_unsigned),
        newest_seq: newest.map(i64::cast_unsigned),
        oldest_ms: first_ns.map(ms),
        newest_ms: last_ns.map(ms),
        event_types: count("kind")?,
        event_sources: count("source")?,
    })
}
