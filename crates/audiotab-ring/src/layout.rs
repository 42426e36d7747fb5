//! The byte layout of a ring, version 1. No other file knows an offset.
//!
//! All numbers are little-endian; every field is 8 bytes and 8-byte aligned, so each can be one atomic.
//!
//! ```text
//!      0 ┌──────────────────────────────┐
//!        │ magic "AUDITAB!"             │  8 characters in file order
//!      8 │ version                      │  1
//!     16 │ sample rate                  │  Hz
//!     24 │ channels                     │
//!     32 │ capacity C                   │  frames per channel
//!     40 │ write sequence S      atomic │  whole blocks published
//!     48 │ samples per write B          │  frames per block
//!     56 │ claim sequence        atomic │  S + 1 while block S is being written, else S; 0: the writer has none
//!     64 │ start time            atomic │  Unix ns of frame 0, 0 = unknown
//!     72 │ stream id                    │  random, new for every stream
//!     80 │ lost frames           atomic │  so far
//!     88 │ state                 atomic │  0 unknown, 1 running, 2 ended cleanly
//!     96 │ heartbeat             atomic │  monotonic ns of the last write
//!    104 │ end frame             atomic │  exact length of the stream once it has ended, 0 before
//!    112 │ reserved, zero               │
//!   4096 ├──────────────────────────────┤
//!        │ channel 0: C samples         │  f64, frame n at index n mod C
//!        ├──────────────────────────────┤  4096 + C · 8
//!        │ channel 1: C samples         │
//!        │ …                            │
//!        └──────────────────────────────┘  4096 + channels · C · 8
//! ```

/// The first eight bytes of every ring, in file order.
pub const MAGIC: [u8; 8] = *b"AUDITAB!";
/// The layout version this crate writes, and the only one it reads.
pub const VERSION: u64 = 1;
/// Bytes before the first sample of channel 0.
pub const HEADER_LEN_BYTES: usize = 4096;
/// Leading header bytes that hold fields today; the rest is reserved.
pub const HEADER_USED_BYTES: usize = 128;
/// Bytes of one sample and of one header field.
pub const WORD_LEN_BYTES: usize = 8;

/// Where each header field begins, in bytes from the start of the ring.
pub mod offset {
    /// [`super::MAGIC`].
    pub const MAGIC: usize = 0;
    /// [`super::VERSION`].
    pub const VERSION: usize = 8;
    /// Sample rate in Hz.
    pub const SAMPLE_RATE_HZ: usize = 16;
    /// Number of channels.
    pub const CHANNELS: usize = 24;
    /// Capacity in frames per channel.
    pub const CAPACITY_FRAMES: usize = 32;
    /// Whole blocks published.
    pub const WRITE_SEQUENCE: usize = 40;
    /// Frames per block.
    pub const SAMPLES_PER_WRITE: usize = 48;
    /// Block being written plus one, or the write sequence.
    pub const CLAIM_SEQUENCE: usize = 56;
    /// Unix time of frame 0 in ns.
    pub const START_TIME_UNIX_NS: usize = 64;
    /// Random number of the stream.
    pub const STREAM_ID: usize = 72;
    /// Lost frames so far.
    pub const LOST_FRAMES: usize = 80;
    /// Stream state.
    pub const STATE: usize = 88;
    /// Monotonic time of the last write in ns.
    pub const HEARTBEAT_NS: usize = 96;
    /// Exact length of an ended stream in frames.
    pub const END_FRAME: usize = 104;
}

/// Index of a header field among the ring's 8-byte words.
pub(crate) const fn word_of(offset_bytes: usize) -> usize {
    offset_bytes / WORD_LEN_BYTES
}

/// Index of the first sample among the ring's 8-byte words.
pub(crate) const FIRST_SAMPLE_WORD: usize = word_of(HEADER_LEN_BYTES);

/// Reads the header field at `offset_bytes`.
pub(crate) fn field(bytes: &[u8; HEADER_USED_BYTES], offset_bytes: usize) -> u64 {
    let mut word = [0; WORD_LEN_BYTES];
    word.copy_from_slice(&bytes[offset_bytes..offset_bytes + WORD_LEN_BYTES]);
    u64::from_le_bytes(word)
}

/// Writes the header field at `offset_bytes`.
pub(crate) fn set_field(bytes: &mut [u8; HEADER_USED_BYTES], offset_bytes: usize, value: u64) {
    bytes[offset_bytes..offset_bytes + WORD_LEN_BYTES].copy_from_slice(&value.to_le_bytes());
}
