//! One event as a row: its columns, and the checksum over all of them.

use crate::event::{Event, SCHEMA_VERSION, Severity};
use rusqlite::types::Type;
use rusqlite::{Statement, params};
use std::borrow::Cow;
use uuid::Uuid;

/// The columns of `events`, in the order of [`Row`].
pub(super) const COLUMNS: &str = "seq, id, ts_ns, observed_ns, frame, dur_frames, kind, channel, severity, source, \
     audio_ch, session, message, payload, schema_version, crc32c";

/// The columns but the checksum, which is computed from them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row<'a> {
    pub seq: i64,
    pub id: [u8; 16],
    pub ts_ns: i64,
    pub observed_ns: i64,
    pub frame: Option<i64>,
    pub dur_frames: Option<i64>,
    pub kind: Cow<'a, str>,
    pub channel: Cow<'a, str>,
    pub severity: i64,
    pub source: Cow<'a, str>,
    pub audio_ch: String,
    pub session: Option<Cow<'a, str>>,
    pub message: Cow<'a, str>,
    pub payload: String,
    pub schema_version: i64,
}

/// SQLite counts to 2^63 - 1, which is six million years of frames at 48 kHz.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Numbers of the severities in the file.
pub(super) fn severity_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Success => 1,
        Severity::Warning => 2,
        Severity::Error => 3,
    }
}

fn severity_of(number: i64) -> Option<Severity> {
    [Severity::Info, Severity::Success, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|severity| severity_number(*severity) == number)
}

impl<'a> Row<'a> {
    pub fn of(event: &'a Event) -> Self {
        Self {
            seq: signed(event.seq),
            id: *event.id.as_bytes(),
            ts_ns: event.ts_ns,
            observed_ns: event.observed_ns,
            frame: event.frame.map(signed),
            dur_frames: event.dur_frames.map(signed),
            kind: Cow::Borrowed(&event.kind),
            channel: Cow::Borrowed(&event.channel),
            severity: severity_number(event.severity),
            source: Cow::Borrowed(&event.source),
            audio_ch: serde_json::Value::from(event.audio_ch.as_slice()).to_string(),
            session: event.session.as_deref().map(Cow::Borrowed),
            message: Cow::Borrowed(&event.message),
            payload: serde_json::to_string(&event.payload).unwrap_or_else(|_| "{}".to_owned()),
            schema_version: i64::from(SCHEMA_VERSION),
        }
    }

    /// Writes it through a statement with one parameter per column of [`COLUMNS`]; how many rows that made.
    pub fn write(&self, statement: &mut Statement<'_>) -> rusqlite::Result<usize> {
        statement.execute(params![
            self.seq,
            self.id.as_slice(),
            self.ts_ns,
            self.observed_ns,
            self.frame,
            self.dur_frames,
            self.kind,
            self.channel,
            self.severity,
            self.source,
            self.audio_ch,
            self.session,
            self.message,
            self.payload,
            self.schema_version,
            i64::from(self.checksum()),
        ])
    }

    /// CRC-32C (Castagnoli) over every column: numbers little-endian, texts behind their length, absence as one byte.
    pub fn checksum(&self) -> u32 {
        let mut bytes = Vec::with_capacity(160 + self.message.len() + self.payload.len());
        let number = |bytes: &mut Vec<u8>, value: i64| bytes.extend_from_slice(&value.to_le_bytes());
        let text = |bytes: &mut Vec<u8>, value: &str| {
            bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
            bytes.extend_from_slice(value.as_bytes());
        };
        for value in [self.seq, self.ts_ns, self.observed_ns, self.severity, self.schema_version] {
            number(&mut bytes, value);
        }
        bytes.extend_from_slice(&self.id);
        for value in [self.frame, self.dur_frames] {
            bytes.push(u8::from(value.is_some()));
            number(&mut bytes, value.unwrap_or_default());
        }
        for value in [&*self.kind, &self.channel, &self.source, &self.audio_ch, &self.message, &self.payload]
        {
            text(&mut bytes, value);
        }
        bytes.push(u8::from(self.session.is_some()));
        text(&mut bytes, self.session.as_deref().unwrap_or_default());
        crc32c::crc32c(&bytes)
    }

