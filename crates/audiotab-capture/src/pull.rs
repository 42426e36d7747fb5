//! Sources that are asked for frames (files and signals), and the loop that asks them.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::block_writer::BlockWriter;
use crate::capture::Pace;
use crate::error::CaptureError;
use crate::events::CaptureEvent;

/// Longest sleep, so that a stop is answered soon.
const NAP: Duration = Duration::from_millis(50);

/// Channels of equal length.
#[derive(Debug, Default)]
pub(crate) struct Planar {
    pub(crate) channels: Vec<Vec<f64>>,
}

impl Planar {
    /// `channels` channels of `frames` zeros.
    pub(crate) fn reset(&mut self, channels: usize, frames: usize) {
        self.channels.resize_with(channels, Vec::new);
        for channel in &mut self.channels {
            channel.clear();
            channel.resize(frames, 0.0);
        }
    }
}

/// A source that makes frames when asked.
pub(crate) trait PullSource: Send {
    /// Replaces `out` by up to `frames` next frames and returns how many there are; 0 is the end.
    fn read(&mut self, frames: usize, out: &mut Planar) -> Result<usize, CaptureError>;

    /// A sentence about the source that has come up since the last call.
    fn take_notice(&mut self) -> Option<String> {
        None
    }
}

/// Runs a source until it ends, the limit is reached or `stop` is set.
///
/// At [`Pace::RealTime`] block `k` is written when its last frame would have been recorded: the moment is counted
/// from the start in frames, so rounding never adds up. A loop that comes late (a stopped process) catches up.
///
/// # Errors
/// What the source reported.
pub(crate) fn run(
    source: &mut dyn PullSource,
    writer: &mut BlockWriter,
    pace: Pace,
    rate_hz: u32,
    stop: &AtomicBool,
) -> Result<(), CaptureError> {
    let started = Instant::now();
    if pace == Pace::RealTime {
        writer.report.shared.set_clock(0, started);
    }
    let mut piece = Planar::default();
    while writer.room() > 0 && !stop.load(Relaxed) {
        let wanted = (writer.block_frames() as u64).min(writer.room()) as usize;
        let frames = source.read(wanted, &mut piece)?;
        if let Some(message) = source.take_notice() {
            writer.report.event(CaptureEvent::Notice { message });
        }
        if frames == 0 {
            return Ok(());
        }
        if pace == Pace::RealTime {
            let end_frame = writer.next_frame() + frames as u64;
            if !sleep_until(started + time_of_frames(end_frame, rate_hz), stop) {
                return Ok(());
            }
        }
        writer.push(frames, |c, first, dest| {
            dest.copy_from_slice(&piece.channels[c][first..first + dest.len()]);
        });
    }
    Ok(())
}

/// Exact duration of `frames` frames, to the nanosecond.
pub(crate) fn time_of_frames(frames: u64, rate_hz: u32) -> Duration {
    let rate = u64::from(rate_hz);
    Duration::from_secs(frames / rate) + Duration::from_nanos(frames % rate * 1_000_000_000 / rate)
}

/// False if `stop` was set before the moment came.
fn sleep_until(moment: Instant, stop: &AtomicBool) -> bool {
    loop {
        if stop.load(Relaxed) {
            return false;
        }
        match moment.checked_duration_since(Instant::now()) {
            None | Some(Duration::ZERO) => return true,
            Some(left) => std::thread::sleep(left.min(NAP)),
        }
    }
}
