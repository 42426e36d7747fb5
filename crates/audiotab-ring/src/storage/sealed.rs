//! A ring in a memfd that nobody can cut: safe to map for every process.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{MemfdFlags, Mode, SealFlags};
use rustix::io::Errno;

use super::{AtEnd, RING_NAME, RingFile, begin, create, existing};
use crate::error::RingError;
use crate::spec::RingSpec;
use crate::writer::RingWriter;

/// How `/proc/<pid>/fd/<n>` names our memfds.
pub(super) const PROC_NAME: &str = "/memfd:audiotab_ringbuf";
/// `f_type` of a memory file system.
pub(super) const TMPFS_MAGIC: rustix::fs::FsWord = 0x0102_1994;

const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW);

/// See [`RingWriter::create_sealed`].
pub(super) fn create(link: Option<&Path>, spec: RingSpec) -> Result<RingWriter, RingError> {
    let name = link.unwrap_or(Path::new(RING_NAME));
    spec.check()?;
    let replaceable = link.map(existing::examine).transpose()?.flatten();
    check_memory(spec.file_len_bytes())?;

    let file = memfd().map_err(|error| RingError::io(name, "make a memory file", error))?;
    rustix::fs::fchmod(&file, Mode::RUSR | Mode::WUSR)
        .map_err(|error| RingError::io(name, "set the mode of a memory file", error))?;
    create::allocate(&file, name, spec.file_len_bytes())?;
    let (file, memory) = begin(file, name, spec)?;
    // Sealed only now: the writer's mapping had to be writable.
    seal(&file).map_err(|error| RingError::io(name, "seal a memory file", error))?;
    create::lock(&file);

    let target = PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
    if !existing::names(&target, &file) {
        return Err(RingError::io(name, "reach a memory file through /proc", Errno::NOSYS));
    }
    let Some(link) = link else {
        return Ok(RingFile::writer(file, memory, &target, AtEnd::Keep));
    };
    let parent = link.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = create::temporary_path(parent)?;
    std::os::unix::fs::symlink(&target, &temporary)
        .map_err(|source| RingError::io(parent, "make a link there", source))?;
    if let Err(error) = create::rename_into_place(&temporary, link, replaceable.is_some()) {
        let _ = std::fs::remove_file(&temporary);
        return Err(error);
    }
    Ok(RingFile::writer(file, memory, link, AtEnd::Remove))
}

fn memfd() -> Result<File, Errno> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Hardened systems insist on "not executable"; kernels before 6.3 do not know the flag.
    match rustix::fs::memfd_create(RING_NAME, flags | MemfdFlags::NOEXEC_SEAL) {
        Err(Errno::INVAL) => rustix::fs::memfd_create(RING_NAME, flags),
        made => made,
    }
    .map(File::from)
}

fn seal(file: &File) -> Result<(), Errno> {
    rustix::fs::fcntl_add_seals(file, SEALS)?;
    // Kernels before 5.1 lack it; then other processes of this user could write, but still not cut.
    let _ = rustix::fs::fcntl_add_seals(file, SealFlags::FUTURE_WRITE);
    rustix::fs::fcntl_add_seals(file, SealFlags::SEAL)
}

/// Whether nobody can ever change the size of `file`.
pub(crate) fn is_sealed(file: &File) -> bool {
    rustix::fs::fcntl_get_seals(file).is_ok_and(|seals| seals.contains(SEALS | SealFlags::SEAL))
}

/// Whether this system has no memfd or no /proc.
pub(super) fn is_unsupported(error: &RingError) -> bool {
    matches!(error, RingError::Io { source, .. } if matches!(
        source.raw_os_error().map(Errno::from_raw_os_error),
        Some(Errno::NOSYS | Errno::INVAL | Errno::PERM)
    ))
}

/// The `/proc/<pid>/fd/<n>` that the link at `path` holds, if it has that form.
pub(super) fn link_target(path: &Path) -> Option<PathBuf> {
    let target = std::fs::read_link(path).ok()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (pid, fd) = target.to_str()?.strip_prefix("/proc/")?.split_once("/fd/")?;
    (is_number(pid) && is_number(fd)).then_some(target)
}

/// Refuses what the system has no memory for; otherwise allocating it would end with some process killed.
pub(super) fn check_memory(needed_bytes: u64) -> Result<(), RingError> {
    let available_kib = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    match available_kib {
        Some(kib) if kib * 1024 < needed_bytes => Err(RingError::NoMemory { needed_bytes }),
        _ => Ok(()),
    }
}
