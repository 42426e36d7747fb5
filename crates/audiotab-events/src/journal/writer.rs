//! The thread that writes. It alone has a connection that can.
//!
//! It reads behind the bus with a cursor, as every other reader does, but the bus keeps what it has not read yet. What
//! gathers within the batch window is written and synced together. When the file cannot be written, events stay on the
//! bus as long as the bus can hold them, nobody waits, and the writer tries again.

use crate::bus::shared::wall_ns;
use crate::bus::{Bus, Keeper, KeeperLimits};
use crate::draft::Draft;
use crate::event::Severity;
use crate::families::Family;
use crate::families::Operation;
use crate::journal::error::JournalError;
use crate::journal::inbox::{Inbox, Work};
use crate::journal::ops::{SOURCE, told};
use crate::journal::options::JournalOptions;
use crate::journal::progress::Progress;
use crate::journal::upkeep::Upkeep;
use crate::journal::{batch, store};
use rusqlite::Connection;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Events of one batch.
const MOST_PER_BATCH: usize = 8_192;
/// How often an idle writer looks whether there is upkeep to do.
const IDLE: Duration = Duration::from_secs(1);
/// How often a writer that cannot write tries again.
const RETRY: Duration = Duration::from_millis(500);
/// How long an emitter waits for a writer that works, but is slow.
const PATIENCE: Duration = Duration::from_secs(2);

/// What writer and handle share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub inbox: Inbox,
    pub progress: Progress,
}

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    pub dir: PathBuf,
    pub bus: Bus,
    pub options: JournalOptions,
    pub shared: Arc<Shared>,
    keeper: Keeper,
    /// None while it cannot be had.
    open: Option<Open>,
    /// All events up to here are written, or were not meant to be.
    cursor: u64,
    trouble: Option<Trouble>,
}

/// The file, and the right to write it.
#[derive(Debug)]
pub(super) struct Open {
    pub connection: Connection,
    pub upkeep: Upkeep,
    _lock: File,
}

impl Open {
    pub fn new(connection: Connection, upkeep: Upkeep, lock: File) -> Self {
        Self { connection, upkeep, _lock: lock }
    }
}

/// Since when it cannot write, the last event that it could, and what had been lost before.
#[derive(Debug)]
struct Trouble {
    since: Instant,
    durable_seq: u64,
    missed: u64,
}

impl Writer {
    /// A writer that goes on after `cursor`; with `error` instead of an open file it begins by trying again.
    pub fn new(
        dir: PathBuf,
        bus: Bus,
        options: JournalOptions,
        shared: Arc<Shared>,
        cursor: u64,
        opened: Result<Open, JournalError>,
    ) -> Self {
        let keeper = bus.keeper(KeeperLimits { patience: PATIENCE, ..KeeperLimits::default() });
        let (open, error) = match opened {
            Ok(open) => (Some(open), None),
            Err(error) => (None, Some(error)),
        };
        let mut writer = Self { dir, bus, options, shared, keeper, open, cursor, trouble: None };
        writer.advance(cursor);
        if let Some(error) = error {
            writer.degrade(&error);
        }
        writer
    }

    /// Writes until told to close.
    pub fn run(mut self) {
        while !self.shared.inbox.closing() {
            if self.trouble.is_some() {
                self.shared.inbox.wait(RETRY);
                self.recover();
                continue;
            }
            let (cursor, inbox) = (self.cursor, &self.shared.inbox);
            let woken =
                self.bus.shared.wait_until(IDLE, |state| state.log.last_seq() > cursor || inbox.has_work());
            if woken {
                self.shared.inbox.wait(self.options.batch_window);
                self.write_all();
            }
            self.work();
            self.keep_up();
        }
        if self.trouble.is_some() {
            self.recover(); // the last chance for what the bus still holds
        }
        self.write_all();
        self.work();
        if let Some(open) = &mut self.open {
            store::close(&mut open.connection);
        }
        self.shared.progress.end();
    }

    /// Writes everything that is on the bus now.
    fn write_all(&mut self) {
        let newest = self.bus.last_seq();
        while self.cursor < newest && self.trouble.is_none() {
            let passage = self.bus.after(self.cursor, MOST_PER_BATCH);
            let through = passage.events.last().map_or(newest, |event| event.seq);
            if passage.missed > 0 {
                self.shared.progress.tell(|health| health.missed += passage.missed);
                tracing::error!(missed = passage.missed, "events left the bus before they could be written");
            }
            if passage.events.iter().any(|event| batch::is_kept(event))
                && let Err(error) = self.write(&passage.events, through)
            {
                self.degrade(&error);
                return;
            }
            self.advance(through);
        }
    }

