//! What a running capture reports: events as they happen, a status at any time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that happened to the stream. Frames count from the start of the ring's stream.
///
/// Events come from the capture's own thread, in order, each after the frames it speaks of were put on the frame
/// clock (they may still wait for their block to fill before readers see them).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaptureEvent {
    /// Frames were lost between the device and the ring and stand there as NaN.
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
    /// The input has been all zero on every channel for two seconds: muted, or not permitted to listen. Once per run.
    Silence {
        /// First frame of the run.
        start_frame: u64,
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
}

/// The counters behind a status, written by the capture thread, read by anyone.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<CaptureState>,
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
        }
    }

    pub(crate) fn set_state(&self, state: CaptureState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// The listener of a capture.
pub type OnEvent = Box<dyn FnMut(CaptureEvent) + Send>;

/// Status and listener together: the capture thread's way to speak.
pub(crate) struct Report {
    pub(crate) shared: Arc<Shared>,
    pub(crate) on_event: OnEvent,
}

impl Report {
    pub(crate) fn event(&mut self, event: CaptureEvent) {
        (self.on_event)(event);
    }

    pub(crate) fn overrun(&mut self, start_frame: u64, frames: u64) {
        self.shared.xruns.fetch_add(1, Relaxed);
        self.event(CaptureEvent::Overrun { start_frame, frames });
    }
}
