//! `audiotab ring dump`.

use crate::args::RingDump;
use crate::channel::remark_overwritten;
use crate::failure::Failure;
use crate::npy::NpyWriter;
use crate::out_file::OutFile;
use crate::progress::Progress;
use crate::ring_range::{self, RingRange};
use std::ops::Range;

/// Writes a range of one channel to a file.
///
/// # Errors
/// One sentence if the ring, the range or the file is wrong.
pub fn run(args: &RingDump) -> Result<(), Failure> {
    let ending = args.out.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let wav = match ending.as_deref() {
        Some("npy") => false,
        Some("wav") => true,
        _ => return Err(Failure::usage("--out must end in .npy or .wav")),
    };
    let reader = ring_range::open(&args.path, args.channel)?;
    let header = reader.header();
    let rate_hz = header.spec.sample_rate_hz;
    let frames = range(args, header.readable(), rate_hz)?;
    let ring = RingRange::new(reader, args.channel, frames);
    let out = OutFile::create(&args.out, &args.path)?;
    if wav { write_wav(ring, out, args, rate_hz) } else { write_npy(ring, out, args) }
}

fn range(args: &RingDump, readable: Range<u64>, rate_hz: u64) -> Result<Range<u64>, Failure> {
    if let (Some(start), Some(frames)) = (args.start, args.frames) {
        return match start.checked_add(frames) {
            Some(end) if start >= readable.start && end <= readable.end => Ok(start..end),
            _ => Err(Failure::failed(format!(
                "Frames {start} to {} are not all there; {} holds frames {} to {}",
                start.saturating_add(frames),
                args.path.display(),
                readable.start,
                readable.end
            ))),
        };
    }
    let newest = args.last.map_or(u64::MAX, |seconds| (seconds * rate_hz as f64).round() as u64);
    Ok(readable.end.saturating_sub(newest).max(readable.start)..readable.end)
}

fn write_npy(mut ring: RingRange, out: OutFile, args: &RingDump) -> Result<(), Failure> {
    let failed = OutFile::failure(&args.out);
    let mut progress = Progress::new("Writing", Some(ring.frames_left()));
    let mut npy = NpyWriter::<f64, _>::new(out, None).map_err(&failed)?;
    let mut samples = Vec::new();
    while ring.read(&mut samples)? > 0 {
        npy.write(&samples).map_err(&failed)?;
        progress.advance(samples.len() as u64);
        samples.clear();
    }
    npy.finish().map_err(&failed)?.commit()?;
    remark_overwritten(ring.overwritten_frames());
    Ok(())
}

/// Mono, 32-bit float: what was above full scale stays above it. Lost frames become silence, because programs that
/// play WAV files do not expect NaN.
fn write_wav(mut ring: RingRange, mut out: OutFile, args: &RingDump, rate_hz: u64) -> Result<(), Failure> {
    let failed =
        |error: hound::Error| Failure::failed(format!("Cannot write {}: {error}", args.out.display()));
    let mut progress = Progress::new("Writing", Some(ring.frames_left()));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: u32::try_from(rate_hz).unwrap_or(u32::MAX),
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::new(&mut out, spec).map_err(failed)?;
    let (mut samples, mut lost_frames) = (Vec::new(), 0_u64);
    while ring.read(&mut samples)? > 0 {
        for sample in samples.drain(..) {
            lost_frames += u64::from(sample.is_nan());
            wav.write_sample(if sample.is_nan() { 0.0 } else { sample as f32 }).map_err(failed)?;
        }
        progress.advance(0);
    }
    wav.finalize().map_err(failed)?;
    out.commit()?;
    remark_overwritten(ring.overwritten_frames());
    if lost_frames > 0 {
        eprintln!("audiotab: {lost_frames} lost frames are silence in {}.", args.out.display());
    }
    Ok(())
}
