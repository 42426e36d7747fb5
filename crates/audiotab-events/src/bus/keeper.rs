//! A reader that must not lose anything, such as the journal: the log waits for it, within limits.

use crate::bus::shared::{Shared, State};
use crate::draft::Draft;
use crate::event::Event;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How far a keeper may fall behind before [`crate::Bus::emit`] waits for it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeeperLimits {
    /// Events.
    pub events: u64,
    /// Bytes. Less than the history's, or the history grows to this.
    pub bytes: u64,
    /// How long one `emit` waits. Then the keeper is left behind: it no longer holds anything back until it has caught
    /// up, and `after` tells it exactly what it missed.
    pub patience: Duration,
}

impl Default for KeeperLimits {
    fn default() -> Self {
        Self { events: 100_000, bytes: 32 << 20, patience: Duration::from_secs(10) }
    }
}

/// The hold of one reader on the log. Dropping it lets go.
#[derive(Debug)]
pub struct Keeper {
    shared: Arc<Shared>,
    id: u64,
}

/// Where a keeper is.
#[derive(Debug)]
pub(crate) struct Hold {
    id: u64,
    done: u64,
    limits: KeeperLimits,
    left_behind: bool,
}

impl Hold {
    fn pressed(&self, state: &State) -> bool {
        let events = state.log.last_seq().saturating_sub(self.done);
        events >= self.limits.events || state.log.bytes_after(self.done) >= self.limits.bytes
    }
}

impl State {
    /// Events up to here nobody needs any more.
    pub(crate) fn floor(&self) -> u64 {
        self.holds.iter().filter(|hold| !hold.left_behind).map(|hold| hold.done).min().unwrap_or(u64::MAX)
    }

    /// How long the next event may wait for the keepers that are too far behind; None when none is.
    pub(crate) fn wait_for_keepers(&self) -> Option<Duration> {
        let pressing = self.holds.iter().filter(|hold| !hold.left_behind && hold.pressed(self));
        pressing.map(|hold| hold.limits.patience).max()
    }

    /// Counts on from `seq`, for everybody, if nothing was counted yet.
    pub(crate) fn continue_after(&mut self, seq: u64) -> bool {
        let continued = self.log.continue_after(seq);
        if continued {
            self.holds.iter_mut().for_each(|hold| hold.done = seq);
        }
        continued
    }

    /// Leaves behind those that are still too far behind after `waited`.
    pub(crate) fn leave_behind(&mut self, waited: Duration) {
        let late: Vec<u64> = self
            .holds
            .iter()
            .filter(|hold| !hold.left_behind && hold.pressed(self) && hold.limits.patience <= waited)
            .map(|hold| hold.id)
            .collect();
        for hold in self.holds.iter_mut().filter(|hold| late.contains(&hold.id)) {
            hold.left_behind = true;
            tracing::warn!(done = hold.done, "a keeper of the event log is too slow and is left behind");
        }
    }
}

impl Keeper {
    pub(crate) fn new(shared: Arc<Shared>, limits: KeeperLimits) -> Self {
        let mut state = shared.state();
        state.keepers_made += 1;
        let (id, done) = (state.keepers_made, state.log.last_seq());
        state.holds.push(Hold { id, done, limits, left_behind: false });
        drop(state);
        Self { shared, id }
    }

    /// The last event it is done with. What was taken before the keeper was made counts as done.
    pub fn position(&self) -> u64 {
        let state = self.shared.state();
        state.holds.iter().find(|hold| hold.id == self.id).map_or(0, |hold| hold.done)
    }

    /// Everything up to `seq` is safe with the keeper.
    pub fn done(&self, seq: u64) {
        let mut state = self.shared.state();
        let last_seq = state.log.last_seq();
        let Some(at) = state.holds.iter().position(|hold| hold.id == self.id) else { return };
        state.holds[at].done = state.holds[at].done.max(seq.min(last_seq));
        if !state.holds[at].pressed(&state) {
            state.holds[at].left_behind = false;
        }
        drop(state);
        self.got_on();
    }

    /// From now on one `emit` waits this long for it; with zero nobody waits, and the log keeps what it can.
    pub fn set_patience(&self, patience: Duration) {
        let mut state = self.shared.state();
        if let Some(hold) = state.holds.iter_mut().find(|hold| hold.id == self.id) {
            hold.limits.patience = patience;
        }
        drop(state);
        self.shared.room.notify_all();
    }

    /// Tells of something without waiting for any keeper: the keeper itself would wait for itself.
    pub fn emit(&self, draft: Draft) -> Arc<Event> {
        self.shared.take(draft, false)
    }

    /// Whoever waits may go on. What only this keeper held goes, a little at a time, so that nobody waits long for the log.
    fn got_on(&self) {
        self.shared.room.notify_all();
        while self.shared.state().let_go(self.shared.options.history_bytes) {}
    }

    /// Lets go: the log no longer waits for this keeper.
    pub fn release(self) {}
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.state().holds.retain(|hold| hold.id != self.id);
        self.got_on();
    }
}

impl Shared {
    /// The state, once there is room for one more event.
    pub(crate) fn state_with_room(&self) -> std::sync::MutexGuard<'_, State> {
        let mut state = self.state();
        let begun = Instant::now();
        while let Some(patience) = state.wait_for_keepers() {
            let waited = begun.elapsed();
            if waited >= patience {
                state.leave_behind(waited);
                continue;
            }
            let left = patience - waited;
            state = self.room.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }
}
