//! What others ask the writer to do.

use rusqlite::Connection;
use std::collections::VecDeque;
use std::fmt;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Something to do on the connection; None while there is none.
pub(super) type Task = Box<dyn FnOnce(Option<&mut Connection>) + Send>;

/// One thing to do.
pub(super) enum Work {
    /// Whatever it is.
    Do(Task),
    /// All upkeep, now.
    Maintain(Sender<()>),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Do(_) => "Do",
            Self::Maintain(_) => "Maintain",
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Inbox {
    letters: Mutex<Letters>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Letters {
    work: VecDeque<Work>,
    closing: bool,
}

impl Inbox {
    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, work: Work) {
        self.letters().work.push_back(work);
        self.arrived.notify_all();
    }

    pub fn close(&self) {
        self.letters().closing = true;
        self.arrived.notify_all();
    }

    pub fn take(&self) -> Option<Work> {
        self.letters().work.pop_front()
    }

    pub fn closing(&self) -> bool {
        self.letters().closing
    }

    pub fn has_work(&self) -> bool {
        let letters = self.letters();
        letters.closing || !letters.work.is_empty()
    }

    /// Waits this long, or until there is something to do.
    pub fn wait(&self, patience: Duration) {
        let empty = |letters: &mut Letters| !letters.closing && letters.work.is_empty();
        drop(self.arrived.wait_timeout_while(self.letters(), patience, empty));
    }
}
