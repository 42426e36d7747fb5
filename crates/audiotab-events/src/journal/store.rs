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
use std::time::Duration;

/// A log this long is to begin anew: 16 MiB, what the file keeps of it anyway.
const LONG_LOG_PAGES: i64 = 4_096;
/// How long the writer waits for readers then. Their answers take milliseconds.
const FOR_READERS: Duration = Duration::from_millis(500);

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

/// Folds the log into the file, as far as readers let it without waiting; how many pages that were. Readers that never
/// pause would keep a log from ever beginning anew, so one that has grown long waits a moment for them.
///
/// # Errors
/// SQLite's.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<u64> {
    let fold = |mode: &str| {
        connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
            Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?.max(0).cast_unsigned()))
        })
    };
    let (log_pages, folded) = fold("PASSIVE")?;
    if log_pages > LONG_LOG_PAGES {
        connection.busy_timeout(FOR_READERS)?;
        let restarted = fold("RESTART");
        connection.busy_timeout(connection::BUSY)?;
        restarted?;
    }
    Ok(folded)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Instant;

    const ROUNDS: usize = 50;

    /// Before one reader ends the next has begun, and that one sees nothing of the next round's rows: whenever the log is
    /// folded in right after they were written, somebody still reads what was before.
    fn read_without_pause(file: &Path, rounds: &AtomicUsize) {
        let begun = || {
            let connection = connection::reader(file).unwrap();
            connection.execute_batch("BEGIN").unwrap();
            connection.query_row("SELECT count(*) FROM state", [], |row| row.get::<_, i64>(0)).unwrap();
            connection
        };
        let mut reader = begun();
        loop {
            let (round, since) = (rounds.load(Ordering::Acquire), Instant::now());
            let next = begun();
            while rounds.load(Ordering::Acquire) == round && since.elapsed() < Duration::from_millis(20) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(2));
            drop(std::mem::replace(&mut reader, next));
            if round >= ROUNDS {
                return;
            }
        }
    }

    #[test]
    fn readers_that_never_pause_do_not_make_the_log_grow_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let file = connection::file_in(dir.path());
        let writer = connection::writer(&file).unwrap();
        writer.execute_batch("CREATE TABLE filling (bytes BLOB)").unwrap();
        let rounds = AtomicUsize::new(0);
        let (mut written, mut longest) = (0, 0);
        thread::scope(|scope| {
            scope.spawn(|| read_without_pause(&file, &rounds));
            for _ in 0..ROUNDS {
                writer.execute("INSERT INTO filling VALUES (zeroblob(2000000))", []).unwrap();
                writer.execute("DELETE FROM filling", []).unwrap();
                written += 2_000_000;
                checkpoint(&writer).unwrap();
                rounds.fetch_add(1, Ordering::Release);
                longest = longest.max(std::fs::metadata(dir.path().join("journal.db-wal")).unwrap().len());
            }
        });
        assert!(longest < written / 2, "a log of {longest} bytes after {written} were written");
    }
}
