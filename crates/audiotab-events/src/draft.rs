//! An event before the bus took it: what its author says, the rest is filled in.

use crate::event::Severity;
use serde_json::{Map, Value};
use uuid::Uuid;

/// What an author says about an event. Everything but the kind and the source has a default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// See [`crate::Event::kind`]; underscores for dots are accepted (`audio_overrun` where such a kind is known).
    pub kind: String,
    /// See [`crate::Event::source`].
    pub source: String,
    /// None: a new one, version 7.
    pub id: Option<Uuid>,
    /// None: now.
    pub ts_ns: Option<i64>,
    /// None: no place in the sound, unless `placed_by_time`.
    pub frame: Option<u64>,
    /// See [`crate::Event::dur_frames`].
    pub dur_frames: Option<u64>,
    /// None: the running stream when the event has a frame.
    pub session: Option<String>,
    /// None: from the kinds table.
    pub channel: Option<String>,
    /// None: from the kinds table.
    pub severity: Option<Severity>,
    /// See [`crate::Event::audio_ch`].
    pub audio_ch: Vec<u16>,
    /// None: from the kind's template.
    pub message: Option<String>,
    /// See [`crate::Event::payload`].
    pub payload: Map<String, Value>,
    /// Without a frame of its own, takes the one its time falls on in the running stream.
    pub placed_by_time: bool,
    /// See [`crate::Event::replayed`].
    pub replayed: bool,
    /// See [`crate::Event::sha256`].
    pub sha256: Option<[u8; 32]>,
}

impl Draft {
    /// Something of this kind, told by this source.
    pub fn new(kind: impl Into<String>, source: impl Into<String>) -> Self {
        Self { kind: kind.into(), source: source.into(), ..Self::default() }
    }

    /// At one frame of the running stream.
    pub fn at(mut self, frame: u64) -> Self {
        self.frame = Some(frame);
        self
    }

    /// Over `frames` frames of the running stream.
    pub fn over(mut self, start_frame: u64, frames: u64) -> Self {
        (self.frame, self.dur_frames) = (Some(start_frame), Some(frames));
        self
    }

    /// At the frame its time falls on, or that runs now.
    pub fn placed_by_time(mut self) -> Self {
        self.placed_by_time = true;
        self
    }

    /// In this stream.
    pub fn in_session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// About these audio channels.
    pub fn on_channels(mut self, channels: impl IntoIterator<Item = u16>) -> Self {
        self.audio_ch = channels.into_iter().collect();
        self
    }

    /// With this sentence instead of the template's.
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// With one more fact. The payload is apart from the envelope, so no name can clash with a field.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.payload.insert(name.into(), value.into());
        self
    }
}
