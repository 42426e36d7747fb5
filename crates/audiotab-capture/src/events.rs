//! What a running capture reports: events as they happen, a status at any time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Something that happened to the stream. Frames count from the start of the ring's stream.
///
/// Events come from the capture's own thread, in order, each after the frames it speaks of were put on the frame
/// clock (they may still wait for their block to fill before readers see them).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaptureEvent {
    /// Frames were lost between the device and the ring and stand there as NaN. Losses that touch are one.
    ///
    /// Exact if the queue between the sound callback and the capture thread was full. If the sound system lost
    /// them, the place is exact and the length is taken from its timestamps, right to one device buffer.
    Overrun {
        /// First lost frame.
        start_frame: u64,
        /// How many; 0 if the sound system reported a loss that its timestamps do not show.
        frames: u64,
    },
    /// The device went away. The capture goes on with NaN at the pace of the clock and waits for it.
    DeviceLost {
        /// Id of the device.
        device: String,
        /// First frame without sound.
        start_frame: u64,
        /// What the sound system said.
        reason: String,
    },
    /// The device came back and sound goes on.
    DeviceBack {
        /// Id of the device.
        device: String,
        /// First frame without sound.
        start_frame: u64,
        /// Frames of NaN in its place.
        frames: u64,
    },
    /// The device came back as something else, so the capture ends: [`CaptureEvent::Failed`] follows.
    DeviceChanged {
        /// Id of the device.
        device: String,
        /// What it was.
        was: DeviceShape,
        /// What it is now.
        now: DeviceShape,
    },
    /// The input has been all zero on every channel for two seconds: muted, or not permitted to listen. Once per run.
    Silence {
        /// First frame of the run.
        start_frame: u64,
    },
    /// A silence that was told is over: there is sound again, frames were lost, or the stream has ended.
    SilenceOver {
        /// First frame of the run.
        start_frame: u64,
        /// Its exact length.
        frames: u64,
    },
    /// The input held samples that are no numbers, infinite, or beyond ±10^9; they stand in the ring as NaN.
    InvalidSamples {
        /// Frame of the first one.
        start_frame: u64,
        /// How many in one block, over all channels.
        samples: u64,
    },
    /// Something about the input that is worth a sentence and does not stop it, such as a truncated file.
    Notice {
        /// The sentence.
        message: String,
    },
    /// The capture broke and ends here; [`CaptureEvent::Ended`] follows.
    Failed {
        /// Why, in one sentence.
        message: String,
    },
    /// The last event: the ring is finished.
    Ended {
        /// Exact length of the stream in frames.
        end_frame: u64,
    },
}

/// Channels and rate of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceShape {
    /// Channels it has.
    pub channels: u32,
    /// Frames per second.
    pub sample_rate_hz: u32,
}

/// A frame and the moment at which it arrived, or will arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameTime {
    /// The frame.
    pub frame: u64,
    /// Its moment.
    pub at: Instant,
}

/// Where a capture is in its life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CaptureState {
    /// Samples arrive.
    #[default]
    Running,
    /// The device went away; the capture resumes by itself when the same device returns.
    Waiting {
        /// Id of the device.
        device: String,
    },
    /// The input came to its end or was stopped.
    Ended,
    /// The input broke; the sentence says why.
    Failed(String),
}

/// A snapshot of a capture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptureStatus {
    /// Where it is in its life.
    pub state: CaptureState,
    /// Frames on the frame clock so far, lost ones included; the newest may not fill a block yet.
    pub frames_written: u64,
    /// Frames among them that were lost and stand as NaN.
    pub lost_frames: u64,
    /// Overruns so far.
    pub xruns: u64,
    /// Samples that were no numbers and stand as NaN.
    pub invalid_samples: u64,
    /// Which frame belongs to which moment, lately; `None` before the first frame, and at [`crate::Pace::Fast`].
    pub clock: Option<FrameTime>,
}

