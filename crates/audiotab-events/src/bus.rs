//! The bus: one order for all events, kept for a while, read by cursor.
//!
//! * `log`: the events in their order. `views`: a ring per topic and the recent ones. `weight`: what an event takes.
//! * `shared`: where events enter and readers sleep. `sleepers`: who wakes whom. `keeper`: a reader that the log waits
//!   for.

mod keeper;
mod log;
mod options;
pub(crate) mod shared;
mod sleepers;
mod views;
mod weight;

pub use keeper::{Keeper, KeeperLimits};
pub use options::BusOptions;
pub(crate) use weight::weight;

use crate::draft::Draft;
use crate::event::Event;
use crate::render_load::RenderLoad;
use crate::statistics::{Counts, Statistics};
use crate::stream_clock::StreamClock;
use serde_json::Value;
use shared::Shared;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What a reader finds behind its cursor.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// In the order of the bus.
    pub events: Vec<Arc<Event>>,
    /// How many the reader came too late for, before the first of `events`.
    pub missed: u64,
}

/// The bus. Clones share it; its threads end when the last clone is gone.
#[derive(Clone, Debug)]
pub struct Bus {
    pub(crate) shared: Arc<Shared>,
    /// Closes the bus with its last clone.
    _open: Arc<Open>,
}

#[derive(Debug)]
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::new(BusOptions::default())
    }
}

impl Bus {
    /// A bus of its own.
    pub fn new(options: BusOptions) -> Self {
        let shared = Arc::new(Shared::new(options));
        Self { _open: Arc::new(Open(shared.clone())), shared }
    }

