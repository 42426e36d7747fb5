//! The file as a whole: opened by its one writer, closed, folded in, put aside.

use crate::bus::shared::wall_ns;
use crate::journal::batch::{set_state, state};
use crate::journal::connection;
use crate::journal::error::JournalError;
use crate::journal::upkeep::Upkeep;
use crate::journal::writer::Open;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;

/// An open file, and what it says of itself.
#[derive(Debug)]
pub(super) struct Opened {
    pub open: Open,
    /// How far it was written.
    pub written_seq: u64,
    /// Whether its last writer did not close it.
    pub crashed: bool,
    /// The name that a damaged file has now.
    pub set_aside: Option<String>,
}

/// Takes the right to write, and opens the file. A damaged one is put aside and a new one begun.
///
/// # Errors
/// When another process has it, or it is newer or foreign, or the system refuses.
pub(super) fn open(dir: &Path) -> Result<Opened, JournalError> {
    connection::check_sqlite()?;
    let lock = connection::lock(dir)?;
    match begin(dir) {
        Err(error) if error.is_damage() => {
            let name = set_aside(dir)?;
            tracing::error!("the journal is damaged ({error}) and was put aside as {name}");
            Ok(Opened { set_aside: Some(name), ..begin(dir)?.opened(lock) })
        }
        begun => Ok(begun?.opened(lock)),
    }
}

/// A file that answers.
struct Begun {
    connection: Connection,
    upkeep: Upkeep,
    written_seq: u64,
    crashed: bool,
}

fn begin(dir: &Path) -> Result<Begun, JournalError> {
    let connection = connection::writer(&connection::file_in(dir))?;
    let written_seq = state(&connection, "written_seq")?;
    let newest: Option<i64> = connection.query_row("SELECT max(seq) FROM events", [], |row| row.get(0))?;
    let crashed = state(&connection, "open")? != 0;
    set_state(&connection, "open", 1)?;
    let upkeep = Upkeep::new(&connection)?;
    let written_seq = written_seq.max(newest.unwrap_or(0)).cast_unsigned();
    Ok(Begun { connection, upkeep, written_seq, crashed })
}

impl Begun {
    fn opened(self, lock: File) -> Opened {
        let open = Open::new(self.connection, self.upkeep, lock);
        Opened { open, written_seq: self.written_seq, crashed: self.crashed, set_aside: None }
    }
}

/// Renames the file and its log, so that what can be read of them still can.
fn set_aside(dir: &Path) -> Result<String, JournalError> {
    let file = connection::FILE;
    let name = format!("journal.damaged-{}.db", wall_ns() / 1_000_000_000);
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (dir.join(format!("{file}{ending}")), dir.join(format!("{name}{ending}")));
        match std::fs::rename(&from, to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(JournalError::Io { path: from, error });
            }
            _ => {}
        }
    }
    Ok(name)
}

/// Folds the log in and notes that all is well.
pub(super) fn close(connection: &mut Connection) {
    // What is not noted is taken for a crash by the next to open, and costs it nothing but a message.
    let _ = set_state(connection, "open", 0);
    let _ = checkpoint(connection);
}

/// Folds the log into the file, as far as readers let it without waiting; how many pages that were.
///
/// # Errors
/// SQLite's.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        row.get::<_, i64>(2).map(|pages| pages.max(0).cast_unsigned())
    })
}

/// Bytes of the pages that hold something.
///
/// # Errors
/// SQLite's.
pub(super) fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let pages = number("page_count")? - number("freelist_count")?;
    Ok((pages * number("page_size")?).max(0).cast_unsigned())
}
