//! How a command fails: one sentence and an exit code.
//!
//! What can be judged from the command line alone is a usage error (2); what depends on files, devices or the
//! system is a failure (1).

use audiotab_dsp::DspError;
use audiotab_engine::EngineError;
use audiotab_engine::capture::CaptureError;
use audiotab_engine::ring::RingError;
use audiotab_engine::sentence;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::JournalError;
use audiotab_server::ServerError;
use std::fmt;
use std::path::Path;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    message: String,
    exit_code: u8,
}

impl Failure {
    /// The request was sound, but it could not be done.
    pub fn failed(message: impl AsRef<str>) -> Self {
        Self { message: sentence(message.as_ref()), exit_code: 1 }
    }

    /// The request itself is wrong.
    pub fn usage(message: impl AsRef<str>) -> Self {
        Self { message: sentence(message.as_ref()), exit_code: 2 }
    }

    /// The system refused to `action` the file at `path`.
    pub fn io(action: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::failed(format!("Cannot {action} {}: {error}", path.display()))
    }

    /// Exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error.kind() {
            ErrorKind::Usage => Self::usage(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}

impl From<CaptureError> for Failure {
    fn from(error: CaptureError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<RingError> for Failure {
    fn from(error: RingError) -> Self {
        // All that a ring says about requests depends on the ring, so it is no usage error here.
        Self::failed(error.to_string())
    }
}

impl From<DspError> for Failure {
    fn from(error: DspError) -> Self {
        match error {
            DspError::Length { .. } => Self::failed(error.to_string()),
            _ => Self::usage(error.to_string()),
        }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::OpenToTheNetwork(_) | ServerError::Environment { .. } => {
                Self::usage(error.to_string())
            }
            _ => Self::failed(error.to_string()),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Request(_) | JournalError::Option(_) => Self::usage(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}
