//! The journal as its users meet it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod crash;
mod crowd;
mod damage;
#[cfg(target_os = "linux")]
mod disk_full;
mod files;
mod log;
mod operations;
#[cfg(target_os = "linux")]
mod reopen;
mod sql;
mod transfer;
mod upkeep;

use audiotab_events::{Bus, Event, Journal, JournalOptions};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Far beyond any machine: what waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

fn open(dir: &Path) -> (Bus, Journal) {
    let bus = Bus::default();
    let journal = Journal::open(dir, &bus, JournalOptions::default()).unwrap();
    (bus, journal)
}

/// How often, or how many: few by default, as many as the environment says in the long run.
fn rounds(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().unwrap())
}

/// One row of numbers from a file of any size: the journal's own answers have a time limit.
fn numbers_of<const N: usize>(dir: &Path, sql: &str) -> [u64; N] {
    let connection = rusqlite::Connection::open(dir.join("journal.db")).unwrap();
    let row = connection.query_row(sql, [], |row| (0..N).map(|column| row.get::<_, i64>(column)).collect());
    let row: Vec<i64> = row.unwrap();
    std::array::from_fn(|column| row[column].unsigned_abs())
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// Waits until the bus has told an event of this kind.
fn wait_for(bus: &Bus, kind: &str) -> Arc<Event> {
    let mut seq = 0;
    loop {
        for event in bus.after(seq, 1_000).events {
            seq = event.seq;
            if event.kind == kind {
                return event;
            }
        }
        assert!(bus.wait_past(seq, PATIENCE), "no {kind}");
    }
}

/// Waits until everything told so far is on disk.
fn settle(bus: &Bus, journal: &Journal) {
    assert!(journal.wait_durable(bus.last_seq(), PATIENCE));
}
