//! One thread behind one cursor, and the handlers it calls.

use crate::bus::shared::Shared;
use crate::error::BusError;
use crate::event::Event;
use crate::glob::Globs;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// Events taken from the log at once.
const AT_ONCE: usize = 256;

pub(crate) type Call = Box<dyn FnMut(&Arc<Event>) + Send>;

/// All lanes of a bus.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Mutex<Vec<Arc<Lane>>>,
}

#[derive(Debug)]
pub(crate) struct Lane {
    /// In the order they subscribed. Replaced as a whole, so that a handler may subscribe while it is called.
    handlers: Mutex<Arc<[Arc<Listener>]>>,
    /// No handler will be added any more.
    complete: AtomicBool,
    progress: Mutex<Progress>,
    got_on: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    done: u64,
    ended: bool,
    thread: Option<ThreadId>,
}

/// One handler with what is known about it.
pub(crate) struct Listener {
    name: Option<String>,
    globs: Globs,
    /// It subscribed after this event.
    since: u64,
    gone: AtomicBool,
    /// Locked while it is called; None when it is gone.
    call: Mutex<Option<Call>>,
    calls: AtomicU64,
    panics: AtomicU64,
    missed: AtomicU64,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("name", &self.name)
            .field("globs", &self.globs)
            .finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lanes {
    /// A lane with its thread, from the newest event on.
    pub fn open(&self, shared: &Arc<Shared>, thread_name: &str) -> Result<Arc<Lane>, BusError> {
        let done = shared.state().log.last_seq();
        let lane = Arc::new(Lane {
            handlers: Mutex::new(Arc::new([])),
            complete: AtomicBool::new(false),
            progress: Mutex::new(Progress { done, ..Progress::default() }),
            got_on: Condvar::new(),
        });
        let (its_lane, its_shared) = (lane.clone(), shared.clone());
        locked(&self.lanes).push(lane.clone());
        let spawned = thread::Builder::new().name(thread_name.into()).spawn(move || {
            its_lane.run(&its_shared, done);
            its_lane.end();
            its_shared.lanes.forget(&its_lane);
        });
        if let Err(error) = spawned {
            self.forget(&lane);
            return Err(error.into());
        }
        Ok(lane)
    }

    /// A new last handler of a lane.
    pub fn add(
        &self,
        lane: &Lane,
        name: Option<&str>,
        globs: Globs,
        since: u64,
        call: Call,
    ) -> Result<Arc<Listener>, BusError> {
        let lanes = locked(&self.lanes);
        if let Some(name) = name
            && find(&lanes, name).is_some()
        {
            return Err(BusError::NameTaken(name.to_owned()));
        }
        let handler = Arc::new(Listener {
            name: name.map(str::to_owned),
            globs,
            since,
            gone: AtomicBool::new(false),
            call: Mutex::new(Some(call)),
            calls: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            missed: AtomicU64::new(0),
        });
        let mut handlers = locked(&lane.handlers);
        *handlers = handlers.iter().cloned().chain([handler.clone()]).collect();
        Ok(handler)
    }

    pub fn named(&self, name: &str) -> Option<(Arc<Lane>, Arc<Listener>)> {
        find(&locked(&self.lanes), name)
    }

    pub fn handler_count(&self) -> usize {
        locked(&self.lanes).iter().map(|lane| locked(&lane.handlers).len()).sum()
    }

    /// Waits until every lane is through with the event `seq`, but for the one that asks.
    pub fn wait_for_all(&self, seq: u64) {
        let lanes = locked(&self.lanes).clone();
        for lane in lanes {
            lane.wait_for(seq);
        }
    }

    fn forget(&self, lane: &Arc<Lane>) {
        locked(&self.lanes).retain(|other| !Arc::ptr_eq(other, lane));
    }
}

fn find(lanes: &[Arc<Lane>], name: &str) -> Option<(Arc<Lane>, Arc<Listener>)> {
    lanes.iter().find_map(|lane| {
        let handlers = locked(&lane.handlers).clone();
        let handler = handlers.iter().find(|handler| handler.name.as_deref() == Some(name))?;
        Some((lane.clone(), handler.clone()))
    })
}

impl Lane {
    fn run(&self, shared: &Shared, mut cursor: u64) {
        locked(&self.progress).thread = Some(thread::current().id());
        loop {
            let (first_seq, missed, events) = {
                let log = &shared.state().log;
                let events: Vec<_> =
                    log.after(cursor).take(AT_ONCE).map(|entry| entry.event.clone()).collect();
                (log.first_seq(), log.missed_after(cursor), events)
            };
            if missed > 0 {
                self.tell_missed(shared, first_seq, missed);
            }
            cursor = cursor.max(first_seq - 1);
            for event in &events {
                let handlers = locked(&self.handlers).clone();
                for handler in handlers.iter().filter(|handler| handler.wants(event)) {
                    handler.call(event, shared);
                }
                cursor = event.seq;
            }
            self.through_with(cursor);
            if self.over() {
                return;
            }
            if events.is_empty()
                && !shared.wait_until(Duration::MAX, |state| state.log.last_seq() > cursor || self.over())
            {
                return;
            }
        }
    }

