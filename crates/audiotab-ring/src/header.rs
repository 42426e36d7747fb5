//! The first 128 bytes of a ring as a value.

use std::ops::Range;

use crate::error::RingError;
use crate::layout::{self, HEADER_USED_BYTES, MAGIC, VERSION, offset};
use crate::spec::RingSpec;

/// Whether the stream of a ring goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamState {
    /// The writer does not say.
    Unknown,
    /// A writer is at work, or died without saying so: see the heartbeat.
    Running,
    /// The stream ended; no frame will follow.
    Ended,
}

impl StreamState {
    pub(crate) fn from_code(code: u64) -> Self {
        match code {
            1 => Self::Running,
            2 => Self::Ended,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn code(self) -> u64 {
        match self {
            Self::Unknown => 0,
            Self::Running => 1,
            Self::Ended => 2,
        }
    }
}

/// A snapshot of a ring's header. The writer may have moved on since it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The shape, constant for the life of the ring.
    pub spec: RingSpec,
    /// Layout version.
    pub version: u64,
    /// Whole blocks published (S).
    pub write_sequence: u64,
    /// S + 1 while block S is being written, S otherwise; 0 if the writer makes no claims.
    pub claim_sequence: u64,
    /// Unix time of frame 0 in ns, 0 = unknown.
    pub start_time_unix_ns: u64,
    /// Random number of the stream, constant for the life of the ring.
    pub stream_id: u64,
    /// Frames lost so far; their places hold NaN.
    pub lost_frames: u64,
    /// Whether the stream goes on.
    pub state: StreamState,
    /// Monotonic clock of the writer's machine at the last write, in ns.
    pub heartbeat_ns: u64,
    /// Exact length of the stream in frames once it has ended, 0 before.
    pub end_frame: u64,
}

impl Header {
    /// Bytes that [`Header::parse`] reads and [`Header::encode`] writes.
    pub const ENCODED_LEN: usize = HEADER_USED_BYTES;

    /// The header of a ring nothing has been written to yet.
    pub(crate) fn fresh(spec: RingSpec, stream_id: u64) -> Self {
        Self {
            spec,
            version: VERSION,
            write_sequence: 0,
            claim_sequence: 0,
            start_time_unix_ns: 0,
            stream_id,
            lost_frames: 0,
            state: StreamState::Running,
            heartbeat_ns: 0,
            end_frame: 0,
        }
    }

    /// Reads and checks the first [`Header::ENCODED_LEN`] of `bytes`; what follows is not looked at.
    ///
    /// # Errors
    /// One sentence if the bytes are too few, not a ring, of another version, or break a limit.
    pub fn parse(bytes: &[u8]) -> Result<Self, RingError> {
        let Some(bytes) = bytes.first_chunk::<HEADER_USED_BYTES>() else {
            let (needed_bytes, found_bytes) = (HEADER_USED_BYTES as u64, bytes.len() as u64);
            let begun = bytes.len().min(MAGIC.len());
            if bytes[..begun] != MAGIC[..begun] {
                return Err(RingError::NotARing);
            }
            return Err(RingError::TooShort { needed_bytes, found_bytes });
        };
        if bytes[offset::MAGIC..offset::MAGIC + MAGIC.len()] != MAGIC {
            return Err(RingError::NotARing);
        }
        let field = |at| layout::field(bytes, at);
        let version = field(offset::VERSION);
        if version != VERSION {
            return Err(RingError::Version { version });
        }
        let spec = RingSpec::from_fields(
            field(offset::SAMPLE_RATE_HZ),
            field(offset::CHANNELS),
            field(offset::CAPACITY_FRAMES),
            field(offset::SAMPLES_PER_WRITE),
        )?;
        let header = Self {
            spec,
            version,
            write_sequence: field(offset::WRITE_SEQUENCE),
            claim_sequence: field(offset::CLAIM_SEQUENCE),
            start_time_unix_ns: field(offset::START_TIME_UNIX_NS),
            stream_id: field(offset::STREAM_ID),
            lost_frames: field(offset::LOST_FRAMES),
            state: StreamState::from_code(field(offset::STATE)),
            heartbeat_ns: field(offset::HEARTBEAT_NS),
            end_frame: field(offset::END_FRAME),
        };
        let sequence = header.write_sequence.max(header.claim_sequence);
        // Two blocks of room, so that no rule about "the block after this one" can overflow.
        if sequence > u64::MAX / spec.block_frames() - 2 {
            return Err(RingError::Sequence { sequence });
        }
        Ok(header)
    }

    /// The header's bytes, [`Header::parse`]'s inverse.
    pub fn encode(&self) -> [u8; HEADER_USED_BYTES] {
        let mut bytes = [0; HEADER_USED_BYTES];
        bytes[offset::MAGIC..offset::MAGIC + MAGIC.len()].copy_from_slice(&MAGIC);
        let mut set = |at, value| layout::set_field(&mut bytes, at, value);
        set(offset::VERSION, self.version);
        set(offset::SAMPLE_RATE_HZ, self.spec.sample_rate_hz);
        set(offset::CHANNELS, u64::from(self.spec.channels));
        set(offset::CAPACITY_FRAMES, self.spec.capacity_frames);
        set(offset::WRITE_SEQUENCE, self.write_sequence);
        set(offset::SAMPLES_PER_WRITE, self.spec.block_frames());
        set(offset::CLAIM_SEQUENCE, self.claim_sequence);
        set(offset::START_TIME_UNIX_NS, self.start_time_unix_ns);
        set(offset::STREAM_ID, self.stream_id);
        set(offset::LOST_FRAMES, self.lost_frames);
        set(offset::STATE, self.state.code());
        set(offset::HEARTBEAT_NS, self.heartbeat_ns);
        set(offset::END_FRAME, self.end_frame);
        bytes
    }

    /// The frames a reader may take now: `[max(0, (S+1)·B − C), S·B)`, ending earlier at the stream's end.
    ///
    /// The oldest block is left out because the next write may begin at any moment. Empty if the header
    /// contradicts itself.
    pub fn readable(&self) -> Range<u64> {
        let end = published_end(&self.spec, self.write_sequence, self.end_frame);
        let start = self.spec.first_kept(self.write_sequence.saturating_add(1));
        start.min(end)..end
    }
}

/// One past the newest frame that is sound and not the filling of the last block.
///
/// The end frame is published before the last block is, so it is obeyed as soon as it is set.
pub(crate) fn published_end(spec: &RingSpec, write_sequence: u64, end_frame: u64) -> u64 {
    let written = write_sequence.saturating_mul(spec.block_frames());
    if end_frame == 0 { written } else { written.min(end_frame) }
}
