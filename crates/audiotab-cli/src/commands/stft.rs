//! `audiotab stft`.

use crate::args::Stft as Args;
use crate::channel::Channel;
use crate::failure::Failure;
use crate::npy::NpyWriter;
use crate::out_file::OutFile;
use crate::progress::Progress;
use audiotab_dsp::{Stft, StftSettings, Window};

/// Writes float32 [columns, bins] dBFS. Column k covers frames [k * hop, k * hop + size) counted from the first
/// frame of the input; whole windows only; NaN where a column touches lost frames. The input is streamed: memory
/// does not grow with its length.
///
/// # Errors
/// One sentence if settings, input or output are wrong.
pub fn run(args: &Args) -> Result<(), Failure> {
    let window: Window = args.window.parse()?;
    let settings = StftSettings::new(window, args.size, args.hop, args.pad)?;
    let mut stft = Stft::new(&settings)?;
    let mut input = Channel::open(&args.path, args.channel)?;
    let failed = OutFile::failure(&args.out);
    let out = OutFile::create(&args.out, &args.path)?;
    let mut npy = NpyWriter::<f32, _>::new(out, Some(settings.bins())).map_err(&failed)?;
    let mut progress = Progress::new("STFT", input.frames_left());

    let mut column = vec![0.0_f32; settings.bins()];
    let mut samples = Vec::new();
    loop {
        let more = input.read(&mut samples)?;
        if more == 0 {
            break;
        }
        let mut start = 0;
        while samples.len() - start >= settings.size {
            stft.column_dbfs_f32(&samples[start..start + settings.size], &mut column)?;
            npy.write(&column).map_err(&failed)?;
            start += settings.hop;
        }
        // `hop` never exceeds `size`, so the next column starts within what has been read.
        samples.drain(..start);
        progress.advance(more as u64);
    }
    npy.finish().map_err(&failed)?.commit()?;
    drop(progress);
    input.remark();
    Ok(())
}
