//! Why a call was refused, and how that reads on every host.

use crate::wire::{ErrorBody, ErrorKind};
use audiotab_capture::CaptureError;
use audiotab_ring::RingError;

/// Why a call of the engine was refused. The running session, if any, is untouched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The input could not be named, opened or started.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The ring could not be made or read, or the packet query is wrong.
    #[error(transparent)]
    Ring(#[from] RingError),
}

impl EngineError {
    /// What went wrong, to match on.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Capture(e) => match e {
                CaptureError::Usage(_) => ErrorKind::Usage,
                CaptureError::DeviceBusy { .. } => ErrorKind::DeviceBusy,
                CaptureError::DeviceGone { .. } => ErrorKind::DeviceGone,
                CaptureError::NoDevice(_) => ErrorKind::NoDevice,
                CaptureError::File { .. } => ErrorKind::File,
                CaptureError::Unsupported { .. } | CaptureError::Changed { .. } => ErrorKind::Unsupported,
                CaptureError::Permission { .. } => ErrorKind::Permission,
                _ => ErrorKind::Internal,
            },
            Self::Ring(e) => match e {
                RingError::Request { .. } | RingError::NoSuchChannel { .. } => ErrorKind::Usage,
                RingError::Channels { .. }
                | RingError::SampleRate { .. }
                | RingError::History { .. }
                | RingError::Block { .. }
                | RingError::BlockTooLong { .. } => ErrorKind::Unsupported,
                _ => ErrorKind::Ring,
            },
        }
    }

    /// The error as it goes over the wire.
    pub fn body(&self) -> ErrorBody {
        ErrorBody { kind: self.kind(), message: sentence(&self.to_string()) }
    }
}

/// `text` with a capital at the front and a full stop at the end, as a user reads it. A first word that is not
/// plainly a word, such as a path or a device id, keeps its spelling.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let plain = first_word.bytes().all(|c| c.is_ascii_alphabetic());
    let mut sentence = String::with_capacity(text.len() + 1);
    let mut letters = text.chars();
    if let Some(first) = letters.next() {
        sentence.push(if plain { first.to_ascii_uppercase() } else { first });
        sentence.push_str(letters.as_str());
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_as_sentences_and_names_keep_their_spelling() {
        assert_eq!(sentence("there is no channel 3"), "There is no channel 3.");
        assert_eq!(sentence("song.wav is empty; pick another"), "song.wav is empty; pick another.");
        assert_eq!(sentence("`alsa:hw` is busy."), "`alsa:hw` is busy.");
        assert_eq!(sentence("/dev/shm/x: full"), "/dev/shm/x: full.");
    }

    #[test]
    fn kinds_are_those_of_the_capture_errors() {
        let kind = |e: CaptureError| {
            let word = e.kind();
            let kind = EngineError::from(e).kind();
            assert_eq!(serde_json::to_value(kind).unwrap(), word);
        };
        let device = || "alsa:x".to_owned();
        kind(CaptureError::Usage("x".into()));
        kind(CaptureError::DeviceBusy { device: device() });
        kind(CaptureError::DeviceGone { device: device(), reason: "x".into() });
        kind(CaptureError::NoDevice("x".into()));
        kind(CaptureError::File { path: "x".into(), problem: "is empty".into() });
        kind(CaptureError::Unsupported { device: device(), problem: "refuses".into() });
        kind(CaptureError::Permission { device: device() });
        kind(CaptureError::Internal { device: device(), reason: "x".into() });
    }
}
