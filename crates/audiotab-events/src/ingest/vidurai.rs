//! The events of seed Vidurai: `{id, type, timestamp, source, project_path?, payload}` with types like
//! `terminal.command`.

use super::fields::Fields;
use super::refusal::Refusal;
use super::shape::{KIND_CHARS, SOURCE_CHARS, id, kind_name, unknown};
use super::times;
use crate::draft::Draft;
use serde_json::{Map, Value};

/// Longest path, characters.
const PATH_CHARS: usize = 4096;

pub(super) fn draft(object: Map<String, Value>) -> Result<Draft, Refusal> {
    let raw = object.clone();
    let mut fields = Fields::of("a Vidurai event", object);
    let type_name = fields.needed_text("type", KIND_CHARS)?;
    let payload = fields.object("payload")?.unwrap_or_default();
    let mut draft = match kind_name(&type_name) {
        Some(kind) => Draft { payload, ..Draft::new(kind, "") },
        None => unknown(&type_name, raw),
    };
    draft.id = id(&mut fields)?;
    draft.ts_ns = times::ns_of_iso(&mut fields, "timestamp")?;
    draft.source = fields.text("source", SOURCE_CHARS)?.unwrap_or_default();
    let project = fields.text("project_path", PATH_CHARS)?;
    // What this form says to people about an event.
    let place = project.as_deref().unwrap_or("unknown");
    draft.message = Some(format!("[{}] {type_name} @ {place}", draft.source));
    if let Some(project) = project {
        draft.payload.entry("project_path").or_insert(Value::String(project));
    }
    fields.end()?;
    Ok(draft)
}
