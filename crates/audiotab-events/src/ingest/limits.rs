//! How much one event may be.

use super::refusal::Refusal;
use serde_json::Value;

/// Longest event as it is sent, bytes.
pub const EVENT_BYTES: usize = 64 << 10;
/// Deepest nesting: the event is 1, an object within it 2.
pub const EVENT_DEPTH: usize = 32;

/// Names that mean something else to JavaScript than a field; readers of MessagePack refuse a whole batch for one.
const RESERVED_NAMES: [&str; 1] = ["__proto__"];

pub(super) fn check_len(len_bytes: usize) -> Result<(), Refusal> {
    if len_bytes > EVENT_BYTES {
        let message = format!("An event has at most {EVENT_BYTES} bytes, this one has {len_bytes}.");
        return Err(Refusal::too_large(message));
    }
    Ok(())
}

pub(super) fn check_value(value: &Value) -> Result<(), Refusal> {
    check_within(value, 1)
}

/// Recursion ends at the limit, whatever was sent.
fn check_within(value: &Value, depth: usize) -> Result<(), Refusal> {
    if depth > EVENT_DEPTH && matches!(value, Value::Object(_) | Value::Array(_)) {
        return Err(Refusal::invalid(format!("An event is at most {EVENT_DEPTH} levels deep.")));
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check_within(item, depth + 1)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, field)| {
            if RESERVED_NAMES.contains(&name.as_str()) {
                return Err(Refusal::invalid(format!("No field of an event may be called {name:?}.")));
            }
            check_within(field, depth + 1)
        }),
        _ => Ok(()),
    }
}
