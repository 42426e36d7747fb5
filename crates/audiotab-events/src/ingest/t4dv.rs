//! The events of seed T4DV, told apart by `topic`: spike, storage, consolidation, neuromod.
//!
//! Each has typed fields; a field that was left out takes the default it has there, except levels of neuromodulators:
//! a level that nobody measured is null, not one half.

use super::fields::Fields;
use super::refusal::Refusal;
use super::shape::{KIND_CHARS, SOURCE_CHARS, unknown};
use super::times;
use crate::draft::Draft;
use serde_json::{Map, Value, json};

/// A field, and what it holds when it was left out. The default also gives the type.
type Field = (&'static str, Default);

#[derive(Clone, Copy)]
enum Default {
    Whole,
    Number,
    NumberOrNull,
    Text,
}

const SPIKE: &[Field] = &[
    ("block_index", Default::Whole),
    ("firing_rate", Default::Number),
    ("prediction_error", Default::Number),
    ("goodness", Default::Number),
    ("mean_membrane", Default::Number),
];
const STORAGE: &[Field] = &[
    ("operation", Default::Text),
    ("item_id", Default::Text),
    ("kappa", Default::NumberOrNull),
    ("duration_ms", Default::Number),
    ("segment_count", Default::Whole),
    ("memtable_count", Default::Whole),
];
const CONSOLIDATION: &[Field] = &[
    ("phase", Default::Text),
    ("items_processed", Default::Whole),
    ("kappa_delta_mean", Default::Number),
    ("segments_merged", Default::Whole),
    ("items_pruned", Default::Whole),
];
const NEUROMOD: &[Field] = &[
    ("da", Default::NumberOrNull),
    ("ne", Default::NumberOrNull),
    ("ach", Default::NumberOrNull),
    ("serotonin", Default::NumberOrNull),
];

pub(super) fn draft(object: Map<String, Value>) -> Result<Draft, Refusal> {
    let raw = object.clone();
    let topic = Fields::of("a T4DV event", object.clone()).needed_text("topic", KIND_CHARS)?;
    let (kind, known) = match topic.as_str() {
        "spike" => ("spike.sample", SPIKE),
        "storage" => ("storage.op", STORAGE),
        "consolidation" => ("consolidation.run", CONSOLIDATION),
        "neuromod" => ("neuromod.sample", NEUROMOD),
        _ => return Ok(unknown(&topic, raw)),
    };
    let mut fields = Fields::of(format!("a T4DV {topic} event"), object);
    fields.ignore(&["topic"]);
    let mut draft = Draft::new(kind, fields.text("source", SOURCE_CHARS)?.unwrap_or_default());
    draft.ts_ns = times::ns_of_iso(&mut fields, "timestamp")?;
    draft.payload = fields.object("payload")?.unwrap_or_default();
    for (name, default) in known {
        let value = match default {
            Default::Whole => json!(fields.whole(name)?.unwrap_or(0)),
            Default::Number => json!(fields.number(name)?.unwrap_or(0.0)),
            Default::NumberOrNull => json!(fields.number(name)?),
            Default::Text => json!(fields.text(name, SOURCE_CHARS)?.unwrap_or_default()),
        };
        draft.payload.insert((*name).to_owned(), value);
    }
    fields.end()?;
    draft.message = Some(message(&draft));
    Ok(draft)
}

fn message(draft: &Draft) -> String {
    let text = |name: &str| draft.payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| draft.payload.get(name).and_then(Value::as_f64).unwrap_or_default();
    match draft.kind.as_str() {
        "spike.sample" => {
            format!("Block {}: firing rate {:.3}", number("block_index"), number("firing_rate"))
        }
        "storage.op" => {
            format!("{} of {} in {:.1} ms", text("operation"), text("item_id"), number("duration_ms"))
        }
        "consolidation.run" => format!("{}: {} items", text("phase"), number("items_processed")),
        _ => "Neuromodulator levels".to_owned(),
    }
}
