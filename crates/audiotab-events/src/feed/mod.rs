//! The live protocol: what one client hears of the bus, and what it may ask.
//!
//! [`Feed`] is one client's cursor behind the bus. It has no IO and no thread: a host hands it what the client says
//! ([`Feed::hear`]), asks it every window what there is to say ([`Feed::tick`]), and writes the answers in order. The
//! same feed speaks over a WebSocket and to the desktop window.
//!
//! * `messages`: both directions. `wire`: their encodings. `filter`, `sieve`: who
//!   hears what. `windows`: events to batches.
//! * `past`: an answer to `history`, a page per tick. `portion`: how much at once.
//!
//! Invariant: a feed keeps no events. A client that reads slowly holds a number, and is told what it cost.

mod filter;
mod messages;
mod past;
mod portion;
mod sieve;
mod windows;
mod wire;

pub use filter::{Filter, Name};
pub use messages::{Batch, ClientMessage, ServerMessage};
pub use past::Past;
pub use portion::Portion;
pub use sieve::Sieve;
pub use windows::batches;
pub use wire::Encoding;

use crate::bus::Bus;
use crate::event::Event;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a feed behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedOptions {
    /// Length of a window, and how often the host calls [`Feed::tick`].
    pub window: Duration,
    /// Begins after this event instead of now: a client that lost its connection goes on where it was.
    pub after_seq: Option<u64>,
    /// What is let through.
    pub filter: Filter,
    /// A client further behind than this many events loses the oldest of them and is told how many. What it asked to
    /// catch up with, by `after_seq` or `resume`, is sent however much it is.
    pub behind_events: u64,
    /// Most that one tick says, live and past each: bounds what a host has to keep for a slow client.
    pub tick: Portion,
    /// A `pong` is sent when nothing was for this long.
    pub heartbeat: Duration,
}

impl Default for FeedOptions {
    fn default() -> Self {
        Self {
            window: Duration::from_millis(50),
            after_seq: None,
            filter: Filter::default(),
            behind_events: 20_000,
            tick: Portion::MESSAGE,
            heartbeat: Duration::from_secs(15),
        }
    }
}

/// One client's view of the bus.
#[derive(Debug)]
pub struct Feed {
    bus: Bus,
    options: FeedOptions,
    sieve: Sieve,
    /// Everything up to here was sent, filtered out or told as missed.
    cursor: u64,
    /// Up to here the client asked for everything.
    catching_up_to: u64,
    greeted: bool,
    paused: bool,
    page_was_full: bool,
    past: Option<Past>,
    last_sent: Option<Instant>,
}

impl Feed {
    /// A feed that begins now, or after the event the options name.
    pub fn new(bus: Bus, options: FeedOptions) -> Self {
        let last_seq = bus.last_seq();
        // A place the bus has not reached was given by another bus: nothing of ours was seen yet, so begin now.
        let cursor = options.after_seq.filter(|&seq| seq <= last_seq).unwrap_or(last_seq);
        Self {
            bus,
            sieve: Sieve::new(&options.filter),
            options,
            cursor,
            catching_up_to: last_seq,
            greeted: false,
            paused: false,
            page_was_full: false,
            past: None,
            last_sent: None,
        }
    }

    /// Takes what the client says; returns the answer to write at once.
    pub fn hear(&mut self, message: ClientMessage) -> Vec<ServerMessage> {
        match message {
            ClientMessage::Filter(filter) => match filter.problem() {
                Some(message) => return vec![ServerMessage::Error { message }],
                None => self.sieve = Sieve::new(&filter),
            },
            ClientMessage::Pause => self.paused = true,
            ClientMessage::Resume { catch_up } => return vec![self.resume(catch_up)],
            ClientMessage::History { from_ms, to_ms } => {
                let asked = Past::new(&self.bus, from_ms, to_ms, 0);
                return self.past.replace(asked).map(|before| before.end()).into_iter().collect();
            }
            ClientMessage::Ping => return vec![pong()],
            ClientMessage::Load { render_load } if (0.0..=1.0).contains(&render_load) => {
                self.bus.render_load().tell(render_load, Instant::now());
            }
            ClientMessage::Load { render_load } => {
                let message = format!("A load of {render_load} is no share of time; give 0 to 1.");
                return vec![ServerMessage::Error { message }];
            }
        }
        Vec::new()
    }

