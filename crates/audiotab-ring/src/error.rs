//! What can go wrong with a ring, each as one sentence.

use std::path::PathBuf;

/// Why a ring could not be made, opened or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// The channel count is out of range.
    #[error("a ring holds 1 to 256 channels, not {channels}; pick a subset of the channels")]
    Channels {
        /// What was asked for or found.
        channels: u64,
    },
    /// The sample rate is out of range.
    #[error("a ring takes 1 kHz to 1 MHz, not {sample_rate_hz} Hz; pick another sample rate")]
    SampleRate {
        /// What was asked for or found.
        sample_rate_hz: u64,
    },
    /// The history is too short or too long.
    #[error("a ring holds 1 to 600 seconds, not {history_s}; pick another history length")]
    History {
        /// What was asked for or found, in seconds.
        history_s: f64,
    },
    /// The block length is out of range.
    #[error(
        "a ring is written in blocks of 64 to 8192 frames, not {samples_per_write}; pick another block length"
    )]
    Block {
        /// What was asked for or found.
        samples_per_write: u64,
    },
    /// Fewer than two blocks fit.
    #[error(
        "blocks of {samples_per_write} frames do not fit twice into {capacity_frames} frames; \
         use a shorter block or a longer history"
    )]
    BlockTooLong {
        /// Frames per block.
        samples_per_write: u64,
        /// Frames per channel.
        capacity_frames: u64,
    },
    /// The bytes do not begin with the magic.
    #[error("this is not an AudioTab ring: it does not begin with AUDITAB!; give the path of a ring")]
    NotARing,
    /// The layout version is not ours.
    #[error(
        "the ring has layout version {version}, and this program reads version 1; use a matching AudioTab"
    )]
    Version {
        /// What was found.
        version: u64,
    },
    /// Fewer bytes than a header or a packet needs.
    #[error("{found_bytes} bytes are too few: {needed_bytes} are needed; the data was cut off")]
    TooShort {
        /// Bytes there should be.
        needed_bytes: u64,
        /// Bytes there are.
        found_bytes: u64,
    },
    /// The file's size is not the one its header describes.
    #[error(
        "the ring is {found_bytes} bytes long, but its header describes {needed_bytes}; \
         it was cut off, is unfinished or damaged"
    )]
    Size {
        /// Bytes the header describes.
        needed_bytes: u64,
        /// Bytes there are.
        found_bytes: u64,
    },
    /// The sequence counters cannot be true.
    #[error(
        "the ring says it has written {sequence} blocks, more than any stream can have; its header is damaged"
    )]
    Sequence {
        /// The larger of write and claim sequence.
        sequence: u64,
    },
    /// A channel index beyond the ring's last channel.
    #[error("there is no channel {channel}: the ring has channels 0 to {}", .channels.saturating_sub(1))]
    NoSuchChannel {
        /// What was asked for.
        channel: u32,
        /// How many channels there are.
        channels: u32,
    },
    /// Frames could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A packet request could not be understood.
    #[error("packet request: {reason}; it reads stream=<16 hex>&start=<frame>&frames=<count>&channels=0,1,2")]
    Request {
        /// What is wrong with it.
        reason: String,
    },
    /// A packet contradicts itself.
    #[error("the packet is damaged: {reason}; ask for it again")]
    Packet {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Main memory ran out.
    #[error(
        "the ring needs {needed_bytes} bytes of memory, which this system does not have free; \
         pick fewer channels or a shorter history"
    )]
    NoMemory {
        /// Bytes needed.
        needed_bytes: u64,
    },
    /// The file system is too full.
    #[error(
        "{}: the ring needs {needed_bytes} bytes, but only {free_bytes} are free there; \
         pick fewer channels, a shorter history or another place", .path.display()
    )]
    NoSpace {
        /// Directory or file.
        path: PathBuf,
        /// Bytes needed.
        needed_bytes: u64,
        /// Bytes free.
        free_bytes: u64,
    },
    /// The path names something that must not be replaced.
    #[error("{}: {reason}, so it is left alone; pick another path or remove it yourself", .path.display())]
    Refused {
        /// The path.
        path: PathBuf,
        /// What it is.
        reason: &'static str,
    },
    /// The path names a ring that is being written.
    #[error("{}: another program is writing this ring; stop it or pick another path", .path.display())]
    InUse {
        /// The path.
        path: PathBuf,
    },
    /// The directory cannot be trusted with sound.
    #[error("{}: {reason}; remove it or set XDG_RUNTIME_DIR to a directory of yours", .path.display())]
    NotPrivate {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The instance name cannot be part of a file name.
    #[error("the instance name {instance:?} is not 1 to 64 of A-Z, a-z, 0-9, _ and -; pick another")]
    Instance {
        /// What was asked for.
        instance: String,
    },
    /// A file of this path could not be used as a ring.
    #[error("{}: {source}", .path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// What is wrong.
        source: Box<RingError>,
    },
    /// The operating system refused.
    #[error("{}: cannot {action}: {source}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What was tried, as a verb with its object.
        action: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The ring of another process could not be had.
    #[error("the ring cannot be shared: {reason}")]
    NotShared {
        /// Why, without a full stop.
        reason: String,
    },
    /// The operating system gave no random number for the stream id.
    #[error("the operating system gave no random number for the stream id; try again")]
    NoRandom,
}

impl RingError {
    #[cfg(all(not(target_arch = "wasm32"), not(loom)))]
    pub(crate) fn io(
        path: &std::path::Path,
        action: &'static str,
        source: impl Into<std::io::Error>,
    ) -> Self {
        Self::Io { path: path.to_owned(), action, source: source.into() }
    }

    #[cfg(all(not(target_arch = "wasm32"), not(loom)))]
    pub(crate) fn in_file(self, path: &std::path::Path) -> Self {
        match self {
            // These name their path already.
            Self::Io { .. } | Self::File { .. } | Self::Refused { .. } | Self::NoSpace { .. } => self,
            other => Self::File { path: path.to_owned(), source: Box::new(other) },
        }
    }
}

/// Why frames could not be copied out of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The writer has taken the place of the oldest frames asked for.
    #[error("these frames were overwritten; the oldest frame still there is {first_frame}")]
    Overwritten {
        /// Oldest frame that could be read a moment ago.
        first_frame: u64,
    },
    /// The newest frames asked for do not exist yet, or never will if the stream has ended.
    #[error("these frames are not written yet; the stream reaches up to frame {end_frame}")]
    NotYetWritten {
        /// One past the newest frame that could be read a moment ago.
        end_frame: u64,
    },
    /// The channel index is beyond the last channel.
    #[error("the ring has no such channel")]
    NoSuchChannel,
    /// The file is no longer as long as its header says: somebody cut it.
    #[error("the ring was cut off while it was read; open it again")]
    CutOff,
}
