//! The writing end: one per ring, in one thread at a time.

use std::path::Path;
use std::sync::Arc;

use crate::clock;
use crate::error::RingError;
use crate::header::{Header, StreamState};
use crate::held::Held;
use crate::layout::offset;
use crate::memory::Memory;
use crate::protocol::store_run;
use crate::reader::RingReader;
use crate::spec::RingSpec;
use crate::sync::{Ordering, fence};

/// Writes blocks of planar samples into a ring. Dropping it ends the stream.
///
/// Readers in other threads and processes see each block the moment [`RingWriter::write`] returns, and never a
/// half-written one.
#[derive(Debug)]
pub struct RingWriter {
    held: Arc<Held>,
    spec: RingSpec,
    /// S: this is the only writer, so its own count is the truth.
    sequence: u64,
    lost_frames: u64,
    start_is_known: bool,
    ended: bool,
}

impl RingWriter {
    /// A ring on the heap, for this process alone.
    ///
    /// # Errors
    /// One sentence if the shape breaks a limit or there is no memory for it.
    pub fn create_heap(spec: RingSpec) -> Result<Self, RingError> {
        let memory = Memory::heap(spec)?;
        memory.touch_pages();
        memory.store_header(&Header::fresh(spec, clock::random_id()?));
        Ok(Self::begin(Held::private(memory)))
    }

    /// Takes a ring whose header has been written.
    pub(crate) fn begin(held: Held) -> Self {
        let spec = *held.memory.spec();
        Self { held: Arc::new(held), spec, sequence: 0, lost_frames: 0, start_is_known: false, ended: false }
    }

    /// A reader in this process that shares the writer's memory.
    pub fn reader(&self) -> RingReader {
        RingReader::sharing(Arc::clone(&self.held))
    }

    /// Where other programs find the ring; `None` on the heap.
    pub fn path(&self) -> Option<&Path> {
        self.held.path()
    }

    /// The shape.
    pub fn spec(&self) -> &RingSpec {
        &self.spec
    }

    /// Frames written so far, lost ones included.
    pub fn frames_written(&self) -> u64 {
        self.sequence * self.spec.block_frames()
    }

    /// Says when frame 0 was captured, in Unix ns. Without it, the first write dates frame 0 one block back.
    pub fn set_start_time_unix_ns(&mut self, start_time_unix_ns: u64) {
        self.start_is_known = true;
        self.held.memory.store_field(offset::START_TIME_UNIX_NS, start_time_unix_ns);
    }

    /// Writes and publishes one block: exactly B frames of every channel. NaN marks a lost frame.
    ///
    /// Never blocks, allocates or takes a lock.
    ///
    /// # Panics
    /// If `planar` is not `channels` slices of B samples, or the stream has been finished: mistakes of the caller,
    /// not of any input.
    pub fn write(&mut self, planar: &[&[f64]]) {
        assert!(!self.ended, "a finished ring takes no more blocks");
        assert!(
            planar.len() == self.spec.channels as usize
                && planar.iter().all(|samples| samples.len() == self.spec.samples_per_write as usize),
            "a block is {} channels of {} frames",
            self.spec.channels,
            self.spec.samples_per_write,
        );
        self.publish(|channel, cells, index| {
            let (head, tail) = planar[channel].split_at(planar[channel].len().min(cells.len() - index));
            store_run(&cells[index..], head);
            store_run(cells, tail);
        });
    }

    /// Runs the writer's half of the handshake around `store(channel, cells of the channel, index of the block's
    /// first frame)`.
    fn publish(&mut self, store: impl Fn(usize, &[crate::sync::AtomicU64], usize)) {
        let memory = &self.held.memory;
        let index = (self.frames_written() % self.spec.capacity_frames) as usize;
        if !self.start_is_known {
            let block_ns = self.spec.block_frames() * 1_000_000_000 / self.spec.sample_rate_hz;
            memory.store_field(offset::START_TIME_UNIX_NS, clock::unix_ns().saturating_sub(block_ns));
            self.start_is_known = true;
        }
        memory.handshake().write_block(self.sequence, || {
            for channel in 0..self.spec.channels {
                store(channel as usize, memory.channel(channel), index);
            }
            memory.store_field(offset::HEARTBEAT_NS, clock::monotonic_ns());
        });
        self.sequence += 1;
    }

    /// Counts frames that never arrived. Their places are written as NaN by whoever calls this.
    pub fn add_lost(&mut self, frames: u64) {
        self.lost_frames = self.lost_frames.saturating_add(frames);
        self.held.memory.store_field(offset::LOST_FRAMES, self.lost_frames);
    }

    /// Ends the stream after `tail`, the last frames that fill no block: fewer than B of every channel, or no
    /// slices at all. The rest of their block becomes NaN, and the header tells where the sound stopped.
    ///
    /// Finishing twice does nothing. The file stays; other programs may replace it from now on.
    ///
    /// # Panics
    /// If `tail` is neither empty nor `channels` slices of one length below B: a mistake of the caller.
    pub fn finish(&mut self, tail: &[&[f64]]) {
        if self.ended {
            return;
        }
        let tail_frames = tail.first().map_or(0, |samples| samples.len());
        assert!(
            tail.is_empty()
                || tail.len() == self.spec.channels as usize
                    && tail_frames < self.spec.samples_per_write as usize
                    && tail.iter().all(|samples| samples.len() == tail_frames),
            "the tail is {} channels of fewer than {} frames each",
            self.spec.channels,
            self.spec.samples_per_write,
        );
        let end_frame = self.frames_written() + tail_frames as u64;
        // Before the last block, so that no reader takes its filling for sound.
        self.held.memory.store_field(offset::END_FRAME, end_frame);
        if tail_frames > 0 {
            let block = self.spec.samples_per_write as usize;
            self.publish(|channel, cells, index| {
                let samples = tail[channel].iter().copied().chain(std::iter::repeat(f64::NAN)).take(block);
                for (nth, sample) in samples.enumerate() {
                    store_run(&cells[(index + nth) % cells.len()..], &[sample]);
                }
            });
        }
        // After the last block, so that who sees "ended" sees the whole stream.
        fence(Ordering::Release);
        self.held.memory.store_field(offset::STATE, StreamState::Ended.code());
        self.ended = true;
        self.held.release();
    }

    /// Removes the ring's path, if it still names this ring. Readers that have it open keep it.
    ///
    /// # Errors
    /// One sentence if the system refuses.
    pub fn remove(&self) -> Result<(), RingError> {
        self.held.remove()
    }
}

impl Drop for RingWriter {
    fn drop(&mut self) {
        self.finish(&[]);
    }
}
