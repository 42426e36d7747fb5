//! The bus: one order for all events, kept for a while, read by cursor.

use crate::draft::Draft;
use crate::event::Event;
use crate::kinds::kind_of;
use crate::stream_clock::StreamClock;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// How much is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct BusOptions {
    /// Events of the history.
    pub history_events: usize,
}

impl Default for BusOptions {
    fn default() -> Self {
        Self { history_events: 200_000 }
    }
}

/// What a reader finds behind its cursor.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// In the order of the bus.
    pub events: Vec<Arc<Event>>,
    /// How many the reader came too late for, before the first of `events`.
    pub missed: u64,
}

/// The bus. Clones share it.
#[derive(Clone, Debug)]
pub struct Bus {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: BusOptions,
    state: Mutex<State>,
    grown: Condvar,
    clock: StreamClock,
}

#[derive(Debug, Default)]
struct State {
    history: VecDeque<Arc<Event>>,
    last_seq: u64,
}

impl Default for Bus {
    fn default() -> Self {
        Self::new(BusOptions::default())
    }
}

impl Bus {
    /// A bus of its own.
    pub fn new(options: BusOptions) -> Self {
        let shared =
            Shared { options, state: Mutex::default(), grown: Condvar::new(), clock: StreamClock::default() };
        Self { shared: Arc::new(shared) }
    }

    /// The clock that places events in the sound.
    pub fn clock(&self) -> &StreamClock {
        &self.shared.clock
    }

    /// Takes an event from any thread and tells it to everybody; returns it with its place in the order.
    pub fn emit(&self, draft: Draft) -> Arc<Event> {
        let observed_ns = wall_ns();
        let row = kind_of(&draft.kind);
        let ts_ns = draft.ts_ns.unwrap_or(observed_ns);
        let placed = if draft.frame.is_none() && draft.placed_by_time {
            self.shared.clock.frame_at_age(observed_ns.saturating_sub(ts_ns))
        } else {
            None
        };
        let (session, frame) = match placed {
            Some((session, frame)) => (Some(session), Some(frame)),
            None => {
                (draft.session.or_else(|| draft.frame.and_then(|_| self.shared.clock.session())), draft.frame)
            }
        };
        let mut state = self.state();
        state.last_seq += 1;
        let event = Arc::new(Event {
            seq: state.last_seq,
            id: draft.id.unwrap_or_else(Uuid::now_v7),
            ts_ns,
            observed_ns,
            frame,
            dur_frames: draft.dur_frames,
            kind: draft.kind,
            channel: draft.channel.unwrap_or_else(|| row.channel.to_owned()),
            severity: draft.severity.unwrap_or(row.severity),
            source: draft.source,
            audio_ch: draft.audio_ch,
            session,
            message: draft.message.unwrap_or_else(|| row.template.to_owned()),
            payload: draft.payload,
            replayed: draft.replayed,
        });
        state.history.push_back(event.clone());
        while state.history.len() > self.shared.options.history_events {
            state.history.pop_front();
        }
        drop(state);
        self.shared.grown.notify_all();
        event
    }

    /// Sequence number of the newest event, 0 before the first.
    pub fn last_seq(&self) -> u64 {
        self.state().last_seq
    }

    /// Up to `limit` events after `seq`.
    pub fn after(&self, seq: u64, limit: usize) -> Passage {
        let state = self.state();
        let oldest = state.history.front().map_or(state.last_seq + 1, |event| event.seq);
        let from = (seq + 1).max(oldest);
        let skip = (from - oldest) as usize;
        Passage {
            events: state.history.iter().skip(skip).take(limit).cloned().collect(),
            missed: from - (seq + 1),
        }
    }

    /// Waits until there is an event after `seq`; false when the time is up first.
    pub fn wait_past(&self, seq: u64, patience: Duration) -> bool {
        let state = self.state();
        let waited = self.shared.grown.wait_timeout_while(state, patience, |state| state.last_seq <= seq);
        waited.unwrap_or_else(PoisonError::into_inner).0.last_seq > seq
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The wall clock, nanoseconds since 1970.
fn wall_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_learns_exactly_what_it_missed() {
        let bus = Bus::new(BusOptions { history_events: 3 });
        for n in 1..=5 {
            assert_eq!(bus.emit(Draft::new("test.event", "engine")).seq, n);
        }
        let passage = bus.after(0, 10);
        assert_eq!((passage.missed, passage.events.len(), passage.events[0].seq), (2, 3, 3));
        assert_eq!(bus.after(4, 10).events.len(), 1);
        assert!(!bus.wait_past(5, Duration::from_millis(1)));
    }
}
