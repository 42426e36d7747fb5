//! Which of the accepted forms an object is.

use super::fields::Fields;
use super::refusal::Refusal;
use super::{native, norikv, realm, t4dv, vidurai};
use crate::draft::Draft;
use serde_json::{Map, Value};

/// Longest kind, characters.
pub(super) const KIND_CHARS: usize = 128;
/// Longest message, characters.
pub(super) const MESSAGE_CHARS: usize = 4096;
/// Longest source or name, characters.
pub(super) const SOURCE_CHARS: usize = 256;

/// The draft that an object of any form stands for. Its source is what the object claims.
pub(super) fn draft(value: Value) -> Result<Draft, Refusal> {
    let Value::Object(object) = value else {
        return Err(Refusal::invalid("An event is an object, such as {\"kind\": \"door.opened\"}."));
    };
    let has = |name| object.contains_key(name);
    let read = if has("node") && has("event") {
        norikv::draft
    } else if has("topic") && !has("kind") {
        t4dv::draft
    } else if has("type") && !has("kind") {
        vidurai::draft
    } else if realm::is_one(&object) {
        realm::draft
    } else {
        native::draft
    };
    let mut draft = read(object)?;
    crate::families::check_payload(&draft.kind, &draft.payload)
        .map_err(|error| Refusal::invalid(format!("{}.", error.to_string().trim_end_matches('.'))))?;
    draft.placed_by_time = draft.frame.is_none();
    Ok(draft)
}

/// What cannot be named is kept whole: kind `unknown`, the object as it came under `raw`.
pub(super) fn unknown(type_name: &str, raw: Map<String, Value>) -> Draft {
    Draft::new("unknown", "").with("type", type_name).with("raw", Value::Object(raw))
}

/// The dotted name a kind goes by: lower case, a known alias resolved. None for what is no name at all.
pub(super) fn kind_name(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && word.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-".contains(&c))
    };
    name.split('.').all(is_word).then(|| crate::kinds::canonical_kind(name))
}

/// `LeaderElection` as `leader_election`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// An id, which must be a UUID.
pub(super) fn id(fields: &mut Fields) -> Result<Option<uuid::Uuid>, Refusal> {
    let Some(text) = fields.text("id", SOURCE_CHARS)? else { return Ok(None) };
    let id = text.parse().map_err(|_| fields.mistyped("id", "a UUID", &Value::String(text)))?;
    Ok(Some(id))
}
