//! The thread beside a session that tells the bus what happens to its sound.
//!
//! It hears the capture's events through a channel and reads the ring like any other viewer, so nothing it does, and
//! no reader of the bus, can hold up the capture or change a sample.

mod gauges;
mod ring_meter;
mod story;

use crate::level_tap::LevelSwitch;
use audiotab_capture::{CaptureEvent, StatusReader, StreamFormat};
use audiotab_events::families::Family;
use audiotab_events::{Bus, StreamPosition};
use audiotab_ring::RingReader;
use gauges::Gauges;
use ring_meter::RingMeter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use story::Story;

/// Time between two samples of the gauges.
const GAUGE_PERIOD: Duration = Duration::from_secs(1);
/// Longest and shortest time between two looks at the ring.
const LOOKS: std::ops::RangeInclusive<Duration> = Duration::from_millis(5)..=Duration::from_millis(50);
/// A journal that takes nothing more must not keep the program from ending.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// Whom to tell.
#[derive(Clone, Debug)]
pub(crate) struct Audience {
    pub(crate) bus: Bus,
    pub(crate) levels: LevelSwitch,
}

/// A running watch. Dropping it waits until the end of the stream has been told.
#[derive(Debug)]
pub(crate) struct Watch {
    thread: Option<JoinHandle<()>>,
    /// Set when somebody wants the stream to end, which is then no surprise.
    asked: Arc<AtomicBool>,
}

impl Watch {
    /// Tells that the stream has started and follows it.
    pub(crate) fn start(
        audience: Audience,
        input: &str,
        format: &StreamFormat,
        reader: RingReader,
        status: StatusReader,
        heard: Receiver<CaptureEvent>,
    ) -> std::io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let story = Story::begin(audience.bus.clone(), reader.stream_id(), input, format);
        let watcher = Watcher {
            meter: RingMeter::new(reader.clone()),
            audience,
            story,
            reader,
            status,
            sample_rate_hz: f64::from(format.sample_rate_hz),
            gauges: Gauges::new(),
            gauges_due: Instant::now() + GAUGE_PERIOD,
            asked: Arc::clone(&asked),
        };
        let thread = std::thread::Builder::new()
            .name("audiotab-watch".to_owned())
            .spawn(move || watcher.run(&heard))?;
        Ok(Self { thread: Some(thread), asked })
    }

    /// From now on the end of the stream is what somebody asked for.
    pub(crate) fn expect_end(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// True once the end was told.
    pub(crate) fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let patience_ends = Instant::now() + END_PATIENCE;
        while !self.is_finished() && Instant::now() < patience_ends {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

struct Watcher {
    audience: Audience,
    story: Story,
    meter: RingMeter,
    reader: RingReader,
    status: StatusReader,
    sample_rate_hz: f64,
    gauges: Gauges,
    gauges_due: Instant,
    asked: Arc<AtomicBool>,
}

impl Watcher {
    fn run(mut self, heard: &Receiver<CaptureEvent>) {
        loop {
            match heard.recv_timeout(self.until_next_look()) {
                Ok(CaptureEvent::Ended { end_frame }) => return self.end(end_frame),
                Ok(event) => {
                    self.keep_clock();
                    self.story.hear(event);
                }
                Err(RecvTimeoutError::Timeout) => {}
                // The capture's thread is gone without a word.
                Err(RecvTimeoutError::Disconnected) => {
                    let end_frame = self.reader.header().readable().end;
                    return self.end(end_frame);
                }
            }
            self.look();
        }
    }

    fn until_next_look(&self) -> Duration {
        let missing_frames = self.meter.period_end().saturating_sub(self.reader.header().readable().end);
        Duration::from_secs_f64(missing_frames as f64 / self.sample_rate_hz)
            .clamp(*LOOKS.start(), *LOOKS.end())
    }

    fn look(&mut self) {
        self.keep_clock();
        let levels_wanted = self.audience.levels.is_on();
        self.meter.advance(|finding| self.story.tell_finding(finding, levels_wanted));
        let now = Instant::now();
        if now >= self.gauges_due {
            self.gauges_due = now + GAUGE_PERIOD;
            let render_load = self.audience.bus.render_load().share(now);
            let gauges = self.gauges.sample(now, self.status.take_margins(), render_load);
            self.audience.bus.emit(gauges.draft("engine"));
        }
    }

    fn keep_clock(&self) {
        if let Some(time) = self.status.status().clock {
            self.audience.bus.clock().set(Some(StreamPosition {
                session: self.story.session().to_owned(),
                sample_rate_hz: self.sample_rate_hz,
                frame: time.frame,
                at: time.at,
            }));
        }
    }

    fn end(mut self, end_frame: u64) {
        let levels_wanted = self.audience.levels.is_on();
        self.meter.finish(|finding| self.story.tell_finding(finding, levels_wanted));
        let lost_frames = self.status.status().lost_frames;
        let was_asked = self.asked.load(Ordering::Relaxed);
        self.story.end(end_frame, lost_frames, was_asked);
        // The next stream may have begun already.
        let clock = self.audience.bus.clock();
        if clock.session().as_deref() == Some(self.story.session()) {
            clock.set(None);
        }
    }
}
