//! An answer to `history`: walks once through what memory holds, a page at a time.

use super::filter::Filter;
use super::messages::ServerMessage;
use super::windows::batches;
use crate::bus::Bus;
use crate::event::Event;
use std::time::Duration;

/// One time range on its way to the client.
#[derive(Debug)]
pub struct Past {
    from_ms: i64,
    to_ms: i64,
    /// Looked at so far.
    cursor: u64,
    /// What happened after the question is live.
    until_seq: u64,
    sent: u64,
    /// False when memory had let go of events that may have been inside.
    whole: bool,
}

impl Past {
    pub fn new(from_ms: i64, to_ms: i64, until_seq: u64) -> Self {
        Self { from_ms, to_ms, cursor: 0, until_seq, sent: 0, whole: true }
    }

    /// Looks at up to `limit` more events; true when the answer is complete.
    pub fn page(
        &mut self,
        bus: &Bus,
        filter: &Filter,
        limit: usize,
        window: Duration,
        said: &mut Vec<ServerMessage>,
    ) -> bool {
        let passage = bus.after(self.cursor, limit);
        let first = passage.events.first().filter(|_| passage.missed > 0);
        self.whole &= first.is_none_or(|event| event.ts_ns.div_euclid(1_000_000) <= self.from_ms);
        let mut done = passage.events.is_empty();
        let mut wanted = Vec::new();
        for event in passage.events {
            self.cursor = event.seq;
            if event.seq <= self.until_seq && self.touches(&event) && filter.admits(&event) {
                wanted.push(event);
            }
        }
        done |= self.cursor >= self.until_seq;
        self.sent += wanted.len() as u64;
        let past = |data| ServerMessage::Batch { data, history: true };
        said.extend(batches(wanted, window).into_iter().map(past));
        if done {
            said.push(self.end(self.whole));
        }
        done
    }

    /// True when any part of the event is inside. An event that lasts is told when it is over: it ends by then.
    fn touches(&self, event: &Event) -> bool {
        let ends_ns =
            if event.dur_frames.is_some() { event.ts_ns.max(event.observed_ns) } else { event.ts_ns };
        let ms = |ns: i64| ns.div_euclid(1_000_000);
        ms(event.ts_ns) <= self.to_ms && ms(ends_ns) >= self.from_ms
    }

    /// What is said at the end.
    pub fn end(&self, complete: bool) -> ServerMessage {
        let Self { from_ms, to_ms, sent, .. } = *self;
        ServerMessage::HistoryEnd { from_ms, to_ms, events: sent, complete }
    }
}
