//! The file that hands the token to programs of the same user: `audiotab/token` in the user's runtime directory.
//!
//! The directory is private (0700) and the file too (0600). It is written under another name and renamed, so that
//! nobody reads half a token. On Unix the server holds a lock on it: a token without its server is not mistaken for
//! a running one. Of several servers the last one started owns the file.

use crate::error::ServerError;
use crate::secret::Secret;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const NAME: &str = "token";

/// A published token; dropping it removes the file.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    token: Secret,
    _lock: File,
}

/// The private directory of this user.
///
/// # Errors
/// [`ServerError::NoPrivateDirectory`].
pub fn private_dir() -> Result<PathBuf, ServerError> {
    audiotab_engine::private_dir().map_err(|e| ServerError::NoPrivateDirectory(e.body().message))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ServerError {
    let path = path.to_owned();
    move |source| ServerError::TokenFile { action, path, source }
}

impl TokenFile {
    /// Writes the token where [`read`] finds it.
    ///
    /// # Errors
    /// One sentence if there is no private directory or it cannot be written.
    pub fn publish(token: &Secret) -> Result<Self, ServerError> {
        Self::publish_in(&private_dir()?, token)
    }

    fn publish_in(dir: &Path, token: &Secret) -> Result<Self, ServerError> {
        let (path, draft) = (dir.join(NAME), dir.join(format!(".{NAME}-{}", std::process::id())));
        let write = || -> io::Result<File> {
            match std::fs::remove_file(&draft) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {} // a crashed server with our process number may have left it
            }
            let mut options = OpenOptions::new();
            options.write(true).create_new(true); // O_EXCL: follows no link, takes over nobody's file
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&draft)?;
            writeln!(file, "{}", token.reveal())?;
            #[cfg(unix)]
            file.try_lock().map_err(io::Error::from)?;
            std::fs::rename(&draft, &path)?;
            Ok(file)
        };
        let lock = write().map_err(failed("write", &path))?;
        Ok(Self { path, token: token.clone(), _lock: lock })
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        // A server that started later may have replaced the file: then it is not ours to remove.
        if std::fs::read_to_string(&self.path).is_ok_and(|text| self.token.matches(text.trim())) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The token of this user's running server.
///
/// # Errors
/// [`ServerError::NotRunning`] when there is none, or one sentence if the file cannot be read.
pub fn read() -> Result<String, ServerError> {
    read_in(&private_dir()?)
}

fn read_in(dir: &Path) -> Result<String, ServerError> {
    let path = dir.join(NAME);
    let open = File::open(&path);
    if open.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::NotFound) {
        return Err(ServerError::NotRunning(path));
    }
    let file = open.map_err(failed("read", &path))?;
    if cfg!(unix) && !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return Err(ServerError::NotRunning(path)); // left behind by a server that was killed
    }
    let text = io::read_to_string(file).map_err(failed("read", &path))?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_private_readable_while_its_server_runs_and_gone_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let token = Secret::random().unwrap();
        assert!(matches!(read_in(dir.path()), Err(ServerError::NotRunning(_))));
        let file = TokenFile::publish_in(dir.path(), &token).unwrap();
        assert_eq!(read_in(dir.path()).unwrap(), token.reveal());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        drop(file);
        assert!(matches!(read_in(dir.path()), Err(ServerError::NotRunning(_))));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_last_server_owns_the_file_and_the_first_does_not_remove_it() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (Secret::random().unwrap(), Secret::random().unwrap());
        let first_file = TokenFile::publish_in(dir.path(), &first).unwrap();
        let _second_file = TokenFile::publish_in(dir.path(), &second).unwrap();
        drop(first_file);
        assert_eq!(read_in(dir.path()).unwrap(), second.reveal());
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_replaced_and_its_target_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, dir.path().join(NAME)).unwrap();
        let draft = dir.path().join(format!(".{NAME}-{}", std::process::id()));
        std::os::unix::fs::symlink(&victim, draft).unwrap();
        let token = Secret::random().unwrap();
        let _file = TokenFile::publish_in(dir.path(), &token).unwrap();
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(read_in(dir.path()).unwrap(), token.reveal());
    }

    #[cfg(unix)]
    #[test]
    fn a_token_left_by_a_killed_server_is_not_taken_for_a_running_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NAME), "0".repeat(64)).unwrap();
        assert!(matches!(read_in(dir.path()), Err(ServerError::NotRunning(_))));
    }
}
