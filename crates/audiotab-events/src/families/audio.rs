//! What happens to the sound, its device and its stream.

use super::Family;
use serde::{Deserialize, Serialize};

/// Levels of all channels over one period, as columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelSample {
    /// Audio channels, from 0.
    pub channel_index: Vec<u16>,
    /// Mean power, dBFS; None for digital silence or a gap.
    pub rms_dbfs: Vec<Option<f64>>,
    /// Largest sample, dBFS; None for digital silence or a gap.
    pub peak_dbfs: Vec<Option<f64>>,
    /// Peak over RMS, dB.
    pub crest_db: Vec<Option<f64>>,
    /// Samples at full scale.
    pub clipped: Vec<u64>,
    /// Mean, as a part of full scale.
    pub dc_offset: Vec<Option<f64>>,
}

impl Family for LevelSample {
    const KINDS: &'static [&'static str] = &["level.sample"];

    fn check(&self) -> Result<(), String> {
        let rows = self.channel_index.len();
        let columns = [
            self.rms_dbfs.len(),
            self.peak_dbfs.len(),
            self.crest_db.len(),
            self.clipped.len(),
            self.dc_offset.len(),
        ];
        if columns.iter().any(|length| *length != rows) {
            return Err(format!("every column needs one value per channel, {rows}"));
        }
        Ok(())
    }
}

/// Frames that were lost. Where they lie is in the envelope: `frame`, `dur_frames`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Loss {
    /// What lost them: the device, a full queue, a slow reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// How many losses follow each other without a frame between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged: Option<u64>,
}

impl Family for Loss {
    const KINDS: &'static [&'static str] = &["audio.overrun", "audio.gap"];
}

/// Samples at full scale, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipRun {
    /// How many samples were at full scale.
    pub count: u64,
    /// The largest, dBFS.
    pub peak_dbfs: f64,
}

impl Family for ClipRun {
    const KINDS: &'static [&'static str] = &["audio.clip"];
}

/// Nothing but zeros, or sound again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Silence {
    /// How long it was silent, seconds; once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<f64>,
}

impl Family for Silence {
    const KINDS: &'static [&'static str] = &["audio.silence_started", "audio.silence_ended"];
}

/// A device came or went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceChange {
    /// Its name.
    pub device: String,
    /// Its stable id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Family for DeviceChange {
    const KINDS: &'static [&'static str] =
        &["device.connected", "device.lost", "device.back", "device.disconnected"];
}

/// The device runs at another rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateChange {
    /// Before, Hz.
    pub from_hz: f64,
    /// Now, Hz.
    pub to_hz: f64,
}

impl Family for RateChange {
    const KINDS: &'static [&'static str] = &["device.rate_changed"];

    fn check(&self) -> Result<(), String> {
        if self.from_hz > 0.0 && self.to_hz > 0.0 { Ok(()) } else { Err("a rate is above 0 Hz".to_owned()) }
    }
}

/// A stream began or ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamNote {
    /// Address of the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Sample rate, Hz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<f64>,
    /// Number of channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u64>,
    /// Length of the stream, frames; once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames_total: Option<u64>,
    /// Frames lost in it; once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames_lost: Option<u64>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Family for StreamNote {
    const KINDS: &'static [&'static str] = &["stream.started", "stream.ended"];
}
