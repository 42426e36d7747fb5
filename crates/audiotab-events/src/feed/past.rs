//! The events of a time range, walked through once, a page at a time.

use super::messages::ServerMessage;
use super::portion::Portion;
use super::sieve::Sieve;
use crate::bus::Bus;
use crate::event::Event;
use std::sync::Arc;

/// One time range and how far it was walked.
#[derive(Debug)]
pub struct Past {
    from_ms: i64,
    to_ms: i64,
    /// Looked at so far.
    cursor: u64,
    /// What happened after the question is live.
    until_seq: u64,
    found: u64,
    whole: bool,
    done: bool,
}

impl Past {
    /// From `from_ms` to `to_ms`, wall clock since 1970, both included; only events after `after_seq` in the order of
    /// the bus and none that come after this call.
    pub fn new(bus: &Bus, from_ms: i64, to_ms: i64, after_seq: u64) -> Self {
        let until_seq = bus.last_seq();
        Self { from_ms, to_ms, cursor: after_seq, until_seq, found: 0, whole: true, done: false }
    }

    /// Looks at a portion of events; returns those that are inside and pass the filter.
    pub fn page(&mut self, bus: &Bus, sieve: &Sieve, mut portion: Portion) -> Vec<Arc<Event>> {
        let passage = bus.after(self.cursor, portion.events);
        if passage.missed > 0 {
            let oldest = passage.events.first();
            self.whole &= oldest.is_some_and(|event| event.ts_ns.div_euclid(1_000_000) <= self.from_ms);
        }
        self.done = passage.events.is_empty();
        let mut found = Vec::new();
        for event in passage.events {
            if event.seq > self.until_seq || portion.is_used_up() {
                break;
            }
            self.cursor = event.seq;
            if self.touches(&event) && sieve.admits(&event) {
                portion.take(&event);
                found.push(event);
            }
        }
        self.done |= self.cursor >= self.until_seq;
        self.found += found.len() as u64;
        found
    }

    /// True when there is nothing left to look at.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// False when memory had let go of events that may have been inside.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The last place looked at.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// What is said at the end, or when something else takes its place.
    pub(super) fn end(&self) -> ServerMessage {
        let Self { from_ms, to_ms, found, .. } = *self;
        ServerMessage::HistoryEnd { from_ms, to_ms, events: found, complete: self.done && self.whole }
    }

    /// True when any part of the event is inside. An event that lasts is told when it is over: it ends by then.
    fn touches(&self, event: &Event) -> bool {
        let ends_ns =
            if event.dur_frames.is_some() { event.ts_ns.max(event.observed_ns) } else { event.ts_ns };
        let ms = |ns: i64| ns.div_euclid(1_000_000);
        ms(event.ts_ns) <= self.to_ms && ms(ends_ns) >= self.from_ms
    }
}
