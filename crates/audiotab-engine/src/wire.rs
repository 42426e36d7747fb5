//! The types every host speaks, and nothing else: what the desktop commands and the HTTP interface answer.
//!
//! They live apart from the core types so that a change inside a crate never changes the wire by accident.
//! The TypeScript twins in `ui/src/host/generated` are written from here; `tests/bindings.rs` fails when they
//! differ (`AUDIOTAB_BLESS=1 cargo test -p audiotab-engine --test bindings` writes them).
//!
//! Counts are `u64` here and `number` in TypeScript: exact below 2^53, which at 1 MHz is 285 years.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One input device that can be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo {
    /// Stable id, usable as an input address.
    pub id: String,
    /// Name for people, as the system gives it.
    pub name: String,
    /// Sound system the device belongs to, such as `ALSA` or `CoreAudio`.
    pub host: String,
    /// Most input channels the device offers.
    pub channels: u32,
    /// One name per channel.
    pub channel_names: Vec<String>,
    /// Sample rates the device offers, ascending, Hz.
    pub sample_rates_hz: Vec<u32>,
    /// Sample rate a start without further wishes uses, Hz.
    pub default_sample_rate_hz: u32,
    /// True for the device that the address `default` stands for.
    pub is_default: bool,
}

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SessionState {
    /// Nothing was started yet: there is no ring.
    #[default]
    Idle,
    /// The input is being opened. While one input replaces another, the old one's state is shown instead.
    Starting,
    /// Samples arrive.
    Running,
    /// The device went away; the session resumes by itself when the same device returns.
    Waiting,
    /// The input came to its end or was stopped; the ring stays readable.
    Ended,
    /// The input broke; `message` says why. What was recorded stays readable.
    Failed,
}

/// Why `message` is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The session failed.
    Error,
    /// The session waits for its device.
    Waiting,
    /// There is no input device; the built-in test signal runs instead.
    TestSignal,
    /// The input delivers nothing but zeros.
    Silence,
    /// Something about the input worth knowing that stops nothing, such as a truncated file.
    Note,
}

/// Everything a viewer needs to know about the session. One flat object, replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionStatus {
    /// Grows whenever anything but the counters changes; starts at 0 with the program.
    #[ts(type = "number")]
    pub revision: u64,
    /// Where the session is in its life.
    pub state: SessionState,
    /// Canonical input address; null while idle.
    pub input: Option<String>,
    /// Name of the input for people; empty while idle.
    pub label: String,
    /// Sample rate, Hz; 0 while idle.
    pub sample_rate_hz: u32,
    /// Channels in the ring; 0 while idle.
    pub channels: u32,
    /// One name per channel.
    pub channel_names: Vec<String>,
    /// Frames written into the ring since the start, lost ones included.
    #[ts(type = "number")]
    pub frames_written: u64,
    /// Frames lost since the start; they are NaN in the ring, so frame numbers stay true.
    #[ts(type = "number")]
    pub lost_frames: u64,
    /// How many times frames were lost.
    #[ts(type = "number")]
    pub overruns: u64,
    /// Stream id of the ring as 16 hexadecimal digits; null while idle.
    pub stream_id: Option<String>,
    /// Where other programs can map the ring; null while idle and where the ring has no path.
    pub ring_path: Option<String>,
    /// One sentence for the user, or null.
    pub message: Option<String>,
    /// Why `message` is there; null exactly when `message` is.
    pub notice: Option<Notice>,
}

/// What went wrong, to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The request itself is wrong; the same request fails again.
    Usage,
    /// Another program holds the device; retry when it let go.
    DeviceBusy,
    /// The device was there and is gone; retry when it is back.
    DeviceGone,
    /// There is no such device.
    NoDevice,
    /// The file cannot be read.
    File,
    /// The device or file cannot do what was asked, such as a sample rate.
    Unsupported,
    /// The system or the access rules say no.
    Permission,
    /// The ring could not be made or read.
    Ring,
    /// A fault of this program.
    Internal,
}

/// A refused call: a kind to match on and one sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What went wrong, to match on.
    pub kind: ErrorKind,
    /// One sentence naming the thing and the way out.
    pub message: String,
}

/// Body of a start request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartRequest {
    /// Input address: `default`, a device id, `file:PATH` or `signal:KIND?key=value`.
    pub address: String,
}
