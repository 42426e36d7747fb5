//! The app's end: answers every web process of this user with the ring that runs now.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::io::Errno;

use super::{BUILD, GRANTED, REFUSED, socket};
use crate::error::RingError;
use crate::reader::RingReader;

/// Offers a ring until it is dropped.
#[derive(Debug)]
pub struct RingOffer {
    path: PathBuf,
    listener: Arc<OwnedFd>,
}

impl RingOffer {
    /// Offers what `current` returns at [`super::socket_path`] of this process, from a thread of its own.
    ///
    /// # Errors
    /// One sentence if the socket cannot be made.
    pub fn open(current: impl Fn() -> Option<RingReader> + Send + 'static) -> Result<Self, RingError> {
        Self::open_in(&crate::private_dir()?, current)
    }

    /// As [`RingOffer::open`], in `dir`, which must be this user's alone. Sockets of programs that are gone are removed.
    ///
    /// # Errors
    /// As [`RingOffer::open`].
    pub fn open_in(
        dir: &Path,
        current: impl Fn() -> Option<RingReader> + Send + 'static,
    ) -> Result<Self, RingError> {
        sweep(dir);
        let path = dir.join(socket::name(std::process::id()));
        let listener = Arc::new(socket::listen(&path)?);
        let served = Arc::clone(&listener);
        std::thread::Builder::new()
            .name("ring-offer".to_owned())
            .spawn(move || serve(&served, current))
            .map_err(|source| RingError::io(&path, "offer the ring there", source))?;
        Ok(Self { path, listener })
    }

    /// Where the ring is offered.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RingOffer {
    fn drop(&mut self) {
        // Wakes the thread, which ends. Whoever has a mapping keeps it.
        let _ = rustix::net::shutdown(&*self.listener, rustix::net::Shutdown::Both);
        let _ = std::fs::remove_file(&self.path);
    }
}

fn serve(listener: &OwnedFd, current: impl Fn() -> Option<RingReader>) {
    loop {
        match socket::accept(listener) {
            // A peer that goes away in the middle is its own loss.
            Ok(peer) => drop(answer(&peer, &current)),
            // Shut down by the drop of the offer.
            Err(Errno::INVAL | Errno::BADF) => return,
            // Out of files, or a peer already gone: the next one may be luckier, but not in a hot loop.
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    }
}

fn answer(peer: &OwnedFd, current: &impl Fn() -> Option<RingReader>) -> Result<(), Errno> {
    let (build, _) = socket::receive(peer)?;
    match grant(&build, current) {
        Ok(file) => socket::send(peer, &[GRANTED], Some(file.as_fd())),
        Err(sentence) => socket::send(peer, &[&[REFUSED], sentence.as_bytes()].concat(), None),
    }
}

fn grant(build: &[u8], current: &impl Fn() -> Option<RingReader>) -> Result<OwnedFd, String> {
    if build != BUILD.as_bytes() {
        return Err(format!("this part belongs to another build than {BUILD}"));
    }
    let reader = current().ok_or("nothing is being captured")?;
    reader.sealed_file().ok_or_else(|| "this ring's file could be cut under its readers".to_owned())
}

/// Removes the sockets of programs that were killed.
fn sweep(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(socket::pid_of) else { continue };
        if !Path::new("/proc").join(pid.to_string()).exists() {
            // If it cannot be removed, it harms nobody.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
