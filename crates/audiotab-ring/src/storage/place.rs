//! Where rings live by default: a directory of this user that nobody else can enter, in memory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{RING_NAME, existing};
use crate::error::RingError;
use crate::spec::RingSpec;
use crate::writer::RingWriter;

/// The user's private `audiotab` directory (mode 0700), made if need be: in `$XDG_RUNTIME_DIR`, else under
/// `/dev/shm`, else in the temporary directory.
///
/// # Errors
/// One sentence if it cannot be made, or somebody else's stands in its place.
pub fn private_dir() -> Result<PathBuf, RingError> {
    let path = private_path();
    make_private(&path, Open::Close)?;
    Ok(path)
}

/// What to do with a directory of ours that others can enter.
#[derive(Clone, Copy)]
pub(super) enum Open {
    /// The name is ours: close it.
    Close,
    /// Somebody chose it, and may mean it that way.
    Refuse,
}

/// Tries the names of `instance` in `dir`, or in the private directory.
pub(super) fn create(
    dir: Option<&Path>,
    spec: RingSpec,
    instance: &str,
    create: impl Fn(&Path) -> Result<RingWriter, RingError>,
) -> Result<RingWriter, RingError> {
    spec.check()?;
    let is_name_char = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
    if instance.len() > 64 || !instance.chars().all(is_name_char) {
        return Err(RingError::Instance { instance: instance.to_owned() });
    }
    let dir = match dir {
        Some(dir) => make_private(dir, Open::Refuse).map(|()| dir.to_owned())?,
        None => private_dir()?,
    };
    sweep(&dir);
    if !instance.is_empty() {
        return create(&dir.join(format!("{RING_NAME}-{instance}")));
    }
    let pid = std::process::id();
    let own_names = (1..=64).map(|nth| match nth {
        1 => format!("{RING_NAME}-{pid}"),
        _ => format!("{RING_NAME}-{pid}-{nth}"),
    });
    let mut made = create(&dir.join(RING_NAME));
    for name in own_names {
        if !matches!(made, Err(RingError::InUse { .. })) {
            break;
        }
        made = create(&dir.join(name));
    }
    made
}

/// Removes what crashed programs left: rings nobody writes that never ended, links that lead nowhere, and half-made
/// files. Ended rings may still be wanted by their owner.
fn sweep(dir: &Path) {
    const HALF_MADE: Duration = Duration::from_secs(60);
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = entry.path();
        let is_left = if name.starts_with(RING_NAME) {
            existing::is_left_by_crash(&path)
        } else if name.starts_with(&format!(".{RING_NAME}.")) && name.ends_with(".tmp") {
            let age = path.symlink_metadata().and_then(|metadata| metadata.modified()).ok();
            age.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > HALF_MADE)
        } else {
            false
        };
        if is_left {
            // If it cannot be removed, it costs room but harms nobody.
            let _ = std::fs::remove_file(&path);
        }
    }
}

#[cfg(unix)]
fn private_path() -> PathBuf {
    use std::os::unix::fs::MetadataExt;

    let uid = rustix::process::geteuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    // Under sudo it may be another user's, where a directory of ours would lock that user out.
    let is_ours = |path: &Path| path.metadata().is_ok_and(|found| found.is_dir() && found.uid() == uid);
    if let Some(runtime) = runtime.filter(|path| is_ours(path)) {
        return runtime.join("audiotab");
    }
    let shared_memory = Path::new("/dev/shm");
    let base = if shared_memory.is_dir() { shared_memory.to_owned() } else { std::env::temp_dir() };
    base.join(format!("audiotab-{uid}"))
}

/// The temporary directory is the user's own there.
#[cfg(not(unix))]
fn private_path() -> PathBuf {
    std::env::temp_dir().join("audiotab")
}

#[cfg(unix)]
fn make_private(path: &Path, open: Open) -> Result<(), RingError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    use rustix::fs::{Mode, OFlags};

    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(RingError::io(path, "make the private directory", error));
        }
        _ => {}
    }
    let not_private = |reason| RingError::NotPrivate { path: path.to_owned(), reason };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let dir = rustix::fs::open(path, flags, Mode::empty())
        .map(std::fs::File::from)
        .map_err(|_| not_private("this is not a directory that only you can enter"))?;
    let found =
        dir.metadata().map_err(|error| RingError::io(path, "look at the private directory", error))?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(not_private("this directory belongs to another user"));
    }
    if found.mode() & 0o777 == 0o700 {
        return Ok(());
    }
    match open {
        Open::Refuse => Err(not_private("other users can enter this directory")),
        Open::Close => rustix::fs::fchmod(&dir, Mode::RWXU)
            .map_err(|error| RingError::io(path, "close the private directory to others", error)),
    }
}

#[cfg(not(unix))]
fn make_private(path: &Path, _open: Open) -> Result<(), RingError> {
    std::fs::create_dir_all(path).map_err(|error| RingError::io(path, "make the private directory", error))
}