    fn tell_missed(&self, shared: &Shared, first_seq: u64, missed: u64) {
        for handler in locked(&self.handlers).iter() {
            let its = missed.min((first_seq - 1).saturating_sub(handler.since));
            handler.missed.fetch_add(its, Ordering::Relaxed);
            shared.counters.handlers_missed.fetch_add(its, Ordering::Relaxed);
        }
    }

    fn over(&self) -> bool {
        self.complete.load(Ordering::Acquire) && locked(&self.handlers).is_empty()
    }

    fn end(&self) {
        locked(&self.progress).ended = true;
        self.got_on.notify_all();
    }

    fn through_with(&self, seq: u64) {
        locked(&self.progress).done = seq;
        self.got_on.notify_all();
    }

    /// The dispatcher's handle is gone.
    pub fn no_more_handlers(&self) {
        // Release: handlers added before are seen by the thread that acts on this.
        self.complete.store(true, Ordering::Release);
    }

    fn wait_for(&self, seq: u64) {
        let progress = locked(&self.progress);
        if progress.thread == Some(thread::current().id()) {
            return;
        }
        let waited = self.got_on.wait_while(progress, |progress| progress.done < seq && !progress.ended);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes a handler out: no new call of it is begun.
    pub fn remove(&self, handler: &Arc<Listener>) {
        handler.gone.store(true, Ordering::Release);
        let mut handlers = locked(&self.handlers);
        *handlers = handlers.iter().filter(|other| !Arc::ptr_eq(other, handler)).cloned().collect();
    }

    /// Waits for a call that has begun, unless it is the one that asks.
    pub fn wait_for_call(&self, handler: &Listener) {
        if locked(&self.progress).thread != Some(thread::current().id()) {
            *locked(&handler.call) = None;
        }
    }
}

impl Listener {
    fn wants(&self, event: &Event) -> bool {
        event.seq > self.since && self.globs.matches(&event.kind)
    }

    fn call(&self, event: &Arc<Event>, shared: &Shared) {
        let mut call = locked(&self.call);
        // Whoever removes it sets `gone` first and then waits for this lock.
        if self.gone.load(Ordering::Acquire) {
            return;
        }
        let Some(function) = call.as_mut() else { return };
        self.calls.fetch_add(1, Ordering::Relaxed);
        if catch_unwind(AssertUnwindSafe(|| function(event))).is_err() {
            self.panics.fetch_add(1, Ordering::Relaxed);
            shared.counters.handler_panics.fetch_add(1, Ordering::Relaxed);
            tracing::error!(kind = event.kind, name = self.name, "a handler of the bus panicked");
        }
    }

    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}
