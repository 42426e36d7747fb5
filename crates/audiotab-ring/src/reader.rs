//! The reading end: any number per ring, in any thread or process.

use std::path::Path;
use std::sync::Arc;

use crate::error::{ReadError, RingError};
use crate::header::Header;
use crate::held::Held;
use crate::protocol::{Cells, Word, copy_frames};
use crate::spec::RingSpec;
use crate::sync::{AtomicU64, Ordering};

/// Takes frames out of a ring without ever holding the writer up.
///
/// Clones are cheap and share the count of retries.
#[derive(Debug, Clone)]
pub struct RingReader {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Source,
    /// As it stood when the ring was opened: the shape and the stream id are taken from here for good, so that a
    /// header that changes later cannot lead anywhere outside the ring.
    opened: Header,
    retries: AtomicU64,
}

#[derive(Debug)]
pub(crate) enum Source {
    /// The writer's own memory, or a sealed mapping.
    Memory(Arc<Held>),
    /// A file that somebody could cut, read by position.
    #[cfg(all(unix, not(loom)))]
    File(crate::storage::FileCells),
}

/// Runs `$body` with the source's cells, whatever they are.
macro_rules! with_cells {
    ($source:expr, $cells:ident => $body:expr) => {
        match $source {
            Source::Memory(held) => {
                let $cells = &held.memory;
                $body
            }
            #[cfg(all(unix, not(loom)))]
            Source::File($cells) => $body,
        }
    };
}

impl RingReader {
    pub(crate) fn new(source: Source, opened: Header) -> Self {
        Self { inner: Arc::new(Inner { source, opened, retries: AtomicU64::new(0) }) }
    }

    /// Shares the memory of a ring of this process.
    pub(crate) fn sharing(held: Arc<Held>) -> Self {
        let bytes = held.memory.load_header();
        let spec = *held.memory.spec();
        let opened = Header::parse(&bytes).unwrap_or_else(|_| Header::fresh(spec, 0));
        Self::new(Source::Memory(held), opened)
    }

    /// A fresh snapshot of the header. Shape and stream id never change; if the ring can no longer be read, the
    /// snapshot is the one taken when it was opened.
    pub fn header(&self) -> Header {
        let opened = self.inner.opened;
        let bytes = match &self.inner.source {
            Source::Memory(held) => Some(held.memory.load_header()),
            #[cfg(all(unix, not(loom)))]
            Source::File(cells) => cells.load_header().ok(),
        };
        match bytes.map(|bytes| Header::parse(&bytes)) {
            Some(Ok(now)) => Header { spec: opened.spec, stream_id: opened.stream_id, ..now },
            _ => opened,
        }
    }

    /// The shape.
    pub fn spec(&self) -> &RingSpec {
        &self.inner.opened.spec
    }

    /// Random number of the stream.
    pub fn stream_id(&self) -> u64 {
        self.inner.opened.stream_id
    }

    /// Whole blocks published so far.
    pub fn sequence(&self) -> u64 {
        with_cells!(&self.inner.source, cells => cells.published())
            .map_or(self.inner.opened.write_sequence, |(sequence, _)| sequence)
    }

    /// Copies frames `start_frame..start_frame + dest.len()` of one channel: all of them as they were written, or
    /// an error. Lost frames are NaN.
    ///
    /// The writer may overwrite the oldest frames at any time; a copy it ran into is tried again up to 3 times.
    ///
    /// # Errors
    /// [`ReadError::Overwritten`] and [`ReadError::NotYetWritten`] name what can be had instead. `dest` then holds
    /// no promise.
    pub fn copy_into(&self, channel: u32, start_frame: u64, dest: &mut [f64]) -> Result<(), ReadError> {
        self.copy(channel, start_frame, dest)
    }

    /// As [`RingReader::copy_into`], to any 8-byte words.
    pub(crate) fn copy<W: Word>(&self, channel: u32, start: u64, dest: &mut [W]) -> Result<(), ReadError> {
        let count_retry = || {
            self.inner.retries.fetch_add(1, Ordering::Relaxed);
        };
        with_cells!(&self.inner.source, cells => {
            copy_frames(cells, &self.inner.opened.spec, channel, start, dest, count_retry)
        })
    }

    /// How often the writer ran into a copy of this reader or its clones.
    pub fn retries(&self) -> u64 {
        self.inner.retries.load(Ordering::Relaxed)
    }

    /// Where the ring is, if this reader belongs to its writer's process and the ring has a path.
    pub fn path(&self) -> Option<&Path> {
        match &self.inner.source {
            Source::Memory(held) => held.path(),
            #[cfg(all(unix, not(loom)))]
            Source::File(_) => None,
        }
    }

    /// The file of a ring of this process, opened read-only, if nobody can cut it under whoever maps it.
    #[cfg(all(target_os = "linux", not(loom)))]
    pub(crate) fn sealed_file(&self) -> Option<std::os::fd::OwnedFd> {
        match &self.inner.source {
            Source::Memory(held) => held.sealed_read_only(),
            Source::File(_) => None,
        }
    }

    /// Removes the path of a ring of this process, if it still names it. A ring of another process is left alone.
    ///
    /// # Errors
    /// One sentence if the system refuses.
    pub fn remove(&self) -> Result<(), RingError> {
        match &self.inner.source {
            Source::Memory(held) => held.remove(),
            #[cfg(all(unix, not(loom)))]
            Source::File(_) => Ok(()),
        }
    }
}
