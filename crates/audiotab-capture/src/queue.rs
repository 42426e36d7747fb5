//! The queue between the sound callback and the capture thread: samples one way, exact losses beside them.
//!
//! Two single-producer single-consumer queues. Samples travel interleaved in the first; a loss travels in the
//! second, as "after so many delivered frames, so many are missing". The callback pushes a loss *before* the
//! samples that follow it; the reader looks how many samples there are *before* it collects losses. So for every
//! sample it takes, it knows every loss in front of it.
//!
//! Invariant: the callback's side allocates nothing, takes no lock and makes no system call.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rtrb::{Consumer, Producer, RingBuffer};

/// Losses that can wait for the reader; while this is full, frames are lost as if the sample queue were full.
const LOSS_SLOTS: usize = 256;

/// `frames` frames are missing after `after` delivered ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Loss {
    after: u64,
    frames: u64,
}

/// What both ends and the error callback see.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Frames the device has offered: delivered or lost. Stored by the callback, read when it is gone.
    offered: AtomicU64,
    /// Overruns the sound system has reported. Raised by the error callback.
    pub(crate) backend_xruns: AtomicU64,
    /// Largest distance of a callback from when its buffer was due, ‰ of the buffer. Raised by the callback, taken by
    /// the capture thread.
    jitter_permille: AtomicU64,
}

/// The callback's end.
pub(crate) struct Intake {
    samples: Producer<f64>,
    losses: Producer<Loss>,
    counts: Arc<Counts>,
    channels: usize,
    ns_per_frame: f64,
    delivered: u64,
    lost: u64,
    /// Lost frames whose record has not been pushed yet, and whether one is due (a loss can be of 0 frames).
    pending: u64,
    is_loss_due: bool,
    xruns_seen: u64,
    next_capture_ns: Option<f64>,
    last_callback_ns: Option<u64>,
}

/// When a callback's first frame was captured and when the callback was called, on the stream's own clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallTimes {
    pub(crate) capture_ns: u64,
    pub(crate) callback_ns: u64,
}

/// The capture thread's end.
pub(crate) struct Outlet {
    samples: Consumer<f64>,
    losses: Consumer<Loss>,
    waiting: VecDeque<Loss>,
    counts: Arc<Counts>,
    channels: usize,
    delivered: u64,
    lost: u64,
    fullest_samples: usize,
}

/// What the outlet gives, in the order of the device's frames.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    /// Whole frames, interleaved.
    Samples(&'a [f64]),
    /// Missing frames.
    Lost(u64),
}

/// A queue for `capacity_frames` frames of `channels` samples at `rate_hz`.
pub(crate) fn queue(capacity_frames: usize, channels: usize, rate_hz: u32) -> (Intake, Outlet) {
    let (samples_in, samples_out) = RingBuffer::new(capacity_frames.max(1) * channels);
    let (losses_in, losses_out) = RingBuffer::new(LOSS_SLOTS);
    let counts = Arc::new(Counts::default());
    let intake = Intake {
        samples: samples_in,
        losses: losses_in,
        counts: Arc::clone(&counts),
        channels,
        ns_per_frame: 1e9 / f64::from(rate_hz),
        delivered: 0,
        lost: 0,
        pending: 0,
        is_loss_due: false,
        xruns_seen: 0,
        next_capture_ns: None,
        last_callback_ns: None,
    };
    let outlet = Outlet {
        samples: samples_out,
        losses: losses_out,
        waiting: VecDeque::with_capacity(LOSS_SLOTS),
        counts,
        channels,
        delivered: 0,
        lost: 0,
        fullest_samples: 0,
    };
    (intake, outlet)
}

impl Intake {
    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    /// Takes the interleaved samples of one callback. What does not fit is lost and counted.
    pub(crate) fn take<T: Copy>(&mut self, data: &[T], times: CallTimes, to_f64: impl Fn(T) -> f64) {
        let CallTimes { capture_ns, callback_ns } = times;
        let frames = data.len() / self.channels;
        self.measure_jitter(callback_ns, frames);
        self.count_backend_loss(capture_ns, frames);
        let room = self.samples.slots() / self.channels;
        let fits = if self.record_loss() { frames.min(room) } else { 0 };
        if fits > 0
            && let Ok(chunk) = self.samples.write_chunk_uninit(fits * self.channels)
        {
            chunk.fill_from_iter(data.iter().map(|sample| to_f64(*sample)));
            self.delivered += fits as u64;
        }
        if fits < frames {
            self.lose((frames - fits) as u64);
        }
        self.counts.offered.store(self.delivered + self.lost, Relaxed);
    }

