//! WAV files with plain samples: RIFF, RF64 and BW64, integers of 8 to 32 bits, floats of 32 and 64.
//!
//! They are read here and not by symphonia, which takes at most 18 channels with a channel mask (26 without) and
//! drops the last, incomplete packet of a file that was cut off. Anything else in a WAV file is left to it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use super::{Decoder, FileFormat};
use crate::pull::Planar;
use crate::speakers;

const PIECE_FRAMES: u64 = 4096;
const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_EXTENSIBLE: u16 = 0xfffe;
/// The last 14 bytes of the sub-format of an extensible WAV that carries an ordinary tag in its first two.
const SUBFORMAT_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
/// Most channels that symphonia can be asked about without harm.
const MOST_CHANNELS_ELSEWHERE: u16 = 18;

/// What the first bytes say.
pub(super) enum Opened {
    Pcm(Wav),
    /// Not a WAV file, or one with coded samples.
    Other,
}

/// One pass over the samples.
pub(super) struct Wav {
    reader: BufReader<File>,
    format: FileFormat,
    sample: Sample,
    frames_left: u64,
    bytes: Vec<u8>,
    flaw: Option<String>,
}

#[derive(Clone, Copy)]
enum Sample {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

struct Fmt {
    sample: Sample,
    channels: u16,
    rate_hz: u32,
    mask: u32,
}

/// Reads the header. An error is the rest of a sentence that begins with the file's name.
pub(super) fn open(file: File) -> Result<Opened, String> {
    let len_bytes = file.metadata().map(|m| m.len()).unwrap_or(0);
    let mut reader = BufReader::new(file);
    let mut head = [0; 12];
    if reader.read_exact(&mut head).is_err() || !is_wave(&head) {
        return Ok(Opened::Other);
    }
    let mut fmt: Option<Fmt> = None;
    let mut wide_data_len = None;
    loop {
        let mut chunk = [0; 8];
        reader.read_exact(&mut chunk).map_err(broken)?;
        let [a, b, c, d, len @ ..] = chunk;
        let len = u64::from(u32::from_le_bytes(len));
        match &[a, b, c, d] {
            b"fmt " => match read_fmt(&mut reader, len)? {
                Some(found) => fmt = Some(found),
                None => return Ok(Opened::Other),
            },
            b"ds64" if len >= 16 => {
                let mut sizes = [0; 16];
                reader.read_exact(&mut sizes).map_err(broken)?;
                wide_data_len = sizes.last_chunk().map(|size| u64::from_le_bytes(*size));
                skip(&mut reader, padded(len) - 16).map_err(broken)?;
            }
            b"data" => {
                let Some(fmt) = fmt else { return Err("has samples in front of their format".to_owned()) };
                let start = reader.stream_position().map_err(broken)?;
                let there = len_bytes.saturating_sub(start);
                // All ones: the length is in ds64, or the program that wrote the file could not know it.
                let said = if len == u64::from(u32::MAX) { wide_data_len.unwrap_or(there) } else { len };
                return Wav::new(reader, &fmt, said, there).map(Opened::Pcm);
            }
            _ => skip(&mut reader, padded(len)).map_err(broken)?,
        }
    }
}

fn is_wave(head: &[u8; 12]) -> bool {
    matches!(&head[..4], b"RIFF" | b"RF64" | b"BW64") && &head[8..] == b"WAVE"
}

fn broken(_: io::Error) -> String {
    "is cut off before its samples begin".to_owned()
}

fn skip(reader: &mut BufReader<File>, bytes: u64) -> io::Result<()> {
    reader.seek_relative(bytes.try_into().unwrap_or(i64::MAX))
}

/// Room a chunk takes in the file: chunks begin at even places.
fn padded(len: u64) -> u64 {
    len.next_multiple_of(2)
}

/// `None` if the samples are coded.
fn read_fmt(reader: &mut BufReader<File>, len: u64) -> Result<Option<Fmt>, String> {
    let mut bytes = [0; 40];
    let take = len.min(40) as usize;
    reader.read_exact(&mut bytes[..take]).map_err(broken)?;
    skip(reader, padded(len) - take as u64).map_err(broken)?;
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
    let (channels, bits, frame_bytes) = (u16_at(2), u16_at(14), u16_at(12));
    let is_extensible = u16_at(0) == TAG_EXTENSIBLE && take == 40 && bytes[26..40] == SUBFORMAT_TAIL;
    let tag = if is_extensible { u16_at(24) } else { u16_at(0) };
    let sample = match (tag, bits) {
        (TAG_PCM, 1..=8) => Sample::U8,
        (TAG_PCM, 9..=16) => Sample::I16,
        (TAG_PCM, 17..=24) => Sample::I24,
        (TAG_PCM, 25..=32) => Sample::I32,
        (TAG_FLOAT, 32) => Sample::F32,
        (TAG_FLOAT, 64) => Sample::F64,
        _ if channels > MOST_CHANNELS_ELSEWHERE => {
            return Err(format!("has {channels} channels of coded samples; save it as PCM to play it"));
        }
        _ => return Ok(None),
    };
    if u64::from(frame_bytes) != u64::from(channels) * sample.len_bytes() as u64 && channels != 0 {
        return Ok(None);
    }
    let mask = if is_extensible { u32_at(20) } else { 0 };
    Ok(Some(Fmt { sample, channels, rate_hz: u32_at(4), mask }))
}

impl Sample {
    fn len_bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Full scale is 1; integers are divided by a power of two, so every value is exact.
    fn decode(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Self::U8, &[a]) => (f64::from(a) - 128.0) / 128.0,
            (Self::I16, &[a, b]) => f64::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Self::I24, &[a, b, c]) => f64::from(i32::from_le_bytes([0, a, b, c])) / 2_147_483_648.0,
            (Self::I32, &[a, b, c, d]) => f64::from(i32::from_le_bytes([a, b, c, d])) / 2_147_483_648.0,
            (Self::F32, &[a, b, c, d]) => f64::from(f32::from_le_bytes([a, b, c, d])),
            (Self::F64, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
            _ => f64::NAN,
        }
    }
}

