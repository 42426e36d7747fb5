//! The log: the newest events in their order, bounded by number, bytes and age. Everybody reads it by cursor.

use crate::bus::weight::weight;
use crate::event::Event;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most events that grow too old which one new event pays for. More than one, so the old go; few, so nobody waits.
const EXPIRED_PER_EVENT: usize = 64;

/// One event of the log.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub event: Arc<Event>,
    pub bytes: u64,
    /// End of what it covers, wall clock; its start for a moment.
    end_ns: i64,
    /// When the bus took it. Not the wall clock, which may be set.
    taken: Instant,
    /// Bytes of all events of the bus up to and with this one.
    bytes_through: u64,
}

/// The events from `first_seq` to `last_seq`, without holes.
#[derive(Debug)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    last_seq: u64,
    /// Number before the first event of this bus: 0, or where a journal ends.
    begun_after: u64,
    /// Bytes of the entries.
    bytes: u64,
    /// Bytes of everything that was ever taken.
    bytes_taken: u64,
    age: Duration,
    most: usize,
}

impl Log {
    pub fn new(most: usize, age: Duration) -> Self {
        Self {
            entries: VecDeque::new(),
            last_seq: 0,
            begun_after: 0,
            bytes: 0,
            bytes_taken: 0,
            age,
            most: most.max(1),
        }
    }

    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The oldest that is kept; one past the newest when nothing is.
    pub fn first_seq(&self) -> u64 {
        self.last_seq + 1 - self.entries.len() as u64
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Goes on counting after `seq`; false when it has begun already.
    pub fn continue_after(&mut self, seq: u64) -> bool {
        let unused = self.last_seq == self.begun_after;
        if unused {
            (self.last_seq, self.begun_after) = (seq, seq);
        }
        unused
    }

    /// Appends an event that has the next number. `rate_hz` tells how long its frames last.
    pub fn push(&mut self, event: Arc<Event>, rate_hz: Option<f64>) -> Entry {
        let bytes = weight(&event) as u64;
        let lasts_ns = match (event.dur_frames, rate_hz) {
            (Some(frames), Some(rate_hz)) if rate_hz > 0.0 => (frames as f64 / rate_hz * 1e9) as i64,
            _ => 0,
        };
        self.last_seq = event.seq;
        self.bytes += bytes;
        self.bytes_taken += bytes;
        let end_ns = event.ts_ns.saturating_add(lasts_ns);
        let entry = Entry { event, bytes, end_ns, taken: Instant::now(), bytes_through: self.bytes_taken };
        self.entries.push_back(entry.clone());
        entry
    }

    /// Takes the oldest out when it is one too many or too old, and nobody up to `floor` still needs it.
    pub fn expire_one(&mut self, floor: u64, now: Instant) -> Option<Entry> {
        let oldest = self.entries.front()?;
        let expired = self.entries.len() > self.most || !oldest.is_younger_than(self.age, now);
        if expired { self.pop(floor) } else { None }
    }

    /// Takes the oldest out, unless somebody still needs it.
    pub fn pop(&mut self, floor: u64) -> Option<Entry> {
        if self.entries.front()?.event.seq > floor {
            return None;
        }
        let entry = self.entries.pop_front()?;
        self.bytes -= entry.bytes;
        Some(entry)
    }

    /// Takes out what has expired, as much as one new event may pay for; true when there may be more.
    pub fn expire(&mut self, floor: u64, mut told: impl FnMut(Entry)) -> bool {
        let now = Instant::now();
        for _ in 0..EXPIRED_PER_EVENT {
            match self.expire_one(floor, now) {
                Some(entry) => told(entry),
                None => return false,
            }
        }
        true
    }

    /// The events after `seq` that are not too old.
    pub fn fresh_after(&self, seq: u64) -> impl Iterator<Item = &Entry> {
        let (age, now) = (self.age, Instant::now());
        self.after(seq).skip_while(move |entry| !entry.is_younger_than(age, now))
    }

    /// The events after `seq`.
    pub fn after(&self, seq: u64) -> impl Iterator<Item = &Entry> {
        let from = seq.saturating_add(1).clamp(self.first_seq(), self.last_seq + 1);
        self.entries.range((from - self.first_seq()) as usize..)
    }

    /// How many events after `seq` are not kept any more. What was before this bus is nobody's loss.
    pub fn missed_after(&self, seq: u64) -> u64 {
        self.first_seq().saturating_sub(seq.max(self.begun_after).saturating_add(1))
    }

    /// Bytes of the events after `seq` that are kept.
    pub fn bytes_after(&self, seq: u64) -> u64 {
        match self.after(seq).next() {
            Some(next) => self.bytes_taken - next.bytes_through + next.bytes,
            None => 0,
        }
    }
}

impl Entry {
    /// Whether it covers a moment of `from_ns ..= to_ns`.
    pub fn overlaps(&self, from_ns: i64, to_ns: i64) -> bool {
        self.event.ts_ns <= to_ns && self.end_ns >= from_ns
    }

    /// Whether the bus took it within the last `age`.
    pub fn is_younger_than(&self, age: Duration, now: Instant) -> bool {
        now.saturating_duration_since(self.taken) <= age
    }
}
