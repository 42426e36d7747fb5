//! The words of a ring in memory: on the heap or in a mapping. The only place that turns memory into atomics.

use crate::error::RingError;
use crate::layout::{FIRST_SAMPLE_WORD, HEADER_USED_BYTES, WORD_LEN_BYTES, offset, word_of};
use crate::protocol::{Cells, Handshake, Word, load_run};
use crate::spec::RingSpec;
use crate::sync::{AtomicU64, Ordering, fence};
use crate::{Header, ReadError};

/// Zeroed words that live as long as this value. Shared between one writer and its readers.
#[derive(Debug)]
pub(crate) struct Memory {
    words: backing::Words,
    spec: RingSpec,
}

impl Memory {
    /// A ring of zeros on the heap.
    pub(crate) fn heap(spec: RingSpec) -> Result<Self, RingError> {
        spec.check()?;
        let needed_bytes = spec.file_len_bytes();
        let words = usize::try_from(needed_bytes)
            .ok()
            .and_then(|bytes| backing::Words::zeroed(bytes / WORD_LEN_BYTES))
            .ok_or(RingError::NoMemory { needed_bytes })?;
        Ok(Self { words, spec })
    }

    /// The ring in `map`, which must be at least as long as `spec` says.
    ///
    /// Whoever maps promises that the file cannot become shorter under the mapping: it is sealed, or it is the
    /// writer's own. A cut file would raise SIGBUS.
    #[cfg(all(not(target_arch = "wasm32"), not(loom)))]
    pub(crate) fn mapped(map: memmap2::MmapRaw, spec: RingSpec) -> Result<Self, RingError> {
        let (needed_bytes, found_bytes) = (spec.file_len_bytes(), map.len() as u64);
        let words = backing::Words::mapped(map);
        match words {
            Some(words) if found_bytes >= needed_bytes => Ok(Self { words, spec }),
            _ => Err(RingError::Size { needed_bytes, found_bytes }),
        }
    }

    pub(crate) fn spec(&self) -> &RingSpec {
        &self.spec
    }

    /// The header field at `offset_bytes`.
    pub(crate) fn field(&self, offset_bytes: usize) -> &AtomicU64 {
        &self.words.all()[word_of(offset_bytes)]
    }

    pub(crate) fn load_field(&self, offset_bytes: usize) -> u64 {
        u64::from_le(self.field(offset_bytes).load(Ordering::Relaxed))
    }

    pub(crate) fn store_field(&self, offset_bytes: usize, value: u64) {
        self.field(offset_bytes).store(value.to_le(), Ordering::Relaxed);
    }

    /// Writes the whole header, before anybody can read.
    pub(crate) fn store_header(&self, header: &Header) {
        let bytes = header.encode();
        for at in (0..HEADER_USED_BYTES).step_by(WORD_LEN_BYTES) {
            self.store_field(at, crate::layout::field(&bytes, at));
        }
    }

    /// Copies the header, the fields in the order that keeps them consistent.
    ///
    /// The writer stores the end frame, then S, then the state. Loaded backwards: who sees "ended" sees the last S,
    /// and who sees the last S sees the end frame.
    pub(crate) fn load_header(&self) -> [u8; HEADER_USED_BYTES] {
        let mut bytes = [0; HEADER_USED_BYTES];
        let state = self.load_field(offset::STATE);
        fence(Ordering::Acquire);
        let sequence = self.handshake().published();
        for at in (0..HEADER_USED_BYTES).step_by(WORD_LEN_BYTES) {
            crate::layout::set_field(&mut bytes, at, self.load_field(at));
        }
        crate::layout::set_field(&mut bytes, offset::STATE, state);
        crate::layout::set_field(&mut bytes, offset::WRITE_SEQUENCE, sequence);
        bytes
    }

