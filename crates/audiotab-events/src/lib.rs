//! What happened around the signal, on the same clock as the sound.
//!
//! * `event`: the envelope. `draft`: an event before the bus took it. `families`: payloads of fixed shape.
//! * `kinds`: what a kind is shown as. `glob`: patterns over kinds.
//! * `bus`: takes events from any thread, gives each its place in the order and keeps the newest. `rt`: the same for
//!   real-time threads. `subscribe`: handlers that are called. `statistics`: what the bus says about itself.
//! * `journal`: what happened, on disk.
//! * `ingest`: the door for events from outside.
//! * `stream_clock`: the frame that a moment belongs to. `aggregate`: events as one dashboard state.
//! * `feed`: the live protocol, one client's view of the bus.
//!
//! Invariant: an event never carries sound, and nothing here knows where sound comes from.

mod aggregate;
mod bus;
mod draft;
mod error;
mod event;
pub mod families;
pub mod feed;
mod glob;
pub mod ingest;
pub mod journal;
mod kinds;
mod render_load;
mod rt;
mod statistics;
mod stream_clock;
mod subscribe;

pub use aggregate::{
    Aggregator, Dashboard, DashboardState, EngineGauges, EngineState, EventWindow, LevelWindow,
    MaintenanceNote, MaintenanceState, OpsWindow, Windows,
};
pub use bus::{Bus, BusOptions, Keeper, KeeperLimits, Passage};
pub use draft::Draft;
pub use error::BusError;
pub use event::{Event, SCHEMA_VERSION, Severity};
pub use glob::{Glob, Globs};
pub use journal::{
    Journal, JournalError, JournalHealth, JournalOptions, JournalReader, LogPage, LogQuery, Receipt,
};
pub use kinds::{
    CHANNELS, Channel, Kind, canonical_kind, checkpoint_saved, job_started, kind_of, kinds, take_saved,
};
pub use render_load::RenderLoad;
pub use rt::{RtChannels, RtEvent, RtSender, RtValue};
pub use statistics::{Counts, Statistics};
pub use stream_clock::{StreamClock, StreamPosition};
pub use subscribe::{Dispatcher, Subscription};
