//! The loop of a device capture: drain the queue, notice when the device goes away, keep the clock, take it back.
//!
//! While the device is away the stream goes on as NaN, half a second behind the clock so that the device's first
//! frames still find their place. When it returns, its first 300 ms wait in the queue until their arrival has
//! shown where they belong on the clock, and the gap is topped up to there.
//!
//! The same measurement follows when this process has not run for a while (stopped, starved): a sound server that
//! could not hand over its frames drops them without telling. What is missing after that is counted as lost, at the
//! place where the old frames end. If frames go missing while this process does run, only the clock shows it, after
//! a second or two; they are then counted as lost where that is found out.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::block_writer::BlockWriter;
use crate::error::CaptureError;
use crate::events::{CaptureEvent, CaptureState};
use crate::frame_clock::FrameClock;
use crate::queue::{Outlet, Piece};
use crate::session::{Chosen, Opening, Session};

/// Distance between two attempts to open a lost device.
const RETRY: Duration = Duration::from_millis(500);
/// How far the NaN of a gap stays behind the clock: what a returned device may have put into the queue before this
/// loop gets to see it.
const GAP_MARGIN: Duration = Duration::from_millis(500);
/// A stream that gives nothing for so long is treated as lost.
const STALL: Duration = Duration::from_secs(2);
/// The same before its first samples.
const FIRST_STALL: Duration = Duration::from_secs(5);
/// More than this between two looks at the queue was not the device's fault: the process did not run.
const LONGEST_TICK: Duration = Duration::from_millis(100);
/// Time for the frames from before such a pause to come out of the system's buffers.
const BACKLOG: Duration = Duration::from_millis(10);
/// How long arrivals are watched to find out where frames belong; must leave room in the queue.
const SETTLE: Duration = Duration::from_millis(300);
/// Fewer missing frames than this, in time, are within what arrivals can tell.
const SMALLEST_LOSS: Duration = Duration::from_millis(30);

/// Runs until `stop` is set or the limit is reached.
///
/// # Errors
/// The device came back as something else.
pub(crate) fn run(
    chosen: &Chosen,
    first: Session,
    writer: &mut BlockWriter,
    stop: &AtomicBool,
) -> Result<(), CaptureError> {
    let mut live = Live::new(chosen, writer);
    let mut session = first;
    loop {
        let Some(reason) = live.listen(&mut session, stop) else {
            live.take_rest(session.close());
            return Ok(());
        };
        live.take_rest(session.close());
        let start_frame = live.writer.next_frame();
        live.lost(start_frame, reason);
        match live.wait_for_return(stop)? {
            Some(returned) => session = returned,
            None => return Ok(()),
        }
        live.resume(&mut session, start_frame, stop);
    }
}

/// How far a lost device has come back.
enum Attempt {
    None,
    Opening(Opening),
    /// Open since this moment, but without a frame yet.
    Open(Session, Instant),
}

struct Live<'a> {
    chosen: &'a Chosen,
    writer: &'a mut BlockWriter,
    clock: FrameClock,
    nap: Duration,
}

impl<'a> Live<'a> {
    fn new(chosen: &'a Chosen, writer: &'a mut BlockWriter) -> Self {
        let block = Duration::from_secs_f64(writer.block_frames() as f64 / f64::from(chosen.rate_hz));
        let nap = (block / 4).clamp(Duration::from_millis(1), Duration::from_millis(5));
        let clock = FrameClock::new(chosen.rate_hz, Instant::now());
        Self { chosen, writer, clock, nap }
    }

    fn is_over(&self, stop: &AtomicBool) -> bool {
        stop.load(Relaxed) || self.writer.room() == 0
    }

    /// Takes sound until the device is lost (the reason) or the capture is over (`None`).
    fn listen(&mut self, session: &mut Session, stop: &AtomicBool) -> Option<String> {
        let mut quiet = Duration::ZERO;
        let mut patience = FIRST_STALL;
        let mut looked = Instant::now();
        while !self.is_over(stop) {
            let now = Instant::now();
            if now - looked > LONGEST_TICK {
                self.catch_up(&mut session.outlet, stop);
            } else if self.drain(&mut session.outlet) > 0 {
                self.clock.observe(now, self.writer.next_frame());
                self.tell_time(now);
                let outlet = &mut session.outlet;
                let (jitter, fill) = (outlet.take_jitter_permille(), outlet.take_fill_permille());
                self.writer.report.shared.note_callback(jitter, fill);
                if let Some(missing) = self.clock.silently_lost_frames() {
                    lose(self.writer, missing);
                    self.clock.begin_stretch_after_silent_loss();
                }
                (quiet, patience) = (Duration::ZERO, STALL);
            } else {
                self.writer.report.tell_overrun();
                quiet += now - looked;
            }
            looked = Instant::now();
            if let Some(reason) = session.trouble() {
                return Some(reason);
            }
            if quiet >= patience {
                return Some(format!("it has given no sound for {} s", patience.as_secs()));
            }
            std::thread::sleep(self.nap);
        }
        None
    }

    /// After a pause of this process: what the sound system has dropped meanwhile becomes a gap.
    fn catch_up(&mut self, outlet: &mut Outlet, stop: &AtomicBool) {
        std::thread::sleep(BACKLOG);
        self.drain(outlet);
        let missing = self.missing_frames(outlet, stop);
        if missing >= self.clock.frames(SMALLEST_LOSS) {
            lose(self.writer, missing);
            self.clock.begin_stretch();
        }
    }

