//! What the program measures of itself.

use audiotab_capture::CallbackMargins;
use audiotab_events::families::EngineSample;
use std::time::{Duration, Instant};

/// Turns the time the processors have spent on this program into a share.
#[derive(Debug)]
pub(crate) struct Gauges {
    processors: f64,
    last: Option<(Instant, Duration)>,
}

impl Gauges {
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64);
        Self { processors, last: spent().map(|spent| (Instant::now(), spent)) }
    }

    /// The gauges now. What nobody knows is None.
    pub(crate) fn sample(
        &mut self,
        now: Instant,
        margins: CallbackMargins,
        render_load: Option<f64>,
    ) -> EngineSample {
        EngineSample {
            cpu_load: self.cpu_load(now).map(round),
            ring_fill: margins.queue_fill,
            callback_jitter: margins.jitter,
            render_load,
        }
    }

    /// Share of all processors since the last call, 0 to 1.
    fn cpu_load(&mut self, now: Instant) -> Option<f64> {
        let spent = spent()?;
        let (then, spent_then) = self.last.replace((now, spent))?;
        let passed_s = now.saturating_duration_since(then).as_secs_f64() * self.processors;
        let spent_s = spent.saturating_sub(spent_then).as_secs_f64();
        (passed_s > 0.0).then(|| (spent_s / passed_s).clamp(0.0, 1.0))
    }
}

fn round(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

/// Processor time of this program so far, where the system tells it.
#[cfg(unix)]
fn spent() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

/// Processor time of this program so far, where the system tells it.
#[cfg(not(unix))]
fn spent() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let mut gauges = Gauges::new();
        let sample =
            gauges.sample(Instant::now() + Duration::from_millis(1), CallbackMargins::default(), None);
        assert_eq!((sample.ring_fill, sample.callback_jitter, sample.render_load), (None, None, None));
        let margins = CallbackMargins { jitter: Some(0.25), queue_fill: Some(0.5) };
        let sample = gauges.sample(Instant::now() + Duration::from_millis(2), margins, Some(0.125));
        assert_eq!((sample.ring_fill, sample.callback_jitter), (Some(0.5), Some(0.25)));
        assert_eq!(sample.render_load, Some(0.125));
    }

    #[cfg(unix)]
    #[test]
    fn the_load_is_a_share_of_all_processors() {
        let begun = Instant::now();
        let mut gauges = Gauges { processors: 1.0, last: Some((begun, Duration::ZERO)) };
        // A test that has run for some time, held against a second: between nothing and everything.
        let load = gauges.cpu_load(begun + Duration::from_secs(3600)).unwrap();
        assert!(load > 0.0 && load < 1.0, "{load}");
        gauges.last = Some((begun, Duration::ZERO));
        assert_eq!(gauges.cpu_load(begun + Duration::from_nanos(1)), Some(1.0));
    }
}
