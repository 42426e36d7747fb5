//! What the two ends of a ring in one process hold together: its memory and, if it has one, its file.

use std::path::Path;

use crate::memory::Memory;

/// Shared by the writer and its readers; the memory stays until the last of them is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) memory: Memory,
    #[cfg(all(not(target_arch = "wasm32"), not(loom)))]
    file: Option<crate::storage::RingFile>,
}

impl Held {
    /// A ring nobody else can reach.
    pub(crate) fn private(memory: Memory) -> Self {
        Self {
            memory,
            #[cfg(all(not(target_arch = "wasm32"), not(loom)))]
            file: None,
        }
    }
}

#[cfg(all(not(target_arch = "wasm32"), not(loom)))]
impl Held {
    /// A ring reachable by path.
    pub(crate) fn in_file(memory: Memory, file: crate::storage::RingFile) -> Self {
        Self { memory, file: Some(file) }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(crate::storage::RingFile::path)
    }

    /// The ring's file, read-only, if nobody can cut it.
    #[cfg(target_os = "linux")]
    pub(crate) fn sealed_read_only(&self) -> Option<std::os::fd::OwnedFd> {
        self.file.as_ref()?.sealed_read_only()
    }

    /// Tells other programs that nobody writes any more.
    pub(crate) fn release(&self) {
        if let Some(file) = &self.file {
            file.unlock();
        }
    }

    /// Removes the path if it still names this ring.
    pub(crate) fn remove(&self) -> Result<(), crate::RingError> {
        self.file.as_ref().map_or(Ok(()), crate::storage::RingFile::remove)
    }
}

#[cfg(any(target_arch = "wasm32", loom))]
impl Held {
    pub(crate) fn path(&self) -> Option<&Path> {
        None
    }

    pub(crate) fn release(&self) {}

    pub(crate) fn remove(&self) -> Result<(), crate::RingError> {
        Ok(())
    }
}
