//! The envelope that every event travels in.

use jiff::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use uuid::Uuid;

/// Version of the envelope's shape.
pub const SCHEMA_VERSION: u16 = 1;

/// How much an event matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something happened.
    #[default]
    Info,
    /// Something went well.
    Success,
    /// Someone should look.
    Warning,
    /// Something went wrong.
    Error,
}

impl Severity {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// OpenTelemetry's SeverityNumber (Logs Data Model, "Field: SeverityNumber"): INFO 9, INFO2 10, WARN 13, ERROR 17.
    pub fn open_telemetry(self) -> u8 {
        match self {
            Self::Info => 9,
            Self::Success => 10,
            Self::Warning => 13,
            Self::Error => 17,
        }
    }
}

/// One thing that happened. Never changes once the bus has taken it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Place in the order of the bus, from 1; 0 when the bus was switched off and nobody was told.
    pub seq: u64,
    /// Idempotency key: the same id is the same event.
    pub id: Uuid,
    /// When it happened, wall clock, nanoseconds since 1970.
    pub ts_ns: i64,
    /// When the bus took it, same clock.
    pub observed_ns: i64,
    /// First frame it covers on the clock of its stream; None for what has no place in the sound.
    pub frame: Option<u64>,
    /// How many frames it covers; None for a moment.
    pub dur_frames: Option<u64>,
    /// What happened: dotted lower-case words, `audio.overrun`.
    pub kind: String,
    /// Where to show it, such as `device`.
    pub channel: String,
    /// How much it matters.
    pub severity: Severity,
    /// Who says so: `engine`, `ui`, `cli`, `server` or `external:NAME`.
    pub source: String,
    /// Audio channels it is about, from 0; empty when about all or none.
    pub audio_ch: Vec<u16>,
    /// Stream that `frame` counts in: 16 hexadecimal digits.
    pub session: Option<String>,
    /// One sentence for people.
    pub message: String,
    /// Everything else that is known.
    pub payload: Map<String, Value>,
    /// True for an event shown again from the journal. It is not recorded twice.
    pub replayed: bool,
    /// SHA-256 of what its author sent, in canonical JSON, for events from outside: what a second event with this id is
    /// compared with. Not told to anybody.
    pub sha256: Option<[u8; 32]>,
}

impl Event {
    /// First segment of the kind.
    pub fn topic(&self) -> &str {
        topic_of(&self.kind)
    }

    /// Who acted: `user`, `external`, or `engine` for everything of ours.
    pub fn actor(&self) -> &'static str {
        match self.source.as_str() {
            "ui" | "cli" => "user",
            source if source.starts_with("external") => "external",
            _ => "engine",
        }
    }

    /// [`Event::ts_ns`] as ISO 8601 in UTC with milliseconds.
    pub fn ts_iso(&self) -> String {
        match Timestamp::from_nanosecond(i128::from(self.ts_ns)) {
            Ok(at) => format!("{at:.3}"),
            Err(_) => String::new(), // cannot be: every i64 of nanoseconds is within jiff's years
        }
    }
}

/// First segment of a kind.
pub(crate) fn topic_of(kind: &str) -> &str {
    kind.split('.').next().unwrap_or(kind)
}

/// `[engine] audio.overrun @ 0123456789abcdef`
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} @ {}", self.source, self.kind, self.session.as_deref().unwrap_or("unknown"))
    }
}

/// The wire form, the same object in JSON and in MessagePack with named fields.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Event", 20)?;
        out.serialize_field("seq", &self.seq)?;
        out.serialize_field("id", &self.id.hyphenated().to_string())?;
        out.serialize_field("ts", &(self.ts_ns.div_euclid(1_000_000)))?;
        out.serialize_field("ts_iso", &self.ts_iso())?;
        out.serialize_field("ts_ns", &self.ts_ns)?;
        out.serialize_field("observed_ns", &self.observed_ns)?;
        out.serialize_field("frame", &self.frame)?;
        out.serialize_field("dur_frames", &self.dur_frames)?;
        out.serialize_field("kind", &self.kind)?;
        out.serialize_field("topic", self.topic())?;
        out.serialize_field("channel", &self.channel)?;
        out.serialize_field("severity", &self.severity)?;
        out.serialize_field("source", &self.source)?;
        out.serialize_field("actor", self.actor())?;
        out.serialize_field("audio_ch", &self.audio_ch)?;
        out.serialize_field("session", &self.session)?;
        out.serialize_field("message", &self.message)?;
        out.serialize_field("payload", &self.payload)?;
        out.serialize_field("schema_version", &SCHEMA_VERSION)?;
        out.serialize_field("replayed", &self.replayed)?;
        out.end()
    }
}
