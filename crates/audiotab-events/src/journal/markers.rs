//! Markers as they are now: an edit is an event of its own, and also changes the marker's row.

use crate::event::Event;
use crate::journal::row::{COLUMNS, Found, Row, read};
use crate::kinds::kind_of;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use uuid::Uuid;

/// Carries a `marker.edited` or `marker.deleted` over to the row of the marker; what was done to which marker.
///
/// # Errors
/// SQLite's.
pub(super) fn apply(
    connection: &Connection,
    event: &Event,
) -> rusqlite::Result<Option<(&'static str, String)>> {
    let deletes = match event.kind.as_str() {
        "marker.edited" => false,
        "marker.deleted" => true,
        _ => return Ok(None),
    };
    let of = event.payload.get("of").and_then(Value::as_str).and_then(|of| Uuid::parse_str(of).ok());
    let Some(of) = of else { return Ok(None) };
    let sql = format!("SELECT {COLUMNS} FROM events WHERE id = ?1 AND kind = 'marker.added'");
    let found = connection.prepare_cached(&sql)?.query_row([of.as_bytes().as_slice()], read).optional()?;
    let Some(Found::Event(mut marker)) = found else { return Ok(None) };
    if deletes {
        connection
            .prepare_cached("DELETE FROM events WHERE seq = ?1")?
            .execute([marker.seq.cast_signed()])?;
        return Ok(Some(("delete", of.to_string())));
    }
    for name in ["label", "note"] {
        match event.payload.get(name) {
            Some(Value::Null) => drop(marker.payload.remove(name)),
            Some(value) => drop(marker.payload.insert(name.to_owned(), value.clone())),
            None => {}
        }
    }
    marker.message = kind_of(&marker.kind).message_of(&marker);
    let row = Row::of(&marker);
    connection
        .prepare_cached("UPDATE events SET message = ?2, payload = ?3, crc32c = ?4 WHERE seq = ?1")?
        .execute((row.seq, &row.message, &row.payload, i64::from(row.checksum())))?;
    Ok(Some(("update_marker", of.to_string())))
}
