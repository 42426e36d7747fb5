//! A fixed range of frames of one ring channel, read once from old to new while the writer may be at work.

use crate::failure::Failure;
use audiotab_engine::ring::{ReadError, RingReader};
use std::ops::Range;
use std::path::Path;

/// Frames copied at a time: 512 KiB, well inside the caches' reach and far faster than any writer in real time.
const PIECE_FRAMES: u64 = 65_536;

/// Opens the ring at `path` and checks that it has `channel`.
///
/// # Errors
/// One sentence naming the ring and what is wrong with it.
pub fn open(path: &Path, channel: u32) -> Result<RingReader, Failure> {
    let reader = open_any(path)?;
    let channels = reader.spec().channels;
    if channel >= channels {
        return Err(no_such_channel(path, channel, channels));
    }
    Ok(reader)
}

/// Opens the ring at `path`.
///
/// # Errors
/// As [`open`].
pub fn open_any(path: &Path) -> Result<RingReader, Failure> {
    Ok(RingReader::open(path)?)
}

/// The sentence for a channel that is not there.
pub fn no_such_channel(path: &Path, channel: u32, channels: u32) -> Failure {
    let last = channels.saturating_sub(1);
    let there = if last == 0 { "only channel 0".to_owned() } else { format!("channels 0 to {last}") };
    Failure::failed(format!("{} has no channel {channel}; it has {there}", path.display()))
}

/// Reads a range. What the writer overwrites before it was read becomes NaN and is counted.
#[derive(Debug)]
pub struct RingRange {
    reader: RingReader,
    channel: u32,
    left: Range<u64>,
    overwritten_frames: u64,
}

impl RingRange {
    /// Will read `frames` of `channel`, which must be there now.
    pub fn new(reader: RingReader, channel: u32, frames: Range<u64>) -> Self {
        Self { reader, channel, left: frames, overwritten_frames: 0 }
    }

    /// Frames not read yet.
    pub fn frames_left(&self) -> u64 {
        self.left.end.saturating_sub(self.left.start)
    }

    /// Frames that were overwritten before they could be read; they came as NaN.
    pub fn overwritten_frames(&self) -> u64 {
        self.overwritten_frames
    }

    /// Appends the next frames to `out`; returns how many, 0 at the end.
    ///
    /// # Errors
    /// One sentence when the ring was cut off meanwhile.
    pub fn read(&mut self, out: &mut Vec<f64>) -> Result<usize, Failure> {
        let wanted = self.frames_left().min(PIECE_FRAMES) as usize;
        let at = out.len();
        out.resize(at + wanted, f64::NAN);
        let piece = &mut out[at..];
        let mut lost = 0;
        while lost < wanted {
            match self.reader.copy_into(self.channel, self.left.start + lost as u64, &mut piece[lost..]) {
                Ok(()) => break,
                Err(ReadError::Overwritten { first_frame }) => {
                    // At least one block further each time, so that a writer at full speed cannot hold us here.
                    let behind = first_frame.saturating_sub(self.left.start) as usize;
                    let step = self.reader.spec().samples_per_write as usize;
                    let now_lost = behind.max(lost + step).min(wanted);
                    piece[..now_lost].fill(f64::NAN);
                    lost = now_lost;
                }
                Err(other) => return Err(Failure::failed(other.to_string())),
            }
        }
        self.overwritten_frames += lost as u64;
        self.left.start += wanted as u64;
        Ok(wanted)
    }
}
