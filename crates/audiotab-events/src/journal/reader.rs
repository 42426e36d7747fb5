//! Reading a journal, beside its writer or without one.

use crate::event::Event;
use crate::journal::connection;
use crate::journal::error::JournalError;
use crate::journal::query::{LogPage, LogQuery, Wanted};
use crate::journal::row::{COLUMNS, Found, read};
use crate::journal::search;
use crate::journal::walk::walk;
use rusqlite::{Connection, OptionalExtension};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Connections kept for the next question.
const MOST_IDLE: usize = 4;

/// Reads the journal of a directory. Any number of readers and threads may, in any process.
#[derive(Debug)]
pub struct JournalReader {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl JournalReader {
    /// The journal of `dir`, or the journal file `dir` itself.
    ///
    /// # Errors
    /// When there is none, or it is newer than this program, or not a journal.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = if dir.is_file() { dir.to_owned() } else { connection::file_in(dir) };
        let reader = Self::at(path);
        reader.with(|_| Ok(()))?;
        Ok(reader)
    }

    /// A reader of a file that may not be there yet.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One page of the log, newest first.
    ///
    /// # Errors
    /// When the question makes no sense, or the file cannot be read.
    pub fn query(&self, query: &LogQuery) -> Result<LogPage, JournalError> {
        let wanted = query.check()?;
        match self.with(|connection| search::page(connection, &wanted)) {
            Err(error) if error.is_damage() => self.with(|connection| page_by_walking(connection, &wanted)),
            page => page,
        }
    }

    /// The event with this id.
    ///
    /// # Errors
    /// When the file cannot be read. An event that is not what was written is not returned either.
    pub fn get(&self, id: Uuid) -> Result<Option<Event>, JournalError> {
        self.with(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM events WHERE id = ?1");
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_row([id.as_bytes().as_slice()], read).optional()?;
            Ok(match found {
                Some(Found::Event(event)) => Some(*event),
                _ => None,
            })
        })
    }

    /// Asks on a connection of its own: a new one when all are in use. One that met an error is not used again.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::reader(&self.path)?,
        };
        let answer = ask(&connection)?;
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
        Ok(answer)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same page out of a damaged file: every row that can still be read is held against the question.
fn page_by_walking(connection: &Connection, wanted: &Wanted) -> Result<LogPage, JournalError> {
    let mut newest = VecDeque::new();
    let mut more = false;
    let damage = walk(connection, 0, i64::MAX, |event| {
        if wanted.takes(&event) {
            newest.push_front(*event);
            if newest.len() > wanted.query.limit {
                newest.pop_back();
                more = true;
            }
        }
        ControlFlow::Continue(())
    })?;
    let events = Vec::from(newest);
    Ok(LogPage {
        next_before: events.last().filter(|_| more).map(|event| event.seq),
        events,
        damaged: damage.into_ranges(),
    })
}
