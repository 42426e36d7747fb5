//! Rings that other programs can open: a real file, or on Linux a sealed memfd behind a link.
//!
//! Which storage when:
//!
//! | constructor | storage | reachable at | after the writer's process |
//! |---|---|---|---|
//! | [`RingWriter::create_file`] | real file | PATH | stays |
//! | [`RingWriter::create_sealed`] (Linux) | memfd, sealed against any change of size | link to `/proc/<pid>/fd/<n>` | gone |
//! | [`RingWriter::create_default`] | sealed memfd on Linux, else a real file | the private directory | removed with its last handle |
//!
//! A file can be cut by anybody who may write it, and a cut file raises SIGBUS in whoever has it mapped. So readers
//! of other processes map only what is sealed and read everything else by position. The writer and the readers of
//! its own process share the writer's mapping; with a real file they trust that nobody cuts it.

#[cfg(unix)]
mod cells;
mod create;
mod existing;
mod open;
pub(crate) mod place;
#[cfg(target_os = "linux")]
mod sealed;
#[cfg(target_os = "linux")]
pub(crate) use {open::read_header, sealed::is_sealed};

use std::fs::File;
use std::path::{Path, PathBuf};

#[cfg(unix)]
pub(crate) use cells::FileCells;

use crate::clock;
use crate::error::RingError;
use crate::header::Header;
use crate::held::Held;
use crate::memory::Memory;
use crate::spec::RingSpec;
use crate::writer::RingWriter;

/// Name of a ring in the private directory; an instance name follows after a dash.
pub(crate) const RING_NAME: &str = "audiotab_ringbuf";

impl RingWriter {
    /// A ring in a real file at `path`, mode 0600, readable by other programs from the first moment.
    ///
    /// Put it on a memory file system (`/dev/shm`, `$XDG_RUNTIME_DIR`): on a disk the writer waits for write-back
    /// again and again. The bytes are allocated and touched here. An existing `path` is replaced only if it is a
    /// ring that no running process writes; symbolic links are not followed. Nobody may cut the file while the
    /// writer lives.
    ///
    /// # Errors
    /// One sentence if a limit is broken, the path is taken, or there is no room.
    pub fn create_file(path: impl AsRef<Path>, spec: RingSpec) -> Result<Self, RingError> {
        create::file(path.as_ref(), spec, AtEnd::Keep)
    }

    /// A ring in the private directory of this user, under the name `audiotab_ringbuf` or
    /// `audiotab_ringbuf-<instance>`. Removed when the last handle of this process is dropped.
    ///
    /// With an empty `instance`, a name that another running program holds is passed over for one with this
    /// process's id.
    ///
    /// # Errors
    /// One sentence if a limit is broken, no directory is private, the name is taken, or there is no room.
    pub fn create_default(spec: RingSpec, instance: &str) -> Result<Self, RingError> {
        place::create(None, spec, instance, |path| removed_at_end(path, spec))
    }

    /// As [`RingWriter::create_default`], in `dir`: made if need be, else it must be this user's alone (mode 0700).
    ///
    /// # Errors
    /// As [`RingWriter::create_default`].
    pub fn create_in(dir: &Path, spec: RingSpec, instance: &str) -> Result<Self, RingError> {
        place::create(Some(dir), spec, instance, |path| removed_at_end(path, spec))
    }

    /// A ring in a memfd that nobody can cut or write but this writer (`F_SEAL_SHRINK`, `GROW`, `SEAL` and, where
    /// the kernel has it, `FUTURE_WRITE`), so that every process may map it without fear of SIGBUS.
    ///
    /// [`RingWriter::path`] is `/proc/<pid>/fd/<n>`, or `link` if given: a symbolic link to it. It opens for
    /// processes of this user, as long as a handle of this process lives; programs that open with `O_NOFOLLOW`
    /// must resolve the link first.
    ///
    /// # Errors
    /// One sentence if a limit is broken, the link's path is taken, or there is no memory.
    #[cfg(target_os = "linux")]
    pub fn create_sealed(spec: RingSpec, link: Option<&Path>) -> Result<Self, RingError> {
        sealed::create(link, spec)
    }
}

/// The best storage of this system, reachable at `path`.
fn removed_at_end(path: &Path, spec: RingSpec) -> Result<RingWriter, RingError> {
    #[cfg(target_os = "linux")]
    match sealed::create(Some(path), spec) {
        // An old kernel, or a sandbox without memfd or /proc: the file does the same work.
        Err(error) if sealed::is_unsupported(&error) => {}
        made => return made,
    }
    create::file(path, spec, AtEnd::Remove)
}

/// Maps `file`, which is as long as `spec` says, writes the header and hands it to a writer.
fn begin(file: File, path: &Path, spec: RingSpec) -> Result<(File, Memory), RingError> {
    let map = memmap2::MmapOptions::new()
        .len(
            usize::try_from(spec.file_len_bytes())
                .map_err(|_| RingError::NoMemory { needed_bytes: spec.file_len_bytes() })?,
        )
        .map_raw(&file)
        .map_err(|source| RingError::io(path, "map the ring", source))?;
    let memory = Memory::mapped(map, spec)?;
    memory.touch_pages();
    memory.store_header(&Header::fresh(spec, clock::random_id()?));
    Ok((file, memory))
}

/// What becomes of the path when the last handle of the process is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtEnd {
    Keep,
    Remove,
}

/// The open file of a ring this process writes. Its advisory lock says "being written" until [`RingFile::unlock`].
#[derive(Debug)]
pub(crate) struct RingFile {
    path: PathBuf,
    file: File,
    at_end: AtEnd,
}

impl RingFile {
    fn writer(file: File, memory: Memory, path: &Path, at_end: AtEnd) -> RingWriter {
        let path = path.to_owned();
        RingWriter::begin(Held::in_file(memory, Self { path, file, at_end }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn unlock(&self) {
        // A lock that cannot be given back ends with the process; nothing else depends on it.
        let _ = self.file.unlock();
    }

    /// The file opened anew, read-only, if nobody can cut it.
    #[cfg(target_os = "linux")]
    pub(crate) fn sealed_read_only(&self) -> Option<std::os::fd::OwnedFd> {
        use std::os::fd::AsRawFd;

        use rustix::fs::{Mode, OFlags};

        if !is_sealed(&self.file) {
            return None;
        }
        // Its name in /proc, not its path: somebody may have put another link there.
        let own = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        rustix::fs::open(own, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()
    }

    pub(crate) fn remove(&self) -> Result<(), RingError> {
        if !existing::names(&self.path, &self.file) {
            return Ok(());
        }
        std::fs::remove_file(&self.path)
            .map_err(|source| RingError::io(&self.path, "remove the ring", source))
    }
}

impl Drop for RingFile {
    fn drop(&mut self) {
        if self.at_end == AtEnd::Remove {
            // Nobody is left to hear of a failure; the next start sweeps what stays.
            let _ = self.remove();
        }
    }
}
