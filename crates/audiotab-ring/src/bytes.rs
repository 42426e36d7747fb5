//! A ring as plain bytes: a dump, or a copy in a wasm module's memory.

use crate::error::{ReadError, RingError};
use crate::header::{Header, published_end};
use crate::layout::WORD_LEN_BYTES;
use crate::protocol::{Cells, Word, begun_blocks, copy_frames};

/// Reads a ring out of a slice by the same rule as [`crate::RingReader`].
///
/// The borrow keeps the bytes from changing. If they were copied while the writer was at work, the block that its
/// claim announces is treated as overwritten.
#[derive(Debug, Clone, Copy)]
pub struct ByteRing<'a> {
    bytes: &'a [u8],
    header: Header,
}

impl<'a> ByteRing<'a> {
    /// Checks the header and that all its channels are there.
    ///
    /// # Errors
    /// One sentence if this is no ring, a foreign version, or the size does not match the header.
    pub fn new(bytes: &'a [u8]) -> Result<Self, RingError> {
        let header = Header::parse(bytes)?;
        let (needed_bytes, found_bytes) = (header.spec.file_len_bytes(), bytes.len() as u64);
        if needed_bytes != found_bytes {
            return Err(RingError::Size { needed_bytes, found_bytes });
        }
        Ok(Self { bytes, header })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The frames that can be copied.
    pub fn readable(&self) -> std::ops::Range<u64> {
        let end = published_end(&self.header.spec, self.header.write_sequence, self.header.end_frame);
        let start = self.header.readable().start.max(self.header.spec.first_kept(self.begun_blocks()));
        start.min(end)..end
    }

    /// Copies frames `start_frame..start_frame + dest.len()` of one channel.
    ///
    /// # Errors
    /// As [`crate::RingReader::copy_into`].
    pub fn copy_into(&self, channel: u32, start_frame: u64, dest: &mut [f64]) -> Result<(), ReadError> {
        copy_frames(self, &self.header.spec, channel, start_frame, dest, || {})
    }

    fn begun_blocks(&self) -> u64 {
        begun_blocks(self.header.claim_sequence, || self.header.write_sequence)
    }
}

impl Cells for ByteRing<'_> {
    fn published(&self) -> Result<(u64, u64), ReadError> {
        Ok((self.header.write_sequence, self.header.end_frame))
    }

    fn begun(&self) -> Result<u64, ReadError> {
        Ok(self.begun_blocks())
    }

    fn copy_run<W: Word>(&self, channel: u32, index: usize, dest: &mut [W]) -> Result<(), ReadError> {
        let first = self.header.spec.channel_offset_bytes(channel) as usize + index * WORD_LEN_BYTES;
        let (words, _) = self.bytes[first..].as_chunks::<WORD_LEN_BYTES>();
        for (value, word) in dest.iter_mut().zip(words) {
            *value = W::from_bits(u64::from_le_bytes(*word));
        }
        Ok(())
    }
}
