//! The stream packet: a ring's header and some frames of some channels, for viewers that cannot map the ring.
//!
//! Little-endian, every field 8-byte aligned:
//!
//! ```text
//!    0  ring header, 128 bytes
//!  128  start frame
//!  136  n, frames per channel
//!  144  m, channels
//!  152  reserved, 0
//!  160  m channel indices
//!  160 + 8·m  m × n samples, planar, in that order
//! ```

use crate::error::{ReadError, RingError};
use crate::header::Header;
use crate::reader::RingReader;

/// Most frames of one channel in one packet.
pub const MAX_FRAMES: u64 = 65_536;
/// Most bytes in one packet.
pub const MAX_PACKET_BYTES: u64 = 8 * 1024 * 1024;

const MAX_CHANNELS: usize = 256;
const START_FRAME_AT: usize = Header::ENCODED_LEN;
const FRAMES_AT: usize = START_FRAME_AT + 8;
const CHANNEL_COUNT_AT: usize = FRAMES_AT + 8;
const CHANNELS_AT: usize = CHANNEL_COUNT_AT + 16;
/// No packet has more bytes before its samples.
pub const LONGEST_HEAD_BYTES: usize = CHANNELS_AT + 8 * MAX_CHANNELS;

/// What a viewer asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PacketRequest {
    /// The stream it believes in; another stream's ring answers with its header alone.
    pub stream_id: Option<u64>,
    /// First frame.
    pub start_frame: u64,
    /// Frames per channel; the answer may hold fewer.
    pub frames: u64,
    /// Channel indices, in the order of the answer.
    pub channels: Vec<u32>,
}

impl PacketRequest {
    /// Reads `stream=<16 hex>&start=<frame>&frames=<count>&channels=0,3,7`, with or without a leading `?`.
    ///
    /// Without start, frames or channels the answer is the header alone.
    ///
    /// # Errors
    /// One sentence naming the part that cannot be read.
    pub fn parse_query(query: &str) -> Result<Self, RingError> {
        let mut request = Self::default();
        let mut has_start = false;
        let query = query.strip_prefix('?').unwrap_or(query);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "stream" => request.stream_id = Some(hex(value).ok_or_else(|| bad(key, value))?),
                "start" => {
                    has_start = true;
                    request.start_frame = decimal(value).ok_or_else(|| bad(key, value))?;
                }
                "frames" => request.frames = decimal(value).ok_or_else(|| bad(key, value))?,
                "channels" => request.channels = channel_list(value).ok_or_else(|| bad(key, value))?,
                _ => return Err(bad(key, value)),
            }
        }
        if !has_start {
            request.frames = 0;
        }
        Ok(request)
    }
}

fn bad(key: &str, value: &str) -> RingError {
    // Cut, because the request may be hostile and the sentence is shown.
    let short = |text: &str| text.chars().take(40).collect::<String>();
    RingError::Request { reason: format!("cannot read {:?}", format!("{}={}", short(key), short(value))) }
}

/// Digits only: the standard parser would take a plus sign too.
fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn hex(text: &str) -> Option<u64> {
    (text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u64::from_str_radix(text, 16).ok())?
}

/// A browser's form encoding turns the commas into %2C.
fn channel_list(text: &str) -> Option<Vec<u32>> {
    let text = text.replace("%2C", ",").replace("%2c", ",");
    let items = || text.split(',').filter(|_| !text.is_empty());
    if items().count() > MAX_CHANNELS {
        return None;
    }
    items().map(|item| decimal(item).and_then(|channel| u32::try_from(channel).ok())).collect()
}

/// Fills `out` with the answer to `request`, clamped to what can be read and to the packet limits.
///
/// Frames that were overwritten are left out: the answer then starts later than asked, and the difference is the
/// gap. Another stream's id, or a request without frames or channels, is answered with the header alone. `out` is
/// cleared first and its capacity kept.
///
/// # Errors
/// One sentence if a channel does not exist or the ring was cut off.
pub fn write_packet(
    reader: &RingReader,
    request: &PacketRequest,
    out: &mut Vec<u8>,
) -> Result<(), RingError> {
    out.clear();
    let header = reader.header();
    let channels = header.spec.channels;
    // First of all: the channels of another stream need not exist in this one, and its header says what does.
    let other_stream = request.stream_id.is_some_and(|id| id != header.stream_id);
    if !other_stream {
        if let Some(&channel) = request.channels.iter().find(|&&channel| channel >= channels) {
            return Err(RingError::NoSuchChannel { channel, channels });
        }
        if request.channels.len() > MAX_CHANNELS {
            return Err(RingError::Request { reason: format!("more than {MAX_CHANNELS} channels") });
        }
    }
    if other_stream || request.frames == 0 || request.channels.is_empty() {
        put_head(out, &header, request.start_frame, 0, &[]);
        return Ok(());
    }
    let count = request.channels.len() as u64;
    let fitting = (MAX_PACKET_BYTES - CHANNELS_AT as u64 - 8 * count) / (8 * count);
    let wanted = request.frames.min(MAX_FRAMES).min(fitting);

    let mut header = header;
    // Frames given up at the old end so that the writer cannot reach the copy again.
    let mut margin_frames = 0;
    for _ in 0..=crate::protocol::MAX_RETRIES {
        let readable = header.readable();
        let start = request.start_frame.max((readable.start + margin_frames).min(readable.end));
        let end = request.start_frame.saturating_add(wanted).min(readable.end).max(start);
        put_head(out, &header, start, end - start, &request.channels);
        match append_samples(reader, &request.channels, start, (end - start) as usize, out) {
            Ok(()) => return Ok(()),
            Err(ReadError::Overwritten { .. }) => {}
            Err(other) => return Err(other.into()),
        }
        header = reader.header();
        margin_frames = 2 * margin_frames + u64::from(header.spec.samples_per_write);
    }
    put_head(out, &header, header.readable().start.max(request.start_frame), 0, &request.channels);
    Ok(())
}

