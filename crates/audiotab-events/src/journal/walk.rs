//! Walking the whole table in the order of the bus, around whatever of it cannot be read.

use crate::event::Event;
use crate::journal::error::JournalError;
use crate::journal::row::{COLUMNS, Found, read};
use rusqlite::Connection;
use serde::Serialize;
use std::ops::ControlFlow;

/// Rows of one statement.
const ROWS: i64 = 4_096;

/// Seqs that cannot be read, or are not what was written: first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DamagedRange {
    /// The first.
    pub from_seq: u64,
    /// The last.
    pub to_seq: u64,
}

/// The damage met on a walk.
#[derive(Debug, Default)]
pub(super) struct Damage(Vec<DamagedRange>);

impl Damage {
    pub fn into_ranges(self) -> Vec<DamagedRange> {
        self.0
    }

    fn add(&mut self, from: i64, to: i64) {
        let (from_seq, to_seq) = (from.max(0).cast_unsigned(), to.max(0).cast_unsigned());
        match self.0.last_mut() {
            Some(last) if last.to_seq + 1 >= from_seq => last.to_seq = last.to_seq.max(to_seq),
            _ => self.0.push(DamagedRange { from_seq, to_seq }),
        }
    }
}

/// Shows every readable event of `from ..= to` to `visit`, oldest first, until it breaks off.
///
/// # Errors
/// SQLite's, but for damage: that is returned as ranges.
pub(super) fn walk(
    connection: &Connection,
    from: i64,
    to: i64,
    mut visit: impl FnMut(Box<Event>) -> ControlFlow<()>,
) -> Result<Damage, JournalError> {
    let mut damage = Damage::default();
    let mut at = from;
    while at <= to {
        let part = read_part(connection, at, to, false)?;
        let (mut last, full) = (at - 1, part.found.len() as i64 == ROWS);
        for found in part.found {
            last = seq_of(&found);
            if show(found, &mut damage, &mut visit).is_break() {
                return Ok(damage);
            }
        }
        if part.whole {
            if !full {
                break;
            }
            at = last + 1;
            continue;
        }
        // Somewhere behind `last` a page is damaged: leap over it, ever further, and come back from behind.
        let hole = last + 1;
        let mut step = 1;
        let landed = loop {
            let next = hole.saturating_add(step);
            if next > to {
                break None;
            }
            let beyond = read_part(connection, next, to, false)?;
            if let Some(first) = beyond.found.first() {
                break Some((next, seq_of(first)));
            }
            if beyond.whole {
                break None;
            }
            step = step.saturating_mul(2);
        };
        let Some((next, first)) = landed else {
            damage.add(hole, to.min(newest(connection).unwrap_or(to)).max(hole));
            break;
        };
        let behind = read_part(connection, hole, next.max(first) - 1, true)?;
        let end = behind.found.last().map_or(first, seq_of) - 1;
        if end >= hole {
            damage.add(hole, end);
        }
        for found in behind.found.into_iter().rev() {
            if show(found, &mut damage, &mut visit).is_break() {
                return Ok(damage);
            }
        }
        at = first;
    }
    Ok(damage)
}

fn show(
    found: Found,
    damage: &mut Damage,
    visit: &mut impl FnMut(Box<Event>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match found {
        Found::Event(event) => visit(event),
        Found::Damaged { seq } => {
            damage.add(seq.cast_signed(), seq.cast_signed());
            ControlFlow::Continue(())
        }
    }
}

fn seq_of(found: &Found) -> i64 {
    match found {
        Found::Event(event) => event.seq.cast_signed(),
        Found::Damaged { seq } => seq.cast_signed(),
    }
}

fn newest(connection: &Connection) -> Option<i64> {
    connection.query_row("SELECT max(seq) FROM events", [], |row| row.get(0)).ok().flatten()
}

/// What one statement yielded, and whether it came to its end.
struct Part {
    found: Vec<Found>,
    whole: bool,
}

fn read_part(connection: &Connection, from: i64, to: i64, down: bool) -> Result<Part, JournalError> {
    let order = if down { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {COLUMNS} FROM events NOT INDEXED WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq {order} LIMIT {ROWS}"
    );
    let mut found = Vec::new();
    match read_into(connection, &sql, from, to, down, &mut found).map_err(JournalError::from) {
        Ok(()) => Ok(Part { found, whole: true }),
        Err(error) if error.is_damage() => Ok(Part { found, whole: false }),
        Err(error) => Err(error),
    }
}

fn read_into(
    connection: &Connection,
    sql: &str,
    from: i64,
    to: i64,
    down: bool,
    found: &mut Vec<Found>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([from, to])?;
    let mut before = None;
    while let Some(row) = rows.next()? {
        let one = read(row)?;
        let seq = seq_of(&one);
        let ordered = before.is_none_or(|before| if down { seq < before } else { seq > before });
        if !ordered || !(from..=to).contains(&seq) {
            // Pages that point at each other: SQLite does not notice, and would go round for ever.
            return Err(out_of_order());
        }
        before = Some(seq);
        found.push(one);
    }
    Ok(())
}

fn out_of_order() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, Some("rows out of their order".to_owned()))
}
