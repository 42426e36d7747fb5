//! Finding a page of events: by index where one helps, newest first, in one pass.
//!
//! Each wanted channel, kind or trouble is an arm of its own, which its index yields in the order of seq; SQLite merges
//! the arms and stops when the page is full. Times lead to runs of seqs through the zones, so that a search in the
//! past begins there.

use crate::event::Severity;
use crate::journal::error::JournalError;
use crate::journal::query::{LogPage, Wanted, holds};
use crate::journal::row::{COLUMNS, Found, read, severity_number};
use crate::journal::schema::ZONE_BITS;
use crate::journal::walk::DamagedRange;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::ops::RangeInclusive;

/// Rows that a page looks through at most when no index helps.
const MOST_UNAIDED: i64 = 250_000;
/// Kinds that become arms; more are held against their patterns row by row.
const MOST_ARMS: usize = 48;
/// Kinds looked at for the patterns.
const MOST_KINDS: usize = 1_000;

/// # Errors
/// SQLite's.
pub(super) fn page(connection: &Connection, wanted: &Wanted) -> Result<LogPage, JournalError> {
    let Some(all) = bounds(connection, wanted.query.before)? else { return Ok(LogPage::default()) };
    let arms = arms(connection, wanted)?;
    if arms.is_empty() {
        return Ok(LogPage::default());
    }
    let unaided =
        wanted.text.is_some() || !wanted.query.sources.is_empty() || arms.iter().any(|arm| arm.fit_kind);
    let from = if unaided { (*all.end() - MOST_UNAIDED + 1).max(*all.start()) } else { *all.start() };
    let mut found = Vec::new();
    let most = wanted.query.limit + 1; // one more tells whether another page follows
    for run in runs(connection, wanted, from..=*all.end())? {
        select(connection, wanted, &arms, &run, most - found.len(), &mut found)?;
        if found.len() == most {
            break;
        }
    }
    let mut page = LogPage::default();
    if found.len() == most {
        found.pop();
        page.next_before = found.last().map(seq_of);
    } else if from > *all.start() {
        page.next_before = Some(from.cast_unsigned());
    }
    for one in found {
        match one {
            Found::Event(event) => page.events.push(*event),
            Found::Damaged { seq } => page.damaged.push(DamagedRange { from_seq: seq, to_seq: seq }),
        }
    }
    Ok(page)
}

fn seq_of(found: &Found) -> u64 {
    match found {
        Found::Event(event) => event.seq,
        Found::Damaged { seq } => *seq,
    }
}

/// The seqs there are before the cursor.
fn bounds(connection: &Connection, before: Option<u64>) -> rusqlite::Result<Option<RangeInclusive<i64>>> {
    let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let newest = "SELECT max(seq) FROM events WHERE seq < ?1";
    let newest: Option<i64> = connection.prepare_cached(newest)?.query_row([before], |row| row.get(0))?;
    let oldest = "SELECT min(seq) FROM events";
    let oldest: Option<i64> = connection.prepare_cached(oldest)?.query_row([], |row| row.get(0))?;
    Ok(oldest.zip(newest).map(|(oldest, newest)| oldest..=newest))
}

/// The runs of seqs whose zones touch the times, newest first; all in one when no time is asked for.
fn runs(
    connection: &Connection,
    wanted: &Wanted,
    all: RangeInclusive<i64>,
) -> rusqlite::Result<Vec<RangeInclusive<i64>>> {
    let (from_ns, to_ns) = (wanted.query.from_ns, wanted.query.to_ns);
    if from_ns.is_none() && to_ns.is_none() {
        return Ok(vec![all]);
    }
    let zones = "SELECT zone FROM zones WHERE zone BETWEEN ?1 AND ?2 AND last_ts_ns >= ?3 AND first_ts_ns <= ?4 \
                 ORDER BY zone DESC";
    let mut zones = connection.prepare_cached(zones)?;
    let mut found = zones.query([
        all.start() >> ZONE_BITS,
        all.end() >> ZONE_BITS,
        from_ns.unwrap_or(i64::MIN),
        to_ns.unwrap_or(i64::MAX),
    ])?;
    let mut runs: Vec<RangeInclusive<i64>> = Vec::new();
    while let Some(row) = found.next()? {
        let zone: i64 = row.get(0)?;
        let first = (zone << ZONE_BITS).max(*all.start());
        let last = ((zone + 1) << ZONE_BITS) - 1;
        match runs.last_mut() {
            Some(run) if *run.start() == last + 1 => *run = first..=*run.end(),
            _ => runs.push(first..=last.min(*all.end())),
        }
    }
    Ok(runs)
}

/// One condition that leads through the table.
struct Arm {
    condition: &'static str,
    value: Option<Value>,
    /// Whether kinds still have to be held against the patterns.
    fit_kind: bool,
}

