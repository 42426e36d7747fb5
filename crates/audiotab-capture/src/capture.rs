//! From an address to a running capture and its end.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;

use audiotab_ring::RingWriter;

use crate::address::{Input, InputAddress};
use crate::block_writer::BlockWriter;
use crate::error::CaptureError;
use crate::events::{CaptureEvent, CaptureState, CaptureStatus, OnEvent, Report, Shared, StatusReader};
use crate::file::FileSource;
use crate::live;
use crate::pull::{self, PullSource};
use crate::session::{self, Chosen, Session, Wish};
use crate::signal::Signal;

/// How fast files and signals run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// One second of sound per second. Devices know nothing else.
    RealTime,
    /// As fast as the source can be read and the ring be written.
    Fast,
}

/// The stream an input gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamFormat {
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Channels taken, 1 to 256.
    pub channels: u32,
    /// One name per channel taken.
    pub channel_names: Vec<String>,
    /// Name of the input for people: the device, the file, the signal.
    pub label: String,
    /// Id of the device; `None` for files and signals.
    pub device_id: Option<String>,
}

/// An input whose format is known and that can be started.
pub struct OpenInput {
    format: StreamFormat,
    source: Source,
    address: String,
}

enum Source {
    Pull(Box<dyn PullSource>),
    Device(Chosen),
}

/// Finds out what is behind an address. A file is opened and its first frames are decoded; a device is looked up
/// and asked for its format, but not opened yet.
///
/// # Errors
/// One sentence: no such device or file, not sound, channels or rate it does not have, no permission.
pub fn open(input: &Input) -> Result<OpenInput, CaptureError> {
    let pick = input.channels.as_deref();
    let address = input.to_string();
    let device = |id: Option<&str>| {
        let wish =
            Wish { id: id.map(str::to_owned), channels: input.channels.clone(), rate_hz: input.rate_hz };
        let chosen = session::choose(&wish)?;
        Ok((chosen.format(), Source::Device(chosen)))
    };
    let (format, source) = match &input.address {
        InputAddress::Default => device(None)?,
        InputAddress::Device { id } => device(Some(id))?,
        InputAddress::File { path, repeat } => {
            let opened = catch_unwind(|| FileSource::open(path, *repeat, pick));
            let (source, format) = opened.unwrap_or_else(|panic| {
                let problem = format!("cannot be decoded: {}", panic_text(panic.as_ref()));
                Err(CaptureError::file(path, problem))
            })?;
            (format, Source::Pull(Box::new(source)))
        }
        InputAddress::Signal(spec) => {
            spec.check()?;
            let pick: Vec<u32> = pick.map_or_else(|| (0..spec.channels).collect(), <[u32]>::to_vec);
            if let Some(c) = pick.iter().find(|c| **c >= spec.channels) {
                return Err(CaptureError::usage(format!(
                    "{address} has no channel {c}; it has {} channels",
                    spec.channels
                )));
            }
            let format = StreamFormat {
                sample_rate_hz: spec.sample_rate_hz,
                channels: pick.len() as u32,
                channel_names: pick.iter().map(|c| spec.channel_name(*c)).collect(),
                label: spec.label(),
                device_id: None,
            };
            (format, Source::Pull(Box::new(Signal::new(spec, pick))))
        }
    };
    Ok(OpenInput { format, source, address })
}