fn put_head(out: &mut Vec<u8>, header: &Header, start_frame: u64, frames: u64, channels: &[u32]) {
    out.clear();
    out.extend_from_slice(&header.encode());
    for field in [start_frame, frames, channels.len() as u64, 0] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for &channel in channels {
        out.extend_from_slice(&u64::from(channel).to_le_bytes());
    }
}

fn append_samples(
    reader: &RingReader,
    channels: &[u32],
    start: u64,
    frames: usize,
    out: &mut Vec<u8>,
) -> Result<(), ReadError> {
    if frames == 0 {
        return Ok(());
    }
    let data_at = out.len();
    out.resize(data_at + channels.len() * frames * 8, 0);
    let (words, _) = out[data_at..].as_chunks_mut::<8>();
    for (&channel, dest) in channels.iter().zip(words.chunks_exact_mut(frames)) {
        reader.copy(channel, start, dest)?;
    }
    Ok(())
}

/// The part of a packet before its samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketHead {
    /// The ring's header when the packet was made.
    pub header: Header,
    /// First frame; later than asked if older ones were overwritten.
    pub start_frame: u64,
    /// Frames per channel (n).
    pub frames: u64,
    /// Channel indices (m), in the order of the samples.
    pub channels: Vec<u32>,
    /// Where the samples begin.
    pub data_offset_bytes: usize,
}

impl PacketHead {
    /// Reads and checks a packet; all the samples it announces are there.
    ///
    /// # Errors
    /// One sentence if the packet is cut off or contradicts itself.
    pub fn parse(bytes: &[u8]) -> Result<Self, RingError> {
        Self::parse_beginning(bytes, bytes.len() as u64)
    }

    /// [`PacketHead::parse`] from the first bytes of a packet of `packet_bytes` bytes: [`LONGEST_HEAD_BYTES`] of them
    /// are always enough, so that the samples need not be copied to be announced.
    ///
    /// # Errors
    /// As [`PacketHead::parse`].
    pub fn parse_beginning(bytes: &[u8], packet_bytes: u64) -> Result<Self, RingError> {
        let header = Header::parse(bytes)?;
        let field = |at: usize| {
            let word = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>);
            word.map(|word| u64::from_le_bytes(*word))
                .ok_or(RingError::TooShort { needed_bytes: at as u64 + 8, found_bytes: bytes.len() as u64 })
        };
        let (start_frame, frames, count) =
            (field(START_FRAME_AT)?, field(FRAMES_AT)?, field(CHANNEL_COUNT_AT)?);
        if frames > MAX_FRAMES {
            return Err(RingError::Packet { reason: "it announces more frames than a packet holds" });
        }
        if count > MAX_CHANNELS as u64 {
            return Err(RingError::Packet { reason: "it announces more channels than a ring holds" });
        }
        let data_offset_bytes = CHANNELS_AT + 8 * count as usize;
        let needed_bytes = data_offset_bytes as u64 + 8 * count * frames;
        if packet_bytes < needed_bytes {
            return Err(RingError::TooShort { needed_bytes, found_bytes: packet_bytes });
        }
        let mut channels = Vec::with_capacity(count as usize);
        for nth in 0..count as usize {
            let channel = field(CHANNELS_AT + 8 * nth)?;
            if channel >= u64::from(header.spec.channels) {
                return Err(RingError::Packet { reason: "it holds a channel that the ring does not have" });
            }
            channels.push(channel as u32);
        }
        Ok(Self { header, start_frame, frames, channels, data_offset_bytes })
    }

    /// Copies the samples of the `nth` channel of this packet, at most `dest.len()`, and returns how many.
    pub fn copy_channel(&self, bytes: &[u8], nth: usize, dest: &mut [f64]) -> usize {
        let frames = self.frames as usize;
        let (words, _) = bytes.get(self.data_offset_bytes..).unwrap_or_default().as_chunks::<8>();
        let samples =
            words.chunks_exact(frames.max(1)).take(self.channels.len()).nth(nth).unwrap_or_default();
        let copied = samples.len().min(frames).min(dest.len());
        for (value, word) in dest.iter_mut().zip(&samples[..copied]) {
            *value = f64::from_le_bytes(*word);
        }
        copied
    }
}
