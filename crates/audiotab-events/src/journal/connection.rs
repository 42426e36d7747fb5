//! Opening the file: the one connection that writes, and those that only read.

use crate::journal::error::JournalError;
use crate::journal::schema;
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The journal's file in its directory.
pub(super) const FILE: &str = "journal.db";
/// Locked by who writes. SQLite's own locks would let two write in turns, which its log is not meant for here.
const LOCK_FILE: &str = "journal.lock";
/// Before this, two connections at the log's end could damage the file (the WAL-reset fault).
const OLDEST_SQLITE: i32 = 3_051_003;
/// How long a connection waits for another.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Where the journal of a directory is.
pub(super) fn file_in(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Refuses a SQLite that must not be trusted.
///
/// # Errors
/// [`JournalError::SqliteTooOld`].
pub(super) fn check_sqlite() -> Result<(), JournalError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(JournalError::SqliteTooOld(rusqlite::version()));
    }
    Ok(())
}

/// Makes the directory, for its owner alone, and takes the right to write in it; held as long as the file is.
///
/// # Errors
/// [`JournalError::InUse`] or the file system's.
pub(super) fn lock(dir: &Path) -> Result<File, JournalError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        |error| JournalError::Io { path, error }
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(io(dir))?;
    let path = dir.join(LOCK_FILE);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(&path)(error)),
    }
}

/// The one connection that writes. Its caller holds the lock.
///
/// # Errors
/// A file that is newer, not ours, or that SQLite refuses.
pub(super) fn writer(path: &Path) -> Result<Connection, JournalError> {
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    #[cfg(unix)]
    private(path)?;
    // Before anything is written: a newer or a foreign file must stay as it is.
    schema::format_of(&connection, path, schema::STEPS.len())?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The log is folded in when the writer has time for it, see `upkeep`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(64);
    if let Some(backup) = schema::migrate(&mut connection, path, schema::STEPS)? {
        tracing::info!(backup = %backup.display(), "the journal has a new format; the old one is kept");
    }
    Ok(connection)
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), JournalError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| JournalError::Io { path: path.to_owned(), error })
}

/// A connection that cannot write.
///
/// # Errors
/// [`JournalError::Missing`]; a file that is newer, not ours, or that SQLite refuses.
pub(super) fn reader(path: &Path) -> Result<Connection, JournalError> {
    if !path.exists() {
        return Err(JournalError::Missing(path.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    if schema::format_of(&connection, path, schema::STEPS.len())? == 0 {
        return Err(JournalError::Missing(path.to_owned()));
    }
    Ok(connection)
}
