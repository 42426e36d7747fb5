//! One channel of an audio file from its first to its last frame, decoded once, in bounded memory.

use crate::failure::Failure;
use audiotab_engine::capture::{CaptureError, FileReader};
use std::path::Path;

/// One channel of an audio file.
#[derive(Debug)]
pub struct AudioFile {
    reader: FileReader,
    remark: Option<String>,
}

impl AudioFile {
    /// Opens the file to see that it is sound and has the channel.
    ///
    /// # Errors
    /// One sentence naming the file and what is wrong with it.
    pub fn open(path: &Path, channel: u32) -> Result<Self, Failure> {
        Ok(Self { reader: FileReader::open(path, channel).map_err(failed)?, remark: None })
    }

    /// What was not perfect about the file, such as that it is cut off.
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// Appends the next samples to `out`; returns how many, 0 at the end. What could not be decoded is NaN.
    ///
    /// # Errors
    /// One sentence when the file cannot be read on.
    pub fn read(&mut self, out: &mut Vec<f64>) -> Result<usize, Failure> {
        let frames = self.reader.read(out).map_err(failed)?;
        if let Some(message) = self.reader.take_notice() {
            self.remark = Some(audiotab_engine::sentence(&message));
        }
        Ok(frames)
    }
}

/// All that is wrong with a file is a failure, also a channel that it does not have.
fn failed(error: CaptureError) -> Failure {
    Failure::failed(error.to_string())
}
