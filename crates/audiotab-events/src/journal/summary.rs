//! What each day held.

use crate::bus::shared::wall_ns;
use crate::event::Severity;
use crate::journal::batch::state;
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use crate::journal::row::severity_number;
use crate::journal::upkeep::{DAY, DAY_NS};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most days of one summary.
pub const MOST_DAYS: u32 = 366;

/// The events of one day on one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DaySummary {
    /// UTC, `2026-11-21`.
    pub day: String,
    /// Channel of the kinds table.
    pub channel: String,
    /// All of them.
    pub events: u64,
    /// Of severity info.
    pub info: u64,
    /// Of severity success.
    pub success: u64,
    /// Of severity warning.
    pub warning: u64,
    /// Of severity error.
    pub error: u64,
}

impl JournalReader {
    /// The last days, today (UTC) being the first of them, newest first, by channel. Days stay counted when their
    /// events have been let go.
    ///
    /// # Errors
    /// When `days` is not 1 to 366, or the file cannot be read.
    pub fn summary(&self, days: u32) -> Result<Vec<DaySummary>, JournalError> {
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(JournalError::Request(format!(
                "A summary covers 1 to {MOST_DAYS} days, not {days}."
            )));
        }
        let first_day = wall_ns().div_euclid(DAY_NS) - i64::from(days) + 1;
        self.with(|connection| Ok(summary(connection, first_day)?))
    }
}

/// Days counted already, and the rows that came since.
fn summary(connection: &Connection, first_day: i64) -> rusqlite::Result<Vec<DaySummary>> {
    // One transaction: a rollup in between would make rows count twice, or not at all.
    let connection = connection.unchecked_transaction()?;
    let rolled = state(&connection, "rolled_seq")?;
    let sql = format!(
        "SELECT day, channel, severity, sum(events) FROM (
           SELECT day, channel, severity, events FROM daily
           UNION ALL
           SELECT {DAY}, channel, severity, 1 FROM events WHERE seq > ?2
         ) WHERE day >= ?1 GROUP BY day, channel, severity"
    );
    let mut counts: BTreeMap<(i64, String), DaySummary> = BTreeMap::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([first_day, rolled])?;
    while let Some(row) = rows.next()? {
        let (day, channel): (i64, String) = (row.get(0)?, row.get(1)?);
        let severity: i64 = row.get(2)?;
        let events = row.get::<_, i64>(3)?.max(0).cast_unsigned();
        let line = counts.entry((-day, channel.clone())).or_insert_with(|| DaySummary {
            day: name_of_day(day),
            channel,
            ..DaySummary::default()
        });
        line.events += events;
        for (of, count) in [
            (Severity::Info, &mut line.info),
            (Severity::Success, &mut line.success),
            (Severity::Warning, &mut line.warning),
            (Severity::Error, &mut line.error),
        ] {
            *count += if severity_number(of) == severity { events } else { 0 };
        }
    }
    Ok(counts.into_values().collect())
}

fn name_of_day(day: i64) -> String {
    match Timestamp::from_nanosecond(i128::from(day) * i128::from(DAY_NS)) {
        Ok(at) => at.strftime("%F").to_string(),
        Err(_) => String::new(), // cannot be: every i64 of nanoseconds is within jiff's years
    }
}