    /// What there is to say now. `now` is used for the heartbeat only.
    pub fn tick(&mut self, now: Instant) -> Vec<ServerMessage> {
        let mut said = Vec::new();
        if !std::mem::replace(&mut self.greeted, true) {
            said.push(self.greeting());
        }
        if !self.paused {
            self.live(&mut said);
        }
        if let Some(past) = &mut self.past {
            let found = past.page(&self.bus, &self.sieve, self.options.tick);
            said.extend(in_windows(found, self.options.window, true));
            if past.is_done() {
                said.push(past.end());
                self.past = None;
            }
        }
        let quiet_since = *self.last_sent.get_or_insert(now);
        if said.is_empty() && now.saturating_duration_since(quiet_since) >= self.options.heartbeat {
            said.push(pong());
        }
        if !said.is_empty() {
            self.last_sent = Some(now);
        }
        said
    }

    /// True while its client lets levels through: the host keeps them coming.
    pub fn wants_levels(&self) -> bool {
        self.sieve.wants_levels()
    }

    /// True when there is more to say than one tick could: the host need not wait for the next window.
    pub fn has_more(&self) -> bool {
        self.past.is_some() || (!self.paused && self.page_was_full)
    }

    fn greeting(&self) -> ServerMessage {
        let (oldest, newest) = (self.bus.oldest(), self.bus.newest());
        ServerMessage::Connected {
            version: env!("CARGO_PKG_VERSION"),
            oldest_timestamp_ms: oldest.as_ref().map(|event| event.ts_ns.div_euclid(1_000_000)),
            newest_timestamp_ms: newest.map(|event| event.ts_ns.div_euclid(1_000_000)),
            oldest_seq: oldest.map(|event| event.seq),
            after_seq: self.cursor,
            last_seq: self.bus.last_seq(),
        }
    }

    fn live(&mut self, said: &mut Vec<ServerMessage>) {
        let last_seq = self.bus.last_seq();
        if self.cursor >= self.catching_up_to && last_seq - self.cursor > self.options.behind_events {
            said.push(self.skip_to(last_seq - self.options.behind_events));
        }
        let mut passage = self.bus.after(self.cursor, self.options.tick.events);
        self.page_was_full = self.options.tick.cut(&mut passage.events);
        if passage.missed > 0 {
            let from_seq = self.cursor + 1;
            self.cursor += passage.missed;
            said.push(ServerMessage::Gap { missed: passage.missed, from_seq, to_seq: self.cursor });
        }
        let Some(last) = passage.events.last() else { return };
        self.cursor = last.seq;
        let wanted = passage.events.into_iter().filter(|event| self.sieve.admits(event));
        said.extend(in_windows(wanted, self.options.window, false));
    }

    fn resume(&mut self, catch_up: bool) -> ServerMessage {
        self.paused = false;
        if catch_up {
            self.catching_up_to = self.bus.last_seq();
            return ServerMessage::Gap { missed: 0, from_seq: self.cursor + 1, to_seq: self.cursor };
        }
        self.skip_to(self.bus.last_seq())
    }

    /// Leaves out everything up to `seq` and says how many of it the client wanted.
    fn skip_to(&mut self, seq: u64) -> ServerMessage {
        let from_seq = self.cursor + 1;
        let mut missed = 0;
        while self.cursor < seq {
            let limit = (seq - self.cursor).min(self.options.tick.events as u64) as usize;
            let passage = self.bus.after(self.cursor, limit);
            let gone = passage.missed.min(seq - self.cursor);
            let known = passage.events.iter().take_while(|event| event.seq <= seq);
            if gone == 0 && passage.events.is_empty() {
                break; // the bus was emptied meanwhile
            }
            missed += gone + known.clone().filter(|event| self.sieve.admits(event)).count() as u64;
            self.cursor = known.last().map_or(self.cursor + gone, |event| event.seq);
        }
        ServerMessage::Gap { missed, from_seq, to_seq: self.cursor }
    }
}

fn in_windows(
    events: impl IntoIterator<Item = Arc<Event>>,
    window: Duration,
    history: bool,
) -> impl Iterator<Item = ServerMessage> {
    batches(events, window).into_iter().map(move |data| ServerMessage::Batch { data, history })
}

fn pong() -> ServerMessage {
    ServerMessage::Pong { timestamp_ms: jiff::Timestamp::now().as_millisecond() }
}

#[cfg(test)]
mod tests;
