//! A ring in a real file: made whole under a temporary name, then renamed into place.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{AtEnd, RING_NAME, RingFile, begin, existing};
use crate::clock;
use crate::error::RingError;
use crate::spec::RingSpec;
use crate::writer::RingWriter;

/// See [`RingWriter::create_file`].
pub(super) fn file(path: &Path, spec: RingSpec, at_end: AtEnd) -> Result<RingWriter, RingError> {
    spec.check().map_err(|error| error.in_file(path))?;
    if path.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(RingError::Refused { path: path.to_owned(), reason: "this does not name a file" });
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let replaceable = existing::examine(path)?;
    if let Err(error) = check_room(parent, &spec) {
        if replaceable.is_none() {
            return Err(error);
        }
        // The old ring goes anyway; on a small file system it has to go first.
        std::fs::remove_file(path).map_err(|source| RingError::io(path, "remove the old ring", source))?;
        check_room(parent, &spec)?;
    }

    let temporary = Temporary::create(parent)?;
    let file =
        temporary.file.try_clone().map_err(|source| RingError::io(path, "open the ring twice", source))?;
    allocate(&file, &temporary.path, spec.file_len_bytes())?;
    let (file, memory) = begin(file, &temporary.path, spec)?;
    temporary.rename(path, replaceable.is_some())?;
    Ok(RingFile::writer(file, memory, path, at_end))
}

/// A file of ours under a name nobody can guess; removed unless it is renamed into place. Locked from the start.
struct Temporary {
    path: PathBuf,
    file: File,
    is_in_place: bool,
}

impl Temporary {
    fn create(parent: &Path) -> Result<Self, RingError> {
        let path = temporary_path(parent)?;
        let file = open_new(&path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => {
                RingError::io(parent, "make a ring in a directory that is not there", source)
            }
            _ => RingError::io(parent, "make a ring there", source),
        })?;
        let temporary = Self { path, file, is_in_place: false };
        lock(&temporary.file);
        Ok(temporary)
    }

    fn rename(mut self, path: &Path, replace: bool) -> Result<(), RingError> {
        rename_into_place(&self.path, path, replace)?;
        self.is_in_place = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_in_place {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A hidden name in `parent` that nobody can guess.
pub(super) fn temporary_path(parent: &Path) -> Result<PathBuf, RingError> {
    Ok(parent.join(format!(".{RING_NAME}.{:016x}.tmp", clock::random_id()?)))
}

/// Says "being written" to other programs. File systems without locks have the heartbeat.
#[cfg(unix)]
pub(super) fn lock(file: &File) {
    let _ = file.try_lock();
}

/// Locks keep readers out there; the share mode of [`open_new`] keeps other writers out.
#[cfg(not(unix))]
pub(super) fn lock(_file: &File) {}

#[cfg(unix)]
fn open_new(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let owner_only = Mode::RUSR | Mode::WUSR;
    let file = rustix::fs::open(path, flags, owner_only)?;
    // Whatever the umask took away.
    rustix::fs::fchmod(&file, owner_only)?;
    Ok(File::from(file))
}

#[cfg(windows)]
fn open_new(path: &Path) -> std::io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_SHARE_DELETE: u32 = 4;
    let mut options = File::options();
    options.read(true).write(true).create_new(true).share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE).open(path)
}

/// Renames `from` to `path`; without `replace`, only if nothing is there.
pub(super) fn rename_into_place(from: &Path, path: &Path, replace: bool) -> Result<(), RingError> {
    let failed = |source| RingError::io(path, "put the ring in place", source);
    if !replace {
        #[cfg(any(target_os = "linux", target_vendor = "apple"))]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            use rustix::io::Errno;
            match renameat_with(CWD, from, CWD, path, RenameFlags::NOREPLACE) {
                Ok(()) => return Ok(()),
                Err(Errno::EXIST) => return Err(RingError::InUse { path: path.to_owned() }),
                // Some file systems cannot; the check below leaves a gap of microseconds.
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
                Err(error) => return Err(failed(error.into())),
            }
        }
        if path.symlink_metadata().is_ok() {
            return Err(RingError::InUse { path: path.to_owned() });
        }
    }
    std::fs::rename(from, path).map_err(failed)
}

/// Checks that `spec` fits where `parent` is.
#[cfg(unix)]
fn check_room(parent: &Path, spec: &RingSpec) -> Result<(), RingError> {
    let needed_bytes = spec.file_len_bytes();
    let room = rustix::fs::statvfs(parent)
        .map_err(|error| RingError::io(parent, "ask how much room is there", error))?;
    let free_bytes = room.f_bavail.saturating_mul(room.f_frsize);
    if free_bytes < needed_bytes {
        return Err(RingError::NoSpace { path: parent.to_owned(), needed_bytes, free_bytes });
    }
    #[cfg(target_os = "linux")]
    if rustix::fs::statfs(parent).is_ok_and(|found| found.f_type == super::sealed::TMPFS_MAGIC) {
        return super::sealed::check_memory(needed_bytes);
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_room(_parent: &Path, _spec: &RingSpec) -> Result<(), RingError> {
    Ok(())
}

/// Makes `file` `len_bytes` long, all of them really there: a full file system is an error now, no SIGBUS later.
pub(super) fn allocate(file: &File, path: &Path, len_bytes: u64) -> Result<(), RingError> {
    #[cfg(target_os = "linux")]
    {
        use rustix::io::Errno;
        match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len_bytes) {
            Ok(()) => return Ok(()),
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => {}
            Err(error) => return Err(no_room(path, len_bytes, error.into())),
        }
    }
    write_zeros(file, len_bytes).map_err(|source| no_room(path, len_bytes, source))
}

fn write_zeros(mut file: &File, len_bytes: u64) -> std::io::Result<()> {
    use std::io::Write;
    let zeros = vec![0; 1 << 20];
    let mut left = len_bytes;
    while left > 0 {
        let now = left.min(zeros.len() as u64);
        file.write_all(&zeros[..now as usize])?;
        left -= now;
    }
    Ok(())
}

fn no_room(path: &Path, needed_bytes: u64, source: std::io::Error) -> RingError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            let path = path.parent().unwrap_or(path).to_owned();
            RingError::NoSpace { path, needed_bytes, free_bytes: 0 }
        }
        _ => RingError::io(path, "allocate the ring", source),
    }
}
