//! What all handles of one bus share, and the one place where events enter.

use crate::bus::keeper::Hold;
use crate::bus::log::Log;
use crate::bus::options::BusOptions;
use crate::bus::sleepers::Sleepers;
use crate::bus::views::Views;
use crate::draft::Draft;
use crate::event::Event;
use crate::kinds::{canonical_kind, kind_of};
use crate::render_load::RenderLoad;
use crate::rt::Queues;
use crate::stream_clock::StreamClock;
use crate::subscribe::Lanes;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Of the byte cap, what events may take that only their topic's ring still holds: a quarter.
const STRANDED_SHARE: u64 = 4;

#[derive(Debug)]
pub(crate) struct Shared {
    pub options: BusOptions,
    state: Mutex<State>,
    /// Told when a keeper got on.
    pub room: Condvar,
    pub clock: StreamClock,
    pub render_load: RenderLoad,
    pub enabled: AtomicBool,
    pub lanes: Lanes,
    pub queues: Queues,
    pub counters: Counters,
}

#[derive(Debug)]
pub(crate) struct State {
    pub log: Log,
    pub views: Views,
    pub holds: Vec<Hold>,
    pub keepers_made: u64,
    /// Events up to here were cleared from the views.
    pub cleared: u64,
    pub closed: bool,
    pub sleepers: Sleepers,
}

/// What the bus counts beside its events.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub taken: AtomicU64,
    pub rt_dropped: AtomicU64,
    pub handler_panics: AtomicU64,
    pub handlers_missed: AtomicU64,
}

impl Shared {
    pub fn new(options: BusOptions) -> Self {
        let state = State {
            log: Log::new(options.history_events, options.history_age),
            views: Views::new(options.topic_events, options.recent_events),
            holds: Vec::new(),
            keepers_made: 0,
            cleared: 0,
            closed: false,
            sleepers: Sleepers::default(),
        };
        Self {
            options,
            state: Mutex::new(state),
            room: Condvar::new(),
            clock: StreamClock::default(),
            render_load: RenderLoad::default(),
            enabled: AtomicBool::new(true),
            lanes: Lanes::default(),
            queues: Queues::default(),
            counters: Counters::default(),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an event; waits for keepers that are too far behind if it may.
    pub fn take(&self, draft: Draft, may_wait: bool) -> Arc<Event> {
        let mut event = self.complete(draft);
        if !self.enabled.load(Ordering::Relaxed) {
            return event;
        }
        let rate_hz = event.dur_frames.and_then(|_| self.clock.sample_rate_hz());
        let mut state = if may_wait { self.state_with_room() } else { self.state() };
        if let Some(unshared) = Arc::get_mut(&mut event) {
            unshared.seq = state.log.last_seq() + 1;
        }
        state.keep(event.clone(), rate_hz, self.options.history_bytes);
        let first = state.sleepers.call();
        drop(state);
        if let Some(thread) = first {
            thread.unpark();
        }
        self.counters.taken.fetch_add(1, Ordering::Relaxed);
        event
    }

    /// Everything but the place in the order.
    fn complete(&self, draft: Draft) -> Arc<Event> {
        let observed_ns = wall_ns();
        let kind = canonical_kind(draft.kind);
        let row = kind_of(&kind);
        let ts_ns = draft.ts_ns.unwrap_or(observed_ns);
        let placed = if draft.frame.is_none() && draft.placed_by_time {
            self.clock.frame_at_age(observed_ns.saturating_sub(ts_ns))
        } else {
            None
        };
        let (session, frame) = match placed {
            Some((session, frame)) => (Some(session), Some(frame)),
            None => (draft.session.or_else(|| draft.frame.and_then(|_| self.clock.session())), draft.frame),
        };
        let mut event = Event {
            seq: 0,
            id: draft.id.unwrap_or_else(Uuid::now_v7),
            ts_ns,
            observed_ns,
            frame,
            dur_frames: draft.dur_frames,
            channel: draft.channel.unwrap_or_else(|| row.channel.to_owned()),
            severity: draft.severity.unwrap_or(row.severity),
            kind,
            source: draft.source,
            audio_ch: draft.audio_ch,
            session,
            message: String::new(),
            payload: draft.payload,
            sha256: draft.sha256,
            replayed: draft.replayed,
        };
        event.message = draft.message.unwrap_or_else(|| row.message_of(&event));
        Arc::new(event)
    }

    /// Sleeps until `ready`, the bus closes or the time is up; then what `ready` said.
    pub fn wait_until(&self, patience: Duration, mut ready: impl FnMut(&State) -> bool) -> bool {
        let deadline = Instant::now().checked_add(patience);
        let mut state = self.state();
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if ready(&state) {
                return true;
            }
            if state.closed || left.is_some_and(|left| left.is_zero()) {
                return false;
            }
            let bed = state.sleepers.lie_down();
            drop(state);
            // Whoever wakes this thread before it parks makes it not park. It may also wake without reason.
            match left {
                Some(left) => thread::park_timeout(left),
                None => thread::park(),
            }
            state = self.state();
            state.sleepers.get_up(bed).for_each(|thread| thread.unpark());
        }
    }

    /// Makes every reader look up.
    pub fn wake_readers(&self) {
        let first = self.state().sleepers.call();
        if let Some(thread) = first {
            thread.unpark();
        }
    }

    /// No more events: readers finish what is there and end.
    pub fn close(&self) {
        self.state().closed = true;
        self.wake_readers();
    }
}

impl State {
    fn keep(&mut self, event: Arc<Event>, rate_hz: Option<f64>, most_bytes: u64) {
        let entry = self.log.push(event, rate_hz);
        self.views.push(&entry, self.log.first_seq());
        self.let_go(most_bytes);
    }

    /// Lets go what is too old or too much and nobody needs; true when there may be more of it.
    pub fn let_go(&mut self, most_bytes: u64) -> bool {
        let floor = self.floor();
        let Self { log, views, .. } = self;
        let more = log.expire(floor, |entry| views.left_by_log(&entry));
        while log.bytes() + views.stranded_bytes() > most_bytes {
            let gave_up =
                views.stranded_bytes() > most_bytes / STRANDED_SHARE && views.give_up_some(log.first_seq());
            if gave_up {
                continue;
            }
            match log.pop(floor) {
                Some(entry) => views.left_by_log(&entry),
                None if views.stranded_bytes() > 0 && views.give_up_some(log.first_seq()) => {}
                None => break,
            }
        }
        more
    }
}

/// The wall clock, nanoseconds since 1970.
pub(crate) fn wall_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
