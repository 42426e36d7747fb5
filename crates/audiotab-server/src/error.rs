//! Everything that keeps the server from starting. Each message is one sentence naming the thing and the fix.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Another program listens there. Retrying helps once it stopped.
    #[error(
        "Port {} is in use on {}; stop the program that listens there, or choose another port with --port \
         (0 picks a free one).",
        .0.port(),
        .0.ip()
    )]
    PortInUse(SocketAddr),
    /// The address cannot be listened on at all.
    #[error(
        "Cannot listen on {address}: {source}; choose an address of this machine with --bind and a port with --port."
    )]
    Listen {
        /// Where it was tried.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// `--no-auth` with an address other machines can reach.
    #[error(
        "--no-auth is refused with --bind {0}: without the token every machine on the network could listen to this \
         one; leave out --no-auth, or bind to 127.0.0.1."
    )]
    OpenToTheNetwork(IpAddr),
    /// An environment variable holds a bad value.
    #[error("{name} is {value:?}, but must be {expected}; correct it or unset it.")]
    Environment {
        /// Name of the variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: String,
    },
    /// The token file cannot be written or read.
    #[error("Cannot {action} the access token at {}: {source}.", path.display())]
    TokenFile {
        /// What was tried.
        action: &'static str,
        /// The file or its directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The directory for the token is somebody else's, or there is none.
    #[error("There is no private place for the access token: {0}")]
    NoPrivateDirectory(String),
    /// Another server of this user has the private socket.
    #[cfg(unix)]
    #[error("Another AudioTab of yours serves local programs at {}; they reach that one.", .0.display())]
    LocalSocketInUse(PathBuf),
    /// The private socket cannot be made.
    #[cfg(unix)]
    #[error(
        "Local programs cannot be served at {}: {source}; they can use the port with the access token.",
        path.display()
    )]
    LocalSocket {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No server of this user has left a token.
    #[error("No AudioTab server is running (no token at {}); start one with: audiotab serve", .0.display())]
    NotRunning(PathBuf),
    /// The system gives no random numbers.
    #[error("The system's random number source failed ({0}), so no access token can be made.")]
    NoRandomness(String),
}
