//! Input addresses: the one way to name a source of sound, on every command line and in every host.
//!
//! | address | what it is | options behind `?` |
//! |---|---|---|
//! | `default` | the system's default input | `channels`, `rate` |
//! | `alsa:hw:CARD=0,DEV=0`, … | a device by its stable id | `channels`, `rate` |
//! | `file:PATH` | a WAV, FLAC, MP3 or OGG file, repeated for ever | `loop=0` plays it once, `channels` |
//! | `signal:KIND` | a test signal | see [`SignalSpec`] |
//!
//! `channels=0,2-5` picks channels by index from 0, in the order given. For a signal `channels=8` is how many
//! channels it has; a list picks channels out of the signal that is just wide enough (`channels=3-3`: the fourth
//! alone). `rate=96000` asks a device for that rate in Hz; a device that refuses it is not opened.
//!
//! Options begin at the last `?` of the address. A path or device id that itself contains a `?` is written with
//! one more `?` at its end, or with an option.

mod options;
mod signal;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) use self::options::MAX_CHANNELS;
use self::options::{Options, format_channels, parse_channels};
use crate::error::CaptureError;
use crate::signal::SignalSpec;

/// Sound systems whose device ids this program knows, on whatever computer it runs.
const HOSTS: [&str; 9] =
    ["aaudio", "alsa", "asio", "coreaudio", "jack", "pipewire", "pulseaudio", "wasapi", "webaudio"];

/// Rates a capture can have, Hz.
pub(crate) const RATES_HZ: std::ops::RangeInclusive<u64> = 1_000..=1_000_000;

/// Where the sound comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum InputAddress {
    /// The input device the system prefers, looked up once when the input is opened.
    Default,
    /// One device by its stable id.
    Device {
        /// Id as listed by [`crate::devices`], such as `pulseaudio:alsa_input.usb-mic`.
        id: String,
    },
    /// A sound file.
    File {
        /// The file.
        path: PathBuf,
        /// Begin again, without a gap, when the file ends.
        repeat: bool,
    },
    /// A built-in test signal.
    Signal(SignalSpec),
}

/// A source of sound and what to take of it. Parsed with [`FromStr`], written back with [`fmt::Display`].
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The source.
    pub address: InputAddress,
    /// Channels to take by index from 0, in this order; all of them if `None`.
    pub channels: Option<Vec<u32>>,
    /// Rate to ask a device for, Hz; the device's own if `None`. Files and signals have theirs elsewhere.
    pub rate_hz: Option<u32>,
}

impl Input {
    /// The whole of a source, at its own rate.
    pub fn new(address: InputAddress) -> Self {
        Self { address, channels: None, rate_hz: None }
    }
}

impl FromStr for Input {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        if let Some(rest) = text.strip_prefix("signal:") {
            return signal::parse(rest);
        }
        let (name, mut options) = Options::split(text)?;
        let channels = options.take("channels").map(parse_channels).transpose()?;
        if let Some(path) = name.strip_prefix("file:") {
            if path.is_empty() {
                return Err(CaptureError::usage("`file:` lacks a path; write file:PATH"));
            }
            let repeat = match options.take("loop") {
                None | Some("1") => true,
                Some("0") => false,
                Some(other) => {
                    return Err(CaptureError::usage(format!(
                        "`loop={other}` is not possible; loop is 0 (play once) or 1 (repeat)"
                    )));
                }
            };
            options.finish("a file", &["loop", "channels"])?;
            let address = InputAddress::File { path: PathBuf::from(path), repeat };
            return Ok(Self { address, channels, rate_hz: None });
        }
        let rate_hz = options.whole("rate", RATES_HZ, " Hz")?.map(|rate| rate as u32);
        let address = match name {
            "default" => InputAddress::Default,
            id if is_device_id(id) => InputAddress::Device { id: id.to_owned() },
            other => {
                return Err(CaptureError::usage(format!(
                    "`{other}` is not an input; give default, a device id from `audiotab devices`, file:PATH or signal:KIND"
                )));
            }
        };
        options.finish("a device", &["channels", "rate"])?;
        Ok(Self { address, channels, rate_hz })
    }
}

fn is_device_id(text: &str) -> bool {
    text.split_once(':').is_some_and(|(host, device)| HOSTS.contains(&host) && !device.is_empty())
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options: Vec<(&str, String)> = Vec::new();
        let name = match &self.address {
            InputAddress::Default => "default".to_owned(),
            InputAddress::Device { id } => id.clone(),
            InputAddress::File { path, repeat } => {
                if !repeat {
                    options.push(("loop", "0".to_owned()));
                }
                format!("file:{}", path.display())
            }
            InputAddress::Signal(spec) => return signal::write(f, spec, self.channels.as_deref()),
        };
        if let Some(channels) = &self.channels {
            options.push(("channels", format_channels(channels)));
        }
        if let Some(rate_hz) = self.rate_hz {
            options.push(("rate", rate_hz.to_string()));
        }
        f.write_str(&name)?;
        if options.is_empty() && name.contains('?') {
            return f.write_str("?");
        }
        write_options(f, &options)
    }
}

fn write_options(f: &mut fmt::Formatter<'_>, options: &[(&str, String)]) -> fmt::Result {
    for (i, (key, value)) in options.iter().enumerate() {
        write!(f, "{}{key}={value}", if i == 0 { '?' } else { '&' })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
