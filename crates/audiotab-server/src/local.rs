//! The private socket: programs of this user send and read events over `audiotab/events.sock` in the user's runtime
//! directory. They need no token, because the kernel says who they are.
//!
//! The directory is private (0700) and the socket too (0600); a peer of another user is refused all the same, since
//! root goes through any mode and a descriptor may be handed on. A file that a killed server left is replaced, one at
//! which somebody answers is not.

use crate::error::ServerError;
use crate::token_file::private_dir;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

const NAME: &str = "events.sock";

/// A process of this user, as the kernel names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its user.
    pub uid: u32,
    /// Its number, where the system tells it.
    pub pid: Option<i32>,
}

/// The socket; dropping it removes the file.
#[derive(Debug)]
pub struct LocalSocket {
    listener: UnixListener,
    file: SocketFile,
}

#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    /// Device and inode: a server that started later may have put its own there.
    identity: (u64, u64),
}

impl LocalSocket {
    /// Listens in the user's private directory.
    ///
    /// # Errors
    /// One sentence when another server listens there, or the socket cannot be made.
    pub async fn open() -> Result<Self, ServerError> {
        Self::open_in(&private_dir()?).await
    }

    /// The same in `dir`, which must be this user's alone.
    ///
    /// # Errors
    /// As [`LocalSocket::open`].
    pub async fn open_in(dir: &Path) -> Result<Self, ServerError> {
        let path = dir.join(NAME);
        let failed = |source| ServerError::LocalSocket { path: path.clone(), source };
        // Of two servers that start together, the second looks when the first listens.
        let _turn = turn(dir).map_err(failed)?;
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_socket() && is_answered(&path).await => {
                return Err(ServerError::LocalSocketInUse(path));
            }
            Ok(_) => fs::remove_file(&path).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let listener = UnixListener::bind(&path).map_err(failed)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        let identity = identity(&path).map_err(failed)?;
        Ok(Self { listener, file: SocketFile { path, identity } })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// The next connection, and whose it is: None for a process of another user.
    ///
    /// # Errors
    /// What the system said.
    pub async fn accept(&self) -> io::Result<(UnixStream, Option<Peer>)> {
        let (stream, _) = self.listener.accept().await?;
        let found = stream.peer_cred()?;
        let ours = found.uid() == rustix::process::geteuid().as_raw();
        Ok((stream, ours.then_some(Peer { uid: found.uid(), pid: found.pid() })))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _turn = self.path.parent().map(turn);
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            // If it cannot be removed, the next server finds that nobody answers there.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Held while the file is looked at and replaced.
fn turn(dir: &Path) -> io::Result<File> {
    let dir = File::open(dir)?;
    dir.lock()?;
    Ok(dir)
}

/// False when nobody listens there any more. A server whose queue is full answers, only later.
async fn is_answered(path: &Path) -> bool {
    let tried = UnixStream::connect(path).await;
    !tried.is_err_and(|error| {
        matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
    })
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_private_and_gone_with_its_server() {
        let dir = tempfile::tempdir().unwrap();
        let socket = LocalSocket::open_in(dir.path()).await.unwrap();
        assert_eq!(fs::metadata(socket.path()).unwrap().mode() & 0o777, 0o600);
        drop(socket);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn what_a_killed_server_left_is_replaced_and_a_living_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        // A listener that is dropped leaves its file behind, as a killed process does.
        drop(UnixListener::bind(dir.path().join(NAME)).unwrap());
        let first = LocalSocket::open_in(dir.path()).await.unwrap();
        let second = LocalSocket::open_in(dir.path()).await;
        assert!(matches!(second, Err(ServerError::LocalSocketInUse(_))), "{second:?}");
        assert!(is_answered(first.path()).await, "the first goes on");
    }

    #[test]
    fn of_many_that_start_together_one_listens() {
        use std::os::unix::net::{UnixListener, UnixStream};

        let dir = tempfile::tempdir().unwrap();
        for _ in 0..50 {
            drop(UnixListener::bind(dir.path().join(NAME)).unwrap());
            let all: Vec<_> = (0..4)
                .map(|_| {
                    let dir = dir.path().to_owned();
                    std::thread::spawn(move || {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
                        let runtime = runtime.unwrap();
                        let socket = runtime.block_on(LocalSocket::open_in(&dir));
                        (runtime, socket)
                    })
                })
                .collect();
            let all: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
            let listening: Vec<_> = all.iter().filter_map(|(_, socket)| socket.as_ref().ok()).collect();
            assert_eq!(listening.len(), 1);
            assert!(UnixStream::connect(listening[0].path()).is_ok(), "and is the one at the path");
        }
    }

    #[tokio::test]
    async fn a_server_removes_its_own_file_only() {
        let dir = tempfile::tempdir().unwrap();
        let first = LocalSocket::open_in(dir.path()).await.unwrap();
        fs::rename(first.path(), dir.path().join("moved")).unwrap();
        let second = LocalSocket::open_in(dir.path()).await.unwrap();
        drop(first);
        assert!(is_answered(second.path()).await);
    }

    #[tokio::test]
    async fn a_planted_link_is_replaced_and_its_target_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, dir.path().join(NAME)).unwrap();
        let socket = LocalSocket::open_in(dir.path()).await.unwrap();
        assert!(is_answered(socket.path()).await);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_ne!(fs::metadata(&victim).unwrap().mode() & 0o777, 0o600, "its mode neither");
    }
}
