//! Which frame of the running stream a moment belongs to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where the running stream is.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamPosition {
    /// Stream id, 16 hexadecimal digits.
    pub session: String,
    /// Sample rate, Hz.
    pub sample_rate_hz: f64,
    /// A frame and the moment it became sound.
    pub frame: u64,
    /// That moment.
    pub at: Instant,
}

/// The running stream's clock, told by whoever runs it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct StreamClock {
    position: Arc<Mutex<Option<StreamPosition>>>,
}

impl StreamClock {
    /// Says where the stream is, every block or so; None when no stream runs.
    pub fn set(&self, position: Option<StreamPosition>) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// The running stream.
    pub fn session(&self) -> Option<String> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|p| p.session.clone())
    }

    /// Stream and frame of the moment `age_ns` before now. The wall clock plays no part: it may be set back.
    pub fn frame_at_age(&self, age_ns: i64) -> Option<(String, u64)> {
        let position = self.position.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let since_s = position.at.elapsed().as_secs_f64() - age_ns as f64 / 1e9;
        let frame = position.frame as f64 + since_s * position.sample_rate_hz;
        // What was before the stream has no place in it.
        (frame >= 0.0).then(|| (position.session, frame.round() as u64))
    }

    /// Sample rate of the running stream, Hz.
    pub fn sample_rate_hz(&self) -> Option<f64> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|p| p.sample_rate_hz)
    }

    /// How long ago a frame of the running stream became sound; None for a frame of another stream.
    pub fn age_ns(&self, session: Option<&str>, frame: u64) -> Option<i64> {
        let position = self.position.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        if session.is_some_and(|session| session != position.session) {
            return None;
        }
        let ahead_s = (frame as f64 - position.frame as f64) / position.sample_rate_hz;
        Some(((position.at.elapsed().as_secs_f64() - ahead_s) * 1e9) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn running_since(ago: Duration) -> StreamClock {
        let clock = StreamClock::default();
        clock.set(Some(StreamPosition {
            session: "00000000000000aa".into(),
            sample_rate_hz: 48_000.0,
            frame: 0,
            at: Instant::now().checked_sub(ago).unwrap(),
        }));
        clock
    }

    #[test]
    fn a_moment_lies_at_its_frame() {
        let clock = running_since(Duration::from_secs(100));
        let (session, frame) = clock.frame_at_age(10_000_000_000).unwrap();
        assert_eq!(session, "00000000000000aa");
        // The test may run late, but never early.
        assert!((90 * 48_000..99 * 48_000).contains(&frame), "{frame}");
        assert_eq!(clock.frame_at_age(1_000_000_000_000), None, "before the stream there is no frame");
        let ahead = clock.frame_at_age(-1_000_000_000).unwrap().1;
        assert!(ahead >= 101 * 48_000, "what is about to happen lies ahead");
        assert_eq!(StreamClock::default().frame_at_age(0), None);
    }

    #[test]
    fn a_frame_has_an_age_in_its_own_stream_alone() {
        let clock = running_since(Duration::from_secs(100));
        let age_ns = clock.age_ns(Some("00000000000000aa"), 90 * 48_000).unwrap();
        assert!((10_000_000_000..20_000_000_000).contains(&age_ns), "{age_ns}");
        assert_eq!(clock.age_ns(Some("00000000000000bb"), 0), None);
        clock.set(None);
        assert_eq!((clock.age_ns(None, 0), clock.sample_rate_hz()), (None, None));
    }
}