    fn lose(&mut self, frames: u64) {
        self.pending += frames;
        self.lost += frames;
        self.is_loss_due = true;
    }

    /// A buffer is due one buffer length after the one before.
    fn measure_jitter(&mut self, callback_ns: u64, frames: usize) {
        let buffer_ns = frames as f64 * self.ns_per_frame;
        if let Some(last_ns) = self.last_callback_ns.replace(callback_ns).filter(|_| frames > 0) {
            let off_ns = (callback_ns.saturating_sub(last_ns) as f64 - buffer_ns).abs();
            self.counts.jitter_permille.fetch_max((off_ns / buffer_ns * 1e3) as u64, Relaxed);
        }
    }

    /// After an overrun in the sound system the distance between two callbacks' capture times says how much is
    /// missing.
    fn count_backend_loss(&mut self, capture_ns: u64, frames: usize) {
        let xruns = self.counts.backend_xruns.load(Relaxed);
        if xruns != self.xruns_seen {
            self.xruns_seen = xruns;
            let late_ns = self.next_capture_ns.map_or(0.0, |expected| capture_ns as f64 - expected);
            self.lose((late_ns / self.ns_per_frame).round().max(0.0) as u64);
        }
        self.next_capture_ns = Some(capture_ns as f64 + frames as f64 * self.ns_per_frame);
    }

    /// Pushes the record of what was lost so far. False if there is no room for it: then no sample may follow.
    fn record_loss(&mut self) -> bool {
        if !self.is_loss_due {
            return true;
        }
        // A record in front of samples that do not fit would split one loss in two.
        if self.samples.slots() < self.channels {
            return false;
        }
        let pushed = self.losses.push(Loss { after: self.delivered, frames: self.pending }).is_ok();
        if pushed {
            self.pending = 0;
            self.is_loss_due = false;
        }
        pushed
    }
}

impl Outlet {
    /// Hands over everything there is, in order. Returns how many frames that was.
    pub(crate) fn drain(&mut self, mut sink: impl FnMut(Piece<'_>)) -> u64 {
        self.fullest_samples = self.fullest_samples.max(self.samples.slots());
        let available = (self.samples.slots() / self.channels) as u64;
        let end = self.delivered + available;
        self.collect_losses();
        let mut frames = available;
        loop {
            match self.waiting.front().copied() {
                Some(loss) if loss.after == self.delivered => {
                    self.waiting.pop_front();
                    self.lost += loss.frames;
                    frames += loss.frames;
                    sink(Piece::Lost(loss.frames));
                }
                Some(loss) if loss.after <= end => self.hand_over(loss.after - self.delivered, &mut sink),
                _ if self.delivered < end => self.hand_over(end - self.delivered, &mut sink),
                _ => return frames,
            }
        }
    }

    /// Largest distance of a callback from when it was due since the last call, ‰ of its buffer.
    pub(crate) fn take_jitter_permille(&self) -> u64 {
        self.counts.jitter_permille.swap(0, Relaxed)
    }

    /// How full the queue was found at most since the last call, ‰.
    pub(crate) fn take_fill_permille(&mut self) -> u64 {
        (std::mem::take(&mut self.fullest_samples) * 1000 / self.samples.buffer().capacity()) as u64
    }

    /// Whether a whole frame waits.
    pub(crate) fn has_frames(&self) -> bool {
        self.samples.slots() >= self.channels
    }

    /// Frames that have not been handed over yet, lost ones included.
    pub(crate) fn frames_waiting(&mut self) -> u64 {
        let available = (self.samples.slots() / self.channels) as u64;
        self.collect_losses();
        available + self.waiting.iter().map(|loss| loss.frames).sum::<u64>()
    }

    fn collect_losses(&mut self) {
        while let Ok(loss) = self.losses.pop() {
            self.waiting.push_back(loss);
        }
    }

    /// Frames that were lost at the very end and never recorded. Only once the callback is gone and the queue
    /// is drained.
    pub(crate) fn lost_at_the_end(&mut self) -> u64 {
        let missing = self.counts.offered.load(Relaxed).saturating_sub(self.delivered + self.lost);
        self.lost += missing;
        missing
    }

    fn hand_over(&mut self, frames: u64, sink: &mut impl FnMut(Piece<'_>)) {
        if let Ok(chunk) = self.samples.read_chunk(frames as usize * self.channels) {
            // Capacity and pieces are whole frames, so the wrap lies between two frames.
            let (first, second) = chunk.as_slices();
            for slice in [first, second] {
                if !slice.is_empty() {
                    sink(Piece::Samples(slice));
                }
            }
            chunk.commit_all();
        }
        self.delivered += frames;
    }
}

#[cfg(test)]
mod tests;
