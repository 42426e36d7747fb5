//! FLAC, MP3, OGG and whatever else symphonia decodes.

use std::fs::File;
use std::io;
use std::path::Path;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::{Decoder, FileFormat, ogg};
use crate::error::CaptureError;
use crate::pull::Planar;
use crate::speakers;

/// Longest packet that is replaced by a gap, frames; the longest of the codecs here is FLAC's 65,535.
const MAX_GAP_FRAMES: u64 = 65_536;

/// One pass over the packets of the first sound track.
pub(super) struct Coded {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    format: FileFormat,
    /// Frames the file promises, if it does and can be believed.
    promised_frames: Option<u64>,
    decoded_frames: u64,
    planes: Vec<Vec<f64>>,
    flaw: Option<String>,
}

/// Finds out what a file is and opens it.
pub(super) fn open(path: &Path, mut file: File) -> Result<Box<dyn Decoder>, CaptureError> {
    let refuse = |problem: String| CaptureError::file(path, problem);
    let is_cut_off = ogg::cut_off(&mut file).map_err(|e| refuse(format!("cannot be read: {e}")))?;
    let unknown = |e: Error| {
        refuse(if is_cut_off {
            "is cut off so early that nothing of it can be played".to_owned()
        } else {
            format!("is not a sound file that can be played ({e}); use WAV, FLAC, MP3 or OGG")
        })
    };

    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let reader = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(unknown)?;
    let Some(track) = reader.default_track(TrackType::Audio) else {
        return Err(refuse("holds no sound track that can be played; use WAV, FLAC, MP3 or OGG".to_owned()));
    };
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(refuse("does not say how its sound is coded; use WAV, FLAC, MP3 or OGG".to_owned()));
    };
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(unknown)?;

    let (track_id, promised_frames) = (track.id, promised_frames(track));
    // Some containers leave rate and channels to the codec's own header.
    let known = decoder.codec_params();
    let rate_hz = parameters.sample_rate.or(known.sample_rate);
    let format = file_format(rate_hz, parameters.channels.as_ref().or(known.channels.as_ref()));
    Ok(Box::new(Coded {
        format,
        reader,
        decoder,
        track_id,
        promised_frames,
        decoded_frames: 0,
        planes: Vec::new(),
        flaw: is_cut_off.then(|| "is cut off; what is there is played".to_owned()),
    }))
}

/// An MP3 without a Xing or VBRI header only has a length by guess: no encoder delay tells it apart.
fn promised_frames(track: &Track) -> Option<u64> {
    let is_mp3 = matches!(
        &track.codec_params,
        Some(CodecParameters::Audio(p)) if p.codec == symphonia::core::codecs::audio::well_known::CODEC_ID_MP3
    );
    track.num_frames.filter(|_| !is_mp3 || track.delay.is_some())
}

fn file_format(rate_hz: Option<u32>, channels: Option<&Channels>) -> FileFormat {
    let count = channels.map_or(0, Channels::count) as u32;
    let channel_names = match channels {
        Some(Channels::Positioned(positions)) => speakers::names_from_mask(positions.bits(), count),
        _ => speakers::plain_names(count),
    };
    FileFormat { sample_rate_hz: rate_hz.unwrap_or(0), channels: count, channel_names }
}

impl Coded {
    /// Decodes until there are frames, into `self.planes`. 0 at the end.
    fn next_planes(&mut self) -> io::Result<usize> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track_id => packet,
                Ok(Some(_)) => continue,
                Ok(None) => return Ok(self.end()),
                Err(Error::IoError(e)) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    self.flaw.get_or_insert_with(|| "is cut off; what is there is played".to_owned());
                    return Ok(self.end());
                }
                Err(Error::IoError(e)) => return Err(e),
                Err(Error::ResetRequired) => {
                    self.flaw.get_or_insert_with(|| {
                        "holds several recordings in a row; only the first is played".to_owned()
                    });
                    return Ok(self.end());
                }
                Err(e) => {
                    self.flaw.get_or_insert_with(|| format!("is damaged ({e}); it is played up to there"));
                    return Ok(self.end());
                }
            };
            let frames = match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    buffer.copy_to_vecs_planar(&mut self.planes);
                    buffer.frames()
                }
                Err(Error::IoError(_) | Error::DecodeError(_)) => {
                    // The place of what cannot be decoded is kept, as NaN.
                    self.flaw.get_or_insert_with(|| "is damaged; what cannot be decoded is a gap".to_owned());
                    let frames = packet.dur.get().min(MAX_GAP_FRAMES) as usize;
                    self.planes = vec![vec![f64::NAN; frames]; self.format.channels as usize];
                    frames
                }
                Err(e) => {
                    self.flaw.get_or_insert_with(|| format!("is damaged ({e}); it is played up to there"));
                    return Ok(self.end());
                }
            };
            if frames > 0 {
                self.decoded_frames += frames as u64;
                return Ok(frames);
            }
        }
    }

    fn end(&mut self) -> usize {
        if let Some(promised) = self.promised_frames
            && self.decoded_frames < promised
        {
            let seconds = |frames: u64| frames as f64 / f64::from(self.format.sample_rate_hz.max(1));
            self.flaw.get_or_insert_with(|| {
                format!(
                    "is cut off: {:.3} s of {:.3} s are there and are played",
                    seconds(self.decoded_frames),
                    seconds(promised)
                )
            });
        }
        0
    }
}

impl Decoder for Coded {
    fn format(&self) -> &FileFormat {
        &self.format
    }

    fn read(&mut self, pick: &[u32], out: &mut Planar) -> io::Result<usize> {
        let frames = self.next_planes()?;
        out.reset(pick.len(), frames);
        if frames > 0 && self.planes.len() != self.format.channels as usize {
            self.flaw.get_or_insert_with(|| "changes its channels; it is played up to there".to_owned());
            return Ok(0);
        }
        for (channel, c) in out.channels.iter_mut().zip(pick) {
            if let Some(plane) = self.planes.get(*c as usize) {
                channel.copy_from_slice(&plane[..frames]);
            }
        }
        Ok(frames)
    }

    fn flaw(&self) -> Option<String> {
        self.flaw.clone()
    }
}
