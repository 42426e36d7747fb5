//! One channel of an audio file from its first to its last frame, in bounded memory.
//!
//! The file goes through the same capture as a live one, at full speed, into a ring on the heap. A capture does not
//! wait for its readers, so a file longer than one ring is taken in several runs, each ending where its ring is
//! full: the ring then holds exactly the piece that follows the one before. Rings grow from a megaframe to sixteen,
//! so short files are decoded once and long ones a few times.

use crate::failure::Failure;
use crate::ring_range::RingRange;
use audiotab_engine::capture::{self, CaptureError, CaptureEvent, CaptureState, Input, InputAddress, Pace};
use audiotab_engine::ring::{RingSpec, RingWriter};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

const BLOCK_FRAMES: u32 = 8192;
const FIRST_PIECE_FRAMES: u64 = 1 << 20;
const LARGEST_PIECE_FRAMES: u64 = 1 << 24;
const LONGEST_RING_S: u64 = 600;

/// One channel of an audio file.
#[derive(Debug)]
pub struct AudioFile {
    path: PathBuf,
    channel: u32,
    /// What has been decoded and not handed out yet.
    piece: Option<RingRange>,
    next_piece_frames: u64,
    decoded_frames: u64,
    ended: bool,
    remark: Option<String>,
}

impl AudioFile {
    /// Opens the file to see that it is sound and has the channel.
    ///
    /// # Errors
    /// One sentence naming the file and what is wrong with it.
    pub fn open(path: &Path, channel: u32) -> Result<Self, Failure> {
        let file = Self {
            path: path.to_owned(),
            channel,
            piece: None,
            next_piece_frames: FIRST_PIECE_FRAMES,
            decoded_frames: 0,
            ended: false,
            remark: None,
        };
        capture::open(&file.input()).map_err(failed)?;
        Ok(file)
    }

    fn input(&self) -> Input {
        let address = InputAddress::File { path: self.path.clone(), repeat: false };
        Input { channels: Some(vec![self.channel]), ..Input::new(address) }
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
        loop {
            if let Some(piece) = self.piece.as_mut().filter(|piece| piece.frames_left() > 0) {
                return piece.read(out);
            }
            if self.ended {
                return Ok(0);
            }
            self.piece = None; // gives its ring back before the next one is made
            self.decode_piece()?;
        }
    }

    fn decode_piece(&mut self) -> Result<(), Failure> {
        let opened = capture::open(&self.input()).map_err(failed)?;
        let rate_hz = u64::from(opened.format().sample_rate_hz);
        // Two blocks more than the piece: readers keep one block away from where the writer would go on.
        let margin_frames = 2 * u64::from(BLOCK_FRAMES);
        let piece_frames = self.next_piece_frames.min(LONGEST_RING_S * rate_hz - margin_frames);
        let ring = RingWriter::create_heap(RingSpec {
            sample_rate_hz: rate_hz,
            channels: 1,
            capacity_frames: piece_frames + margin_frames,
            samples_per_write: BLOCK_FRAMES,
        })?;
        let reader = ring.reader();
        let (events, heard) = mpsc::channel();
        let listener = Box::new(move |event| drop(events.send(event)));
        let limit_frames = self.decoded_frames + piece_frames;
        let status = opened.start(ring, Pace::Fast, Some(limit_frames), listener).map_err(failed)?.wait();
        for event in heard.try_iter() {
            if let CaptureEvent::Notice { message } = event {
                self.remark = Some(audiotab_engine::sentence(&message));
            }
        }
        if let CaptureState::Failed(reason) = status.state {
            return Err(Failure::failed(reason));
        }
        let end_frame = status.frames_written.max(self.decoded_frames);
        self.piece = Some(RingRange::new(reader, 0, self.decoded_frames..end_frame));
        self.ended = end_frame < limit_frames;
        self.decoded_frames = end_frame;
        self.next_piece_frames = (4 * self.next_piece_frames).min(LARGEST_PIECE_FRAMES);
        Ok(())
    }
}

/// All that is wrong with a file is a failure, also a channel that it does not have.
fn failed(error: CaptureError) -> Failure {
    Failure::failed(error.to_string())
}
