//! How much memory an event takes, near enough to keep a promise in bytes.

use crate::event::Event;
use serde_json::{Map, Value};
use std::mem::size_of;

/// What the allocator adds to each piece.
const PIECE_BYTES: usize = 16;
/// Its places in the log and in its topic's ring, both half empty at worst.
const PLACES_BYTES: usize = 2 * (64 + 16);
/// A leaf of the B-tree behind a JSON object: eleven names and values, whether used or not.
const OBJECT_LEAF_BYTES: usize = 11 * (size_of::<String>() + size_of::<Value>()) + 2 * PIECE_BYTES;
/// Entries of a leaf when names arrive in order, which is when leaves are least full.
const OBJECT_LEAF_ENTRIES: usize = 6;

/// Bytes of the event, everything it owns, and its reference counts.
pub(crate) fn weight(event: &Event) -> usize {
    let texts = [&event.kind, &event.channel, &event.source, &event.message];
    size_of::<Event>()
        + PLACES_BYTES
        + 2 * PIECE_BYTES
        + texts.iter().map(|text| piece(text.capacity())).sum::<usize>()
        + event.session.as_ref().map_or(0, |session| piece(session.capacity()))
        + piece(event.audio_ch.capacity() * size_of::<u16>())
        + object(&event.payload)
}

fn piece(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes + PIECE_BYTES }
}

fn object(map: &Map<String, Value>) -> usize {
    let leaves = if map.len() <= 11 { map.len().min(1) } else { map.len().div_ceil(OBJECT_LEAF_ENTRIES) };
    leaves * OBJECT_LEAF_BYTES
        + map.iter().map(|(name, value)| piece(name.capacity()) + owned(value)).sum::<usize>()
}

/// What a value owns beyond itself.
fn owned(value: &Value) -> usize {
    match value {
        Value::String(text) => piece(text.capacity()),
        Value::Array(items) => {
            piece(items.capacity() * size_of::<Value>()) + items.iter().map(owned).sum::<usize>()
        }
        Value::Object(map) => object(map),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
