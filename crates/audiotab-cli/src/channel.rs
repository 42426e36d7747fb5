//! One channel of an audio file or a ring, as a stream of samples from its first frame on.

use crate::audio_file::AudioFile;
use crate::failure::Failure;
use crate::ring_range::{self, RingRange};
use audiotab_engine::ring::layout::MAGIC;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Where the samples come from.
#[derive(Debug)]
enum Source {
    Ring(RingRange),
    File(Box<AudioFile>),
}

/// One channel, read once from the beginning to the end.
#[derive(Debug)]
pub struct Channel {
    source: Source,
}

impl Channel {
    /// Opens `path`, which is a ring if it begins with the ring's magic and an audio file otherwise. Of a ring all
    /// frames readable now are taken; what is written later is not.
    ///
    /// # Errors
    /// One sentence naming the file and what is wrong with it.
    pub fn open(path: &Path, channel: u32) -> Result<Self, Failure> {
        let source = if is_ring(path)? {
            let reader = ring_range::open(path, channel)?;
            let frames = reader.header().readable();
            Source::Ring(RingRange::new(reader, channel, frames))
        } else {
            Source::File(Box::new(AudioFile::open(path, channel)?))
        };
        Ok(Self { source })
    }

    /// Frames still to come, if that is known.
    pub fn frames_left(&self) -> Option<u64> {
        match &self.source {
            Source::Ring(ring) => Some(ring.frames_left()),
            Source::File(_) => None,
        }
    }

    /// Appends the next samples to `out`; returns how many, 0 at the end. Lost frames are NaN.
    ///
    /// # Errors
    /// One sentence when the source breaks.
    pub fn read(&mut self, out: &mut Vec<f64>) -> Result<usize, Failure> {
        match &mut self.source {
            Source::Ring(ring) => ring.read(out),
            Source::File(file) => file.read(out),
        }
    }

    /// Says on stderr what was not perfect about the reading.
    pub fn remark(&self) {
        match &self.source {
            Source::Ring(ring) => remark_overwritten(ring.overwritten_frames()),
            Source::File(file) => {
                if let Some(remark) = file.remark() {
                    eprintln!("audiotab: {remark}");
                }
            }
        }
    }
}

/// Says on stderr that frames were overwritten while they were read.
pub fn remark_overwritten(frames: u64) {
    if frames > 0 {
        eprintln!("audiotab: The writer overwrote {frames} frames before they could be read; they are gaps.");
    }
}

fn is_ring(path: &Path) -> Result<bool, Failure> {
    let failed = |error: io::Error| Failure::io("read", path, &error);
    // Folders and pipes are left to the audio reader, which names them; opening a pipe would wait for ever.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Ok(false);
    }
    let mut first = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut first))
        .map_err(failed)?;
    Ok(first == MAGIC)
}
