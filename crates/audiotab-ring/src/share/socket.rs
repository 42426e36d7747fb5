//! The private socket: its name, its two ends, and who may be on the other one.
//!
//! Script engines stop their threads by signals, so every call that waits is made again when one interrupts it.

use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_peercred};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType, recvmsg, sendmsg,
};

use super::{PACKET_BYTES, not_shared};
use crate::error::RingError;

/// Neither end holds the other one up for longer.
const PATIENCE: Duration = Duration::from_secs(1);
const PREFIX: &str = "window-";

/// File name of the socket of an app.
pub(super) fn name(app_pid: u32) -> String {
    format!("{PREFIX}{app_pid}")
}

/// The app a socket of this name belongs to.
pub(super) fn pid_of(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

/// Listens at `path`, whose directory is private. What a crashed program left there is removed first.
pub(super) fn listen(path: &Path) -> Result<OwnedFd, RingError> {
    let io = |source: Errno| RingError::io(path, "offer the ring there", source);
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(io(error)),
    }
    let socket = fresh().map_err(io)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).map_err(io)?).map_err(io)?;
    rustix::fs::chmod(path, Mode::RUSR | Mode::WUSR).map_err(io)?;
    rustix::net::listen(&socket, 16).map_err(io)?;
    Ok(socket)
}

/// The next process of this user that connects.
pub(super) fn accept(listener: &OwnedFd) -> Result<OwnedFd, Errno> {
    let peer = retry_on_intr(|| rustix::net::accept_with(listener, SocketFlags::CLOEXEC))?;
    if socket_peercred(&peer)?.uid != rustix::process::geteuid() {
        return Err(Errno::ACCESS);
    }
    be_patient(&peer)?;
    Ok(peer)
}

/// Connects to the app whose socket `path` is, and to nobody else: the directory must be this user's alone, the
/// last part a socket and no link, and the process at the other end the one that the name says.
pub(super) fn connect(path: &Path) -> Result<OwnedFd, RingError> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Err(not_shared("the path of its socket is no path"));
    };
    let app_pid = pid_of(name).ok_or_else(|| not_shared("its socket has a foreign name"))?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let dir = rustix::fs::open(parent, flags, Mode::empty())
        .map_err(|_| not_shared("there is no private directory"))?;
    let found = rustix::fs::fstat(&dir).map_err(|_| not_shared("there is no private directory"))?;
    if found.st_uid != rustix::process::geteuid().as_raw() || found.st_mode & 0o077 != 0 {
        return Err(not_shared("others may enter the directory of its socket"));
    }
    let entry = rustix::fs::statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|_| not_shared("AudioTab does not offer it"))?;
    if FileType::from_raw_mode(entry.st_mode) != FileType::Socket {
        return Err(not_shared("something else stands at the place of its socket"));
    }
    // Through the directory that was looked at, whatever stands at its path by now.
    let through = format!("/proc/self/fd/{}/{name}", dir.as_raw_fd());
    let call = || {
        let socket = fresh()?;
        be_patient(&socket)?;
        let address = SocketAddrUnix::new(through)?;
        retry_on_intr(|| rustix::net::connect(&socket, &address))?;
        let peer = socket_peercred(&socket)?;
        Ok::<_, Errno>((socket, peer))
    };
    let (socket, peer) = call().map_err(|error| not_shared(format!("AudioTab does not answer: {error}")))?;
    let is_app = u32::try_from(peer.pid.as_raw_nonzero().get()) == Ok(app_pid);
    if !is_app || peer.uid != rustix::process::geteuid() {
        return Err(not_shared("another program answers at its socket"));
    }
    Ok(socket)
}

fn fresh() -> Result<OwnedFd, Errno> {
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

fn be_patient(socket: &OwnedFd) -> Result<(), Errno> {
    set_socket_timeout(socket, Timeout::Recv, Some(PATIENCE))?;
    set_socket_timeout(socket, Timeout::Send, Some(PATIENCE))
}

/// Sends one packet, with a file if there is one.
pub(super) fn send(socket: &OwnedFd, bytes: &[u8], file: Option<BorrowedFd<'_>>) -> Result<(), Errno> {
    let files: Vec<_> = file.into_iter().collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(&files));
    }
    let packet = &bytes[..bytes.len().min(PACKET_BYTES)];
    let parts = [IoSlice::new(packet)];
    retry_on_intr(|| sendmsg(socket, &parts, &mut ancillary, SendFlags::NOSIGNAL)).map(|_| ())
}

/// Receives one packet and the file that came with it.
pub(super) fn receive(socket: &OwnedFd) -> Result<(Vec<u8>, Option<OwnedFd>), Errno> {
    let mut packet = vec![0; PACKET_BYTES];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = {
        let mut parts = [std::io::IoSliceMut::new(&mut packet)];
        retry_on_intr(|| recvmsg(socket, &mut parts, &mut ancillary, RecvFlags::CMSG_CLOEXEC))?
    };
    packet.truncate(received.bytes);
    let file = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    Ok((packet, file))
}
