//! A file read for analysis: one channel, from its first to its last frame, once, without a ring.

use std::path::Path;

use super::FileSource;
use crate::capture::StreamFormat;
use crate::error::CaptureError;
use crate::pull::{Planar, PullSource};

/// Frames decoded per read.
const PIECE_FRAMES: usize = 65_536;

/// One channel of a sound file, in bounded memory.
pub struct FileReader {
    source: FileSource,
    format: StreamFormat,
    piece: Planar,
}

impl FileReader {
    /// Opens the file and decodes its first frames.
    ///
    /// # Errors
    /// One sentence naming the file and what is wrong with it, or the channel that it does not have.
    pub fn open(path: &Path, channel: u32) -> Result<Self, CaptureError> {
        let (source, format) = FileSource::open(path, false, Some(&[channel]))?;
        Ok(Self { source, format, piece: Planar::default() })
    }

    /// Rate and name of the file, and the one channel that is read.
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Appends the next samples to `out`; returns how many, 0 at the end. Samples that are no numbers stay so.
    ///
    /// # Errors
    /// One sentence when the file cannot be read on.
    pub fn read(&mut self, out: &mut Vec<f64>) -> Result<usize, CaptureError> {
        let frames = self.source.read(PIECE_FRAMES, &mut self.piece)?;
        if let Some(samples) = self.piece.channels.first() {
            out.extend_from_slice(&samples[..frames]);
        }
        Ok(frames)
    }

    /// A sentence about the file that has come up since the last call, such as that it is cut off.
    pub fn take_notice(&mut self) -> Option<String> {
        self.source.take_notice()
    }
}

impl std::fmt::Debug for FileReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileReader").field("format", &self.format).finish_non_exhaustive()
    }
}
