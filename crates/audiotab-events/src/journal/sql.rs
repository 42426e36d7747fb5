//! Questions in SQL: nothing but reading, and nothing that takes for ever.
//!
//! The tables are those of `schema`; `battle_log` shows the events with their times and severities spelled out.

use crate::glob::Glob;
use crate::journal::connection;
use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde::Serialize;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Most rows of an answer.
pub const MOST_ROWS: usize = 10_000;
/// Longest time for one.
pub const LONGEST: Duration = Duration::from_secs(2);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 1_000;

/// The answer to a question in SQL.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SqlAnswer {
    /// Names.
    pub columns: Vec<String>,
    /// Values by column; bytes as hexadecimal text.
    pub rows: Vec<Vec<Value>>,
    /// There were more rows than the limit.
    pub truncated: bool,
}

impl JournalReader {
    /// Answers one SELECT.
    ///
    /// # Errors
    /// When it would do anything but read, takes longer than two seconds, or is no SQL.
    pub fn sql(&self, text: &str) -> Result<SqlAnswer, JournalError> {
        let mut connection = connection::reader(self.path())?;
        restrict(&mut connection)?;
        answer(&connection, text).map_err(said)
    }
}

/// On top of a connection that cannot write anyway.
fn restrict(connection: &mut Connection) -> Result<(), JournalError> {
    let limits = [
        (Limit::SQLITE_LIMIT_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 64 << 10),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 64),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ];
    for (limit, most) in limits {
        connection.set_limit(limit, most)?;
    }
    // SQLite's own take exponential time on hostile patterns, and nothing can interrupt them.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, as_glob) in [("like", like as fn(&str) -> String), ("glob", str::to_owned)] {
        connection.create_scalar_function(name, 2, flags, move |context| {
            let (Ok(pattern), Ok(text)) = (context.get_raw(0).as_str(), context.get_raw(1).as_str()) else {
                return Ok(None);
            };
            let glob = Glob::new(&as_glob(pattern));
            glob.map(|glob| Some(glob.matches(text)))
                .map_err(|error| rusqlite::Error::UserFunctionError(error.into()))
        })?;
    }
    let begun = Instant::now();
    connection.progress_handler(STEPS_PER_LOOK, Some(move || begun.elapsed() > LONGEST))?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }))?;
    Ok(())
}

/// The same pattern in our own language.
fn like(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            '*' | '?' | '[' => glob.extend(['[', c, ']']),
            other => glob.push(other),
        }
    }
    glob
}

fn answer(connection: &Connection, text: &str) -> rusqlite::Result<SqlAnswer> {
    let mut statement = connection.prepare(text)?;
    let mut answer =
        SqlAnswer { columns: statement.column_names().map(str::to_owned).collect(), ..SqlAnswer::default() };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if answer.rows.len() == MOST_ROWS {
            answer.truncated = true;
            break;
        }
        let values = (0..answer.columns.len()).map(|index| row.get_ref(index).map(json));
        answer.rows.push(values.collect::<rusqlite::Result<_>>()?);
    }
    Ok(answer)
}

fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(), // not a number becomes null
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

/// In the words of who asked.
fn said(error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => JournalError::TooSlow(LONGEST.as_secs()),
        Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
            JournalError::ReadOnly(error.to_string())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure) => {
            error.into()
        }
        _ => JournalError::Request(error.to_string()),
    }
}
