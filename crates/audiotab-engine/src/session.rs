//! One started input: its capture, the reader of its ring, and its status.

use crate::EngineOptions;
use crate::error::{EngineError, sentence};
use crate::notes::Notes;
use crate::wire::{Notice, SessionState, SessionStatus};
use audiotab_capture::{Capture, CaptureState, Input, OpenInput, Pace, StreamFormat};
use audiotab_ring::{RingReader, RingSpec, RingWriter};
use std::sync::{Arc, Mutex, PoisonError};

/// A started input. Dropping it stops the capture and gives up the ring.
#[derive(Debug)]
pub(crate) struct Session {
    input: Input,
    format: StreamFormat,
    reader: RingReader,
    capture: Capture,
    notes: Arc<Mutex<Notes>>,
}

impl Session {
    /// Makes a ring that fits the input and starts writing into it.
    pub(crate) fn start(
        input: Input,
        opened: OpenInput,
        fallback: Option<String>,
        options: &EngineOptions,
    ) -> Result<Self, EngineError> {
        let format = opened.format().clone();
        let rate_hz = u64::from(format.sample_rate_hz);
        let spec = RingSpec::new(rate_hz, format.channels, options.history_s, options.block_frames)?;
        let writer = RingWriter::create_default(spec, &options.instance)?;
        let reader = writer.reader();
        let notes = Arc::new(Mutex::new(Notes::new(fallback)));
        let listener = Arc::clone(&notes);
        let on_event = Box::new(move |event| {
            tracing::debug!(?event, "capture");
            listener.lock().unwrap_or_else(PoisonError::into_inner).hear(&event);
        });
        let capture = opened.start(writer, Pace::RealTime, None, on_event)?;
        Ok(Self { input, format, reader, capture, notes })
    }

    /// Ends the capture soon; the ring stays readable.
    pub(crate) fn ask_to_stop(&self) {
        self.capture.ask_to_stop();
    }

    /// True once nothing more will be written.
    pub(crate) fn is_finished(&self) -> bool {
        self.capture.is_finished()
    }

    /// The input as it was opened.
    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// The ring.
    pub(crate) fn reader(&self) -> &RingReader {
        &self.reader
    }

    /// The status now, with revision 0.
    pub(crate) fn status(&self) -> SessionStatus {
        let capture = self.capture.status();
        let label = &self.format.label;
        let (state, said) = match &capture.state {
            CaptureState::Running => (SessionState::Running, self.remark()),
            CaptureState::Waiting { .. } => {
                let text = format!("Waiting for {label}; connect it again and the recording goes on.");
                (SessionState::Waiting, Some((Notice::Waiting, text)))
            }
            CaptureState::Ended => (SessionState::Ended, self.remark()),
            CaptureState::Failed(reason) => (SessionState::Failed, Some((Notice::Error, sentence(reason)))),
        };
        let (notice, message) = said.unzip();
        SessionStatus {
            revision: 0,
            state,
            input: Some(self.input.to_string()),
            label: label.clone(),
            sample_rate_hz: self.format.sample_rate_hz,
            channels: self.format.channels,
            channel_names: self.format.channel_names.clone(),
            frames_written: capture.frames_written,
            lost_frames: capture.lost_frames,
            overruns: capture.xruns,
            stream_id: Some(format!("{:016x}", self.reader.stream_id())),
            ring_path: self.reader.path().map(|path| path.display().to_string()),
            message,
            notice,
        }
    }

    fn remark(&self) -> Option<(Notice, String)> {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        // The capture tells when silence begins; that it is over shows in the newest samples.
        notes.silent = notes.silent && self.newest_block_is_silent();
        notes.tell(&self.format.label)
    }

    fn newest_block_is_silent(&self) -> bool {
        let readable = self.reader.header().readable();
        let block = u64::from(self.reader.spec().samples_per_write);
        let start = readable.end.saturating_sub(block).max(readable.start);
        let mut samples = vec![0.0; (readable.end - start) as usize];
        (0..self.format.channels).all(|channel| match self.reader.copy_into(channel, start, &mut samples) {
            Ok(()) => samples.iter().all(|sample| *sample == 0.0 || sample.is_nan()),
            Err(_) => true,
        })
    }
}
