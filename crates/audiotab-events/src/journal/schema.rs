//! The tables of a journal, and how an older file becomes a newer one.

use crate::journal::error::JournalError;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};

/// Marks the file as ours: `ATev`.
const APPLICATION_ID: i64 = 0x4154_6576;

/// Rows of one zone: seq / 1024. A zone knows the times of its rows, which leads a search by time to the right seqs.
pub(super) const ZONE_BITS: u32 = 10;

/// What leads from each format to the next; the format of a file is the number of steps it has behind it.
///
/// A step that has been released never changes.
pub(super) const STEPS: &[&str] = &[FORMAT_1];

const FORMAT_1: &str = "
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,          -- place in the order of the bus
  id BLOB NOT NULL,                 -- 16 bytes
  ts_ns INTEGER NOT NULL,           -- when it happened, Unix nanoseconds
  observed_ns INTEGER NOT NULL,     -- when the bus took it
  frame INTEGER,                    -- first frame, on the clock of the session
  dur_frames INTEGER,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  severity INTEGER NOT NULL,        -- 0 info, 1 success, 2 warning, 3 error
  source TEXT NOT NULL,
  audio_ch TEXT NOT NULL,           -- JSON list
  session TEXT,                     -- stream id
  message TEXT NOT NULL,
  payload TEXT NOT NULL,            -- JSON object
  schema_version INTEGER NOT NULL,
  crc32c INTEGER NOT NULL           -- over all columns before it
) STRICT;
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_channel ON events (channel);
CREATE INDEX events_by_kind ON events (kind);
CREATE INDEX events_by_trouble ON events (severity) WHERE severity >= 2;
CREATE INDEX events_by_frame ON events (session, frame) WHERE frame IS NOT NULL;

CREATE TABLE zones (
  zone INTEGER PRIMARY KEY,         -- seq / 1024
  first_ts_ns INTEGER NOT NULL,
  last_ts_ns INTEGER NOT NULL,
  last_observed_ns INTEGER NOT NULL
) STRICT;

CREATE TABLE daily (
  day INTEGER NOT NULL,             -- days since 1970, UTC
  channel TEXT NOT NULL,
  severity INTEGER NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (day, channel, severity)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
  id BLOB PRIMARY KEY,              -- of the event
  seq INTEGER NOT NULL,
  sha256 BLOB NOT NULL              -- of what was sent, canonical JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_seq ON receipts (seq);

CREATE TABLE links (
  from_id BLOB NOT NULL,
  to_id BLOB NOT NULL,
  relation TEXT NOT NULL,
  PRIMARY KEY (from_id, relation, to_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_target ON links (to_id);

CREATE TABLE state (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- written_seq: all events up to here are written, or were not meant to be. rolled_seq: counted in daily.
-- open: 1 while someone writes.
INSERT INTO state VALUES ('written_seq', 0), ('rolled_seq', 0), ('open', 0);

CREATE VIEW battle_log AS SELECT
  seq,
  lower(hex(id)) AS id,
  strftime('%Y-%m-%d %H:%M:%f', ts_ns / 1e9, 'unixepoch') AS timestamp,
  channel, kind,
  CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'success' WHEN 2 THEN 'warning' ELSE 'error' END AS severity,
  source, session, frame, dur_frames, message,
  payload AS details
FROM events;
";

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// Refuses what is not a journal, and what a newer version wrote; returns the format, 0 for an empty file.
///
/// # Errors
/// [`JournalError::Foreign`], [`JournalError::Newer`], or SQLite's.
pub(super) fn format_of(connection: &Connection, path: &Path, known: usize) -> Result<usize, JournalError> {
    let known = known as i64;
    let found = number(connection, "user_version")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if number(connection, "application_id")? != APPLICATION_ID && (tables > 0 || found != 0) {
        return Err(JournalError::Foreign(path.to_owned()));
    }
    if found > known {
        return Err(JournalError::Newer { path: path.to_owned(), found, known });
    }
    usize::try_from(found).map_err(|_| JournalError::Foreign(path.to_owned()))
}

/// Brings the file to the newest format, behind a copy of it as it was; returns where the copy is.
///
/// # Errors
/// [`JournalError::Foreign`], [`JournalError::Newer`], or SQLite's; then the file is as it was.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<Option<PathBuf>, JournalError> {
    let found = format_of(connection, path, steps.len())?;
    if found == steps.len() {
        return Ok(None);
    }
    let backup = if found > 0 { Some(back_up(connection, path, found)?) } else { None };
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    for step in &steps[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", steps.len() as i64)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    Ok(backup)
}

/// Copies the journal beside itself. A copy that an earlier, failed attempt left is replaced.
fn back_up(connection: &Connection, path: &Path, format: usize) -> Result<PathBuf, JournalError> {
    let backup = path.with_extension(format!("format-{format}.db"));
    match std::fs::remove_file(&backup) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(JournalError::Io { path: backup, error });
        }
        _ => {}
    }
    connection.execute("VACUUM INTO ?1", [backup.to_string_lossy()])?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_file_becomes_a_newer_one_behind_a_copy() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let mut connection = Connection::open(&path).unwrap();
        assert_eq!(migrate(&mut connection, &path, STEPS).unwrap(), None);
        connection.execute("INSERT INTO state VALUES ('mark', 7)", []).unwrap();
        let newer = [FORMAT_1, "CREATE TABLE notes (a)"];
        let backup = migrate(&mut connection, &path, &newer).unwrap().unwrap();
        assert_eq!(format_of(&connection, &path, 2).unwrap(), 2);
        connection.execute("INSERT INTO notes VALUES (1)", []).unwrap();
        let mark = "SELECT value FROM state WHERE name = 'mark'";
        assert_eq!(connection.query_row(mark, [], |row| row.get::<_, i64>(0)).unwrap(), 7);

        let old = Connection::open(&backup).unwrap();
        assert_eq!(format_of(&old, &backup, STEPS.len()).unwrap(), 1);
        assert_eq!(old.query_row(mark, [], |row| row.get::<_, i64>(0)).unwrap(), 7);
        // And this build refuses the newer file.
        assert!(matches!(
            format_of(&connection, &path, 1),
            Err(JournalError::Newer { found: 2, known: 1, .. })
        ));
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, STEPS).unwrap();
        let broken = [FORMAT_1, "CREATE TABLE notes (a); CREATE TABLE notes (a)"];
        for _ in 0..2 {
            migrate(&mut connection, &path, &broken).unwrap_err();
            assert_eq!(format_of(&connection, &path, 1).unwrap(), 1);
        }
        connection.execute("INSERT INTO notes VALUES (1)", []).unwrap_err();
    }

    #[test]
    fn this_build_has_a_sqlite_to_be_trusted() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
        assert!(crate::journal::connection::check_sqlite().is_ok());
    }
}
