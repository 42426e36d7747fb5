//! Which frame belongs to a moment, learnt from when frames arrive.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The clock of one device capture.
///
/// Each arrival says "frame 0 was so long ago". Single arrivals err both ways: a callback can be late, and a server
/// that is about to drop or move a stream may send its last frames early. So the earliest arrival of every half
/// second counts, and of the last five of those the median; a device whose clock differs from the computer's is
/// followed within two seconds.
///
/// Between two gaps (a stretch) the frames keep step with the device. After a gap they may be off by what the gap
/// was measured wrong; the clock remembers that, so that the next gap makes up for it and errors do not add up.
pub(crate) struct FrameClock {
    rate_hz: f64,
    base: Instant,
    /// Times of frame 0, in seconds after `base`: the earliest of this window, and of the windows before.
    current_s: f64,
    earliest_s: VecDeque<f64>,
    window_end_s: f64,
    /// Time of frame 0 before the last gap, until this stretch has been measured.
    before_gap_s: Option<f64>,
    /// How much later frame 0 seems in this stretch than it was.
    error_s: f64,
    /// Before it began to look later: time of frame 0 as it was measured, and as it was.
    settled: Option<Settled>,
}

#[derive(Clone, Copy)]
struct Settled {
    measured_s: f64,
    zero_s: f64,
}

impl FrameClock {
    const WINDOW_S: f64 = 0.5;
    const WINDOWS: usize = 5;
    /// So many windows say enough.
    const ENOUGH: usize = 3;
    /// Later by up to this much per window is drift of the clocks and is followed.
    const DRIFT_S: f64 = 0.01;
    /// Later by this much, in most of the last windows, is no lateness any more.
    const LOSS_S: f64 = 0.03;

    pub(crate) fn new(rate_hz: u32, base: Instant) -> Self {
        Self {
            rate_hz: f64::from(rate_hz),
            base,
            current_s: f64::INFINITY,
            earliest_s: VecDeque::with_capacity(Self::WINDOWS + 1),
            window_end_s: f64::INFINITY,
            before_gap_s: None,
            error_s: 0.0,
            settled: None,
        }
    }

    /// `frames` frames had arrived at `now`.
    pub(crate) fn observe(&mut self, now: Instant, frames: u64) {
        let now_s = (now - self.base).as_secs_f64();
        if self.window_end_s.is_infinite() {
            self.window_end_s = now_s + Self::WINDOW_S;
        } else if now_s >= self.window_end_s {
            self.end_window(now_s);
        }
        self.current_s = self.current_s.min(now_s - frames as f64 / self.rate_hz);
    }

    fn end_window(&mut self, now_s: f64) {
        self.window_end_s = now_s + Self::WINDOW_S;
        self.earliest_s.push_back(std::mem::replace(&mut self.current_s, f64::INFINITY));
        if self.earliest_s.len() > Self::WINDOWS {
            self.earliest_s.pop_front();
        }
        let Some(measured_s) = self.measured_s().filter(|_| self.earliest_s.len() >= Self::ENOUGH) else {
            return;
        };
        if let Some(before_s) = self.before_gap_s.take() {
            self.error_s = measured_s - before_s;
        }
        if self.settled.is_none_or(|settled| measured_s - settled.measured_s < Self::DRIFT_S) {
            self.settled = Some(Settled { measured_s, zero_s: measured_s - self.error_s });
        }
    }

    /// Frames that have gone missing without anyone telling: for more than a second, all of them have come later
    /// than before by at least 30 ms.
    pub(crate) fn silently_lost_frames(&self) -> Option<u64> {
        let late_s =
            self.measured_s().filter(|_| self.earliest_s.len() >= Self::ENOUGH)? - self.settled?.measured_s;
        (late_s >= Self::LOSS_S).then_some((late_s * self.rate_hz).round() as u64)
    }

    /// Takes `now` for the arrival of frame `frames` if nothing has arrived so far.
    pub(crate) fn assume(&mut self, now: Instant, frames: u64) {
        if self.zero_s().is_none() {
            self.observe(now, frames);
        }
    }

    /// A gap has been written; what arrives from now on is measured anew.
    pub(crate) fn begin_stretch(&mut self) {
        self.begin_stretch_from(self.zero_s());
    }

    /// What was silently lost has been written. Frame 0 was when it seemed to be before: by now it seems later by the loss.
    pub(crate) fn begin_stretch_after_silent_loss(&mut self) {
        self.begin_stretch_from(self.settled.map(|settled| settled.zero_s));
    }

    fn begin_stretch_from(&mut self, zero_s: Option<f64>) {
        self.before_gap_s = zero_s;
        self.settled = zero_s.map(|zero_s| Settled { measured_s: zero_s, zero_s });
        self.current_s = f64::INFINITY;
        self.earliest_s.clear();
        self.window_end_s = f64::INFINITY;
    }

