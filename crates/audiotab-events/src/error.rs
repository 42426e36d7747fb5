//! What can go wrong with the bus itself.

use std::io;

/// Why the bus refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// A pattern is too long to be meant well.
    #[error("A pattern may have at most {most} characters.")]
    GlobTooLong {
        /// The limit.
        most: usize,
    },
    /// A list of patterns is too long.
    #[error("A list may hold at most {most} patterns.")]
    TooManyGlobs {
        /// The limit.
        most: usize,
    },
    /// The name of a subscription is taken; it goes on as it was.
    #[error("There is already a subscription named {0:?}.")]
    NameTaken(String),
    /// The system gave no thread.
    #[error("No thread for the bus: {0}")]
    Thread(#[from] io::Error),
}
