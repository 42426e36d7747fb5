//! Writing one batch of events: rows, zones, receipts and how far we are, in one transaction.

use crate::event::Event;
use crate::journal::row::{COLUMNS, Row};
use crate::journal::schema::ZONE_BITS;
use crate::journal::{markers, receipts};
use crate::kinds::kind_of;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a batch came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub rows: u64,
    pub duplicates: u64,
    /// Markers that were changed or deleted, and how long that took.
    pub markers: Vec<(&'static str, String, Duration)>,
}

/// Whether an event belongs in the journal.
pub(super) fn is_kept(event: &Event) -> bool {
    !event.replayed && kind_of(&event.kind).journaled
}

/// Writes those of `events` that are kept, and that all up to `written_seq` is. On return it is on disk.
///
/// # Errors
/// SQLite's; then nothing was written.
pub(super) fn write(
    connection: &mut Connection,
    events: &[Arc<Event>],
    written_seq: u64,
) -> rusqlite::Result<Written> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let mut written = Written::default();
    let mut zones = Zones::default();
    {
        let mut insert = transaction.prepare_cached(&insert_sql())?;
        for event in events.iter().filter(|event| is_kept(event)) {
            match Row::of(event).write(&mut insert)? {
                0 => written.duplicates += 1,
                _ => {
                    written.rows += 1;
                    zones.count(event);
                    receipts::write(&transaction, event)?;
                    let begun = Instant::now();
                    if let Some((operation, of)) = markers::apply(&transaction, event)? {
                        written.markers.push((operation, of, begun.elapsed()));
                    }
                }
            }
        }
    }
    zones.write(&transaction)?;
    set_state(&transaction, "written_seq", written_seq.cast_signed())?;
    transaction.commit()?;
    Ok(written)
}

/// A row per event; one whose id is there already is left out.
pub(super) fn insert_sql() -> String {
    format!("INSERT INTO events ({COLUMNS}) VALUES (?{}) ON CONFLICT (id) DO NOTHING", ", ?".repeat(15))
}

pub(super) fn set_state(connection: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE state SET value = ?2 WHERE name = ?1")?.execute((name, value))?;
    Ok(())
}

pub(super) fn state(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT value FROM state WHERE name = ?1")?.query_row([name], |row| row.get(0))
}

/// The times of the zones that a batch touches.
#[derive(Debug, Default)]
pub(super) struct Zones(BTreeMap<i64, [i64; 3]>);

impl Zones {
    pub fn count(&mut self, event: &Event) {
        let zone = Row::of(event).seq >> ZONE_BITS;
        let at = [event.ts_ns, event.ts_ns, event.observed_ns];
        self.0
            .entry(zone)
            .and_modify(|[first, last, observed]| {
                (*first, *last) = ((*first).min(at[0]), (*last).max(at[1]));
                *observed = (*observed).max(at[2]);
            })
            .or_insert(at);
    }

    pub fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO zones (zone, first_ts_ns, last_ts_ns, last_observed_ns) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (zone) DO UPDATE SET
               first_ts_ns = min(first_ts_ns, excluded.first_ts_ns),
               last_ts_ns = max(last_ts_ns, excluded.last_ts_ns),
               last_observed_ns = max(last_observed_ns, excluded.last_observed_ns)",
        )?;
        for (zone, [first, last, observed]) in &self.0 {
            upsert.execute([*zone, *first, *last, *observed])?;
        }
        Ok(())
    }
}
