//! Attaching to a ring by path.

use std::fs::File;
use std::path::Path;

use crate::error::RingError;
use crate::header::Header;
use crate::reader::{RingReader, Source};

impl RingReader {
    /// Opens the ring at `path`, read-only. Links are followed: a ring may be behind one.
    ///
    /// A sealed ring is mapped; a plain file is read by position, because whoever cuts a mapped file kills its
    /// readers. Nothing outside the file is read and nothing of its size is allocated, whatever its header says.
    ///
    /// # Errors
    /// One sentence if the path is no ring, of another version, damaged, or not as long as its header says.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RingError> {
        let path = path.as_ref();
        let file = open_file(path).map_err(|source| RingError::io(path, "open the ring", source))?;
        let metadata = file.metadata().map_err(|source| RingError::io(path, "look at the ring", source))?;
        if !metadata.is_file() {
            // A directory, a FIFO, a device.
            return Err(RingError::NotARing.in_file(path));
        }
        attach(file, metadata.len()).map_err(|error| error.in_file(path))
    }
}

/// O_NONBLOCK: opening a FIFO must not wait for its other end.
#[cfg(unix)]
fn open_file(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open_file(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

fn attach(file: File, found_bytes: u64) -> Result<RingReader, RingError> {
    let header = read_header(&file)?;
    let needed_bytes = header.spec.file_len_bytes();
    if needed_bytes != found_bytes {
        return Err(RingError::Size { needed_bytes, found_bytes });
    }
    source(file, &header).map(|source| RingReader::new(source, header))
}

#[cfg(unix)]
fn source(file: File, header: &Header) -> Result<Source, RingError> {
    #[cfg(target_os = "linux")]
    if super::sealed::is_sealed(&file) {
        return mapped(&file, header);
    }
    Ok(Source::File(super::FileCells::new(file, header.spec)))
}

/// There, a file cannot be cut while somebody has it mapped.
#[cfg(windows)]
fn source(file: File, header: &Header) -> Result<Source, RingError> {
    mapped(&file, header)
}

/// Only for files that cannot become shorter.
#[cfg(any(target_os = "linux", windows))]
fn mapped(file: &File, header: &Header) -> Result<Source, RingError> {
    use std::sync::Arc;

    use crate::held::Held;
    use crate::memory::Memory;

    let needed_bytes = header.spec.file_len_bytes();
    let no_memory = || RingError::NoMemory { needed_bytes };
    let len = usize::try_from(needed_bytes).map_err(|_| no_memory())?;
    let map = memmap2::MmapOptions::new().len(len).map_raw_read_only(file).map_err(|_| no_memory())?;
    Ok(Source::Memory(Arc::new(Held::private(Memory::mapped(map, header.spec)?))))
}

pub(crate) fn read_header(mut file: &File) -> Result<Header, RingError> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(Header::ENCODED_LEN);
    // What cannot be read counts as missing, and the sentence says how much there was.
    let _ = file.by_ref().take(Header::ENCODED_LEN as u64).read_to_end(&mut bytes);
    Header::parse(&bytes)
}
