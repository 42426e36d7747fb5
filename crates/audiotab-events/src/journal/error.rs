//! What can go wrong with a journal.

use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why something could not be done with a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// An option is out of its range.
    #[error("{0}")]
    Option(&'static str),
    /// The file was written by a newer version of this program.
    #[error(
        "{} was written by a newer version (its format is {found}, this version knows {known}); use that version, or another directory.",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// The file is a database of something else.
    #[error("{} is not a journal of events.", .0.display())]
    Foreign(PathBuf),
    /// There is no journal to read.
    #[error("There is no journal at {}.", .0.display())]
    Missing(PathBuf),
    /// Another process writes this journal.
    #[error("{} is in use by another program.", .0.display())]
    InUse(PathBuf),
    /// The bus took events before the journal could tell it where to go on counting.
    #[error("The journal must be opened before the bus takes its first event.")]
    BusAlreadyCounts,
    /// SQLite of this build is too old to be trusted with a write-ahead log.
    #[error("SQLite {0} has a fault that can damage a journal; 3.51.3 or newer is needed.")]
    SqliteTooOld(&'static str),
    /// A statement may only read.
    #[error("The query may only read: {0}")]
    ReadOnly(String),
    /// A query took too long.
    #[error("The query took longer than {0} s.")]
    TooSlow(u64),
    /// Something asked for is wrong.
    #[error("{0}")]
    Request(String),
    /// An imported line is no event.
    #[error("Line {line} is no event: {reason}")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal cannot write at present.
    #[error("The journal cannot write: {0}")]
    Degraded(String),
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
    /// What was to be written out could not be.
    #[error("The output: {0}")]
    Output(std::io::Error),
    /// SQLite refused.
    #[error("The journal's database: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl JournalError {
    /// Whether the file itself is damaged, so that trying again is no use.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            ),
            _ => false,
        }
    }

    /// Whether it may pass by itself: a full disk, a file system that went away.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Io { .. } => true,
            Self::Sqlite(error) => error.sqlite_error_code().is_some(),
            _ => false,
        }
    }
}
