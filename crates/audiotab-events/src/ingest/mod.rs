//! The door for events from outside: what programs send becomes a checked draft, once, and then an event of the bus.
//!
//! * `shape`: which of the five accepted forms a JSON object is. `native`, `norikv`, `t4dv`, `realm`, `vidurai`: each
//!   form's fields. `fields`: taking typed fields out of an object. `times`: moments as they are written.
//! * `limits`: how much one event may be. `rate`: how many a source may send. `receipts`: the same id is the same
//!   event. `canonical`: the digest by which contents are compared.
//!
//! Invariant: whoever sends an event never chooses its `seq`, and never speaks in the name of AudioTab itself.

mod author;
mod canonical;
mod fields;
mod limits;
mod native;
mod norikv;
mod rate;
mod realm;
mod receipts;
mod refusal;
mod shape;
mod t4dv;
mod times;
mod vidurai;

#[cfg(test)]
mod tests;

pub use author::Author;
pub use limits::{EVENT_BYTES, EVENT_DEPTH};
pub use rate::RateLimit;
pub use receipts::{Ledger, Receipt};
pub use refusal::{Refusal, RefusalKind};

use crate::bus::Bus;
use crate::draft::Draft;
use crate::event::Event;
use rate::Rates;
use receipts::{Once, Receipts};
use serde_json::Value;
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How events from outside are treated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IngestOptions {
    /// False: only our own page may send events.
    pub external: bool,
    /// How many events one source may send; None for as many as it likes.
    pub rate: Option<RateLimit>,
    /// How many ids are remembered in memory; the journal remembers the rest.
    pub remembered_ids: usize,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self { external: true, rate: Some(RateLimit::default()), remembered_ids: 100_000 }
    }
}

/// The door. One per bus, shared by all ways in, so that an event sent by two of them is still one event.
#[derive(Debug)]
pub struct Ingest {
    bus: Bus,
    options: IngestOptions,
    ledger: Option<Arc<dyn Ledger>>,
    receipts: Receipts,
    rates: Mutex<Rates>,
}

/// An event that is on the bus, now or since before.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Its id.
    pub id: Uuid,
    /// Its place in the order of the bus.
    pub seq: u64,
    /// True when the same event was there already.
    pub duplicate: bool,
    /// The event, unless it is a duplicate that left the memory.
    pub event: Option<Arc<Event>>,
}

impl Ingest {
    /// A door to this bus. The ledger, if any, knows the events of before.
    pub fn new(bus: Bus, options: IngestOptions, ledger: Option<Arc<dyn Ledger>>) -> Self {
        let rates = Mutex::new(Rates::new(options.rate));
        Self { bus, options, ledger, receipts: Receipts::new(options.remembered_ids), rates }
    }

    /// What it was made with.
    pub fn options(&self) -> &IngestOptions {
        &self.options
    }

    /// One event as JSON text.
    ///
    /// # Errors
    /// One sentence saying what is wrong; nothing was taken then.
    pub fn take_json(&self, author: &Author, json: &[u8]) -> Result<Taken, Refusal> {
        limits::check_len(json.len())?;
        let value = serde_json::from_slice(json)
            .map_err(|error| Refusal::malformed(format!("This is not JSON: {error}.")))?;
        self.take(author, value)
    }

    /// One event as MessagePack with named fields, the same object as in JSON.
    ///
    /// # Errors
    /// As [`Ingest::take_json`].
    pub fn take_messagepack(&self, author: &Author, bytes: &[u8]) -> Result<Taken, Refusal> {
        limits::check_len(bytes.len())?;
        let mut reader = rmp_serde::Deserializer::new(Cursor::new(bytes));
        reader.set_max_depth(EVENT_DEPTH + 2);
        let value = serde::Deserialize::deserialize(&mut reader).map_err(|error| {
            Refusal::malformed(format!("This is not MessagePack with named fields: {error}."))
        })?;
        if reader.position() != bytes.len() as u64 {
            return Err(Refusal::malformed("One message holds one event; something follows it."));
        }
        self.take(author, value)
    }

    /// One event as an object.
    ///
    /// # Errors
    /// As [`Ingest::take_json`].
    pub fn take(&self, author: &Author, value: Value) -> Result<Taken, Refusal> {
        if !self.options.external && *author != Author::Page {
            return Err(Refusal::closed());
        }
        limits::check_value(&value)?;
        let text = canonical::text(&value);
        limits::check_len(text.len())?;
        let sha256 = canonical::sha256(&text);
        let mut draft = shape::draft(value)?;
        draft.source = author.stamp(&draft.source);
        draft.replayed = false;
        author.check(&draft)?;
        times::check(&draft, &self.bus)?;
        // A mark of our page was set now, wherever in the sound.
        if *author != Author::Page {
            draft.ts_ns = draft.ts_ns.or_else(|| times::ns_of_frame(&draft, &self.bus));
        }
        self.admit(&draft.source, Instant::now())?;
        self.emit_once(draft, sha256)
    }

    /// Tells of events that were left out in windows that are over. Hosts call it about once a second, so that the
    /// last flood is told of too.
    pub fn tick(&self, now: Instant) {
        let told = self.rates().over(now);
        self.tell(told);
    }

    /// Waits until the journal keeps `seq` safe from a crash; false when it could not in this time or there is none.
    pub fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        self.ledger.as_ref().is_some_and(|ledger| ledger.wait_durable(seq, patience))
    }

    fn admit(&self, source: &str, now: Instant) -> Result<(), Refusal> {
        let (told, admitted) = {
            let mut rates = self.rates();
            (rates.over(now), rates.admit(source, now))
        };
        self.tell(told);
        admitted.map_err(Refusal::too_many)
    }

    fn tell(&self, suppressed: Vec<rate::Suppressed>) {
        for one in suppressed {
            self.bus.emit(
                Draft::new("events.suppressed", "server")
                    .with("source", one.source)
                    .with("count", one.count)
                    .with("window_s", one.window.as_secs())
                    .placed_by_time(),
            );
        }
    }

    fn emit_once(&self, mut draft: Draft, sha256: [u8; 32]) -> Result<Taken, Refusal> {
        draft.sha256 = Some(sha256);
        let Some(id) = draft.id else {
            return Self::on_the_bus(self.bus.emit(draft));
        };
        let mut emitted = None;
        let emit = || {
            let event = self.bus.emit(draft);
            let seq = event.seq;
            emitted = Some(event);
            seq
        };
        match self.receipts.once(id, sha256, self.ledger.as_deref(), emit) {
            Once::First => emitted.map_or_else(|| Err(Refusal::off()), Self::on_the_bus),
            Once::Again(seq) => Ok(Taken { id, seq, duplicate: true, event: self.event_at(seq, id) }),
            Once::Otherwise => Err(Refusal::conflict(id)),
        }
    }

    fn on_the_bus(event: Arc<Event>) -> Result<Taken, Refusal> {
        if event.seq == 0 {
            return Err(Refusal::off());
        }
        Ok(Taken { id: event.id, seq: event.seq, duplicate: false, event: Some(event) })
    }

    fn event_at(&self, seq: u64, id: Uuid) -> Option<Arc<Event>> {
        let passage = self.bus.after(seq.checked_sub(1)?, 1);
        passage.events.into_iter().next().filter(|event| event.id == id)
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
