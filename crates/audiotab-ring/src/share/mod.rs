//! Handing the ring of one process to another one of the same program, as an open file over a private socket.
//!
//! The window's app offers its ring ([`RingOffer`]); the extension in its web process fetches it ([`RingMapping`]).
//! No path of a ring is ever named: whoever asks gets the ring that runs now, or one sentence why not.
//!
//! ```text
//!   web process                              app
//!   connect  <private dir>/window-<app pid>  ── both look at the other's user, the web process also at the process
//!   [BUILD]                                ─►   refused unless it is the same text as here
//!                                          ◄─   [GRANTED] and a read-only, sealed file, or a sentence and no file
//! ```
//!
//! One packet each way (`SOCK_SEQPACKET`), so neither end ever waits for the rest of a message.
//!
//! Invariant: what is mapped is sealed against shrinking, so that no truncation is a SIGBUS in a web process.

mod mapping;
mod offer;
mod socket;

pub use mapping::RingMapping;
pub use offer::RingOffer;

use std::path::PathBuf;

use crate::error::RingError;

/// Environment variable that tells a web process where its app offers the ring.
pub const SOCKET_VARIABLE: &str = "AUDIOTAB_WINDOW_SOCKET";

/// What both ends must have in common: the release, and the number of this handshake.
const BUILD: &str = concat!("audiotab ", env!("CARGO_PKG_VERSION"), " handshake 1");
/// Longest packet of either end.
const PACKET_BYTES: usize = 512;
/// First byte of an answer that brings a file.
const GRANTED: u8 = b'+';
/// First byte of an answer that brings a sentence.
const REFUSED: u8 = b'-';

/// Where the app with this process id offers its ring.
///
/// # Errors
/// One sentence if there is no private directory.
pub fn socket_path(app_pid: u32) -> Result<PathBuf, RingError> {
    Ok(crate::private_dir()?.join(socket::name(app_pid)))
}

fn not_shared(reason: impl Into<String>) -> RingError {
    RingError::NotShared { reason: reason.into() }
}
