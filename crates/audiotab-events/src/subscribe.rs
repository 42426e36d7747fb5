//! Handlers: called with every event that fits, each behind its own cursor, so that none hurts another.

mod lane;

pub(crate) use lane::Lanes;
use lane::{Lane, Listener};

use crate::bus::Bus;
use crate::bus::shared::Shared;
use crate::error::BusError;
use crate::event::Event;
use crate::glob::Globs;
use std::sync::Arc;

/// A subscription. Ends when dropped; a call that has begun by then runs to its end.
#[derive(Debug)]
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    lane: Arc<Lane>,
    handler: Arc<Listener>,
    shared: Arc<Shared>,
}

/// Calls its handlers one after the other on one thread: for each event, in the order they subscribed. A handler that
/// is slow keeps only those of the same dispatcher waiting.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    lane: Arc<Lane>,
    shared: Arc<Shared>,
    _alive: Arc<Alive>,
}

/// Ends the lane when the last handle of its dispatcher and its last handler are gone.
#[derive(Debug)]
struct Alive(Arc<Lane>, Arc<Shared>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.no_more_handlers();
        self.1.wake_readers();
    }
}

impl Bus {
    /// Calls `handler` on a thread of its own with every later event whose kind fits one of the patterns; no pattern is
    /// every event. A handler may use the bus. If it panics, that is counted and it is called again for the next event.
    /// If it is too slow, it misses events, counted.
    ///
    /// # Errors
    /// When a pattern is unreasonable or the system gives no thread.
    pub fn subscribe(
        &self,
        globs: &[&str],
        handler: impl FnMut(&Arc<Event>) + Send + 'static,
    ) -> Result<Subscription, BusError> {
        self.dispatcher("bus handler")?.subscribe(globs, handler)
    }

    /// The same under a name that can be taken only once.
    ///
    /// # Errors
    /// As [`Bus::subscribe`], and when the name is taken: the subscription that has it goes on.
    pub fn subscribe_as(
        &self,
        name: &str,
        globs: &[&str],
        handler: impl FnMut(&Arc<Event>) + Send + 'static,
    ) -> Result<Subscription, BusError> {
        let dispatcher = self.dispatcher("bus handler")?;
        dispatcher.add(Some(name), Globs::new(globs)?, Box::new(handler))
    }

    /// Ends the subscription of this name; false when there is none.
    pub fn unsubscribe(&self, name: &str) -> bool {
        match self.shared.lanes.named(name) {
            Some((lane, handler)) => {
                lane.remove(&handler);
                lane.wait_for_call(&handler);
                self.shared.wake_readers();
                true
            }
            None => false,
        }
    }

    /// A thread that calls several handlers in the order they subscribed.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn dispatcher(&self, thread_name: &str) -> Result<Dispatcher, BusError> {
        let lane = self.shared.lanes.open(&self.shared, thread_name)?;
        let alive = Arc::new(Alive(lane.clone(), self.shared.clone()));
        Ok(Dispatcher { lane, shared: self.shared.clone(), _alive: alive })
    }
}

impl Dispatcher {
    /// As [`Bus::subscribe`], on this dispatcher's thread.
    ///
    /// # Errors
    /// When a pattern is unreasonable.
    pub fn subscribe(
        &self,
        globs: &[&str],
        handler: impl FnMut(&Arc<Event>) + Send + 'static,
    ) -> Result<Subscription, BusError> {
        self.add(None, Globs::new(globs)?, Box::new(handler))
    }

    fn add(&self, name: Option<&str>, globs: Globs, call: lane::Call) -> Result<Subscription, BusError> {
        let since = self.shared.state().log.last_seq();
        let handler = self.shared.lanes.add(&self.lane, name, globs, since, call)?;
        Ok(Subscription { lane: self.lane.clone(), handler, shared: self.shared.clone() })
    }
}

impl Subscription {
    /// Ends it. No call begins after this has returned, and a call that was running has ended, unless it is the caller.
    pub fn unsubscribe(self) {
        self.lane.remove(&self.handler);
        self.lane.wait_for_call(&self.handler);
    }

    /// How often the handler was called.
    pub fn calls(&self) -> u64 {
        self.handler.calls()
    }

    /// How often it panicked.
    pub fn panics(&self) -> u64 {
        self.handler.panics()
    }

    /// How many events it came too late for.
    pub fn missed(&self) -> u64 {
        self.handler.missed()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.lane.remove(&self.handler);
        self.shared.wake_readers();
    }
}