/// The counters behind a status, written by the capture thread, read by anyone.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<CaptureState>,
    clock: Mutex<Option<FrameTime>>,
    /// Largest since somebody asked, ‰ of a buffer and of the queue, plus one; 0 if there was no callback.
    callback_jitter: AtomicU64,
    queue_fill: AtomicU64,
    pub(crate) frames: AtomicU64,
    pub(crate) lost_frames: AtomicU64,
    pub(crate) xruns: AtomicU64,
    pub(crate) invalid_samples: AtomicU64,
}

impl Shared {
    pub(crate) fn status(&self) -> CaptureStatus {
        CaptureStatus {
            state: self.state.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            frames_written: self.frames.load(Relaxed),
            lost_frames: self.lost_frames.load(Relaxed),
            xruns: self.xruns.load(Relaxed),
            invalid_samples: self.invalid_samples.load(Relaxed),
            clock: *self.clock.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    pub(crate) fn set_clock(&self, frame: u64, at: Instant) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(FrameTime { frame, at });
    }

    pub(crate) fn note_callback(&self, jitter_permille: u64, queue_permille: u64) {
        self.callback_jitter.fetch_max(jitter_permille + 1, Relaxed);
        self.queue_fill.fetch_max(queue_permille + 1, Relaxed);
    }

    pub(crate) fn set_state(&self, state: CaptureState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Reads a capture's status from another thread than the one that owns the [`crate::Capture`], and does not keep it
/// running.
#[derive(Debug, Clone)]
pub struct StatusReader {
    pub(crate) shared: Arc<Shared>,
}

impl StatusReader {
    /// A snapshot.
    pub fn status(&self) -> CaptureStatus {
        self.shared.status()
    }

    /// How close the device's callback came to losing frames since the last call.
    pub fn take_margins(&self) -> CallbackMargins {
        let take = |gauge: &AtomicU64| {
            let permille = gauge.swap(0, Relaxed).checked_sub(1)?;
            Some((permille as f64 / 1e3).min(1.0))
        };
        CallbackMargins {
            jitter: take(&self.shared.callback_jitter),
            queue_fill: take(&self.shared.queue_fill),
        }
    }
}

/// The worst of a while, 0 to 1; `None` where no callback came, as with files and signals.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CallbackMargins {
    /// By how much of its own length a buffer came too early or too late.
    pub jitter: Option<f64>,
    /// How full the queue between callback and writer was.
    pub queue_fill: Option<f64>,
}

/// The listener of a capture.
pub type OnEvent = Box<dyn FnMut(CaptureEvent) + Send>;

/// Status and listener together: the capture thread's way to speak.
pub(crate) struct Report {
    pub(crate) shared: Arc<Shared>,
    on_event: OnEvent,
    /// A loss that may still grow: first frame and length.
    overrun: Option<(u64, u64)>,
}

impl Report {
    pub(crate) fn new(shared: Arc<Shared>, on_event: OnEvent) -> Self {
        Self { shared, on_event, overrun: None }
    }

    pub(crate) fn event(&mut self, event: CaptureEvent) {
        self.tell_overrun();
        (self.on_event)(event);
    }

    /// Notes a loss. It is told by [`Report::tell_overrun`], so that pieces of one loss are one event.
    pub(crate) fn overrun(&mut self, start_frame: u64, frames: u64) {
        match &mut self.overrun {
            Some((start, length)) if *start + *length == start_frame => *length += frames,
            _ => {
                self.tell_overrun();
                self.shared.xruns.fetch_add(1, Relaxed);
                self.overrun = Some((start_frame, frames));
            }
        }
    }

    /// Tells the loss noted last, now that sound follows or nothing comes for a while.
    pub(crate) fn tell_overrun(&mut self) {
        if let Some((start_frame, frames)) = self.overrun.take() {
            (self.on_event)(CaptureEvent::Overrun { start_frame, frames });
        }
    }
}
