//! The flat record that a real-time thread hands over.

use crate::draft::Draft;
use crate::event::Severity;
use crate::stream_clock::StreamClock;
use serde_json::Value;

/// Most facts of one record.
const MOST_FACTS: usize = 8;
/// Most audio channels.
const MOST_CHANNELS: usize = 256;

/// An event of fixed size: names are literals, values are plain. Made and handed over without allocating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RtEvent {
    kind: &'static str,
    source: &'static str,
    severity: Option<Severity>,
    session: Option<u64>,
    frame: Option<u64>,
    dur_frames: Option<u64>,
    channels: RtChannels,
    facts: [(&'static str, RtValue); MOST_FACTS],
    fact_count: u8,
}

/// A value of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RtValue {
    /// Nothing known.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count.
    Unsigned(u64),
    /// A whole number.
    Signed(i64),
    /// A measure. Not a number or infinite becomes null.
    Float(f64),
    /// A literal.
    Text(&'static str),
}

/// A set of audio channels, 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtChannels([u64; MOST_CHANNELS / 64]);

impl RtEvent {
    /// Something of this kind, told by this source.
    pub fn new(kind: &'static str, source: &'static str) -> Self {
        Self {
            kind,
            source,
            severity: None,
            session: None,
            frame: None,
            dur_frames: None,
            channels: RtChannels::default(),
            facts: [("", RtValue::Null); MOST_FACTS],
            fact_count: 0,
        }
    }

    /// At one frame of the stream.
    pub fn at(mut self, frame: u64) -> Self {
        self.frame = Some(frame);
        self
    }

    /// Over `frames` frames of the stream.
    pub fn over(mut self, start_frame: u64, frames: u64) -> Self {
        (self.frame, self.dur_frames) = (Some(start_frame), Some(frames));
        self
    }

    /// In the stream with this id; without, in the one that runs when the record is read.
    pub fn in_stream(mut self, stream_id: u64) -> Self {
        self.session = Some(stream_id);
        self
    }

    /// About this audio channel too. Channels beyond 255 have no place here.
    pub fn on_channel(mut self, channel: u16) -> Self {
        self.channels.insert(channel);
        self
    }

    /// Another severity than the kinds table's.
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// With one more fact; the ninth and later are left out, and the payload then has `truncated`.
    pub fn with(mut self, name: &'static str, value: impl Into<RtValue>) -> Self {
        if let Some(free) = self.facts.get_mut(usize::from(self.fact_count)) {
            *free = (name, value.into());
        }
        self.fact_count = self.fact_count.saturating_add(1);
        self
    }

    /// The event as the bus takes it. A frame of the running stream tells its time; this thread runs later.
    pub(crate) fn into_draft(self, clock: &StreamClock, now_ns: i64) -> Draft {
        let mut draft = Draft::new(self.kind, self.source).on_channels(self.channels.iter());
        draft.severity = self.severity;
        draft.session = self.session.map(|id| format!("{id:016x}"));
        (draft.frame, draft.dur_frames) = (self.frame, self.dur_frames);
        let age_ns = self.frame.and_then(|frame| clock.age_ns(draft.session.as_deref(), frame));
        draft.ts_ns = age_ns.map(|age_ns| now_ns.saturating_sub(age_ns));
        let count = usize::from(self.fact_count);
        for (name, value) in self.facts.iter().take(count) {
            draft.payload.insert((*name).to_owned(), (*value).into());
        }
        if count > MOST_FACTS {
            draft.payload.insert("truncated".to_owned(), Value::Bool(true));
        }
        draft
    }
}

impl RtChannels {
    fn insert(&mut self, channel: u16) {
        if let Some(word) = self.0.get_mut(usize::from(channel / 64)) {
            *word |= 1 << (channel % 64);
        }
    }

    fn iter(self) -> impl Iterator<Item = u16> {
        (0..MOST_CHANNELS as u16)
            .filter(move |channel| self.0[usize::from(channel / 64)] & (1 << (channel % 64)) != 0)
    }
}

impl From<RtValue> for Value {
    fn from(value: RtValue) -> Self {
        match value {
            RtValue::Null => Self::Null,
            RtValue::Bool(value) => value.into(),
            RtValue::Unsigned(value) => value.into(),
            RtValue::Signed(value) => value.into(),
            RtValue::Float(value) => value.into(),
            RtValue::Text(value) => value.into(),
        }
    }
}

macro_rules! rt_value_from {
    ($($from:ty => $variant:ident),*) => {$(
        impl From<$from> for RtValue {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}
rt_value_from!(bool => Bool, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned, i32 => Signed, i64 => Signed, f64 => Float, &'static str => Text);