/// What leads best; empty when nothing can be found.
fn arms(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<Vec<Arm>> {
    let query = &wanted.query;
    let kinds = if query.kinds.is_empty() { None } else { kinds(connection, wanted)? };
    let fit_kind = kinds.is_none() && !query.kinds.is_empty();
    let texts = |condition, values: Vec<String>| {
        let arm = |value| Arm { condition, value: Some(Value::Text(value)), fit_kind };
        values.into_iter().map(arm).collect::<Vec<_>>()
    };
    let trouble = |severity: &Severity| *severity >= Severity::Warning;
    if query.from_frame.is_some() || query.to_frame.is_some() {
        return Ok(vec![Arm {
            condition: "frame IS NOT NULL",
            value: None,
            fit_kind: !query.kinds.is_empty(),
        }]);
    }
    if let Some(kinds) = kinds {
        return Ok(texts("kind = ?", kinds));
    }
    if !query.channels.is_empty() {
        let mut channels = query.channels.clone();
        channels.sort_unstable();
        channels.dedup();
        return Ok(texts("channel = ?", channels));
    }
    if !query.severities.is_empty() && query.severities.iter().all(trouble) {
        let numbers = [Severity::Warning, Severity::Error];
        let wanted = numbers.into_iter().filter(|one| query.severities.contains(one));
        let arm = |one| Arm {
            condition: "severity >= 2 AND severity = ?",
            value: Some(Value::Integer(severity_number(one))),
            fit_kind,
        };
        return Ok(wanted.map(arm).collect());
    }
    Ok(vec![Arm { condition: "true", value: None, fit_kind }])
}

/// The kinds there are that fit; None when they are too many to lead. Leaps from kind to kind through their index.
fn kinds(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<Option<Vec<String>>> {
    let next = "SELECT min(kind) FROM events WHERE kind > ?1";
    let mut next = connection.prepare_cached(next)?;
    let (mut at, mut fitting) = (String::new(), Vec::new());
    for _ in 0..MOST_KINDS {
        let Some(kind) = next.query_row([&at], |row| row.get::<_, Option<String>>(0))? else {
            return Ok(Some(fitting));
        };
        if wanted.kinds.matches(&kind) {
            fitting.push(kind.clone());
        }
        if fitting.len() > MOST_ARMS {
            break;
        }
        at = kind;
    }
    Ok(None)
}

/// Reads up to `most` rows of a run, newest first.
fn select(
    connection: &Connection,
    wanted: &Wanted,
    arms: &[Arm],
    run: &RangeInclusive<i64>,
    most: usize,
    found: &mut Vec<Found>,
) -> Result<(), JournalError> {
    let (residue, residue_values) = residue(wanted, arms[0].fit_kind);
    if arms[0].fit_kind || wanted.text.is_some() || !wanted.query.sources.is_empty() {
        offer_functions(connection, wanted)?;
    }
    let mut values = Vec::new();
    let mut selects = Vec::new();
    for arm in arms {
        selects.push(format!(
            "SELECT {COLUMNS} FROM events WHERE {} AND seq BETWEEN ? AND ?{residue}",
            arm.condition
        ));
        values.extend(arm.value.clone());
        values.extend([Value::Integer(*run.start()), Value::Integer(*run.end())]);
        values.extend(residue_values.iter().cloned());
    }
    let sql = format!("{} ORDER BY seq DESC LIMIT {most}", selects.join(" UNION ALL "));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(())
}

/// Everything that does not lead, as conditions on the row.
fn residue(wanted: &Wanted, fit_kind: bool) -> (String, Vec<Value>) {
    let query = &wanted.query;
    let (mut sql, mut values) = (String::new(), Vec::new());
    let mut also = |condition: &str, given: Vec<Value>| {
        sql.push_str(" AND ");
        sql.push_str(condition);
        values.extend(given);
    };
    let marks = |n: usize| vec!["?"; n].join(", ");
    if !query.channels.is_empty() {
        let channels = query.channels.iter().cloned().map(Value::Text).collect();
        also(&format!("+channel IN ({})", marks(query.channels.len())), channels);
    }
    if !query.severities.is_empty() {
        let numbers = query.severities.iter().map(|one| Value::Integer(severity_number(*one))).collect();
        also(&format!("+severity IN ({})", marks(query.severities.len())), numbers);
    }
    if let Some(from_ns) = query.from_ns {
        also("ts_ns >= ?", vec![Value::Integer(from_ns)]);
    }
    if let Some(to_ns) = query.to_ns {
        also("ts_ns <= ?", vec![Value::Integer(to_ns)]);
    }
    if let Some(session) = &query.session {
        let by_frame = query.from_frame.is_some() || query.to_frame.is_some();
        also(if by_frame { "session = ?" } else { "+session = ?" }, vec![Value::Text(session.clone())]);
    }
    let signed = |frame: u64| Value::Integer(i64::try_from(frame).unwrap_or(i64::MAX));
    if let Some(to_frame) = query.to_frame {
        also("frame <= ?", vec![signed(to_frame)]);
    }
    if let Some(from_frame) = query.from_frame {
        also("frame + max(coalesce(dur_frames, 1), 1) > ?", vec![signed(from_frame)]);
    }
    if fit_kind {
        also("fits_kind(kind)", Vec::new());
    }
    if !query.sources.is_empty() {
        also("fits_source(source)", Vec::new());
    }
    if wanted.text.is_some() {
        also("(has_text(message) OR has_text(kind) OR has_text(source) OR has_text(payload))", Vec::new());
    }
    (sql, values)
}

/// The conditions that SQL lacks: our patterns, whose cost is bounded, and text in any script.
fn offer_functions(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
    let (kinds, sources) = (wanted.kinds.clone(), wanted.sources.clone());
    connection.create_scalar_function("fits_kind", 1, flags, move |context| {
        Ok(kinds.matches(context.get_raw(0).as_str().unwrap_or_default()))
    })?;
    connection.create_scalar_function("fits_source", 1, flags, move |context| {
        Ok(sources.matches(context.get_raw(0).as_str().unwrap_or_default()))
    })?;
    let text = wanted.text.clone().unwrap_or_default();
    connection.create_scalar_function("has_text", 1, flags, move |context| {
        Ok(holds(context.get_raw(0).as_str().unwrap_or_default(), &text))
    })
}
