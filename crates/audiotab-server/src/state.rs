//! What all requests of one server share.

use crate::ServeOptions;
use crate::access::Access;
use crate::events::{Audience, Listener, Playback};
#[cfg(unix)]
use crate::local::Peer;
use audiotab_engine::Engine;
use audiotab_events::ingest::Ingest;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Shared by all requests.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The session.
    pub engine: Engine,
    /// The secrets.
    pub access: Arc<Access>,
    /// What goes over the wire.
    pub traffic: Arc<Traffic>,
    /// Who listens to events.
    pub audience: Arc<Audience>,
    /// What is shown again at a pace.
    pub playback: Arc<Playback>,
    /// The door for events from outside.
    pub ingest: Arc<Ingest>,
    /// Events are sent in windows of this length.
    pub window: Duration,
    /// Becomes true when the server stops; WebSockets say goodbye then.
    pub stop: watch::Receiver<bool>,
}

impl Shared {
    /// Everything counted from nothing.
    pub fn new(
        engine: Engine,
        access: Arc<Access>,
        options: &ServeOptions,
        stop: watch::Receiver<bool>,
    ) -> Self {
        if let Err(error) = engine.observation().dashboard() {
            tracing::warn!(%error, "there is no dashboard yet"); // asked for again by whoever looks at it
        }
        let (traffic, audience, playback) = (Arc::default(), Arc::default(), Arc::default());
        let ledger = Some(engine.observation().ledger());
        let ingest = Arc::new(Ingest::new(engine.bus().clone(), options.ingest, ledger));
        Self { engine, access, traffic, audience, playback, ingest, window: options.window, stop }
    }

    /// Counts one listener more, and keeps level events coming if it wants them.
    pub fn listens(&self, to_levels: bool) -> Listener {
        let mut listener = self.audience.joins();
        listener.hears_levels(to_levels, &self.engine);
        listener
    }
}

/// Completes when the server stops; never where nothing can stop it.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// How the connection of a request came in, an extension of the request.
#[derive(Clone, Copy, Debug)]
pub enum Arrived {
    /// At this local address.
    At(IpAddr),
    /// Over the private socket, from this process of our user.
    #[cfg(unix)]
    From(Peer),
}

/// Counters since the start. Relaxed everywhere: they are for people, nothing is decided by them.
#[derive(Debug)]
pub struct Traffic {
    started: Instant,
    connections: AtomicUsize,
    sockets: AtomicUsize,
    refused: AtomicU64,
    packets: AtomicU64,
    packet_bytes: AtomicU64,
}

/// One reading of [`Traffic`].
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficStatus {
    /// Seconds since the server started.
    pub uptime_s: u64,
    /// Open connections.
    pub connections: usize,
    /// Most connections at a time.
    pub connection_limit: usize,
    /// Connections turned away at the limit.
    pub refused: u64,
    /// Open ring WebSockets.
    pub ring_sockets: usize,
    /// Ring packets sent.
    pub packets: u64,
    /// Bytes in those packets.
    pub packet_bytes: u64,
}

/// Counts one open thing until it is dropped.
#[derive(Debug)]
pub struct Open {
    traffic: Arc<Traffic>,
    counter: fn(&Traffic) -> &AtomicUsize,
}

impl Drop for Open {
    fn drop(&mut self) {
        (self.counter)(&self.traffic).fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            connections: AtomicUsize::new(0),
            sockets: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            packets: AtomicU64::new(0),
            packet_bytes: AtomicU64::new(0),
        }
    }
}

impl Traffic {
    /// Counts a connection, or refuses it when [`crate::limits::CONNECTIONS`] are open.
    pub fn connection(self: &Arc<Self>) -> Option<Open> {
        let within = |open| (open < crate::limits::CONNECTIONS).then_some(open + 1);
        if self.connections.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within).is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(Open { traffic: self.clone(), counter: |t| &t.connections })
    }

    /// Counts a ring WebSocket.
    pub fn socket(self: &Arc<Self>) -> Open {
        self.sockets.fetch_add(1, Ordering::Relaxed);
        Open { traffic: self.clone(), counter: |t| &t.sockets }
    }

    /// Counts a packet of `len_bytes`.
    pub fn packet(&self, len_bytes: usize) {
        self.packets.fetch_add(1, Ordering::Relaxed);
        self.packet_bytes.fetch_add(len_bytes as u64, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn status(&self) -> TrafficStatus {
        TrafficStatus {
            uptime_s: self.started.elapsed().as_secs(),
            connections: self.connections.load(Ordering::Relaxed),
            connection_limit: crate::limits::CONNECTIONS,
            refused: self.refused.load(Ordering::Relaxed),
            ring_sockets: self.sockets.load(Ordering::Relaxed),
            packets: self.packets.load(Ordering::Relaxed),
            packet_bytes: self.packet_bytes.load(Ordering::Relaxed),
        }
    }
}
