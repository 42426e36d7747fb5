//! Keeping the file in order between batches: folding the log in, counting days, letting the oldest go.

use crate::bus::shared::wall_ns;
use crate::draft::Draft;
use crate::families::{Family, MaintenanceRun};
use crate::journal::batch::{set_state, state};
use crate::journal::ops::{SOURCE, told};
use crate::journal::options::JournalOptions;
use crate::journal::schema::ZONE_BITS;
use crate::journal::store;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::time::{Duration, Instant};

/// Rows that the log may hold before it is folded in: some ten megabytes.
const CHECKPOINT_ROWS: u64 = 16_000;
/// Rows that may wait to be counted per day.
const ROLLUP_ROWS: u64 = 50_000;
/// Rows let go in one step.
const PRUNE_ROWS: i64 = 500;
/// Of a file that is too large, the share of its zones that goes at once: a twentieth.
const PRUNE_SHARE: i64 = 20;
/// How soon everything is done even if little was written.
const LATEST: Duration = Duration::from_secs(60);

/// Nanoseconds of a day.
pub(super) const DAY_NS: i64 = 86_400_000_000_000;

/// What is due.
#[derive(Debug)]
pub(super) struct Upkeep {
    unfolded: u64,
    uncounted: u64,
    last: Instant,
    /// Rows before this seq are to go.
    prune_before: i64,
    pruning: Option<(Instant, u64)>,
    looked_for_old: bool,
}

impl Upkeep {
    /// # Errors
    /// SQLite's.
    pub fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let uncounted = "SELECT max(seq) FROM events";
        let newest: Option<i64> = connection.query_row(uncounted, [], |row| row.get(0))?;
        let uncounted = newest.unwrap_or(0) - state(connection, "rolled_seq")?;
        Ok(Self {
            unfolded: 0,
            uncounted: uncounted.max(0).cast_unsigned(),
            last: Instant::now(),
            prune_before: 0,
            pruning: None,
            looked_for_old: false,
        })
    }

    /// So many rows were written.
    pub fn count(&mut self, rows: u64) {
        self.unfolded += rows;
        self.uncounted += rows;
    }

    /// Everything is due now.
    pub fn all_due(&mut self) {
        (self.unfolded, self.uncounted) = (CHECKPOINT_ROWS, ROLLUP_ROWS);
        self.looked_for_old = false;
    }

    /// Does what is due, and tells of it. Stops between two steps of pruning when `pressed`.
    ///
    /// # Errors
    /// SQLite's; what was not done stays due.
    pub fn run(
        &mut self,
        connection: &mut Connection,
        options: &JournalOptions,
        pressed: impl Fn() -> bool,
    ) -> rusqlite::Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        let late = self.last.elapsed() >= LATEST;
        if late {
            self.last = Instant::now();
            self.looked_for_old = false;
        }
        if self.uncounted >= ROLLUP_ROWS || (late && self.uncounted > 0) {
            let begun = Instant::now();
            let items_processed = roll_up(connection)?;
            self.uncounted = 0;
            self.looked_for_old = false;
            let run = MaintenanceRun { phase: "rollup".to_owned(), items_processed, ..run_since(begun) };
            drafts.extend([run.draft(SOURCE), told("rollup", None, begun.elapsed(), None)]);
        }
        drafts.extend(self.prune(connection, options, pressed)?);
        if self.unfolded >= CHECKPOINT_ROWS || (late && self.unfolded > 0) {
            let begun = Instant::now();
            let pages = store::checkpoint(connection)?;
            self.unfolded = 0;
            let run = MaintenanceRun {
                phase: "checkpoint".to_owned(),
                items_processed: pages,
                files_merged: pages,
                ..run_since(begun)
            };
            drafts.push(run.draft(SOURCE));
        }
        Ok(drafts)
    }

    fn prune(
        &mut self,
        connection: &mut Connection,
        options: &JournalOptions,
        pressed: impl Fn() -> bool,
    ) -> rusqlite::Result<Vec<Draft>> {
        if !self.looked_for_old {
            self.prune_before = self.prune_before.max(first_to_keep(connection, options)?);
            self.looked_for_old = true;
        }
        while self.prune_before > 0 {
            let (_, pruned) = self.pruning.get_or_insert_with(|| (Instant::now(), 0));
            let rows = prune_step(connection, self.prune_before)?;
            *pruned += rows;
            self.unfolded += rows;
            if rows == 0 {
                self.prune_before = 0;
                let (begun, items_pruned) = self.pruning.take().unwrap_or((Instant::now(), 0));
                if items_pruned == 0 {
                    break;
                }
                // A file that was too large may still be.
                self.looked_for_old = false;
                let run = MaintenanceRun {
                    phase: "prune".to_owned(),
                    items_processed: items_pruned,
                    items_pruned,
                    ..run_since(begun)
                };
                return Ok(vec![run.draft(SOURCE), told("delete", None, begun.elapsed(), None)]);
            }
            if pressed() {
                break;
            }
        }
        Ok(Vec::new())
    }
}

