//! The journal: what happened, on disk.
//!
//! * `options`, `error`, `schema`, `connection`, `store`: the file. `row`: an event in it, with its checksum.
//! * `writer`: the thread that writes, in batches (`batch`), with upkeep between them (`upkeep`). `inbox`, `progress`:
//!   what it is asked and what it tells. `markers`, `receipts`: what else a batch writes.
//! * `reader`: everybody else. `query`, `search`: pages of the log. `summary`, `statistics`: counts.
//!   `sql`: questions in SQL. `links`:
//!   what a user linked. `ops`: the journal's own operations, told.
//! * `transfer`, `wire`: out and in as lines of JSON. `replay`: back onto the bus. `walk`, `verify`: around damage.
//!
//! Invariant: nothing but the writer's thread has a connection that can write.

mod batch;
mod connection;
mod error;
mod inbox;
mod links;
mod markers;
mod ops;
mod options;
mod progress;
mod query;
mod reader;
mod receipts;
mod replay;
mod row;
mod schema;
mod search;
mod sql;
mod statistics;
mod store;
mod summary;
mod transfer;
mod upkeep;
mod verify;
mod walk;
mod wire;
mod writer;

pub use crate::ingest::Receipt;
pub use error::JournalError;
pub use links::{DEEPEST, Link};
pub use options::{JournalOptions, SHORTEST_RETENTION, SMALLEST_CAP_BYTES};
pub use progress::JournalHealth;
pub use query::{LogPage, LogQuery, MOST_PER_PAGE};
pub use reader::JournalReader;
pub use replay::{MOST_REPLAYED, Speed};
pub use sql::SqlAnswer;
pub use statistics::JournalStatistics;
pub use summary::{DaySummary, MOST_DAYS};
pub use transfer::{Exported, Imported, import};
pub use verify::Verification;
pub use walk::DamagedRange;

use crate::bus::{Bus, KeeperLimits};
use crate::draft::Draft;
use crate::event::Event;
use inbox::Work;
use ops::timed;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use store::Opened;
use uuid::Uuid;
use writer::{Shared, Writer};

/// The journal of one bus. Dropping it writes what is left and closes the file.
///
/// Everything that the bus takes is on disk within a batch window, but for kinds that are not journaled
/// (`level.sample`, `engine.sample`, `journal.op`) and events shown again. When the file cannot be written, the bus goes
/// on, `journal.degraded` is told once, and `journal.recovered` when it can be written again.
#[derive(Debug)]
pub struct Journal {
    bus: Bus,
    shared: Arc<Shared>,
    reader: JournalReader,
    writer: Option<JoinHandle<()>>,
    /// Events after this one are of this run.
    begun_after: u64,
}

impl Journal {
    /// Opens the journal of `dir`, or makes one, and begins to write what the bus takes. The bus goes on counting where
    /// the journal ends. A file that cannot be written now is tried again until it can; a damaged one is put aside.
    ///
    /// # Errors
    /// When another process writes it, a newer version wrote it, it is not a journal, an option is out of range, or
    /// the bus has begun to count already while the journal is not empty.
    pub fn open(dir: &Path, bus: &Bus, options: JournalOptions) -> Result<Self, JournalError> {
        options.check()?;
        let mut opened = match store::open(dir) {
            Err(error) if !error.may_pass() => return Err(error),
            opened => opened,
        };
        let go_on_after = match &opened {
            // Events that nobody wrote down may have had numbers up to here.
            Ok(opened) if opened.crashed => opened.written_seq + KeeperLimits::default().events,
            Ok(opened) => opened.written_seq,
            Err(_) => writer::unreached_seq(),
        };
        let mut cursor = go_on_after;
        if !bus.continue_after(go_on_after) {
            if let Ok(opened) = &mut opened
                && opened.written_seq > 0
            {
                store::close(&mut opened.open.connection);
                return Err(JournalError::BusAlreadyCounts);
            }
            cursor = 0;
        }
        let news = opened.as_ref().map(news).unwrap_or_default();
        let shared = Arc::new(Shared::default());
        if let Ok(opened) = &opened {
            shared.progress.tell(|health| health.set_aside.clone_from(&opened.set_aside));
        }
        let open = opened.map(|opened| opened.open);
        let writer = Writer::new(dir.to_owned(), bus.clone(), options, shared.clone(), cursor, open);
        for draft in news {
            bus.emit(draft);
        }
        let thread = std::thread::Builder::new().name("journal".to_owned());
        let writer = thread
            .spawn(move || writer.run())
            .map_err(|error| JournalError::Io { path: dir.to_owned(), error })?;
        let reader = JournalReader::at(connection::file_in(dir));
        Ok(Self { bus: bus.clone(), shared, reader, begun_after: cursor, writer: Some(writer) })
    }

    /// Its reader, for what is not timed.
    pub fn reader(&self) -> &JournalReader {
        &self.reader
    }

