//! Sound files: opened, checked, read as planar `f64` and repeated without a gap.
//!
//! PCM WAV files are read by [`wav`], everything else by [`decode`]. A repeat opens the same file again from its
//! first byte, so the second pass is the first one to the sample, whatever the codec; nothing is inserted between.

mod decode;
mod ogg;
mod reader;
mod wav;

pub use reader::FileReader;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::address::{MAX_CHANNELS, RATES_HZ};
use crate::capture::StreamFormat;
use crate::error::CaptureError;
use crate::pull::{Planar, PullSource};

/// What a file says about itself.
#[derive(Debug, Clone)]
struct FileFormat {
    sample_rate_hz: u32,
    channels: u32,
    channel_names: Vec<String>,
}

/// One pass over a file.
trait Decoder: Send {
    fn format(&self) -> &FileFormat;

    /// Replaces `out` by the next frames of the channels in `pick`; returns how many, 0 at the end.
    fn read(&mut self, pick: &[u32], out: &mut Planar) -> io::Result<usize>;

    /// What is wrong with the file as far as is known by now; complete after the last read.
    fn flaw(&self) -> Option<String>;
}

/// A file that is being played.
pub(crate) struct FileSource {
    path: PathBuf,
    file: File,
    repeat: bool,
    pick: Vec<u32>,
    decoder: Box<dyn Decoder>,
    /// Decoded frames, of which the first `taken` have been handed on.
    piece: Planar,
    piece_frames: usize,
    taken: usize,
    notice: Option<String>,
    is_flaw_told: bool,
}

impl FileSource {
    /// Opens `path` and decodes its first frames. `pick` are the channels wanted, `None` for all.
    ///
    /// # Errors
    /// One sentence for whatever keeps the file from being played.
    pub(crate) fn open(
        path: &Path,
        repeat: bool,
        pick: Option<&[u32]>,
    ) -> Result<(Self, StreamFormat), CaptureError> {
        let file = open_regular(path)?;
        let decoder = open_decoder(path, &file)?;
        let format = decoder.format().clone();
        let pick = check(path, &format, pick)?;
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let stream = StreamFormat {
            sample_rate_hz: format.sample_rate_hz,
            channels: pick.len() as u32,
            channel_names: pick.iter().map(|c| format.channel_names[*c as usize].clone()).collect(),
            label,
            device_id: None,
        };
        let mut source = Self {
            path: path.to_owned(),
            file,
            repeat,
            pick,
            decoder,
            piece: Planar::default(),
            piece_frames: 0,
            taken: 0,
            notice: None,
            is_flaw_told: false,
        };
        if !source.decode()? {
            return Err(CaptureError::file(
                path,
                "holds no sound; it has a header and nothing that can be played",
            ));
        }
        Ok((source, stream))
    }

    /// Decodes the next piece. False at the end of the file.
    fn decode(&mut self) -> Result<bool, CaptureError> {
        self.taken = 0;
        self.piece_frames = self
            .decoder
            .read(&self.pick, &mut self.piece)
            .map_err(|e| CaptureError::file(&self.path, format!("could not be read on: {e}")))?;
        if !self.is_flaw_told
            && let Some(flaw) = self.decoder.flaw()
        {
            self.is_flaw_told = true;
            self.notice = Some(format!("{} {flaw}", self.path.display()));
        }
        Ok(self.piece_frames > 0)
    }

    fn rewind(&mut self) -> Result<bool, CaptureError> {
        let decoder = open_decoder(&self.path, &self.file)?;
        let (new, old) = (decoder.format(), self.decoder.format());
        if (new.sample_rate_hz, new.channels) != (old.sample_rate_hz, old.channels) {
            return Err(CaptureError::file(&self.path, "was replaced by another recording while it played"));
        }
        self.decoder = decoder;
        self.decode()
    }
}

impl PullSource for FileSource {
    fn read(&mut self, frames: usize, out: &mut Planar) -> Result<usize, CaptureError> {
        out.reset(self.pick.len(), frames);
        let mut done = 0;
        while done < frames {
            if self.taken == self.piece_frames && !self.decode()? && !(self.repeat && self.rewind()?) {
                break;
            }
            let take = (self.piece_frames - self.taken).min(frames - done);
            for (to, from) in out.channels.iter_mut().zip(&self.piece.channels) {
                to[done..done + take].copy_from_slice(&from[self.taken..self.taken + take]);
            }
            self.taken += take;
            done += take;
        }
        Ok(done)
    }

    fn take_notice(&mut self) -> Option<String> {
        self.notice.take()
    }
}

fn open_regular(path: &Path) -> Result<File, CaptureError> {
    let refuse = |e: io::Error| {
        let problem = match e.kind() {
            io::ErrorKind::NotFound => "does not exist; check the path".to_owned(),
            io::ErrorKind::PermissionDenied => {
                "may not be read by this user; change its permissions".to_owned()
            }
            _ => format!("cannot be opened: {e}"),
        };
        CaptureError::file(path, problem)
    };
    let metadata = std::fs::metadata(path).map_err(refuse)?;
    if metadata.is_dir() {
        return Err(CaptureError::file(path, "is a folder; name a sound file in it"));
    }
    if !metadata.is_file() {
        return Err(CaptureError::file(path, "is not a regular file; name a WAV, FLAC, MP3 or OGG file"));
    }
    if metadata.len() == 0 {
        return Err(CaptureError::file(path, "is empty; there is nothing to play"));
    }
    File::open(path).map_err(refuse)
}

/// A decoder at the start of the file. The handles share one position, which each decoder owns while it lives.
fn open_decoder(path: &Path, file: &File) -> Result<Box<dyn Decoder>, CaptureError> {
    use std::io::Seek as _;
    let handle = || {
        let mut handle = file.try_clone()?;
        handle.rewind()?;
        Ok(handle)
    };
    let handle = || handle().map_err(|e: io::Error| CaptureError::file(path, format!("cannot be read: {e}")));
    match wav::open(handle()?) {
        Ok(wav::Opened::Pcm(wav)) => Ok(Box::new(wav)),
        Ok(wav::Opened::Other) => decode::open(path, handle()?),
        Err(problem) => Err(CaptureError::file(path, problem)),
    }
}

/// The channels to play, if the file and the wish go together.
fn check(path: &Path, format: &FileFormat, pick: Option<&[u32]>) -> Result<Vec<u32>, CaptureError> {
    let FileFormat { sample_rate_hz, channels, .. } = *format;
    if channels == 0 {
        return Err(CaptureError::file(path, "has no channels; there is nothing to play"));
    }
    if !RATES_HZ.contains(&u64::from(sample_rate_hz)) {
        return Err(CaptureError::file(
            path,
            format!("has a rate of {sample_rate_hz} Hz; rates from 1 kHz to 1 MHz can be played"),
        ));
    }
    match pick {
        None if channels > MAX_CHANNELS => Err(CaptureError::file(
            path,
            format!(
                "has {channels} channels; up to {MAX_CHANNELS} can be played, pick some with ?channels=0-7"
            ),
        )),
        None => Ok((0..channels).collect()),
        Some(pick) => match pick.iter().find(|c| **c >= channels) {
            Some(c) => Err(CaptureError::usage(format!(
                "{} has no channel {c}; its channels are {}",
                path.display(),
                if channels == 1 { "only 0".to_owned() } else { format!("0 to {}", channels - 1) }
            ))),
            None => Ok(pick.to_vec()),
        },
    }
}

#[cfg(test)]
mod tests;
