//! The events of seed Realm: `{kind, message, channel?, severity?, details?, timestamp?}` with kinds like
//! `training_started`.

use super::fields::Fields;
use super::refusal::Refusal;
use super::shape::{KIND_CHARS, MESSAGE_CHARS, SOURCE_CHARS, kind_name, unknown};
use super::{native, times};
use crate::draft::Draft;
use serde_json::{Map, Value};

/// The one field that only this form has; without it, it is read as ours, which says the same.
pub(super) fn is_one(object: &Map<String, Value>) -> bool {
    object.contains_key("kind") && object.contains_key("timestamp")
}

pub(super) fn draft(object: Map<String, Value>) -> Result<Draft, Refusal> {
    let raw = object.clone();
    let mut fields = Fields::of("a Realm event", object);
    let kind = fields.needed_text("kind", KIND_CHARS)?;
    let payload = native::payload(&mut fields)?;
    let mut draft = match kind_name(&kind) {
        Some(kind) => Draft { payload, ..Draft::new(kind, "") },
        None => unknown(&kind, raw),
    };
    draft.ts_ns = times::ns_of_iso(&mut fields, "timestamp")?;
    draft.message = fields.text("message", MESSAGE_CHARS)?;
    draft.channel = native::channel(&mut fields)?;
    draft.severity = native::severity(&mut fields)?;
    draft.source = fields.text("source", SOURCE_CHARS)?.unwrap_or_default();
    for name in ["id", "icon"] {
        // Its id is time and kind, which two events may share: a fact, not an identity.
        if let Some(value) = fields.any(name) {
            draft.payload.entry(name).or_insert(value);
        }
    }
    fields.end()?;
    Ok(draft)
}
