//! What comes in, form by form, and what does not.

mod bad_input;
mod forms;
mod once;

use super::{Author, Ingest, IngestOptions, Refusal, RefusalKind, Taken};
use crate::bus::Bus;
use crate::event::Event;
use serde_json::Value;
use std::sync::Arc;

struct Door {
    bus: Bus,
    ingest: Ingest,
}

impl Door {
    fn new() -> Self {
        Self::with(IngestOptions { rate: None, ..IngestOptions::default() })
    }

    fn with(options: IngestOptions) -> Self {
        let bus = Bus::default();
        Self { ingest: Ingest::new(bus.clone(), options, None), bus }
    }

    fn send(&self, value: Value) -> Result<Taken, Refusal> {
        self.ingest.take_json(&Author::Program, value.to_string().as_bytes())
    }

    fn event(&self, value: Value) -> Arc<Event> {
        self.send(value).unwrap().event.unwrap()
    }

    fn refused(&self, value: Value) -> (RefusalKind, String) {
        let before = self.bus.last_seq();
        let refusal = self.send(value).unwrap_err();
        assert_eq!(self.bus.last_seq(), before, "a refused event must not be on the bus");
        (refusal.kind, refusal.message)
    }
}
