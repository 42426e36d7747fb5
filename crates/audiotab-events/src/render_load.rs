//! How busy drawing keeps the pages: they alone know, and say so.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A page says it every second; one that has not for so long draws no more.
const VALID: Duration = Duration::from_secs(3);

/// The busiest page of the last seconds. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct RenderLoad {
    busiest: Arc<Mutex<Option<(f64, Instant)>>>,
}

impl RenderLoad {
    /// A page spends this share of its time, 0 to 1, on drawing.
    pub fn tell(&self, share: f64, now: Instant) {
        let mut busiest = self.busiest.lock().unwrap_or_else(PoisonError::into_inner);
        if busiest.is_none_or(|(most, told)| share >= most || is_old(told, now)) {
            *busiest = Some((share, now));
        }
    }

    /// The largest share lately; None when no page draws.
    pub fn share(&self, now: Instant) -> Option<f64> {
        let busiest = *self.busiest.lock().unwrap_or_else(PoisonError::into_inner);
        busiest.filter(|(_, told)| !is_old(*told, now)).map(|(share, _)| share)
    }
}

fn is_old(told: Instant, now: Instant) -> bool {
    now.saturating_duration_since(told) >= VALID
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_page_counts_until_it_is_silent_for_three_seconds() {
        let load = RenderLoad::default();
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(load.share(at(0)), None, "nobody draws");
        load.tell(0.5, at(0));
        load.tell(0.25, at(1));
        assert_eq!(load.share(at(2)), Some(0.5));
        load.tell(0.25, at(3));
        assert_eq!(load.share(at(3)), Some(0.25), "the busier one is silent");
        assert_eq!(load.share(at(6)), None, "all are");
    }
}