impl Wav {
    /// `said` and `there` are the bytes of samples by the header and in the file.
    fn new(reader: BufReader<File>, fmt: &Fmt, said: u64, there: u64) -> Result<Self, String> {
        let channels = u32::from(fmt.channels);
        if channels == 0 {
            return Err("has no channels; there is nothing to play".to_owned());
        }
        let frame_bytes = u64::from(channels) * fmt.sample.len_bytes() as u64;
        let frames_left = said.min(there) / frame_bytes;
        let flaw = (there < said).then(|| {
            let seconds = |bytes: u64| (bytes / frame_bytes) as f64 / f64::from(fmt.rate_hz.max(1));
            format!("is cut off: {:.3} s of {:.3} s are there and are played", seconds(there), seconds(said))
        });
        let channel_names = match fmt.mask {
            0 => speakers::plain_names(channels),
            mask => speakers::names_from_mask(u64::from(mask), channels),
        };
        let format = FileFormat { sample_rate_hz: fmt.rate_hz, channels, channel_names };
        Ok(Self { reader, format, sample: fmt.sample, frames_left, bytes: Vec::new(), flaw })
    }
}

impl Decoder for Wav {
    fn format(&self) -> &FileFormat {
        &self.format
    }

    fn read(&mut self, pick: &[u32], out: &mut Planar) -> io::Result<usize> {
        let sample_bytes = self.sample.len_bytes();
        let frame_bytes = self.format.channels as usize * sample_bytes;
        let wanted = self.frames_left.min(PIECE_FRAMES);
        self.bytes.clear();
        let got = self.reader.by_ref().take(wanted * frame_bytes as u64).read_to_end(&mut self.bytes)?;
        let frames = got / frame_bytes;
        if (frames as u64) < wanted {
            self.flaw.get_or_insert_with(|| "became shorter while it was played".to_owned());
            self.frames_left = frames as u64;
        }
        self.frames_left -= frames as u64;
        out.reset(pick.len(), frames);
        for (channel, c) in out.channels.iter_mut().zip(pick) {
            let offset = *c as usize * sample_bytes;
            for (sample, frame) in channel.iter_mut().zip(self.bytes.chunks_exact(frame_bytes)) {
                *sample = self.sample.decode(&frame[offset..offset + sample_bytes]);
            }
        }
        Ok(frames)
    }

    fn flaw(&self) -> Option<String> {
        self.flaw.clone()
    }
}