fn run_since(begun: Instant) -> MaintenanceRun {
    MaintenanceRun { duration_ms: begun.elapsed().as_secs_f64() * 1e3, ..MaintenanceRun::default() }
}

/// Adds the rows that came since to the counts of their days; how many they were.
fn roll_up(connection: &mut Connection) -> rusqlite::Result<u64> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let rolled = state(&transaction, "rolled_seq")?;
    let newest: Option<i64> = transaction.query_row("SELECT max(seq) FROM events", [], |row| row.get(0))?;
    let newest = newest.unwrap_or(rolled).max(rolled);
    let counted: i64 = transaction.query_row(
        "SELECT count(*) FROM events WHERE seq > ?1 AND seq <= ?2",
        [rolled, newest],
        |row| row.get(0),
    )?;
    transaction.execute(
        &format!(
            "INSERT INTO daily (day, channel, severity, events)
             SELECT {DAY} AS day, channel, severity, count(*) FROM events
             WHERE seq > ?1 AND seq <= ?2 GROUP BY day, channel, severity
             ON CONFLICT DO UPDATE SET events = events + excluded.events"
        ),
        [rolled, newest],
    )?;
    set_state(&transaction, "rolled_seq", newest)?;
    transaction.commit()?;
    Ok(counted.max(0).cast_unsigned())
}

/// The day of a row, counted from 1970 in UTC, rounded down also before.
pub(super) const DAY: &str = "(ts_ns / 86400000000000 - (ts_ns < 0 AND ts_ns % 86400000000000 != 0))";

/// Rows before this seq are too old, or too many; 0 when none is.
fn first_to_keep(connection: &Connection, options: &JournalOptions) -> rusqlite::Result<i64> {
    let oldest_kept_ns =
        wall_ns().saturating_sub(i64::try_from(options.retention.as_nanos()).unwrap_or(i64::MAX));
    // Zones are in the order of the bus: the first that has something young ends the search.
    let young = "SELECT min(zone) FROM zones WHERE last_observed_ns >= ?1";
    let young: Option<i64> = connection.query_row(young, [oldest_kept_ns], |row| row.get(0))?;
    let ends = "SELECT min(zone), max(zone), count(*) FROM zones";
    let (first, last, zones): (Option<i64>, Option<i64>, i64) =
        connection.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(0) };
    let by_age = young.unwrap_or(last + 1);
    let by_size = if store::bytes(connection)? > options.max_bytes && zones > 1 {
        let going = (zones / PRUNE_SHARE).max(1);
        let nth = "SELECT zone FROM zones ORDER BY zone LIMIT 1 OFFSET ?1";
        connection.query_row(nth, [going], |row| row.get(0))?
    } else {
        first
    };
    let zone = by_age.max(by_size);
    // What has not been counted yet stays until it is.
    let counted = state(connection, "rolled_seq")? + 1;
    Ok(if zone > first { (zone << ZONE_BITS).min(counted) } else { 0 })
}

/// Lets some of the oldest rows go, with all that belongs to them; how many rows.
fn prune_step(connection: &mut Connection, before: i64) -> rusqlite::Result<u64> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let last = "SELECT max(seq) FROM (SELECT seq FROM events WHERE seq < ?1 ORDER BY seq LIMIT ?2)";
    let last: Option<i64> = transaction.query_row(last, [before, PRUNE_ROWS], |row| row.get(0))?;
    let Some(last) = last else { return Ok(0) };
    for ends in ["from_id", "to_id"] {
        let sql = format!("DELETE FROM links WHERE {ends} IN (SELECT id FROM events WHERE seq <= ?1)");
        transaction.execute(&sql, [last])?;
    }
    let rows = transaction.execute("DELETE FROM events WHERE seq <= ?1", [last])?;
    transaction.execute("DELETE FROM receipts WHERE seq <= ?1", [last])?;
    transaction.execute("DELETE FROM zones WHERE zone < ?1", [(last + 1) >> ZONE_BITS])?;
    transaction.commit()?;
    Ok(rows as u64)
}

#[cfg(test)]
mod tests;
