//! The journal as its users meet it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod files;
mod log;
mod operations;
mod sql;
mod transfer;
mod upkeep;

use audiotab_events::{Bus, Journal, JournalOptions};
use std::path::Path;
use std::time::Duration;

/// Far beyond any machine: what waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

fn open(dir: &Path) -> (Bus, Journal) {
    let bus = Bus::default();
    let journal = Journal::open(dir, &bus, JournalOptions::default()).unwrap();
    (bus, journal)
}

/// Waits until everything told so far is on disk.
fn settle(bus: &Bus, journal: &Journal) {
    assert!(journal.wait_durable(bus.last_seq(), PATIENCE));
}
