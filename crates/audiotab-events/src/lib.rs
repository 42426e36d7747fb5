//! What happened around the signal, on the same clock as the sound.
//!
//! * `event`: the envelope. `draft`: an event before the bus took it. `kinds`: what a kind is shown as.
//! * `bus`: takes events from any thread, gives each its place in the order and keeps the newest. `stream_clock`: the
//!   frame that a moment belongs to.
//! * `feed`: the live protocol, one client's view of the bus.
//!
//! Invariant: an event never carries sound, and nothing here knows where sound comes from.

mod bus;
mod draft;
mod event;
pub mod feed;
mod kinds;
mod stream_clock;

pub use bus::{Bus, BusOptions, Passage};
pub use draft::Draft;
pub use event::{Event, SCHEMA_VERSION, Severity};
pub use kinds::{Kind, kind_of};
pub use stream_clock::{StreamClock, StreamPosition};
