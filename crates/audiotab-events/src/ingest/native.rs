//! Our own form: the envelope, of which only `kind` must be there.
//!
//! An event as AudioTab tells it can be sent back: what only the bus can say (`seq`, `topic`, `actor`, …) is left out.

use super::fields::Fields;
use super::refusal::Refusal;
use super::shape::{KIND_CHARS, MESSAGE_CHARS, SOURCE_CHARS, id, kind_name, unknown};
use super::times;
use crate::draft::Draft;
use crate::event::{SCHEMA_VERSION, Severity};
use serde_json::{Map, Value};

/// Fields that the bus overwrites.
const OURS: [&str; 5] = ["seq", "observed_ns", "topic", "actor", "replayed"];
/// Audio channels of a stream, at most.
const MAX_CHANNELS: usize = 256;

pub(super) fn draft(object: Map<String, Value>) -> Result<Draft, Refusal> {
    let raw = object.clone();
    let mut fields = Fields::of("an event", object);
    fields.ignore(&OURS);
    if fields.whole("schema_version")?.is_some_and(|version| version > u64::from(SCHEMA_VERSION)) {
        let message =
            format!("This program knows events of schema_version {SCHEMA_VERSION} and no newer ones.");
        return Err(Refusal::invalid(message));
    }
    let kind = fields.needed_text("kind", KIND_CHARS)?;
    let mut draft = match kind_name(&kind) {
        Some(kind) => Draft::new(kind, ""),
        None => return with_envelope(unknown(&kind, raw), fields),
    };
    draft.payload = payload(&mut fields)?;
    if let Some(icon) = fields.text("icon", SOURCE_CHARS)? {
        draft.payload.insert("icon".to_owned(), Value::String(icon));
    }
    with_envelope(draft, fields)
}

/// Everything but kind and payload.
fn with_envelope(mut draft: Draft, mut fields: Fields) -> Result<Draft, Refusal> {
    fields.ignore(if draft.kind == "unknown" { &["payload", "details", "data", "icon"] } else { &[] });
    draft.source = fields.text("source", SOURCE_CHARS)?.unwrap_or_default();
    draft.id = id(&mut fields)?;
    let by_ms = times::ns_of_ms(&mut fields, "ts")?;
    let by_iso = times::ns_of_iso(&mut fields, "ts_iso")?;
    draft.ts_ns = times::ns(&mut fields, "ts_ns")?.or(by_ms).or(by_iso);
    draft.frame = fields.whole("frame")?;
    draft.dur_frames = fields.whole("dur_frames")?;
    draft.session = session(&mut fields)?;
    draft.channel = channel(&mut fields)?;
    draft.severity = severity(&mut fields)?;
    draft.audio_ch = audio_channels(&mut fields)?;
    draft.message = fields.text("message", MESSAGE_CHARS)?;
    fields.end()?;
    Ok(draft)
}

/// The payload under its own name or one of those that other buses use.
pub(super) fn payload(fields: &mut Fields) -> Result<Map<String, Value>, Refusal> {
    let mut payload = None;
    for name in ["payload", "details", "data"] {
        let given = fields.object(name)?;
        if given.is_some() && payload.is_some() {
            return Err(Refusal::invalid(
                "payload, details and data are three names of one thing; send one.",
            ));
        }
        payload = payload.or(given);
    }
    Ok(payload.unwrap_or_default())
}

/// Where to show it: one lower-case word.
pub(super) fn channel(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    let Some(text) = fields.text("channel", 32)? else { return Ok(None) };
    let channel = text.to_ascii_lowercase();
    if channel.is_empty() || !channel.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') {
        return Err(fields.mistyped("channel", "one word such as system", &Value::String(text)));
    }
    Ok(Some(channel))
}

/// One of the four words.
pub(super) fn severity(fields: &mut Fields) -> Result<Option<Severity>, Refusal> {
    let Some(value) = fields.any("severity") else { return Ok(None) };
    match serde_json::from_value(value.clone()) {
        Ok(severity) => Ok(Some(severity)),
        Err(_) => Err(fields.mistyped("severity", "info, success, warning or error", &value)),
    }
}

fn session(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    let Some(text) = fields.text("session", 64)? else { return Ok(None) };
    if text.len() != 16 || !text.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Err(fields.mistyped("session", "a stream id of 16 hexadecimal digits", &Value::String(text)));
    }
    Ok(Some(text.to_ascii_lowercase()))
}

fn audio_channels(fields: &mut Fields) -> Result<Vec<u16>, Refusal> {
    let Some(value) = fields.any("audio_ch") else { return Ok(Vec::new()) };
    let numbers = value.as_array().filter(|list| list.len() <= MAX_CHANNELS);
    let channels = numbers.and_then(|list| {
        list.iter()
            .map(|number| number.as_u64().filter(|n| *n < MAX_CHANNELS as u64).map(|n| n as u16))
            .collect::<Option<Vec<_>>>()
    });
    channels.ok_or_else(|| fields.mistyped("audio_ch", "a list of channel numbers from 0 to 255", &value))
}
