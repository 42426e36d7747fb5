//! The log as lines of JSON, one event each, oldest first: out of a journal and into another.

use crate::event::Event;
use crate::journal::batch::{Zones, insert_sql, set_state, state};
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use crate::journal::row::Row;
use crate::journal::store;
use crate::journal::walk::{DamagedRange, walk};
use crate::journal::wire::{read_line, sealed};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;
use std::io::{BufRead, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// Lines of one transaction.
const LINES: usize = 2_000;
/// Numbers that every reader of JSON can hold.
const LARGEST_SEQ: u64 = 1 << 53;

/// What was written out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Lines.
    pub events: u64,
    /// What could not be read, and is missing.
    pub damaged: Vec<DamagedRange>,
}

/// What was read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Events that are new here.
    pub events: u64,
    /// Events that were here already, by their id.
    pub duplicates: u64,
}

impl JournalReader {
    /// Writes the events that happened at or after `since_ns` as lines, oldest first, with everything the file holds
    /// of them but the path of the user's home, which becomes `~`.
    ///
    /// # Errors
    /// When the file cannot be read, or `out` takes no more. Damage is no error.
    pub fn export(&self, since_ns: Option<i64>, out: &mut dyn Write) -> Result<Exported, JournalError> {
        let home = std::env::home_dir().and_then(|home| home.to_str().map(str::to_owned));
        let home = home.filter(|home| home.len() > 1);
        let mut events = 0;
        let mut failed = None;
        let damage = self.with(|connection| {
            walk(connection, 0, i64::MAX, |event| {
                if since_ns.is_some_and(|since_ns| event.ts_ns < since_ns) {
                    return ControlFlow::Continue(());
                }
                if let Err(error) = write_line(&event, home.as_deref(), out) {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                events += 1;
                ControlFlow::Continue(())
            })
        })?;
        match failed.or_else(|| out.flush().err()) {
            Some(error) => Err(JournalError::Output(error)),
            None => Ok(Exported { events, damaged: damage.into_ranges() }),
        }
    }
}

fn write_line(event: &Event, home: Option<&str>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut line = serde_json::to_string(event).map_err(std::io::Error::other)?;
    if let Some(home) = home {
        let quoted = serde_json::to_string(home).map_err(std::io::Error::other)?;
        line = line.replace(quoted.trim_matches('"'), "~");
    }
    out.write_all(sealed(&line).as_bytes())?;
    out.write_all(b"\n")
}

/// Reads lines into the journal of `dir`, which nobody may be writing meanwhile. Each event keeps its place in the order
/// if it comes after all that is there, and otherwise gets the next. What was read before a line that is no event stays.
///
/// # Errors
/// When another process writes the journal, a line is no event, or the file cannot be written.
pub fn import(dir: &Path, lines: &mut dyn BufRead) -> Result<Imported, JournalError> {
    let opened = store::open(dir)?;
    let mut connection = opened.open.connection;
    let result = read_lines(&mut connection, lines);
    store::close(&mut connection);
    result
}

fn read_lines(connection: &mut Connection, lines: &mut dyn BufRead) -> Result<Imported, JournalError> {
    let mut imported = Imported::default();
    let mut number = 0;
    loop {
        let mut events = Vec::with_capacity(LINES);
        let mut failed = None;
        while events.len() < LINES {
            match read_line(lines, &mut number) {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let last = events.len() < LINES;
        insert(connection, events, &mut imported)?;
        if let Some(error) = failed {
            return Err(error);
        }
        if last {
            return Ok(imported);
        }
    }
}

fn insert(
    connection: &mut Connection,
    events: Vec<Event>,
    imported: &mut Imported,
) -> Result<(), JournalError> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let mut newest = state(&transaction, "written_seq")?.max(0).cast_unsigned();
    let mut zones = Zones::default();
    {
        let mut statement = transaction.prepare_cached(&insert_sql())?;
        for mut event in events {
            if event.seq <= newest || event.seq >= LARGEST_SEQ {
                event.seq = newest + 1;
            }
            match Row::of(&event).write(&mut statement)? {
                0 => imported.duplicates += 1,
                _ => {
                    imported.events += 1;
                    newest = event.seq;
                    zones.count(&event);
                }
            }
        }
    }
    zones.write(&transaction)?;
    set_state(&transaction, "written_seq", newest.cast_signed())?;
    transaction.commit()?;
    Ok(())
}
