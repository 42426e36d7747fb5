//! How many events one source may send.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// So many events in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Events of one source ...
    pub events: u32,
    /// ... within this time.
    pub window: Duration,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { events: 1000, window: Duration::from_secs(30) }
    }
}

/// That a source was too loud, told once per window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suppressed {
    pub source: String,
    pub count: u64,
    pub window: Duration,
}

/// Most sources counted apart. Further ones share one account, so that inventing names gains nothing.
const SOURCES: usize = 1024;
const ALL_OTHERS: &str = "external:others";

#[derive(Debug)]
struct Window {
    opened: Instant,
    taken: u32,
    left_out: u64,
}

/// The account of every source.
#[derive(Debug)]
pub(super) struct Rates {
    limit: Option<RateLimit>,
    windows: HashMap<String, Window>,
}

impl Rates {
    pub(super) fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, windows: HashMap::new() }
    }

    /// Counts one event of `source`; [`Rates::over`] has closed the windows that are over.
    ///
    /// # Errors
    /// How long the source should wait.
    pub(super) fn admit(&mut self, source: &str, now: Instant) -> Result<(), Duration> {
        let Some(limit) = self.limit else { return Ok(()) };
        let known = self.windows.contains_key(source);
        let account = if known || self.windows.len() < SOURCES { source } else { ALL_OTHERS };
        if !self.windows.contains_key(account) {
            self.windows.insert(account.to_owned(), Window { opened: now, taken: 0, left_out: 0 });
        }
        let Some(window) = self.windows.get_mut(account) else { return Ok(()) };
        if window.taken < limit.events {
            window.taken += 1;
            return Ok(());
        }
        window.left_out += 1;
        Err(limit.window.saturating_sub(now.saturating_duration_since(window.opened)))
    }

    /// Closes the windows that are over; what was left out in them.
    pub(super) fn over(&mut self, now: Instant) -> Vec<Suppressed> {
        let Some(limit) = self.limit else { return Vec::new() };
        let mut told = Vec::new();
        self.windows.retain(|source, window| {
            let open = now.saturating_duration_since(window.opened) < limit.window;
            if !open && window.left_out > 0 {
                let (source, count) = (source.clone(), window.left_out);
                told.push(Suppressed { source, count, window: limit.window });
            }
            open
        });
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit { events: 3, window: Duration::from_secs(30) };

    #[test]
    fn a_loud_source_is_held_back_counted_and_told_of_once() {
        let (mut rates, start) = (Rates::new(Some(LIMIT)), Instant::now());
        let admitted = (0..10).filter(|_| rates.admit("a", start).is_ok()).count();
        assert_eq!(admitted, 3);
        assert_eq!(rates.admit("a", start + Duration::from_secs(10)), Err(Duration::from_secs(20)));
        assert!(rates.admit("b", start).is_ok(), "others are not held back");
        assert!(rates.over(start + Duration::from_secs(29)).is_empty());
        let told = rates.over(start + Duration::from_secs(30));
        assert_eq!(told, [Suppressed { source: "a".into(), count: 8, window: LIMIT.window }]);
        assert!(rates.over(start + Duration::from_secs(60)).is_empty());
        assert!(rates.admit("a", start + Duration::from_secs(31)).is_ok());
    }

    #[test]
    fn invented_names_share_an_account_and_take_no_memory() {
        let (mut rates, now) = (Rates::new(Some(LIMIT)), Instant::now());
        let admitted = (0..100_000).filter(|n| rates.admit(&n.to_string(), now).is_ok()).count();
        assert_eq!(admitted, SOURCES + 3);
        assert_eq!(rates.windows.len(), SOURCES + 1);
    }

    #[test]
    fn without_a_limit_everything_passes() {
        let mut rates = Rates::new(None);
        assert!((0..5000).all(|_| rates.admit("a", Instant::now()).is_ok()));
        assert!(rates.over(Instant::now()).is_empty());
    }
}