    fn write(&mut self, events: &[Arc<crate::Event>], through: u64) -> Result<(), JournalError> {
        let begun = Instant::now();
        let Some(open) = &mut self.open else {
            return Err(JournalError::Degraded("it is not open".to_owned()));
        };
        let result = batch::write(&mut open.connection, events, through);
        let operation = Operation {
            operation: "append".to_owned(),
            item_id: Some(through.to_string()),
            duration_ms: begun.elapsed().as_secs_f64() * 1e3,
            pending: Some(self.bus.last_seq().saturating_sub(through)),
            error: result.as_ref().err().map(ToString::to_string),
            ..Operation::default()
        };
        // Once per outage is enough: a full disk fails every retry the same way.
        if result.is_ok() || self.trouble.is_none() {
            self.keeper.emit(operation.draft_as("journal.op", SOURCE));
        }
        let written = result?;
        open.upkeep.count(written.rows);
        self.shared.progress.tell(|health| {
            health.written += written.rows;
            health.duplicates += written.duplicates;
        });
        for (operation, of, took) in written.markers {
            self.keeper.emit(told(operation, Some(of), took, None));
        }
        Ok(())
    }

    /// All up to `seq` is done with.
    fn advance(&mut self, seq: u64) {
        self.cursor = seq;
        self.keeper.done(seq);
        let bytes = self.open.as_ref().and_then(|open| store::bytes(&open.connection).ok());
        let pending = self.bus.last_seq().saturating_sub(seq);
        self.shared.progress.tell(|health| {
            (health.durable_seq, health.pending) = (seq, pending);
            health.bytes = bytes.unwrap_or(health.bytes);
        });
    }

    /// Does what others asked for.
    fn work(&mut self) {
        while let Some(work) = self.shared.inbox.take() {
            match work {
                Work::Do(task) => task(self.open.as_mut().map(|open| &mut open.connection)),
                Work::Maintain(done) => {
                    if let Some(open) = &mut self.open {
                        open.upkeep.all_due();
                    }
                    self.keep_up();
                    // Nobody may wait for it any more.
                    let _ = done.send(());
                }
            }
        }
    }

    fn keep_up(&mut self) {
        let Some(open) = &mut self.open else { return };
        match open.upkeep.run(&mut open.connection, &self.options, || self.bus.last_seq() > self.cursor + 512)
        {
            Ok(runs) => {
                for draft in runs {
                    self.keeper.emit(draft);
                }
            }
            Err(error) => self.degrade(&error.into()),
        }
    }

    /// From now on nobody waits for the journal. Told once.
    fn degrade(&mut self, error: &JournalError) {
        if error.is_damage() {
            self.open = None; // so that the file is put aside before the next attempt
        }
        let reason = error.to_string();
        self.shared.progress.degrade(&reason);
        self.keeper.set_patience(Duration::ZERO);
        if self.trouble.is_none() {
            tracing::error!("the journal cannot record: {reason}");
            let missed = self.shared.progress.health().missed;
            self.trouble = Some(Trouble { since: Instant::now(), durable_seq: self.cursor, missed });
            self.keeper.emit(
                Draft::new("journal.degraded", SOURCE)
                    .with("reason", reason)
                    .with("durable_seq", self.cursor)
                    .with("waiting", self.bus.last_seq().saturating_sub(self.cursor)),
            );
        }
    }

    /// Tries once more.
    fn recover(&mut self) {
        match self.try_again() {
            Ok(set_aside) => self.recovered(set_aside),
            Err(error) => self.degrade(&error),
        }
        self.work();
    }

    fn try_again(&mut self) -> Result<Option<String>, JournalError> {
        let set_aside = if self.open.is_none() { self.reopen()? } else { None };
        if let Some(open) = &mut self.open {
            // Folding the log in may be all the room that is needed.
            let _ = store::checkpoint(&open.connection);
        }
        let passage = self.bus.after(self.cursor, MOST_PER_BATCH);
        let through = passage.events.last().map_or(self.cursor, |event| event.seq);
        self.write(&passage.events, through)?;
        self.shared.progress.tell(|health| health.missed += passage.missed);
        self.advance(through);
        Ok(set_aside)
    }

    fn reopen(&mut self) -> Result<Option<String>, JournalError> {
        let opened = store::open(&self.dir)?;
        let set_aside = opened.set_aside;
        self.shared.progress.tell(|health| health.set_aside = set_aside.clone().or(health.set_aside.take()));
        self.open = Some(opened.open);
        Ok(set_aside)
    }

    fn recovered(&mut self, set_aside: Option<String>) {
        let Some(trouble) = self.trouble.take() else { return };
        self.keeper.set_patience(PATIENCE);
        self.shared.progress.recover();
        let missed = self.shared.progress.health().missed - trouble.missed;
        let waited = self.bus.last_seq().saturating_sub(trouble.durable_seq);
        let mut draft = Draft::new("journal.recovered", SOURCE)
            .with("reason", "writable")
            .with("waited", waited.saturating_sub(missed))
            .with("missed", missed)
            .with("lasted_ms", trouble.since.elapsed().as_millis() as u64);
        if let Some(file) = set_aside {
            draft = draft.with("set_aside", file);
        }
        if missed > 0 {
            draft.severity = Some(Severity::Warning);
        }
        self.keeper.emit(draft);
    }
}

/// A seq that no earlier run can have reached, for when the file cannot say: microseconds since 1970.
pub(super) fn unreached_seq() -> u64 {
    (wall_ns() / 1_000).max(0).cast_unsigned()
}