    /// The frame that arrives at `now`; 0 before anything has arrived.
    pub(crate) fn frame_at(&self, now: Instant) -> u64 {
        let Some(zero_s) = self.zero_s() else { return 0 };
        (((now - self.base).as_secs_f64() - zero_s) * self.rate_hz).round().max(0.0) as u64
    }

    /// `time` in frames.
    pub(crate) fn frames(&self, time: Duration) -> u64 {
        (time.as_secs_f64() * self.rate_hz) as u64
    }

    fn zero_s(&self) -> Option<f64> {
        self.before_gap_s.or_else(|| Some(self.measured_s()? - self.error_s))
    }

    fn measured_s(&self) -> Option<f64> {
        let mut windows: Vec<f64> = self.earliest_s.iter().copied().filter(|s| s.is_finite()).collect();
        windows.sort_by(f64::total_cmp);
        let median = windows.get(windows.len() / 2).copied();
        median.or_else(|| self.current_s.is_finite().then_some(self.current_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_callbacks_are_ignored_and_drift_is_followed() {
        let base = Instant::now();
        let mut clock = FrameClock::new(48_000, base);
        let at = |s: f64| base + Duration::from_secs_f64(s);
        // 100 ppm slow device, callbacks every 10 ms, every third one 7 ms late; the last ones come early.
        let frames_at = |s: f64| (s * 48_000.0 * (1.0 - 1e-4)) as u64;
        for i in 1..60_000u64 {
            let s = i as f64 * 0.01;
            let early_s = if i > 59_980 { 0.1 } else { 0.0 };
            clock.observe(at(s + if i % 3 == 0 { 0.007 } else { 0.0 }), frames_at(s + early_s));
        }
        let error = clock.frame_at(at(600.0)) as i64 - frames_at(600.0) as i64;
        assert!(error.abs() < 48, "{error} frames");
    }

    #[test]
    fn what_a_server_drops_without_a_word_is_found() {
        let base = Instant::now();
        let mut clock = FrameClock::new(48_000, base);
        let (mut frames, mut found) = (0, Vec::new());
        for i in 1..3000u64 {
            frames += 480;
            if i == 1000 {
                frames -= 2048;
            }
            // A whole second in which nothing is on time, and 200 ppm of drift, are no loss.
            let late_ms = if (2000..2100).contains(&i) { 80.0 } else { (i % 7) as f64 };
            let now_s = i as f64 * 0.01 * 1.0002 + late_ms / 1e3;
            clock.observe(base + Duration::from_secs_f64(now_s), frames);
            if let Some(lost) = clock.silently_lost_frames() {
                found.push((i, lost));
                frames += lost;
                clock.begin_stretch_after_silent_loss();
            }
        }
        let [(i, lost)] = found[..] else { panic!("{found:?}") };
        assert!((1000..1250).contains(&i) && lost.abs_diff(2048) < 100, "{found:?}");
    }

    #[test]
    fn after_a_silent_loss_the_next_gap_and_the_next_loss_are_measured_right() {
        let base = Instant::now();
        let mut clock = FrameClock::new(48_000, base);
        let (mut frames, mut found) = (0, Vec::new());
        for i in 1..3000u64 {
            let now = base + Duration::from_millis(10 * i);
            frames += 480;
            // Once in peace, and once right after a gap that is filled by the clock.
            if i == 1000 || i == 1262 {
                frames -= 15_000;
            }
            if i == 1260 {
                frames = clock.frame_at(now);
                assert!(frames.abs_diff(480 * i) < 100, "the gap ends at {frames}, not {}", 480 * i);
                clock.begin_stretch();
            }
            clock.observe(now, frames);
            if let Some(lost) = clock.silently_lost_frames() {
                found.push((i, lost));
                frames += lost;
                clock.begin_stretch_after_silent_loss();
            }
        }
        assert!(found.len() == 2 && found.iter().all(|(_, lost)| lost.abs_diff(15_000) < 100), "{found:?}");
        assert!(frames.abs_diff(480 * 2999) < 200, "{frames}");
    }

    #[test]
    fn errors_of_gaps_do_not_add_up() {
        let base = Instant::now();
        let mut clock = FrameClock::new(48_000, base);
        let at = |ms: u64| base + Duration::from_millis(ms);
        let mut written = 0;
        let mut now_ms = 0;
        for _ in 0..50 {
            for _ in 0..500 {
                now_ms += 10;
                written += 480;
                clock.observe(at(now_ms), written);
            }
            // Away for 300 ms; the gap is measured 150 frames too long each time.
            now_ms += 300;
            written = clock.frame_at(at(now_ms)) + 150;
            clock.begin_stretch();
        }
        let error = written as i64 - (now_ms * 48) as i64;
        assert!((0..=151).contains(&error), "{error} frames");
    }
}
