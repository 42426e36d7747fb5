//! What can go wrong between an address and a running capture.

use crate::events::DeviceShape;

/// An input that could not be named, opened or kept. The text is one sentence that names the thing and the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The address, or a setting that came with it, is not one this program knows.
    #[error("{0}")]
    Usage(String),
    /// Another program holds the device; trying again later may help.
    #[error("`{device}` is in use by another program; close that program or pick another input")]
    DeviceBusy {
        /// Id of the device.
        device: String,
    },
    /// The device was there and went away.
    #[error(
        "`{device}` went away while it was being opened ({reason}); connect it again or pick another input"
    )]
    DeviceGone {
        /// Id of the device.
        device: String,
        /// What the sound system said.
        reason: String,
    },
    /// There is no such device, or no input device at all.
    #[error("{0}")]
    NoDevice(String),
    /// A file that is not there, cannot be read or is not sound.
    #[error("{path} {problem}")]
    File {
        /// The file as it was named.
        path: String,
        /// The rest of the sentence: what is wrong and what would be right.
        problem: String,
    },
    /// The device refuses the rate, the channels or the sample format.
    #[error("`{device}` {problem}")]
    Unsupported {
        /// Id of the device.
        device: String,
        /// The rest of the sentence.
        problem: String,
    },
    /// The device came back as another one.
    #[error(
        "`{device}` came back with {} channels at {} Hz instead of {} at {} Hz; start again to use it as it is now",
        .now.channels, .now.sample_rate_hz, .was.channels, .was.sample_rate_hz
    )]
    Changed {
        /// Id of the device.
        device: String,
        /// What it was.
        was: DeviceShape,
        /// What it is now.
        now: DeviceShape,
    },
    /// The system does not let this program listen.
    #[error(
        "the system does not let this program use `{device}`; allow access to the microphone and try again"
    )]
    Permission {
        /// Id of the device.
        device: String,
    },
    /// The sound system failed in a way it does not explain, or a thread could not be started.
    #[error("the sound system failed on `{device}`: {reason}")]
    Internal {
        /// Id of the device, or the name of the input.
        device: String,
        /// What was reported.
        reason: String,
    },
}

impl CaptureError {
    /// The word every host uses for this kind of error.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::DeviceBusy { .. } => "device-busy",
            Self::DeviceGone { .. } => "device-gone",
            Self::NoDevice(_) => "no-device",
            Self::File { .. } => "file",
            Self::Unsupported { .. } | Self::Changed { .. } => "unsupported",
            Self::Permission { .. } => "permission",
            Self::Internal { .. } => "internal",
        }
    }

    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }

    pub(crate) fn file(path: &std::path::Path, problem: impl Into<String>) -> Self {
        Self::File { path: path.display().to_string(), problem: problem.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_one_the_hosts_know() {
        let device = || "pulseaudio:mic".to_owned();
        let all = [
            (CaptureError::usage("x"), "usage"),
            (CaptureError::DeviceBusy { device: device() }, "device-busy"),
            (CaptureError::DeviceGone { device: device(), reason: "unplugged".into() }, "device-gone"),
            (CaptureError::NoDevice("x".into()), "no-device"),
            (CaptureError::file(std::path::Path::new("a.wav"), "is empty"), "file"),
            (CaptureError::Unsupported { device: device(), problem: "refuses 1 Hz".into() }, "unsupported"),
            (CaptureError::Permission { device: device() }, "permission"),
            (CaptureError::Internal { device: device(), reason: "?".into() }, "internal"),
        ];
        for (error, kind) in all {
            assert_eq!(error.kind(), kind);
            assert!(!error.to_string().contains('\n'));
        }
    }
}
