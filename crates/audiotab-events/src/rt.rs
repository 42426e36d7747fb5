//! Events from real-time threads: `emit_rt` moves a flat record into a queue, and that is all. A thread of the bus turns
//! the records into events.

mod event;
mod queues;

pub use event::{RtChannels, RtEvent, RtValue};
pub(crate) use queues::Queues;

use crate::bus::Bus;
use crate::error::BusError;
use rtrb::Producer;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The end of a queue that belongs to one real-time thread.
#[derive(Debug)]
pub struct RtSender {
    queue: Producer<RtEvent>,
    dropped: Arc<AtomicU64>,
}

impl Bus {
    /// A queue of `capacity` records for one real-time thread, made before that thread needs it.
    ///
    /// # Errors
    /// When the system gives no thread to empty it.
    pub fn rt_sender(&self, capacity: usize) -> Result<RtSender, BusError> {
        let (mut queue, mut consumer) = rtrb::RingBuffer::new(capacity.max(1));
        // Memory that was never written is given by the system page by page, at the first touch: which is now.
        while queue.push(RtEvent::new("", "")).is_ok() {}
        while consumer.pop().is_ok() {}
        let dropped = Arc::new(AtomicU64::new(0));
        self.shared.queues.add(&self.shared, consumer, dropped.clone())?;
        Ok(RtSender { queue, dropped })
    }
}

impl RtSender {
    /// Hands over an event without allocating, locking, waiting or calling the system. False when the queue is full:
    /// then the event is lost, counted, and told of as `bus.rt_dropped`.
    pub fn emit_rt(&mut self, event: RtEvent) -> bool {
        let taken = self.queue.push(event).is_ok();
        if !taken {
            // Publishes nothing but itself; the thread of the bus reads it when it next looks.
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// How many were lost so far.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
