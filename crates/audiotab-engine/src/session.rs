//! One started input: its capture, the reader of its ring, and its status.

use crate::EngineOptions;
use crate::error::{EngineError, sentence};
use crate::notes::Notes;
use crate::watch::{Audience, Watch};
use crate::wire::{Notice, SessionState, SessionStatus};
use audiotab_capture::{Capture, CaptureError, CaptureState, Input, OpenInput, Pace, StreamFormat};
use audiotab_ring::{RingReader, RingSpec, RingWriter};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};

/// A started input. Dropping it stops the capture and gives up the ring.
#[derive(Debug)]
pub(crate) struct Session {
    input: Input,
    format: StreamFormat,
    reader: RingReader,
    // In this order: the watch tells what the capture says last.
    capture: Capture,
    watch: Watch,
    notes: Arc<Mutex<Notes>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.watch.expect_end();
    }
}

impl Session {
    /// Makes a ring that fits the input and starts writing into it.
    pub(crate) fn start(
        input: Input,
        opened: OpenInput,
        fallback: Option<String>,
        options: &EngineOptions,
        audience: Audience,
    ) -> Result<Self, EngineError> {
        let format = opened.format().clone();
        let rate_hz = u64::from(format.sample_rate_hz);
        let spec = RingSpec::new(rate_hz, format.channels, options.history_s, options.block_frames)?;
        let writer = RingWriter::create_default(spec, &options.instance)?;
        let reader = writer.reader();
        let notes = Arc::new(Mutex::new(Notes::new(fallback)));
        let listener = Arc::clone(&notes);
        let (tell, heard) = channel();
        let on_event = Box::new(move |event| {
            tracing::debug!(?event, "capture");
            listener.lock().unwrap_or_else(PoisonError::into_inner).hear(&event);
            let _ = tell.send(event);
        });
        let capture = opened.start(writer, Pace::RealTime, None, on_event)?;
        let address = input.to_string();
        let watch = Watch::start(audience, &address, &format, reader.clone(), capture.status_reader(), heard)
            .map_err(|e| CaptureError::Internal { device: address, reason: e.to_string() })?;
        Ok(Self { input, format, reader, capture, watch, notes })
    }

    /// Ends the capture soon; the ring stays readable.
    pub(crate) fn ask_to_stop(&self) {
        self.watch.expect_end();
        self.capture.ask_to_stop();
    }

    /// True once nothing more will be written or told.
    pub(crate) fn is_finished(&self) -> bool {
        self.capture.is_finished() && self.watch.is_finished()
    }

    /// Id of the device that is recorded from, or waited for.
    pub(crate) fn device_in_use(&self) -> Option<String> {
        let is_over = matches!(self.capture.status().state, CaptureState::Ended | CaptureState::Failed(_));
        self.format.device_id.clone().filter(|_| !is_over)
    }

    /// The input as it was opened.
    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// Id of the stream, 16 hexadecimal digits.
    pub(crate) fn stream(&self) -> String {
        format!("{:016x}", self.reader.stream_id())
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
            stream_id: Some(self.stream()),
            ring_path: self.reader.path().map(|path| path.display().to_string()),
            message,
            notice,
        }
    }

    fn remark(&self) -> Option<(Notice, String)> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).tell(&self.format.label)
    }
}
