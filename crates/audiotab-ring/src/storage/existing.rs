//! What may be replaced: a ring that no running process writes, and nothing else.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use crate::clock;
use crate::error::RingError;
use crate::header::{Header, StreamState};

/// A path whose ring may be replaced. Holds that ring's lock, so that two programs cannot both replace it.
#[derive(Debug)]
pub(super) struct Replaceable {
    _locked: Option<File>,
}

/// A heartbeat older than this is no sign of life.
const FRESH_HEARTBEAT_NS: u64 = 2_000_000_000;

/// `None` if nothing is at `path`.
///
/// # Errors
/// [`RingError::InUse`] or [`RingError::Refused`] if what is there must stay.
pub(super) fn examine(path: &Path) -> Result<Option<Replaceable>, RingError> {
    let refuse = |reason| Err(RingError::Refused { path: path.to_owned(), reason });
    let kind = match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RingError::io(path, "look at what is there", error)),
        Ok(found) => found.file_type(),
    };
    if kind.is_symlink() {
        return match link_to_ring(path) {
            LinkTo::LiveRing(file) => examine_ring(path, file),
            LinkTo::DeadRing => Ok(Some(Replaceable { _locked: None })),
            LinkTo::Other => refuse("this is a symbolic link"),
        };
    }
    if kind.is_dir() {
        return refuse("this is a directory");
    }
    if !kind.is_file() {
        return refuse("this is not a regular file");
    }
    let file = match open_without_following(path) {
        Ok(file) => file,
        Err(error) if is_sharing_violation(&error) => return Err(RingError::InUse { path: path.to_owned() }),
        Err(error) => return Err(RingError::io(path, "look at what is there", error)),
    };
    if !belongs_to_us(&file) {
        return refuse("this file belongs to another user");
    }
    examine_ring(path, file)
}

/// Whether `path` is a ring, or a link to one, whose writer was killed.
pub(super) fn is_left_by_crash(path: &Path) -> bool {
    let Ok(found) = path.symlink_metadata() else { return false };
    if found.is_symlink() {
        return matches!(link_to_ring(path), LinkTo::DeadRing);
    }
    let Some(mut file) = found.is_file().then(|| open_without_following(path).ok()).flatten() else {
        return false;
    };
    let is_unfinished = read_header(&mut file).is_some_and(|header| {
        let age_ns = clock::monotonic_ns().checked_sub(header.heartbeat_ns);
        header.state == StreamState::Running && age_ns.is_none_or(|age_ns| age_ns > FRESH_HEARTBEAT_NS)
    });
    is_unfinished && belongs_to_us(&file) && file.try_lock().is_ok()
}

fn examine_ring(path: &Path, mut file: File) -> Result<Option<Replaceable>, RingError> {
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let Some(header) = read_header(&mut file).filter(|_| is_file) else {
        return Err(RingError::Refused { path: path.to_owned(), reason: "this is not an AudioTab ring" });
    };
    if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
        return Err(RingError::InUse { path: path.to_owned() });
    }
    // Our own writers hold the lock for as long as they live. A writer that does not know the lock shows itself by
    // a heartbeat that goes on; one that was killed a moment ago has a young heartbeat that stands still.
    let is_young = clock::monotonic_ns()
        .checked_sub(header.heartbeat_ns)
        .is_some_and(|age_ns| age_ns < FRESH_HEARTBEAT_NS);
    if header.state == StreamState::Running && is_young {
        let two_blocks_s = 2.0 * header.spec.block_frames() as f64 / header.spec.sample_rate_hz as f64;
        std::thread::sleep(Duration::from_secs_f64(two_blocks_s.clamp(0.1, 2.0)));
        if read_header(&mut file).is_none_or(|now| now.heartbeat_ns != header.heartbeat_ns) {
            return Err(RingError::InUse { path: path.to_owned() });
        }
    }
    Ok(Some(Replaceable { _locked: Some(file) }))
}

fn read_header(file: &mut File) -> Option<Header> {
    use std::io::{Seek, SeekFrom};
    let mut bytes = Vec::with_capacity(Header::ENCODED_LEN);
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(Header::ENCODED_LEN as u64).read_to_end(&mut bytes).ok()?;
    Header::parse(&bytes).ok()
}

enum LinkTo {
    /// A memfd ring whose process lives.
    LiveRing(File),
    /// A link of ours whose process is gone, or whose process id belongs to somebody else by now.
    DeadRing,
    Other,
}

/// Where a link of [`super::sealed`] leads.
#[cfg(target_os = "linux")]
fn link_to_ring(path: &Path) -> LinkTo {
    use std::os::unix::ffi::OsStrExt;

    let Some(target) = super::sealed::link_target(path) else {
        return LinkTo::Other;
    };
    let is_ring = std::fs::read_link(&target)
        .is_ok_and(|name| name.as_os_str().as_bytes().starts_with(super::sealed::PROC_NAME.as_bytes()));
    match File::open(&target) {
        Ok(file) if is_ring => LinkTo::LiveRing(file),
        _ => LinkTo::DeadRing,
    }
}

#[cfg(not(target_os = "linux"))]
fn link_to_ring(_path: &Path) -> LinkTo {
    LinkTo::Other
}

/// Whether `path` still leads to `file`.
#[cfg(unix)]
pub(super) fn names(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    let (Ok(there), Ok(ours)) = (path.metadata(), file.metadata()) else {
        return false;
    };
    (there.dev(), there.ino()) == (ours.dev(), ours.ino())
}

/// A name cannot be taken over while the file is open without shared deletion.
#[cfg(not(unix))]
pub(super) fn names(path: &Path, _file: &File) -> bool {
    path.exists()
}

#[cfg(unix)]
fn open_without_following(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    // O_NONBLOCK: a FIFO put there in this moment must not hold us up.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Asks for write access: refused while a writer has the file open.
#[cfg(not(unix))]
fn open_without_following(path: &Path) -> std::io::Result<File> {
    File::options().read(true).write(true).open(path)
}

#[cfg(unix)]
fn is_sharing_violation(_error: &std::io::Error) -> bool {
    false
}

#[cfg(not(unix))]
fn is_sharing_violation(error: &std::io::Error) -> bool {
    const ERROR_SHARING_VIOLATION: i32 = 32;
    error.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
}

#[cfg(unix)]
fn belongs_to_us(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn belongs_to_us(_file: &File) -> bool {
    true
}