    /// How many frames lie between the last one written and the first one in the queue, by the clock. Watches the
    /// queue fill for a while; the earliest arrival counts.
    fn missing_frames(&mut self, outlet: &mut Outlet, stop: &AtomicBool) -> u64 {
        let begun = Instant::now();
        let mut missing = None;
        while begun.elapsed() < SETTLE && !stop.load(Relaxed) {
            let waiting = outlet.frames_waiting();
            if waiting > 0 {
                let there = self.writer.next_frame() + waiting;
                let behind = self.clock.frame_at(Instant::now()).saturating_sub(there);
                missing = Some(missing.map_or(behind, |least: u64| least.min(behind)));
            }
            std::thread::sleep(self.nap);
        }
        missing.unwrap_or(0)
    }

    fn drain(&mut self, outlet: &mut Outlet) -> u64 {
        let channels = self.chosen.stream_channels as usize;
        let (pick, writer) = (&self.chosen.pick, &mut *self.writer);
        outlet.drain(|piece| match piece {
            Piece::Samples(samples) => writer.push(samples.len() / channels, |c, first, dest| {
                let from = samples[first * channels + pick[c] as usize..].iter().step_by(channels);
                for (sample, value) in dest.iter_mut().zip(from) {
                    *sample = *value;
                }
            }),
            Piece::Lost(frames) => lose(writer, frames),
        })
    }

    /// What is still in the queue of a closed stream.
    fn take_rest(&mut self, mut outlet: Outlet) {
        self.drain(&mut outlet);
        match outlet.lost_at_the_end() {
            0 => {}
            frames => lose(self.writer, frames),
        }
    }

    fn lost(&mut self, start_frame: u64, reason: String) {
        let device = self.chosen.id.clone();
        tracing::warn!(%device, start_frame, %reason, "device lost");
        self.clock.assume(Instant::now(), start_frame);
        self.writer.report.shared.set_state(CaptureState::Waiting { device: device.clone() });
        self.writer.report.event(CaptureEvent::DeviceLost { device, start_frame, reason });
    }

    /// Lets the clock go on and tries to open the device, until its first frames have arrived, the capture is over
    /// (`None`), or the device has become another one.
    fn wait_for_return(&mut self, stop: &AtomicBool) -> Result<Option<Session>, CaptureError> {
        let mut attempt = Attempt::None;
        let mut next_attempt = Instant::now();
        while !self.is_over(stop) {
            let now = Instant::now();
            attempt = match attempt {
                Attempt::None if now >= next_attempt => {
                    next_attempt = now + RETRY;
                    Opening::begin(self.chosen).map_or(Attempt::None, Attempt::Opening)
                }
                Attempt::Opening(opening) => match opening.poll() {
                    None => Attempt::Opening(opening),
                    Some(Ok(session)) => Attempt::Open(session, now),
                    Some(Err(error @ CaptureError::Unsupported { .. })) => return Err(error),
                    Some(Err(error @ CaptureError::Changed { .. })) => {
                        self.tell_change(&error);
                        return Err(error);
                    }
                    Some(Err(_)) => Attempt::None,
                },
                Attempt::Open(session, _) if session.outlet.has_frames() => return Ok(Some(session)),
                Attempt::Open(session, since)
                    if session.trouble().is_some() || since.elapsed() > FIRST_STALL =>
                {
                    session.close();
                    Attempt::None
                }
                unchanged => unchanged,
            };
            self.tell_time(now);
            self.fill_gap_to(self.clock.frame_at(now).saturating_sub(self.clock.frames(GAP_MARGIN)));
            std::thread::sleep(self.nap);
        }
        Ok(None)
    }

    fn tell_change(&mut self, error: &CaptureError) {
        if let CaptureError::Changed { device, was, now } = error {
            let event = CaptureEvent::DeviceChanged { device: device.clone(), was: *was, now: *now };
            self.writer.report.event(event);
        }
    }

    /// Puts the first frames of the returned device where the clock wants them.
    fn resume(&mut self, session: &mut Session, start_frame: u64, stop: &AtomicBool) {
        let missing = self.missing_frames(&mut session.outlet, stop);
        self.writer.push_lost(missing);
        self.clock.begin_stretch();
        let frames = self.writer.next_frame() - start_frame;
        let device = self.chosen.id.clone();
        tracing::info!(%device, start_frame, frames, "device back");
        self.writer.report.shared.set_state(CaptureState::Running);
        self.writer.report.event(CaptureEvent::DeviceBack { device, start_frame, frames });
    }

    /// Says which frame belongs to now.
    fn tell_time(&self, now: Instant) {
        self.writer.report.shared.set_clock(self.clock.frame_at(now), now);
    }

    fn fill_gap_to(&mut self, frame: u64) {
        self.writer.push_lost(frame.saturating_sub(self.writer.next_frame()));
    }
}

fn lose(writer: &mut BlockWriter, frames: u64) {
    let start_frame = writer.next_frame();
    let frames = writer.push_lost(frames);
    writer.report.overrun(start_frame, frames);
}

#[cfg(test)]
mod tests;
