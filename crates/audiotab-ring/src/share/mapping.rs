//! The web process' end: one read-only mapping of the ring that runs now.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::OFlags;

use super::{BUILD, GRANTED, not_shared, socket};
use crate::error::RingError;
use crate::header::Header;
use crate::storage::{is_sealed, read_header};

/// A whole ring mapped read-only; unmapped when dropped, from whatever thread.
///
/// The writer goes on writing into it: read it by the rule in [`crate::layout`], and never write.
#[derive(Debug)]
pub struct RingMapping {
    map: memmap2::MmapRaw,
    header: Header,
}

impl RingMapping {
    /// Asks the app whose socket is at `socket_path` for its ring and maps it.
    ///
    /// # Errors
    /// One sentence if nobody or somebody else answers, the app is of another build, nothing is being captured, or
    /// what comes is no ring that may be mapped.
    pub fn fetch(socket_path: &Path) -> Result<Self, RingError> {
        let peer = socket::connect(socket_path)?;
        let unanswered = |error| not_shared(format!("AudioTab does not answer: {error}"));
        socket::send(&peer, BUILD.as_bytes(), None).map_err(unanswered)?;
        match socket::receive(&peer).map_err(unanswered)? {
            (answer, Some(file)) if answer == [GRANTED] => Self::of(file),
            (answer, _) if answer.len() > 1 => Err(not_shared(String::from_utf8_lossy(&answer[1..]))),
            _ => Err(not_shared("AudioTab broke off")),
        }
    }

    /// Maps a ring that came as an open file.
    ///
    /// # Errors
    /// One sentence if it could be written or cut, is no ring, or is not as long as its header says.
    pub fn of(file: OwnedFd) -> Result<Self, RingError> {
        let flags = rustix::fs::fcntl_getfl(&file).map_err(|_| not_shared("its file is closed"))?;
        if flags & OFlags::ACCMODE != OFlags::RDONLY {
            return Err(not_shared("its file could be written"));
        }
        let file = File::from(file);
        if !is_sealed(&file) {
            return Err(not_shared("its file could be cut under its readers"));
        }
        let found_bytes = file.metadata().map_err(|_| not_shared("its file cannot be looked at"))?.len();
        let header = read_header(&file)?;
        let needed_bytes = header.spec.file_len_bytes();
        if needed_bytes != found_bytes {
            return Err(RingError::Size { needed_bytes, found_bytes });
        }
        let no_memory = || RingError::NoMemory { needed_bytes };
        let len = usize::try_from(needed_bytes).map_err(|_| no_memory())?;
        let map = memmap2::MmapOptions::new().len(len).map_raw_read_only(&file).map_err(|_| no_memory())?;
        Ok(Self { map, header })
    }

    /// The header as it stood when the ring was mapped.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// First byte of the ring, at the beginning of a page.
    pub fn as_ptr(&self) -> *const u8 {
        self.map.as_ptr()
    }

    /// Length of the ring in bytes, never 0.
    pub fn len_bytes(&self) -> usize {
        self.map.len()
    }
}
