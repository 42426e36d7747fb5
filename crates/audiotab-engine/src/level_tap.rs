//! The switch of the level events: on while somebody holds a tap.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the taps of an engine. Clones share the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct LevelSwitch {
    taps: Arc<AtomicUsize>,
}

impl LevelSwitch {
    /// True while a tap is held.
    pub(crate) fn is_on(&self) -> bool {
        self.taps.load(Ordering::Relaxed) > 0
    }

    /// One tap more.
    pub(crate) fn tap(&self) -> LevelTap {
        self.taps.fetch_add(1, Ordering::Relaxed);
        LevelTap { switch: self.clone() }
    }
}

/// Keeps `level.sample` events coming, twenty a second for all channels together. Dropping the last one ends them.
///
/// The samples are the same with and without: a tap reads the ring like any viewer.
#[must_use = "dropping it ends the level events"]
#[derive(Debug)]
pub struct LevelTap {
    switch: LevelSwitch,
}

impl Drop for LevelTap {
    fn drop(&mut self) {
        self.switch.taps.fetch_sub(1, Ordering::Relaxed);
    }
}
