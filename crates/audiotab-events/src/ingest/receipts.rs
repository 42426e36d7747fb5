//! The same id is the same event: which ids were taken, and what they stood for.

use std::collections::{HashMap, VecDeque};
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// That an event was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the order of the bus.
    pub seq: u64,
    /// SHA-256 of what its author sent, in canonical JSON; None for an event of our own, or of before there were
    /// digests: then the id alone decides.
    pub sha256: Option<[u8; 32]>,
}

/// What remembers events for longer than memory: the journal.
pub trait Ledger: Debug + Send + Sync {
    /// The receipt of an id.
    fn receipt(&self, id: Uuid) -> Option<Receipt>;

    /// Waits until everything up to `seq` is safe from a crash; false when the time is up first.
    fn wait_durable(&self, seq: u64, patience: Duration) -> bool;
}

/// How often an event came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Once {
    /// It is new and was emitted.
    First,
    /// It is there already, at this place.
    Again(u64),
    /// Its id is there, with other content.
    Otherwise,
}

const SHARDS: usize = 16;

/// Receipts in memory. An id is locked, with a few others, while its event is being emitted: two copies that arrive
/// at the same moment are still one event.
#[derive(Debug)]
pub(super) struct Receipts {
    shards: [Mutex<Shard>; SHARDS],
    kept_per_shard: usize,
}

#[derive(Debug, Default)]
struct Shard {
    by_id: HashMap<Uuid, Receipt>,
    oldest_first: VecDeque<Uuid>,
}

impl Receipts {
    pub(super) fn new(kept: usize) -> Self {
        Self { shards: Default::default(), kept_per_shard: kept.div_ceil(SHARDS).max(1) }
    }

    /// Calls `emit`, which gives the place in the order (0 for none), unless the id is known.
    pub(super) fn once(
        &self,
        id: Uuid,
        sha256: [u8; 32],
        ledger: Option<&dyn Ledger>,
        emit: impl FnOnce() -> u64,
    ) -> Once {
        // The last byte is random in every version of UUID that is in use.
        let shard = usize::from(id.as_bytes()[15]) % SHARDS;
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let known = shard.by_id.get(&id).copied();
        if let Some(receipt) = known.or_else(|| ledger?.receipt(id)) {
            let same = receipt.sha256.is_none_or(|known| known == sha256);
            return if same { Once::Again(receipt.seq) } else { Once::Otherwise };
        }
        let seq = emit();
        if seq > 0 {
            shard.by_id.insert(id, Receipt { seq, sha256: Some(sha256) });
            shard.oldest_first.push_back(id);
            if shard.oldest_first.len() > self.kept_per_shard
                && let Some(oldest) = shard.oldest_first.pop_front()
            {
                shard.by_id.remove(&oldest);
            }
        }
        Once::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Debug)]
    struct Book(Uuid, Receipt);
    impl Ledger for Book {
        fn receipt(&self, id: Uuid) -> Option<Receipt> {
            (id == self.0).then_some(self.1)
        }
        fn wait_durable(&self, _: u64, _: Duration) -> bool {
            true
        }
    }

    #[test]
    fn first_again_and_otherwise_from_memory_and_from_the_ledger() {
        let receipts = Receipts::new(100);
        let (id, old) = (Uuid::now_v7(), Uuid::now_v7());
        let book = Book(old, Receipt { seq: 3, sha256: Some([1; 32]) });
        let never = || unreachable!("emitted twice");
        assert_eq!(receipts.once(id, [1; 32], Some(&book), || 7), Once::First);
        assert_eq!(receipts.once(id, [1; 32], Some(&book), never), Once::Again(7));
        assert_eq!(receipts.once(id, [2; 32], Some(&book), never), Once::Otherwise);
        assert_eq!(receipts.once(old, [1; 32], Some(&book), never), Once::Again(3));
        assert_eq!(receipts.once(old, [2; 32], Some(&book), never), Once::Otherwise);
    }

    #[test]
    fn memory_is_bounded_and_what_a_bus_that_is_off_refused_is_not_remembered() {
        let receipts = Receipts::new(32);
        for seq in 1..=1000 {
            assert_eq!(receipts.once(Uuid::now_v7(), [0; 32], None, || seq), Once::First);
        }
        let held: usize = receipts.shards.iter().map(|s| s.lock().unwrap().by_id.len()).sum();
        assert!(held <= 32, "{held}");
        let id = Uuid::now_v7();
        assert_eq!(receipts.once(id, [0; 32], None, || 0), Once::First);
        assert_eq!(receipts.once(id, [0; 32], None, || 1), Once::First);
    }

    #[test]
    fn copies_that_arrive_together_are_one_event() {
        let (receipts, emitted) = (Receipts::new(1000), AtomicU64::new(0));
        let ids: Vec<_> = (0..200).map(|_| Uuid::now_v7()).collect();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for id in &ids {
                        receipts.once(*id, [0; 32], None, || emitted.fetch_add(1, Ordering::Relaxed) + 1);
                    }
                });
            }
        });
        assert_eq!(emitted.into_inner(), 200);
    }
}