    /// One page of the log, newest first. What the bus took less than a batch window ago may be missing.
    ///
    /// # Errors
    /// When the question makes no sense, or the file cannot be read.
    pub fn query(&self, query: &LogQuery) -> Result<LogPage, JournalError> {
        timed(
            &self.bus,
            "search",
            || query.before.map(|before| before.to_string()),
            || self.reader.query(query),
        )
    }

    /// The event with this id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn get(&self, id: Uuid) -> Result<Option<Event>, JournalError> {
        timed(&self.bus, "get", || Some(id.to_string()), || self.reader.get(id))
    }

    /// What was taken under this id, if it has been written.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn receipt(&self, id: Uuid) -> Result<Option<Receipt>, JournalError> {
        self.reader.receipt(id)
    }

    /// All events up to this one are on disk, or were not meant to be.
    pub fn durable_seq(&self) -> u64 {
        self.shared.progress.durable_seq()
    }

    /// Waits until [`Journal::durable_seq`] has reached `seq`; false when the time is up first.
    pub fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        self.shared.progress.wait_durable(seq, patience)
    }

    /// Whether and how it records.
    pub fn health(&self) -> JournalHealth {
        JournalHealth {
            pending: self.bus.last_seq().saturating_sub(self.durable_seq()),
            ..self.shared.progress.health()
        }
    }

    /// The last days by channel, newest first; `days` of them, from today (UTC) back.
    ///
    /// # Errors
    /// When `days` is not 1 to 366, or the file cannot be read.
    pub fn summary(&self, days: u32) -> Result<Vec<DaySummary>, JournalError> {
        timed(&self.bus, "search", || Some("summary".to_owned()), || self.reader.summary(days))
    }

    /// Answers one SELECT, within two seconds and 10,000 rows.
    ///
    /// # Errors
    /// When it would do anything but read, takes too long, or is no SQL.
    pub fn sql(&self, text: &str) -> Result<SqlAnswer, JournalError> {
        timed(&self.bus, "search", || Some("sql".to_owned()), || self.reader.sql(text))
    }

    /// Writes the events since then as lines of JSON, oldest first. See [`JournalReader::export`].
    ///
    /// # Errors
    /// When the file cannot be read, or `out` takes no more.
    pub fn export(
        &self,
        since_ns: Option<i64>,
        out: &mut dyn std::io::Write,
    ) -> Result<Exported, JournalError> {
        timed(&self.bus, "scan", || Some("export".to_owned()), || self.reader.export(since_ns, out))
    }

    /// Links two events; a second time changes nothing. On return it is on disk.
    ///
    /// # Errors
    /// When one of them is not in the journal, or the journal cannot write.
    pub fn link(&self, link: Link) -> Result<(), JournalError> {
        timed(
            &self.bus,
            "link",
            || Some(link.from_id.to_string()),
            || {
                link.check()?;
                let link = link.clone();
                self.on_writer(move |connection| link.write(connection))
            },
        )
    }

    /// The links within `depth` steps from an event, in both directions.
    ///
    /// # Errors
    /// When `depth` is not 1 to 16, or the file cannot be read.
    pub fn traverse(&self, id: Uuid, depth: u32) -> Result<Vec<Link>, JournalError> {
        timed(&self.bus, "traverse", || Some(id.to_string()), || self.reader.traverse(id, depth))
    }

    /// Does all upkeep now: counts days, lets the too old go, folds the log in. Returns when it is done.
    pub fn maintain(&self) {
        let (done, wait) = mpsc::channel();
        self.ask(Work::Maintain(done));
        // The writer ends only with this handle, so it answers.
        let _ = wait.recv();
    }

    /// Does something on the connection that can write.
    fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (done, wait) = mpsc::channel();
        self.ask(Work::Do(Box::new(move |connection| {
            let closed = || JournalError::Degraded("it is not open".to_owned());
            // Nobody may wait for it any more.
            let _ = done.send(connection.ok_or_else(closed).and_then(|connection| work(connection)));
        })));
        wait.recv().unwrap_or_else(|_| Err(JournalError::Degraded("it is closed".to_owned())))
    }

    fn ask(&self, work: Work) {
        self.shared.inbox.put(work);
        self.bus.shared.wake_readers();
    }
}

/// What there is to tell of a file that was opened.
fn news(opened: &Opened) -> Vec<Draft> {
    let recovered = |reason: &str| Draft::new("journal.recovered", ops::SOURCE).with("reason", reason);
    let mut news = Vec::new();
    if opened.crashed {
        let message = "The journal was not closed last time; everything it had written is there";
        news.push(recovered("crash").with("last_seq", opened.written_seq).saying(message));
    }
    if let Some(file) = &opened.set_aside {
        let message = format!("The journal was damaged and is now {file}; a new one was begun");
        news.push(recovered("damaged").with("set_aside", file.as_str()).saying(message));
    }
    news
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.inbox.close();
        self.bus.shared.wake_readers();
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the journal's thread panicked");
        }
    }
}