impl OpenInput {
    /// The stream to make a ring for.
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Starts writing into `ring`, which must have been made for [`OpenInput::format`].
    ///
    /// `limit_frames` ends the capture after so many frames. `on_event` is called on the capture's thread.
    ///
    /// # Errors
    /// One sentence: the device is busy, gone or forbidden, it refuses the format, the ring has another shape.
    pub fn start(
        self,
        ring: RingWriter,
        pace: Pace,
        limit_frames: Option<u64>,
        on_event: OnEvent,
    ) -> Result<Capture, CaptureError> {
        let StreamFormat { sample_rate_hz, channels, .. } = self.format;
        let spec = ring.spec();
        if (spec.sample_rate_hz, spec.channels) != (u64::from(sample_rate_hz), channels) {
            return Err(CaptureError::usage(format!(
                "the ring has {} channels at {} Hz, the input {channels} at {sample_rate_hz} Hz; make the ring for the input",
                spec.channels, spec.sample_rate_hz
            )));
        }
        let job: Job = match self.source {
            Source::Pull(mut source) => {
                Box::new(move |writer, stop| pull::run(source.as_mut(), writer, pace, sample_rate_hz, stop))
            }
            Source::Device(_) if pace == Pace::Fast => {
                return Err(CaptureError::usage(format!(
                    "{} cannot run fast; only files and signals can",
                    self.address
                )));
            }
            Source::Device(chosen) => {
                let session = Session::open(&chosen)?;
                Box::new(move |writer, stop| live::run(&chosen, session, writer, stop))
            }
        };
        Capture::spawn(job, ring, limit_frames, on_event, self.address)
    }
}

type Job = Box<dyn FnOnce(&mut BlockWriter, &AtomicBool) -> Result<(), CaptureError> + Send>;

/// A running capture. Dropping it stops it.
pub struct Capture {
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Capture {
    fn spawn(
        job: Job,
        ring: RingWriter,
        limit_frames: Option<u64>,
        on_event: OnEvent,
        address: String,
    ) -> Result<Self, CaptureError> {
        let shared = Arc::new(Shared::default());
        let stop = Arc::new(AtomicBool::new(false));
        let report = Report::new(Arc::clone(&shared), on_event);
        let mut writer = BlockWriter::new(ring, limit_frames, report);
        let flag = Arc::clone(&stop);
        let body = move || {
            // A decoder that panics on a hostile file ends this capture, not the program, and the ring is finished.
            let outcome = catch_unwind(AssertUnwindSafe(|| job(&mut writer, &flag)));
            let failure = match outcome {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(panic) => Some(format!("the capture broke: {}", panic_text(panic.as_ref()))),
            };
            let (mut report, end_frame) = writer.finish();
            let state = failure.clone().map_or(CaptureState::Ended, CaptureState::Failed);
            report.shared.set_state(state);
            if let Some(message) = failure {
                report.event(CaptureEvent::Failed { message });
            }
            report.event(CaptureEvent::Ended { end_frame });
        };
        let thread = std::thread::Builder::new()
            .name("audiotab-capture".to_owned())
            .spawn(body)
            .map_err(|e| CaptureError::Internal { device: address, reason: e.to_string() })?;
        Ok(Self { shared, stop, thread: Some(thread) })
    }

    /// A snapshot.
    pub fn status(&self) -> CaptureStatus {
        self.shared.status()
    }

    /// The same from any thread.
    pub fn status_reader(&self) -> StatusReader {
        StatusReader { shared: Arc::clone(&self.shared) }
    }

    /// True once the ring is finished.
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Asks the capture to stop without waiting for it; [`Capture::is_finished`] tells when it has.
    pub fn ask_to_stop(&self) {
        self.stop.store(true, Relaxed);
    }

    /// Stops, finishes the ring and returns the last status. Takes effect within about a tenth of a second; a sound
    /// system that hangs is left behind after a second more.
    pub fn stop(mut self) -> CaptureStatus {
        self.end();
        self.status()
    }

    /// Waits until the input ends by itself or the limit is reached.
    pub fn wait(mut self) -> CaptureStatus {
        self.join();
        self.status()
    }

    fn end(&mut self) {
        self.ask_to_stop();
        self.join();
    }

    fn join(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // The listener may drop the capture it listens to; a thread cannot wait for itself.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.end();
    }
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OpenInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenInput").field("address", &self.address).field("format", &self.format).finish()
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown reason")
}
