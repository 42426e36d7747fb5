//! An exported line, read back.

use crate::event::{Event, Severity};
use crate::journal::error::JournalError;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::io::{BufRead, Read};
use uuid::Uuid;

/// Longest line. An event of the largest size that is taken from outside, written twice as long.
const LONGEST_LINE_BYTES: u64 = 1 << 20;

/// Before the checksum of a line.
const SEAL: &str = ",\"crc32c\":";

/// The fields of the wire form that are not computed from others.
#[derive(Deserialize)]
struct Line {
    seq: u64,
    id: Uuid,
    ts_ns: i64,
    observed_ns: i64,
    #[serde(default)]
    frame: Option<u64>,
    #[serde(default)]
    dur_frames: Option<u64>,
    kind: String,
    channel: String,
    severity: Severity,
    source: String,
    #[serde(default)]
    audio_ch: Vec<u16>,
    #[serde(default)]
    session: Option<String>,
    message: String,
    #[serde(default)]
    payload: Map<String, Value>,
}

/// The next event; None at the end. Empty lines are passed over. `number` counts the lines.
///
/// # Errors
/// [`JournalError::Line`].
pub(super) fn read_line(lines: &mut dyn BufRead, number: &mut u64) -> Result<Option<Event>, JournalError> {
    loop {
        *number += 1;
        let wrong = |reason: String| JournalError::Line { line: *number, reason };
        let mut text = String::new();
        let mut part = (&mut *lines).take(LONGEST_LINE_BYTES + 1);
        let bytes = part.read_line(&mut text).map_err(|error| wrong(error.to_string()))?;
        if bytes == 0 {
            return Ok(None);
        }
        if bytes as u64 > LONGEST_LINE_BYTES {
            return Err(wrong(format!("it is longer than {LONGEST_LINE_BYTES} bytes")));
        }
        if text.trim().is_empty() {
            continue;
        }
        check_seal(text.trim_end()).map_err(wrong)?;
        let line: Line = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        return Ok(Some(line.into_event()));
    }
}

/// The line with one more field: the CRC-32C of the line without it.
pub(super) fn sealed(line: &str) -> String {
    let open = line.strip_suffix('}').unwrap_or(line);
    format!("{open}{SEAL}{}}}", crc32c::crc32c(line.as_bytes()))
}

/// A line that was written by hand has no seal, and passes.
fn check_seal(line: &str) -> Result<(), String> {
    let Some((open, seal)) = line.rsplit_once(SEAL) else { return Ok(()) };
    let written = seal.strip_suffix('}').and_then(|digits| digits.parse::<u32>().ok());
    let found = crc32c::crc32c_append(crc32c::crc32c(open.as_bytes()), b"}");
    if written == Some(found) {
        Ok(())
    } else {
        Err("it is not what was written: the checksum differs".to_owned())
    }
}

impl Line {
    fn into_event(self) -> Event {
        Event {
            seq: self.seq,
            id: self.id,
            ts_ns: self.ts_ns,
            observed_ns: self.observed_ns,
            frame: self.frame,
            dur_frames: self.dur_frames,
            kind: self.kind,
            channel: self.channel,
            severity: self.severity,
            source: self.source,
            audio_ch: self.audio_ch,
            session: self.session,
            message: self.message,
            payload: self.payload,
            replayed: false,
            sha256: None,
        }
    }
}
