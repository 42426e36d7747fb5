//! Earlier events shown again in the live views, at once or at a pace.

use crate::draft::Draft;
use crate::event::Event;
use crate::journal::Journal;
use crate::journal::error::JournalError;
use crate::journal::ops::timed;
use crate::journal::query::{LogQuery, MOST_PER_PAGE};
use std::str::FromStr;
use std::time::Duration;

/// Most events that are shown again at once: the newest.
pub const MOST_REPLAYED: usize = MOST_PER_PAGE;

impl Journal {
    /// Tells the bus again what happened at or after `since_ns` in earlier runs, oldest first, flagged as replayed: it
    /// is not recorded a second time. What this run told is on the bus already. Returns how many events that were.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn replay(&self, since_ns: i64) -> Result<u64, JournalError> {
        let drafts = self.earlier(since_ns)?;
        let count = drafts.len() as u64;
        for draft in drafts {
            self.bus.emit(draft);
        }
        Ok(count)
    }

    /// What [`Journal::replay`] tells, for whoever tells it at a [`Speed`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn earlier(&self, since_ns: i64) -> Result<Vec<Draft>, JournalError> {
        let query = LogQuery {
            from_ns: Some(since_ns),
            before: Some(self.begun_after.saturating_add(1)),
            limit: MOST_REPLAYED,
            ..LogQuery::default()
        };
        let page = timed(&self.bus, "scan", || Some("replay".to_owned()), || self.reader.query(&query))?;
        Ok(page.events.into_iter().rev().map(again).collect())
    }
}

/// How many times as fast as it happened, 0.01 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Speed(f64);

impl Speed {
    /// When events that happened at these times are due, counted from the first. One whose time is earlier than that of
    /// an event before it comes together with that event: the order stays.
    pub fn due(self, times_ns: impl IntoIterator<Item = i64>) -> impl Iterator<Item = Duration> {
        let (mut first_ns, mut latest_ns) = (None, i64::MIN);
        times_ns.into_iter().map(move |ns| {
            latest_ns = latest_ns.max(ns);
            let elapsed_ns = latest_ns.saturating_sub(*first_ns.get_or_insert(ns));
            Duration::from_secs_f64(elapsed_ns as f64 / 1e9 / self.0)
        })
    }
}

impl TryFrom<f64> for Speed {
    type Error = String;

    fn try_from(times: f64) -> Result<Self, String> {
        let fits = (0.01..=1000.0).contains(&times);
        fits.then_some(Self(times))
            .ok_or_else(|| "A speed is a number from 0.01 to 1000; 1 is as fast as it happened.".to_owned())
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.parse::<f64>().unwrap_or(f64::NAN))
    }
}

/// Everything as it was, but a new place in the order.
fn again(event: Event) -> Draft {
    Draft {
        kind: event.kind,
        source: event.source,
        id: Some(event.id),
        ts_ns: Some(event.ts_ns),
        frame: event.frame,
        dur_frames: event.dur_frames,
        session: event.session,
        channel: Some(event.channel),
        severity: Some(event.severity),
        audio_ch: event.audio_ch,
        message: Some(event.message),
        payload: event.payload,
        placed_by_time: false,
        replayed: true,
        sha256: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn events_are_due_as_far_apart_as_they_happened_by_the_speed() {
        let due = |speed: &str| -> Vec<u128> {
            let times_ns = [5000 * MS, 5500 * MS, 5400 * MS, 7000 * MS];
            speed.parse::<Speed>().unwrap().due(times_ns).map(|due| due.as_millis()).collect()
        };
        assert_eq!(due("1"), [0, 500, 500, 2000], "the third had an earlier time and comes with the second");
        assert_eq!(due("0.25"), [0, 2000, 2000, 8000]);
        assert_eq!(due("100"), [0, 5, 5, 20]);
    }

    #[test]
    fn no_times_are_too_far_apart() {
        let slowest = Speed::try_from(0.01).unwrap();
        assert_eq!(slowest.due([i64::MIN, i64::MAX]).map(|due| due.as_secs()).max(), Some(922_337_203_685));
    }

    #[test]
    fn what_is_no_speed_is_refused() {
        for text in ["0", "-1", "1001", "inf", "NaN", "fast", ""] {
            assert!(text.parse::<Speed>().unwrap_err().contains("0.01 to 1000"), "{text}");
        }
    }
}