    pub(crate) fn handshake(&self) -> Handshake<'_> {
        Handshake { sequence: self.field(offset::WRITE_SEQUENCE), claim: self.field(offset::CLAIM_SEQUENCE) }
    }

    /// The C cells of channel `c`.
    pub(crate) fn channel(&self, c: u32) -> &[AtomicU64] {
        let capacity = self.spec.capacity_frames as usize;
        let first = FIRST_SAMPLE_WORD + c as usize * capacity;
        &self.words.all()[first..first + capacity]
    }

    /// Writes a zero into every page, so that no write of the capture ever waits for one. Only before the header
    /// is written.
    pub(crate) fn touch_pages(&self) {
        const SMALLEST_PAGE_WORDS: usize = 4096 / WORD_LEN_BYTES;
        for word in self.words.all().iter().step_by(SMALLEST_PAGE_WORDS) {
            word.store(0, Ordering::Relaxed);
        }
    }
}

impl Cells for Memory {
    fn published(&self) -> Result<(u64, u64), ReadError> {
        let sequence = self.handshake().published();
        Ok((sequence, self.load_field(offset::END_FRAME)))
    }

    fn begun(&self) -> Result<u64, ReadError> {
        Ok(self.handshake().begun())
    }

    fn copy_run<W: Word>(&self, channel: u32, index: usize, dest: &mut [W]) -> Result<(), ReadError> {
        load_run(&self.channel(channel)[index..], dest);
        Ok(())
    }
}

#[cfg(not(loom))]
mod backing {
    #![allow(unsafe_code, reason = "atomics over allocated and mapped memory; no other module needs it")]

    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use std::ptr::NonNull;

    use crate::sync::AtomicU64;

    /// Owned memory seen as words.
    #[derive(Debug)]
    pub(super) struct Words {
        first: NonNull<AtomicU64>,
        count: usize,
        owner: Owner,
    }

    #[derive(Debug)]
    enum Owner {
        Heap(Layout),
        #[cfg(not(target_arch = "wasm32"))]
        #[allow(dead_code, reason = "held for its Drop, which unmaps")]
        Map(memmap2::MmapRaw),
    }

    // SAFETY: the memory is owned, stays where it is, and is only ever reached through atomics.
    unsafe impl Send for Words {}
    // SAFETY: as above.
    unsafe impl Sync for Words {}

    impl Words {
        /// `count` > 0 zeroed words, or `None` if there is no memory for them.
        pub(super) fn zeroed(count: usize) -> Option<Self> {
            let layout = Layout::array::<AtomicU64>(count).ok().filter(|layout| layout.size() > 0)?;
            // SAFETY: the layout has a size.
            let first = NonNull::new(unsafe { alloc_zeroed(layout) })?.cast();
            Some(Self { first, count, owner: Owner::Heap(layout) })
        }

        /// The whole words of a mapping.
        #[cfg(not(target_arch = "wasm32"))]
        pub(super) fn mapped(map: memmap2::MmapRaw) -> Option<Self> {
            let first =
                NonNull::new(map.as_mut_ptr().cast::<AtomicU64>()).filter(|first| first.is_aligned())?;
            Some(Self { first, count: map.len() / size_of::<AtomicU64>(), owner: Owner::Map(map) })
        }

        /// All words. Those of a read-only mapping must only be loaded, relaxed.
        pub(super) fn all(&self) -> &[AtomicU64] {
            // SAFETY: `first` is aligned and owns `count` initialised words for as long as self lives; every bit
            // pattern is an AtomicU64, and nothing in this process reaches them in any other way.
            unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.count) }
        }
    }

    impl Drop for Words {
        fn drop(&mut self) {
            match self.owner {
                // SAFETY: allocated in `zeroed` with this layout, and nobody borrows from a value being dropped.
                Owner::Heap(layout) => unsafe { dealloc(self.first.as_ptr().cast(), layout) },
                #[cfg(not(target_arch = "wasm32"))]
                Owner::Map(_) => {}
            }
        }
    }
}

#[cfg(loom)]
mod backing {
    use crate::sync::AtomicU64;

    /// loom's atomics are objects of its scheduler, so they are made one by one.
    #[derive(Debug)]
    pub(super) struct Words(Box<[AtomicU64]>);

    impl Words {
        pub(super) fn zeroed(count: usize) -> Option<Self> {
            Some(Self((0..count).map(|_| AtomicU64::new(0)).collect()))
        }

        pub(super) fn all(&self) -> &[AtomicU64] {
            &self.0
        }
    }
}
