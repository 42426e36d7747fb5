//! One bus, its journal and its dashboard: opened once by each host.

use audiotab_events::ingest::{Ledger, Receipt};
use audiotab_events::{Bus, BusError, BusOptions, Dashboard, Draft, Journal, JournalError, JournalOptions};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long the end waits for the last events to be on disk.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// Where a program tells what happens, and who keeps it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    bus: Bus,
    journal: Arc<Mutex<Option<Arc<Journal>>>>,
    dashboard: Arc<OnceLock<Dashboard>>,
}

impl Observation {
    /// A bus that nobody records.
    pub fn live(bus: Bus) -> Self {
        Self { bus, ..Self::default() }
    }

    /// A bus of its own, recorded in `dir`.
    ///
    /// # Errors
    /// One sentence when the journal there is in use, of a newer version, or none of ours. A disk that is full or
    /// cannot be written at the moment is no error: the journal says so on the bus and tries again.
    pub fn recorded(dir: &Path, bus: BusOptions, journal: JournalOptions) -> Result<Self, JournalError> {
        let observation = Self::live(Bus::new(bus));
        let opened = Journal::open(dir, &observation.bus, journal)?;
        *observation.slot() = Some(Arc::new(opened));
        Ok(observation)
    }

    /// As [`Observation::recorded`], but a journal that is refused leaves a live bus that says why. For hosts that
    /// must start whatever lies on the disk.
    pub fn recorded_if_possible(dir: &Path, bus: BusOptions, journal: JournalOptions) -> Self {
        Self::recorded(dir, bus.clone(), journal).unwrap_or_else(|error| {
            let observation = Self::live(Bus::new(bus));
            let reason = error.to_string();
            observation.bus.emit(Draft::new("journal.degraded", "journal").with("reason", reason));
            observation
        })
    }

    /// The bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The journal, unless there is none or it was closed.
    pub fn journal(&self) -> Option<Arc<Journal>> {
        self.slot().clone()
    }

    /// What was taken under which id, as the journal knows it, for the door that events come in by. It does not keep the
    /// journal open.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::new(self.clone())
    }

    /// The events of the last minute as one state, followed from the first call on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn dashboard(&self) -> Result<&Dashboard, BusError> {
        if let Some(dashboard) = self.dashboard.get() {
            return Ok(dashboard);
        }
        let dashboard = Dashboard::of(&self.bus)?;
        Ok(self.dashboard.get_or_init(|| dashboard))
    }

    /// Writes what is left and closes the journal; events that come later are live only. For hosts that end without
    /// dropping everything.
    pub fn close(&self) {
        let Some(journal) = self.slot().take() else { return };
        journal.wait_durable(self.bus.last_seq(), CLOSE_PATIENCE);
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Journal>>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger for Observation {
    fn receipt(&self, id: Uuid) -> Option<Receipt> {
        Ledger::receipt(&*self.journal()?, id)
    }

    fn wait_durable(&self, seq: u64, patience: Duration) -> bool {
        self.journal().is_some_and(|journal| journal.wait_durable(seq, patience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use audiotab_events::LogQuery;

    fn open(dir: &Path) -> Result<Observation, JournalError> {
        Observation::recorded(dir, BusOptions::default(), JournalOptions::default())
    }

    #[test]
    fn what_is_told_is_kept_until_it_is_closed_and_the_next_one_counts_on() {
        let dir = tempfile::tempdir().unwrap();
        let observation = open(dir.path()).unwrap();
        let told = observation.bus().emit(Draft::new("door.opened", "external:door"));
        observation.close();
        assert!(observation.journal().is_none());
        observation.bus().emit(Draft::new("door.shut", "external:door"));

        let next = open(dir.path()).unwrap();
        let page = next.journal().unwrap().query(&LogQuery::default()).unwrap();
        let kinds: Vec<&str> = page.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(
            kinds.iter().filter(|kind| kind.starts_with("door")).collect::<Vec<_>>(),
            [&"door.opened"]
        );
        assert!(!kinds.contains(&"journal.recovered"), "it was closed in order: {kinds:?}");
        assert!(next.bus().emit(Draft::new("door.opened", "external:door")).seq > told.seq);
    }

    #[test]
    fn the_ledger_remembers_what_was_taken_before_a_restart() {
        use audiotab_events::ingest::{Author, Ingest, IngestOptions, RefusalKind};
        let dir = tempfile::tempdir().unwrap();
        let door = |observation: &Observation| {
            Ingest::new(observation.bus().clone(), IngestOptions::default(), Some(observation.ledger()))
        };
        let draft = |label: &str| {
            let id = "01890a5d-ac96-774b-bcce-b302099a8057";
            serde_json::json!({"id": id, "kind": "marker.added", "payload": {"label": label}})
        };
        let first = open(dir.path()).unwrap();
        let taken = door(&first).take(&Author::Page, draft("door")).unwrap();
        assert!(!taken.duplicate && first.ledger().wait_durable(taken.seq, Duration::from_secs(10)));
        first.close();
        assert!(!first.ledger().wait_durable(taken.seq, Duration::ZERO), "a closed journal promises nothing");

        let second = open(dir.path()).unwrap();
        let again = door(&second).take(&Author::Page, draft("door")).unwrap();
        assert!(again.duplicate && again.seq == taken.seq);
        let other = door(&second).take(&Author::Page, draft("window")).unwrap_err();
        assert_eq!(other.kind, RefusalKind::Conflict);
    }

    #[test]
    fn a_journal_in_use_is_refused_and_a_host_that_must_start_says_so_on_its_bus() {
        let dir = tempfile::tempdir().unwrap();
        let first = open(dir.path()).unwrap();
        assert!(matches!(open(dir.path()), Err(JournalError::InUse(_))));
        let second =
            Observation::recorded_if_possible(dir.path(), BusOptions::default(), JournalOptions::default());
        assert!(second.journal().is_none() && first.journal().is_some());
        let told = second.bus().recent(1).remove(0);
        assert_eq!(told.kind, "journal.degraded");
        assert!(told.message.contains("in use"), "{}", told.message);
    }

    #[test]
    fn the_dashboard_is_one_for_all_clones() {
        let observation = Observation::default();
        let dashboard = observation.dashboard().unwrap();
        observation.bus().emit(Draft::new("audio.overrun", "engine"));
        observation.bus().flush();
        let state = observation.clone().dashboard().unwrap().state();
        assert_eq!(serde_json::to_value(state).unwrap(), serde_json::to_value(dashboard.state()).unwrap());
    }
}
