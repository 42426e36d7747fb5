//! The handshake between one writer and many readers: the steps whose order is the proof.
//!
//! Writer, for block S (single, so its own view of S is exact):
//! 1. claim ← S + 1, relaxed.
//! 2. release fence: whoever sees a sample of this block also sees the claim.
//! 3. the samples, relaxed.
//! 4. S ← S + 1 with release: whoever sees the new S also sees the samples.
//!
//! Reader:
//! 1. load S, then an acquire fence (pairs with 4). Not an acquire load: readers map the ring read-only, and only
//!    relaxed loads of up to 8 bytes are guaranteed to work on read-only memory.
//! 2. copy, relaxed.
//! 3. acquire fence (pairs with 2): if a sample of a newer block was copied, the claim of that block is seen next.
//! 4. load the claim, relaxed; accept iff the first frame ≥ claim · B − C.
//!
//! `tests/loom.rs` runs these functions in a model, and shows that leaving any step out lets a torn copy pass.

use crate::error::ReadError;
use crate::header::published_end;
use crate::spec::RingSpec;
use crate::sync::{AtomicU64, Ordering, fence};

/// How often a copy that the writer ran into is tried again before it counts as a gap.
pub const MAX_RETRIES: u32 = 3;

/// The two header words of the handshake.
#[derive(Debug, Clone, Copy)]
pub struct Handshake<'a> {
    /// Write sequence S.
    pub sequence: &'a AtomicU64,
    /// Claim sequence.
    pub claim: &'a AtomicU64,
}

impl Handshake<'_> {
    /// Publishes block `s`, whose samples `store` puts into the ring with relaxed stores.
    #[inline]
    pub fn write_block(&self, s: u64, store: impl FnOnce()) {
        self.claim.store((s + 1).to_le(), Ordering::Relaxed);
        fence(Ordering::Release);
        store();
        self.sequence.store((s + 1).to_le(), Ordering::Release);
    }

    /// S, with every sample of the blocks before it.
    #[inline]
    pub fn published(&self) -> u64 {
        let s = u64::from_le(self.sequence.load(Ordering::Relaxed));
        fence(Ordering::Acquire);
        s
    }

    /// Number of blocks written or begun, as seen after every load made so far.
    #[inline]
    pub fn begun(&self) -> u64 {
        fence(Ordering::Acquire);
        let claim = u64::from_le(self.claim.load(Ordering::Relaxed));
        begun_blocks(claim, || u64::from_le(self.sequence.load(Ordering::Relaxed)))
    }
}

/// The writer's position from its claim; without claims, one block beyond S may be in flight at any time.
#[inline]
pub(crate) fn begun_blocks(claim: u64, sequence: impl FnOnce() -> u64) -> u64 {
    if claim == 0 { sequence().saturating_add(1) } else { claim }
}

/// Eight bytes a sample can be copied into.
pub trait Word: Copy {
    /// From the sample's bits.
    fn from_bits(bits: u64) -> Self;
}

impl Word for f64 {
    #[inline]
    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
}

/// Little-endian bytes, at any alignment.
impl Word for [u8; 8] {
    #[inline]
    fn from_bits(bits: u64) -> Self {
        bits.to_le_bytes()
    }
}

/// Stores `values` into the first cells, relaxed.
#[inline]
pub fn store_run(cells: &[AtomicU64], values: &[f64]) {
    for (cell, value) in cells.iter().zip(values) {
        cell.store(value.to_bits().to_le(), Ordering::Relaxed);
    }
}

/// Loads the first cells into `dest`, relaxed.
#[inline]
pub fn load_run<W: Word>(cells: &[AtomicU64], dest: &mut [W]) {
    for (cell, value) in cells.iter().zip(dest) {
        *value = W::from_bits(u64::from_le(cell.load(Ordering::Relaxed)));
    }
}

/// What the reader's rule needs of a ring, wherever its bytes are.
pub trait Cells {
    /// (S, end frame), with every sample published before S.
    ///
    /// # Errors
    /// [`ReadError::CutOff`] if the ring is no longer there.
    fn published(&self) -> Result<(u64, u64), ReadError>;

    /// Blocks written or begun, as seen after every copy made so far.
    ///
    /// # Errors
    /// [`ReadError::CutOff`] if the ring is no longer there.
    fn begun(&self) -> Result<u64, ReadError>;

    /// Copies the samples of `channel` at `index..` (below the capacity) without a wrap.
    ///
    /// # Errors
    /// [`ReadError::CutOff`] if the ring is no longer there.
    fn copy_run<W: Word>(&self, channel: u32, index: usize, dest: &mut [W]) -> Result<(), ReadError>;
}

/// Copies frames `start..start + dest.len()` of one channel, all of them valid, or says why not.
///
/// `on_retry` is called each time the writer ran into the copy. On an error `dest` holds no promise.
///
/// # Errors
/// See [`ReadError`].
pub fn copy_frames<W: Word>(
    cells: &impl Cells,
    spec: &RingSpec,
    channel: u32,
    start: u64,
    dest: &mut [W],
    mut on_retry: impl FnMut(),
) -> Result<(), ReadError> {
    if channel >= spec.channels {
        return Err(ReadError::NoSuchChannel);
    }
    let mut attempt = 0;
    loop {
        let (sequence, end_frame) = cells.published()?;
        let end_frame = published_end(spec, sequence, end_frame);
        if start.checked_add(dest.len() as u64).is_none_or(|end| end > end_frame) {
            return Err(ReadError::NotYetWritten { end_frame });
        }
        if dest.is_empty() {
            return Ok(());
        }
        let first_frame = spec.first_kept(sequence.saturating_add(1));
        if start < first_frame {
            return Err(ReadError::Overwritten { first_frame });
        }
        // Both checks passed, so there are fewer frames than the capacity and at most one wrap.
        let index = (start % spec.capacity_frames) as usize;
        let until_wrap = dest.len().min(spec.capacity_frames as usize - index);
        let (head, tail) = dest.split_at_mut(until_wrap);
        cells.copy_run(channel, index, head)?;
        if !tail.is_empty() {
            cells.copy_run(channel, 0, tail)?;
        }
        let first_frame = spec.first_kept(cells.begun()?);
        if start >= first_frame {
            return Ok(());
        }
        if attempt == MAX_RETRIES {
            return Err(ReadError::Overwritten { first_frame });
        }
        attempt += 1;
        on_retry();
    }
}