    fn into_event(self) -> Option<Event> {
        Some(Event {
            seq: self.seq.cast_unsigned(),
            id: Uuid::from_bytes(self.id),
            ts_ns: self.ts_ns,
            observed_ns: self.observed_ns,
            frame: self.frame.map(i64::cast_unsigned),
            dur_frames: self.dur_frames.map(i64::cast_unsigned),
            kind: self.kind.into_owned(),
            channel: self.channel.into_owned(),
            severity: severity_of(self.severity)?,
            source: self.source.into_owned(),
            audio_ch: serde_json::from_str(&self.audio_ch).ok()?,
            session: self.session.map(Cow::into_owned),
            message: self.message.into_owned(),
            payload: serde_json::from_str(&self.payload).ok()?,
            replayed: false,
            sha256: None,
        })
    }
}

/// What a row turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    Event(Box<Event>),
    /// Its checksum is wrong: it is not what was written.
    Damaged {
        seq: u64,
    },
}

/// Reads a row selected with [`COLUMNS`] and holds it against its checksum.
///
/// # Errors
/// What SQLite says of the file. A column of the wrong type is damage of the row, not an error.
pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Found> {
    let seq: i64 = row.get(0)?; // the key of the table: an integer, or the page could not be read
    let damaged = Found::Damaged { seq: seq.cast_unsigned() };
    match columns(row) {
        Ok((columns, checksum)) if i64::from(columns.checksum()) == checksum => {
            Ok(columns.into_event().map_or(damaged, |event| Found::Event(Box::new(event))))
        }
        Ok(_) => Ok(damaged),
        Err(error) if is_of_the_row(&error) => Ok(damaged),
        Err(error) => Err(error),
    }
}

fn is_of_the_row(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        error,
        E::InvalidColumnType(_, _, Type::Null | Type::Integer | Type::Real | Type::Text | Type::Blob)
            | E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::Utf8Error(..)
    )
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Row<'static>, i64)> {
    let text = |index| row.get::<_, String>(index).map(Cow::Owned);
    let columns = Row {
        seq: row.get(0)?,
        id: row.get(1)?,
        ts_ns: row.get(2)?,
        observed_ns: row.get(3)?,
        frame: row.get(4)?,
        dur_frames: row.get(5)?,
        kind: text(6)?,
        channel: text(7)?,
        severity: row.get(8)?,
        source: text(9)?,
        audio_ch: row.get(10)?,
        session: row.get::<_, Option<String>>(11)?.map(Cow::Owned),
        message: text(12)?,
        payload: row.get(13)?,
        schema_version: row.get(14)?,
    };
    Ok((columns, row.get(15)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bus, Draft};

    #[test]
    fn every_column_counts_in_the_checksum() {
        let draft = Draft::new("audio.clip", "engine").over(96_000, 12).on_channels([0, 3]).with("peak", 1.5);
        let event = Bus::default().emit(draft.in_session("0123456789abcdef"));
        let row = Row::of(&event);
        let sum = row.checksum();
        let changed: [fn(&mut Row<'_>); 15] = [
            |row| row.seq += 1,
            |row| row.id[15] ^= 1,
            |row| row.ts_ns += 1,
            |row| row.observed_ns += 1,
            |row| row.frame = None,
            |row| row.dur_frames = Some(13),
            |row| row.kind = "audio.clap".into(),
            |row| row.channel = "data".into(),
            |row| row.severity += 1,
            |row| row.source = "Engine".into(),
            |row| row.audio_ch = "[0]".into(),
            |row| row.session = None,
            |row| row.message = "other".into(),
            |row| row.payload = "{}".into(),
            |row| row.schema_version += 1,
        ];
        for (index, change) in changed.into_iter().enumerate() {
            let mut other = row.clone();
            change(&mut other);
            assert_ne!(other.checksum(), sum, "column {index}");
        }
        assert_eq!(row.into_event().as_ref(), Some(&*event));
    }
}
