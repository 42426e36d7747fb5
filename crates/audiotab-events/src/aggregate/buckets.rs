//! Sums of a tenth of a second each, for a minute. Their number does not depend on how many events there are.

use super::state::{EventWindow, LevelWindow, OpsWindow};
use crate::event::Severity;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

const BUCKET: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(60);
/// Most names of operations counted apart; the others count as `other`.
const MOST_NAMES: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Number of the tenth, and what it holds; oldest first.
    buckets: VecDeque<(u64, Sums)>,
}

/// What events add up to.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    by_severity: [u64; 4],
    levels: u64,
    /// Of the levels that are known.
    known: u64,
    power: f64,
    peak_dbfs: Option<f64>,
    clipped: u64,
    operations: u64,
    failed: u64,
    duration_ms: f64,
    by_name: BTreeMap<String, u64>,
}

fn tenth(at: Duration) -> u64 {
    (at.as_nanos() / BUCKET.as_nanos()) as u64
}

impl Buckets {
    /// The bucket of this moment.
    pub fn at(&mut self, now: Duration) -> &mut Sums {
        let number = tenth(now);
        let oldest = number.saturating_sub(tenth(LONGEST));
        while self.buckets.front().is_some_and(|(number, _)| *number < oldest) {
            self.buckets.pop_front();
        }
        if self.buckets.back().is_none_or(|(last, _)| *last < number) {
            self.buckets.push_back((number, Sums::default()));
        }
        let last = self.buckets.len() - 1;
        &mut self.buckets[last].1
    }

    /// Everything within `window` before now, to a tenth of a second.
    pub fn sum(&self, now: Duration, window: Duration) -> Sums {
        let (newest, tenths) = (tenth(now), tenth(window));
        let mut total = Sums::default();
        for (number, sums) in self.buckets.iter().rev() {
            if number + tenths <= newest {
                break;
            }
            total.add(sums);
        }
        total
    }
}

impl Sums {
    pub fn count(&mut self, severity: Severity) {
        self.by_severity[severity as usize] += 1;
    }

    pub fn add_levels(&mut self, payload: &Map<String, Value>) {
        let column =
            |name: &str| payload.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.levels += column("channel_index").len() as u64;
        for level_dbfs in column("rms_dbfs").iter().filter_map(Value::as_f64) {
            self.known += 1;
            self.power += 10_f64.powf(level_dbfs / 10.0);
        }
        for peak in column("peak_dbfs").iter().filter_map(Value::as_f64) {
            self.peak_dbfs = Some(self.peak_dbfs.map_or(peak, |highest| highest.max(peak)));
        }
        self.clipped += column("clipped").iter().filter_map(Value::as_u64).sum::<u64>();
    }

    pub fn add_operation(&mut self, payload: &Map<String, Value>) {
        let name = payload.get("operation").and_then(Value::as_str).unwrap_or("other");
        self.operations += 1;
        self.failed += u64::from(payload.get("error").is_some_and(|error| !error.is_null()));
        self.duration_ms += payload.get("duration_ms").and_then(Value::as_f64).unwrap_or(0.0);
        self.add_name(name, 1);
    }

    fn add_name(&mut self, name: &str, count: u64) {
        let known = self.by_name.len() < MOST_NAMES || self.by_name.contains_key(name);
        *self.by_name.entry(if known { name } else { "other" }.to_owned()).or_default() += count;
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.by_severity.iter_mut().zip(other.by_severity) {
            *sum += more;
        }
        self.levels += other.levels;
        self.known += other.known;
        self.power += other.power;
        self.peak_dbfs = [self.peak_dbfs, other.peak_dbfs].into_iter().flatten().reduce(f64::max);
        self.clipped += other.clipped;
        self.operations += other.operations;
        self.failed += other.failed;
        self.duration_ms += other.duration_ms;
        for (name, count) in &other.by_name {
            self.add_name(name, *count);
        }
    }

    pub fn levels(&self) -> LevelWindow {
        let mean_rms_dbfs = (self.known > 0).then(|| 10.0 * (self.power / self.known as f64).log10());
        LevelWindow { count: self.levels, mean_rms_dbfs, peak_dbfs: self.peak_dbfs, clipped: self.clipped }
    }

    pub fn operations(&self) -> OpsWindow {
        OpsWindow {
            ops_total: self.operations,
            ops_by_type: self.by_name.clone(),
            total_duration_ms: self.duration_ms,
            failed: self.failed,
        }
    }

    pub fn events(&self) -> EventWindow {
        let [info, success, warning, error] = self.by_severity;
        EventWindow { count: info + success + warning + error, info, success, warning, error }
    }
}
