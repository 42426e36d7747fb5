//! The queues of all real-time threads, and the thread that empties them.

use crate::bus::shared::{Shared, wall_ns};
use crate::draft::Draft;
use crate::error::BusError;
use crate::rt::RtEvent;
use rtrb::Consumer;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often the queues are looked into. A real-time thread cannot wake anybody: that is a system call.
const LOOK_EVERY: Duration = Duration::from_millis(5);

#[derive(Debug, Default)]
pub(crate) struct Queues {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// Each with a lock of its own: a keeper that makes one of them wait does not keep a new one out.
    queues: Vec<Arc<Mutex<Queue>>>,
    /// Whether the thread runs.
    emptied: bool,
}

#[derive(Debug)]
struct Queue {
    records: Consumer<RtEvent>,
    dropped: Arc<AtomicU64>,
    dropped_told: u64,
}

impl Queues {
    /// Takes a queue in. The thread lives while there are queues.
    pub fn add(
        &self,
        shared: &Arc<Shared>,
        records: Consumer<RtEvent>,
        dropped: Arc<AtomicU64>,
    ) -> Result<(), BusError> {
        let mut open = self.open();
        if !open.emptied {
            let shared = shared.clone();
            thread::Builder::new()
                .name("bus real-time".into())
                .spawn(move || empty_until_none_left(&shared))?;
            open.emptied = true;
        }
        open.queues.push(Arc::new(Mutex::new(Queue { records, dropped, dropped_told: 0 })));
        Ok(())
    }

    /// Turns everything that lies in the queues into events, in each queue's order.
    pub fn drain(&self, shared: &Shared) {
        let queues = self.open().queues.clone();
        for queue in queues {
            locked(&queue).drain(shared);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        locked(&self.open)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Queue {
    fn drain(&mut self, shared: &Shared) {
        // No more than now lie there: a thread that never stops must not keep the others waiting.
        for _ in 0..self.records.slots() {
            let Ok(record) = self.records.pop() else { break };
            shared.take(record.into_draft(&shared.clock, wall_ns()), true);
        }
        let dropped = self.dropped.load(Ordering::Relaxed);
        let new = dropped - self.dropped_told;
        if new > 0 {
            self.dropped_told = dropped;
            shared.counters.rt_dropped.fetch_add(new, Ordering::Relaxed);
            shared
                .take(Draft::new("bus.rt_dropped", "engine").with("count", new).with("total", dropped), true);
        }
    }
}

fn empty_until_none_left(shared: &Shared) {
    loop {
        let queues = shared.queues.open().queues.clone();
        let mut over = Vec::new();
        for queue in &queues {
            let mut its = locked(queue);
            let abandoned = its.records.is_abandoned();
            // Pairs with the release of the sender's drop: its last records are there once it is seen to be gone.
            fence(Ordering::Acquire);
            its.drain(shared);
            if abandoned {
                over.push(queue);
            }
        }
        let mut open = shared.queues.open();
        open.queues.retain(|queue| !over.iter().any(|gone| Arc::ptr_eq(gone, queue)));
        if open.queues.is_empty() || shared.state().closed {
            open.emptied = false;
            return;
        }
        drop(open);
        thread::sleep(LOOK_EVERY);
    }
}
