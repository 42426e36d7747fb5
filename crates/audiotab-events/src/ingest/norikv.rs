//! The events of seed NoriKV: `{"ts": ms, "node": 3, "event": {"type": "Raft", "data": {…, "kind": {"kind": …}}}}`.
//!
//! `Raft` with the kind `LeaderElection` becomes `raft.leader_election`; node, shard and everything else of `data` stay
//! in the payload under their own names.

use super::fields::{Fields, shortened};
use super::refusal::Refusal;
use super::shape::{KIND_CHARS, kind_name, snake_case, unknown};
use super::times;
use crate::draft::Draft;
use serde_json::{Map, Value};

/// What a field of `data` must be.
enum Is {
    Whole,
    Number,
    Text,
    Kind,
}

/// The fields that a type has. Further ones are kept: newer nodes may say more.
fn fields_of(type_name: &str) -> Option<&'static [(&'static str, Is)]> {
    Some(match type_name {
        "Wal" => &[("node", Is::Whole), ("seg", Is::Whole), ("kind", Is::Kind)],
        "Compaction" => &[("node", Is::Whole), ("level", Is::Whole), ("kind", Is::Kind)],
        "Lsm" | "Swim" => &[("node", Is::Whole), ("kind", Is::Kind)],
        "Raft" => &[("shard", Is::Whole), ("term", Is::Whole), ("kind", Is::Kind)],
        "Shard" => &[("shard", Is::Whole), ("kind", Is::Kind)],
        "Cache" => &[("name", Is::Text), ("hit_ratio", Is::Number)],
        "SlotHeat" => &[
            ("node", Is::Whole),
            ("level", Is::Whole),
            ("slot", Is::Whole),
            ("heat", Is::Number),
            ("k", Is::Whole),
        ],
        _ => return None,
    })
}

pub(super) fn draft(object: Map<String, Value>) -> Result<Draft, Refusal> {
    let raw = object.clone();
    let mut fields = Fields::of("a NoriKV event", object);
    let node = fields.needed_whole("node")?;
    let ts_ns = times::ns_of_ms(&mut fields, "ts")?;
    let event = fields.object("event")?.unwrap_or_default();
    fields.end()?;
    let mut event = Fields::of("event of a NoriKV event", event);
    let type_name = event.needed_text("type", KIND_CHARS)?;
    let data = event.object("data")?.unwrap_or_default();
    let mut draft = match fields_of(&type_name) {
        Some(known) => {
            let kind = kind(&type_name, &data, known)?;
            let message = message(&type_name, &data, node);
            Draft { payload: data, message: Some(message), ..Draft::new(kind, "") }.with("type", type_name)
        }
        None => unknown(&type_name, raw),
    };
    draft.payload.entry("node").or_insert(Value::from(node));
    draft.source = format!("node-{node}");
    draft.ts_ns = ts_ns;
    Ok(draft)
}

fn kind(type_name: &str, data: &Map<String, Value>, known: &[(&str, Is)]) -> Result<String, Refusal> {
    let mut family = snake_case(type_name);
    for (name, is) in known {
        let value = data.get(*name);
        let (fits, wanted) = match is {
            Is::Whole => (value.is_some_and(Value::is_u64), "a whole number from 0"),
            Is::Number => (value.is_some_and(Value::is_number), "a number"),
            Is::Text => (value.is_some_and(Value::is_string), "a text"),
            Is::Kind => (value.and_then(kind_word).is_some(), "an object with the text kind"),
        };
        if !fits {
            let message = format!("{name} of a NoriKV {type_name} event must be {wanted}.");
            return Err(Refusal::invalid(message));
        }
    }
    if let Some(word) = data.get("kind").and_then(kind_word) {
        family = format!("{family}.{}", snake_case(word));
    } else {
        family.push_str(".sample");
    }
    kind_name(&family)
        .ok_or_else(|| Refusal::invalid(format!("{:?} is no kind of a NoriKV event.", shortened(&family))))
}

/// `{"kind": "LeaderElection", …}` or only `"LeaderElection"`.
fn kind_word(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("kind")?.as_str())
}

fn message(type_name: &str, data: &Map<String, Value>, node: u64) -> String {
    let what = data.get("kind").and_then(kind_word).map(|word| snake_case(word).replace('_', " "));
    let shard = data.get("shard").and_then(Value::as_u64).map_or(String::new(), |s| format!(", shard {s}"));
    format!("{type_name}{} (node {node}{shard})", what.map_or(String::new(), |what| format!(": {what}")))
}