    /// The bus of this process.
    pub fn global() -> &'static Self {
        static GLOBAL: OnceLock<Bus> = OnceLock::new();
        GLOBAL.get_or_init(Self::default)
    }

    /// The clock that places events in the sound.
    pub fn clock(&self) -> &StreamClock {
        &self.shared.clock
    }

    /// What pages say about their drawing.
    pub fn render_load(&self) -> &RenderLoad {
        &self.shared.render_load
    }

    /// How much it keeps.
    pub fn options(&self) -> &BusOptions {
        &self.shared.options
    }

    /// Takes an event from any thread but a real-time one, tells it to everybody and returns it with its place in the
    /// order. Waits only while a [`Keeper`] is too far behind. When switched off, nobody is told and `seq` is 0.
    pub fn emit(&self, draft: Draft) -> Arc<Event> {
        self.shared.take(draft, true)
    }

    /// Emits in one line. What is known goes into the payload, which is apart from the envelope: no name can clash.
    pub fn publish_event<N: Into<String>, V: Into<Value>>(
        &self,
        kind: &str,
        source: &str,
        project_path: Option<&str>,
        payload: impl IntoIterator<Item = (N, V)>,
    ) -> Arc<Event> {
        let mut draft = Draft::new(kind, source);
        if let Some(path) = project_path {
            draft = draft.with("project_path", path);
        }
        draft.payload.extend(payload.into_iter().map(|(name, value)| (name.into(), value.into())));
        self.emit(draft)
    }

    /// Switches the bus on or off. Off, events are neither kept nor told.
    pub fn set_enabled(&self, enabled: bool) {
        self.shared.enabled.store(enabled, Ordering::Relaxed);
    }

    /// Whether it is on.
    pub fn enabled(&self) -> bool {
        self.shared.enabled.load(Ordering::Relaxed)
    }

    /// Goes on counting after `seq`, where a journal ends; false when the first event has been taken already.
    pub fn continue_after(&self, seq: u64) -> bool {
        let continued = self.shared.state().continue_after(seq);
        self.shared.wake_readers();
        continued
    }

    /// Sequence number of the newest event, 0 before the first.
    pub fn last_seq(&self) -> u64 {
        self.shared.state().log.last_seq()
    }

    /// Up to `limit` events after `seq`.
    pub fn after(&self, seq: u64, limit: usize) -> Passage {
        let state = self.shared.state();
        Passage {
            events: state.log.after(seq).take(limit).map(|entry| entry.event.clone()).collect(),
            missed: state.log.missed_after(seq),
        }
    }

    /// Waits until there is an event after `seq`; false when the time is up first.
    pub fn wait_past(&self, seq: u64, patience: Duration) -> bool {
        self.shared.wait_until(patience, |state| state.log.last_seq() > seq)
    }

    /// The newest events, newest first. Passing measures such as `level.sample` ([`crate::Kind::journaled`] is false) are
    /// not among them; their topic's [`Bus::snapshot`] has them.
    pub fn recent(&self, limit: usize) -> Vec<Arc<Event>> {
        self.shared.state().views.recent(limit)
    }

    /// The events kept of one topic, oldest first; empty for a topic nobody spoke of.
    pub fn snapshot(&self, topic: &str) -> Vec<Arc<Event>> {
        self.shared.state().views.snapshot(topic)
    }

    /// The topics spoken of, sorted.
    pub fn topics(&self) -> Vec<String> {
        self.shared.state().views.topics()
    }

    /// The events of the history that cover a moment of `from_ns ..= to_ns` (wall clock), in the order of the bus.
    pub fn range(&self, from_ns: i64, to_ns: i64) -> Vec<Arc<Event>> {
        self.range_after(from_ns, to_ns, 0, usize::MAX)
    }

    /// A page of [`Bus::range`]: up to `limit` events after `seq`.
    pub fn range_after(&self, from_ns: i64, to_ns: i64, seq: u64, limit: usize) -> Vec<Arc<Event>> {
        let state = self.shared.state();
        let shown = state.log.fresh_after(seq.max(state.cleared));
        shown
            .filter(|entry| entry.overlaps(from_ns, to_ns))
            .take(limit)
            .map(|entry| entry.event.clone())
            .collect()
    }

    /// The oldest event of the history.
    pub fn oldest(&self) -> Option<Arc<Event>> {
        let state = self.shared.state();
        state.log.fresh_after(state.cleared).next().map(|entry| entry.event.clone())
    }

    /// The newest event of the history.
    pub fn newest(&self) -> Option<Arc<Event>> {
        let state = self.shared.state();
        let before_newest = state.log.last_seq().saturating_sub(1);
        state.log.fresh_after(before_newest.max(state.cleared)).next().map(|entry| entry.event.clone())
    }

    /// Empties the views: history, topics, recent. What a [`Keeper`] still needs stays for it.
    pub fn clear(&self) {
        let mut state = self.shared.state();
        state.cleared = state.log.last_seq();
        state.views.clear();
        let floor = state.floor();
        while state.log.pop(floor).is_some() {}
    }

    /// A reader for whom the log waits, from the newest event on.
    pub fn keeper(&self, limits: KeeperLimits) -> Keeper {
        Keeper::new(self.shared.clone(), limits)
    }

    /// Statistics of the recent ring.
    pub fn statistics(&self) -> Statistics {
        let state = self.shared.state();
        let recent = state.views.recent(usize::MAX);
        drop(state);
        Statistics::of(
            &recent,
            self.enabled(),
            self.shared.lanes.handler_count(),
            self.shared.options.recent_events,
        )
    }

    /// What the bus counted since it was made.
    pub fn counts(&self) -> Counts {
        let state = self.shared.state();
        let counters = &self.shared.counters;
        Counts {
            events_taken: counters.taken.load(Ordering::Relaxed),
            history_events: state.log.len() as u64,
            history_bytes: state.log.bytes() + state.views.stranded_bytes(),
            rt_dropped: counters.rt_dropped.load(Ordering::Relaxed),
            handler_panics: counters.handler_panics.load(Ordering::Relaxed),
            handlers_missed: counters.handlers_missed.load(Ordering::Relaxed),
        }
    }

    /// Waits until everything emitted before is in the log, from real-time threads too, and every handler has been
    /// called with it. From within a handler it does not wait for that handler's own dispatcher.
    pub fn flush(&self) {
        self.shared.queues.drain(&self.shared);
        let seq = self.last_seq();
        self.shared.lanes.wait_for_all(seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_learns_exactly_what_it_missed() {
        let bus = Bus::new(BusOptions { history_events: 3, ..BusOptions::default() });
        for n in 1..=5 {
            assert_eq!(bus.emit(Draft::new("test.event", "engine")).seq, n);
        }
        let passage = bus.after(0, 10);
        assert_eq!((passage.missed, passage.events.len(), passage.events[0].seq), (2, 3, 3));
        assert_eq!(bus.after(4, 10).events.len(), 1);
        assert!(!bus.wait_past(5, Duration::from_millis(1)));
    }
}
