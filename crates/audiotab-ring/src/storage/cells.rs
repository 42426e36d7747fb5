//! A ring file read by position instead of through a mapping, so that no cut can kill the reader.
//!
//! Unix keeps one cache page for both ways, so a read sees what the writer's mapping stored. The handshake is the
//! same as in memory: the kernel's loads are made by this thread, so the acquire fences order them as they would
//! our own, and the claim is read again after the samples. Two things differ. A read that ends early means that
//! the file was cut. And nothing promises that eight bytes are copied in one piece, so a counter is read twice: as
//! counters only grow, equal upper bytes mean that no carry was in progress and the lowest byte is one piece.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::error::ReadError;
use crate::layout::{HEADER_USED_BYTES, WORD_LEN_BYTES, field, offset, set_field};
use crate::protocol::{Cells, Word, begun_blocks};
use crate::spec::RingSpec;
use crate::sync::{Ordering, fence};

/// Bytes per read, small enough for the stack and the first-level cache.
const CHUNK_BYTES: usize = 16 * 1024;
/// Reads of the header before its counters must have stood still long enough.
const HEADER_READS: usize = 64;

/// A ring file of another process that could be cut at any time.
#[derive(Debug)]
pub(crate) struct FileCells {
    file: File,
    spec: RingSpec,
}

impl FileCells {
    pub(crate) fn new(file: File, spec: RingSpec) -> Self {
        Self { file, spec }
    }

    fn read_at(&self, bytes: &mut [u8], offset_bytes: u64) -> Result<(), ReadError> {
        self.file.read_exact_at(bytes, offset_bytes).map_err(|_| ReadError::CutOff)
    }

    /// The header with whole counters, as it stood after everything read before.
    pub(crate) fn load_header(&self) -> Result<[u8; HEADER_USED_BYTES], ReadError> {
        let mut older = [0; HEADER_USED_BYTES];
        let mut newer = [0; HEADER_USED_BYTES];
        // The state comes first: who sees "ended" must see the last block.
        let mut state = [0; WORD_LEN_BYTES];
        self.read_at(&mut state, offset::STATE as u64)?;
        fence(Ordering::Acquire);
        self.read_at(&mut older, 0)?;
        for _ in 0..HEADER_READS {
            fence(Ordering::Acquire);
            self.read_at(&mut newer, 0)?;
            if counters_are_whole(&older, &newer) {
                fence(Ordering::Acquire);
                set_field(&mut newer, offset::STATE, u64::from_le_bytes(state));
                return Ok(newer);
            }
            older = newer;
        }
        // A writer that carries into the second byte between each two of 64 reads writes no sound.
        Err(ReadError::CutOff)
    }
}

fn counters_are_whole(older: &[u8; HEADER_USED_BYTES], newer: &[u8; HEADER_USED_BYTES]) -> bool {
    let same_upper = |at| (field(older, at) ^ field(newer, at)) >> 8 == 0;
    same_upper(offset::WRITE_SEQUENCE)
        && same_upper(offset::CLAIM_SEQUENCE)
        && field(older, offset::END_FRAME) == field(newer, offset::END_FRAME)
}

impl Cells for FileCells {
    fn published(&self) -> Result<(u64, u64), ReadError> {
        let header = self.load_header()?;
        Ok((field(&header, offset::WRITE_SEQUENCE), field(&header, offset::END_FRAME)))
    }

    fn begun(&self) -> Result<u64, ReadError> {
        fence(Ordering::Acquire);
        let header = self.load_header()?;
        Ok(begun_blocks(field(&header, offset::CLAIM_SEQUENCE), || field(&header, offset::WRITE_SEQUENCE)))
    }

    fn copy_run<W: Word>(&self, channel: u32, index: usize, dest: &mut [W]) -> Result<(), ReadError> {
        let mut buffer = [0; CHUNK_BYTES];
        let mut at = self.spec.channel_offset_bytes(channel) + (index * WORD_LEN_BYTES) as u64;
        for part in dest.chunks_mut(CHUNK_BYTES / WORD_LEN_BYTES) {
            let bytes = &mut buffer[..part.len() * WORD_LEN_BYTES];
            self.read_at(bytes, at)?;
            at += bytes.len() as u64;
            let (words, _) = bytes.as_chunks::<WORD_LEN_BYTES>();
            for (value, word) in part.iter_mut().zip(words) {
                *value = W::from_bits(u64::from_le_bytes(*word));
            }
        }
        Ok(())
    }
}
