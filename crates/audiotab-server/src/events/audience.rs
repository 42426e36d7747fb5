//! Who listens to events, and what they were told, counted.

use audiotab_engine::{Engine, LevelTap};
use audiotab_events::feed::ServerMessage;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Counters since the start, for people: nothing is decided by them.
#[derive(Debug, Default)]
pub struct Audience {
    clients: AtomicUsize,
    batches: AtomicU64,
    events: AtomicU64,
    gaps: AtomicU64,
    missed: AtomicU64,
    stalled: AtomicU64,
}

/// One reading of [`Audience`].
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AudienceStatus {
    /// Open event sockets and streams.
    pub connected_clients: usize,
    /// Batches sent to all clients together.
    pub total_batches_sent: u64,
    /// Events in them.
    pub total_events_sent: u64,
    /// Times a client was told that it missed something.
    pub total_gaps: u64,
    /// Events it missed.
    pub total_events_missed: u64,
    /// Clients closed because they took nothing for too long.
    pub clients_stalled: u64,
}

/// One client, until dropped. Keeps level events coming while it wants them.
#[derive(Debug)]
pub struct Listener {
    audience: Arc<Audience>,
    levels: Option<LevelTap>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.audience.clients.fetch_sub(1, Relaxed);
    }
}

impl Audience {
    /// Counts a client.
    pub fn joins(self: &Arc<Self>) -> Listener {
        self.clients.fetch_add(1, Relaxed);
        Listener { audience: self.clone(), levels: None }
    }

    /// The counters now.
    pub fn status(&self) -> AudienceStatus {
        AudienceStatus {
            connected_clients: self.clients.load(Relaxed),
            total_batches_sent: self.batches.load(Relaxed),
            total_events_sent: self.events.load(Relaxed),
            total_gaps: self.gaps.load(Relaxed),
            total_events_missed: self.missed.load(Relaxed),
            clients_stalled: self.stalled.load(Relaxed),
        }
    }
}

impl Listener {
    /// Keeps level events coming from now on, or lets them end.
    pub fn hears_levels(&mut self, wanted: bool, engine: &Engine) {
        if wanted != self.levels.is_some() {
            self.levels = wanted.then(|| engine.tap_levels());
        }
    }

    /// Counts what is about to be sent.
    pub fn is_told(&self, message: &ServerMessage) {
        match message {
            ServerMessage::Batch { data, .. } => {
                self.audience.batches.fetch_add(1, Relaxed);
                self.audience.events.fetch_add(data.events.len() as u64, Relaxed);
            }
            ServerMessage::Gap { missed, .. } => {
                self.audience.gaps.fetch_add(1, Relaxed);
                self.audience.missed.fetch_add(*missed, Relaxed);
            }
            _ => {}
        }
    }

    /// Counts a client that is closed because it takes nothing.
    pub fn stalls(&self) {
        self.audience.stalled.fetch_add(1, Relaxed);
    }
}
