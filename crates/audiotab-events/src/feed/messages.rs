//! The messages of the live protocol, both directions. JSON and MessagePack with named fields carry the same object.

use super::filter::Filter;
use crate::event::Event;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a feed tells its client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// First of all messages.
    Connected {
        /// Version of the program.
        version: &'static str,
        /// When the oldest event still in memory happened, ms since 1970; null when there is none.
        oldest_timestamp_ms: Option<i64>,
        /// The same of the newest.
        newest_timestamp_ms: Option<i64>,
        /// Place of the oldest event still in memory; null when there is none.
        oldest_seq: Option<u64>,
        /// Events after this one follow.
        after_seq: u64,
        /// Place of the newest event of the bus, 0 before the first.
        last_seq: u64,
    },
    /// Events, live or of the past that was asked for.
    Batch {
        /// The events and the window they fall into.
        data: Batch,
        /// True for an answer to `history`.
        #[serde(skip_serializing_if = "is_false")]
        history: bool,
    },
    /// Answer to `ping`; also sent unasked when nothing else was for a while.
    Pong {
        /// Wall clock, ms since 1970.
        timestamp_ms: i64,
    },
    /// Something the client said was not understood. Nothing else changes.
    Error {
        /// One sentence.
        message: String,
    },
    /// The client did not get these events: it was paused or too slow. Also answers every `resume`, then `missed`
    /// may be 0.
    Gap {
        /// How many of them its filter would have let through; those that are no longer known count all.
        missed: u64,
        /// First place that was left out.
        from_seq: u64,
        /// Last place that was left out; `from_seq` - 1 when none was.
        to_seq: u64,
    },
    /// The last batch of an answer to `history` has been sent.
    HistoryEnd {
        /// As asked.
        from_ms: i64,
        /// As asked.
        to_ms: i64,
        /// Events sent.
        events: u64,
        /// False when a newer `history` replaced this one, or memory did not reach back far enough.
        complete: bool,
    },
}

/// Events of one window, in the order of the bus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Batch {
    /// First millisecond of the window, wall clock since 1970, by when the bus took the events.
    pub window_start: i64,
    /// `window_start` and the length of a window, 50 ms unless set otherwise.
    pub window_end: i64,
    /// The events.
    pub events: Vec<Arc<Event>>,
    /// How many of each family (first word of the kind) are among `events`.
    pub summary: BTreeMap<String, u64>,
}

/// What a client may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Replaces the filter; `{"type":"filter"}` alone lets everything through.
    Filter(Filter),
    /// Nothing is sent until `resume`; the place is kept.
    Pause,
    /// Goes on, with what happened meanwhile (`catch_up`) or with what happens from now.
    Resume {
        /// Send what was missed instead of leaving it out.
        #[serde(default)]
        catch_up: bool,
    },
    /// Asks for the events of a time range that are still in memory. An event counts when any part of it is inside.
    History {
        /// First millisecond, wall clock since 1970.
        from_ms: i64,
        /// Last millisecond.
        to_ms: i64,
    },
    /// Asks for a `pong`.
    Ping,
    /// A page says, every second, how busy drawing keeps it.
    Load {
        /// Share of its time, 0 to 1.
        render_load: f64,
    },
}

fn is_false(value: &bool) -> bool {
    !value
}
