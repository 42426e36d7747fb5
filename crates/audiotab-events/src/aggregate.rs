//! What happened in the last 1, 10 and 60 seconds, as one small state for dashboards instead of all the events.
//!
//! * `buckets`: sums of a tenth of a second. `state`: the answer.

mod buckets;
mod state;

pub use state::{
    DashboardState, EngineGauges, EngineState, EventWindow, LevelWindow, MaintenanceNote, MaintenanceState,
    OpsWindow, Windows,
};

use crate::bus::Bus;
use crate::error::BusError;
use crate::event::{Event, topic_of};
use crate::families::EngineSample;
use crate::subscribe::Subscription;
use buckets::Buckets;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The windows.
const WINDOWS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];
/// Most notes and gauges of a minute; a flood beyond keeps the newest.
const MOST_KEPT: usize = 1200;

/// Rolling windows over events. Its clock is monotonic: setting the wall clock changes nothing.
#[derive(Debug)]
pub struct Aggregator {
    began: Instant,
    buckets: Buckets,
    maintenance: VecDeque<(Duration, MaintenanceNote)>,
    gauges: VecDeque<(Duration, EngineGauges)>,
    latest: Option<EngineGauges>,
}

impl Default for Aggregator {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            buckets: Buckets::default(),
            maintenance: VecDeque::new(),
            gauges: VecDeque::new(),
            latest: None,
        }
    }
}

impl Aggregator {
    /// Takes an event in now.
    pub fn ingest(&mut self, event: &Event) {
        self.ingest_at(event, self.began.elapsed());
    }

    /// Takes an event in at this time since the aggregator was made; times must not go back. An event shown again from
    /// the journal did not happen now, so it does not count.
    pub fn ingest_at(&mut self, event: &Event, now: Duration) {
        if event.replayed {
            return;
        }
        let sums = self.buckets.at(now);
        sums.count(event.severity);
        match (topic_of(&event.kind), event.kind.as_str()) {
            (_, "level.sample") => sums.add_levels(&event.payload),
            (_, "recorder.op" | "journal.op") => sums.add_operation(&event.payload),
            (_, "engine.sample") => {
                let gauges = gauges_of(event);
                keep(&mut self.gauges, now, gauges.clone());
                self.latest = Some(gauges);
            }
            ("maintenance", _) => keep(&mut self.maintenance, now, note_of(event)),
            _ => {}
        }
    }

    /// The state now.
    pub fn dashboard_state(&mut self) -> DashboardState {
        self.state_at(self.began.elapsed())
    }

    /// The state at this time since the aggregator was made.
    pub fn state_at(&mut self, now: Duration) -> DashboardState {
        let minute = WINDOWS[2];
        let old = |then: &Duration| now.saturating_sub(*then) > minute;
        while self.maintenance.front().is_some_and(|(then, _)| old(then)) {
            self.maintenance.pop_front();
        }
        while self.gauges.front().is_some_and(|(then, _)| old(then)) {
            self.gauges.pop_front();
        }
        let [one, ten, sixty] = WINDOWS.map(|window| self.buckets.sum(now, window));
        DashboardState {
            level: Windows::new(one.levels(), ten.levels(), sixty.levels()),
            ops: Windows::new(one.operations(), ten.operations(), sixty.operations()),
            events: Windows::new(one.events(), ten.events(), sixty.events()),
            maintenance: MaintenanceState {
                recent_60s: self.maintenance.iter().map(|(_, note)| note.clone()).collect(),
            },
            engine: EngineState {
                latest: self.latest.clone(),
                series: self.gauges.iter().map(|(_, gauges)| gauges.clone()).collect(),
            },
        }
    }
}

fn keep<T>(list: &mut VecDeque<(Duration, T)>, now: Duration, item: T) {
    if list.len() >= MOST_KEPT {
        list.pop_front();
    }
    list.push_back((now, item));
}

fn note_of(event: &Event) -> MaintenanceNote {
    let payload = &event.payload;
    MaintenanceNote {
        phase: payload.get("phase").and_then(Value::as_str).unwrap_or_default().to_owned(),
        items: unsigned(payload, "items_processed"),
        merged: unsigned(payload, "files_merged"),
        pruned: unsigned(payload, "items_pruned"),
        t: event.ts_ns.div_euclid(1_000_000),
    }
}

fn gauges_of(event: &Event) -> EngineGauges {
    let gauges =
        serde_json::from_value::<EngineSample>(Value::Object(event.payload.clone())).unwrap_or_default();
    EngineGauges { t: event.ts_ns.div_euclid(1_000_000), gauges }
}

fn unsigned(payload: &Map<String, Value>, name: &str) -> u64 {
    payload.get(name).and_then(Value::as_u64).unwrap_or(0)
}

/// An aggregator that follows a bus. Clones share it.
#[derive(Clone, Debug)]
pub struct Dashboard {
    aggregator: Arc<Mutex<Aggregator>>,
    _subscription: Arc<Subscription>,
}

impl Dashboard {
    /// Follows this bus from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn of(bus: &Bus) -> Result<Self, BusError> {
        let aggregator = Arc::new(Mutex::new(Aggregator::default()));
        let its = aggregator.clone();
        let subscription = bus.subscribe(&[], move |event| {
            its.lock().unwrap_or_else(PoisonError::into_inner).ingest(event);
        })?;
        Ok(Self { aggregator, _subscription: Arc::new(subscription) })
    }

    /// The state now.
    pub fn state(&self) -> DashboardState {
        self.aggregator.lock().unwrap_or_else(PoisonError::into_inner).dashboard_state()
    }
}
