//! `/api/events`, the newest events, and `/api/history`, those of a time range, both from memory.

use super::asked::{Asked, usage};
use crate::limits;
use crate::state::Shared;
use audiotab_events::Event;
use audiotab_events::feed::{Batch, Filter, Past, Portion, Sieve, batches};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Events of an answer unless asked otherwise.
const RECENT: usize = 50;
/// Most events of one answer.
const MOST: usize = 10_000;

/// An event with its payload under the two names that listeners of other buses know it by, too.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    #[serde(flatten)]
    event: &'a Event,
    details: &'a Map<String, Value>,
    data: &'a Map<String, Value>,
}

impl<'a> From<&'a Event> for Shown<'a> {
    fn from(event: &'a Event) -> Self {
        Self { event, details: &event.payload, data: &event.payload }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recent {
    limit: Option<usize>,
}

/// The newest events, newest first.
pub async fn recent(State(shared): State<Shared>, Asked(Recent { limit }): Asked<Recent>) -> Json<Value> {
    let events = shared.engine.bus().recent(limit.unwrap_or(RECENT));
    let shown: Vec<_> = events.iter().map(|event| Shown::from(&**event)).collect();
    Json(serde_json::json!({ "events": shown }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    from: Option<i64>,
    to: Option<i64>,
    limit: Option<usize>,
    after: Option<u64>,
    #[serde(default, alias = "sources")]
    nodes: String,
    #[serde(default, alias = "kinds")]
    types: String,
    #[serde(default, alias = "channels")]
    shards: String,
}

#[derive(Debug, Serialize)]
pub struct History {
    batches: Vec<Batch>,
    total_events: usize,
    /// Ask again with `after` set to this for the rest; null when this is all.
    next_after: Option<u64>,
    /// False when memory did not reach back to `from`.
    complete: bool,
}

/// The events of a time range that are in memory, oldest first, in batches as they were sent live.
pub async fn history(
    State(shared): State<Shared>,
    Asked(range): Asked<Range>,
) -> Result<Json<History>, Response> {
    let filter = Filter::from_lists(&range.nodes, &range.types, &range.shards).map_err(|e| usage(&e))?;
    let limit = range.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(usage(&format!("limit must be from 1 to {MOST}.")));
    }
    let bus = shared.engine.bus();
    let (from_ms, to_ms) = (range.from.unwrap_or(i64::MIN), range.to.unwrap_or(i64::MAX));
    let mut past = Past::new(bus, from_ms, to_ms, range.after.unwrap_or(0));
    let sieve = Sieve::new(&filter);
    let mut events = Vec::new();
    let mut portion = Portion { events: limit, bytes: limits::REPLY_BYTES };
    while !past.is_done() && !portion.is_used_up() {
        let page = past.page(bus, &sieve, portion);
        page.iter().for_each(|event| portion.take(event));
        events.extend(page);
    }
    let next_after = (!past.is_done()).then(|| past.cursor());
    let (total_events, complete) = (events.len(), past.is_whole());
    Ok(Json(History { batches: batches(events, shared.window), total_events, next_after, complete }))
}
