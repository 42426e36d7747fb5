//! Speed of the ring as JSON: publishing blocks against what real time needs, and reading against memcpy.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use audiotab_ring::{RingError, RingReader, RingSpec, RingWriter};

const BLOCK_FRAMES: usize = 1024;
const CHANNELS: u32 = 64;
const SAMPLE_RATE_HZ: u64 = 192_000;

fn main() -> Result<(), Box<dyn Error>> {
    // 2 s of 64 channels at 192 kHz: 197 MB, far beyond any cache, as the real one is.
    let mut writer = ring(RingSpec::new(SAMPLE_RATE_HZ, CHANNELS, 2.0, BLOCK_FRAMES as u32)?)?;
    let block: Vec<Vec<f64>> =
        (0..CHANNELS).map(|c| (0..BLOCK_FRAMES).map(|n| f64::from(c) + n as f64).collect()).collect();
    let planar: Vec<_> = block.iter().map(Vec::as_slice).collect();
    let write_s = fastest_s(100, |_| writer.write(black_box(&planar)));
    let period_s = BLOCK_FRAMES as f64 / SAMPLE_RATE_HZ as f64;
    drop(writer);

    // 30 s of 8 channels at 48 kHz, full, read as another process would. Each call takes another second of another
    // channel, so neither side lives on a warm cache alone.
    let mut writer = ring(RingSpec::new(48_000, 8, 30.0, BLOCK_FRAMES as u32)?)?;
    for _ in 0..1500 {
        writer.write(&[[0.25; BLOCK_FRAMES].as_slice(); 8]);
    }
    let reader = writer.path().map_or_else(|| Ok(writer.reader()), RingReader::open)?;
    let first_frame = reader.header().readable().start;
    let sources: Vec<Vec<f64>> = (0..8).map(|_| vec![0.25; 1_400_000]).collect();
    let place = |nth: u32| (nth % 8, u64::from(nth / 8 % 25) * 48_000);
    let mut dest = vec![0.0; 48_000];
    let memcpy_s = fastest_s(200, |nth| {
        let (channel, offset) = place(nth);
        dest.copy_from_slice(black_box(&sources[channel as usize][offset as usize..][..48_000]));
        black_box(&dest);
    });
    let mut refused = 0;
    let read_s = fastest_s(200, |nth| {
        let (channel, offset) = place(nth);
        refused += u32::from(reader.copy_into(channel, first_frame + offset, &mut dest).is_err());
        black_box(&dest);
    });
    if refused > 0 {
        return Err(format!("{refused} reads were refused").into());
    }
    println!(
        "{{\"write_us_per_block\": {:.1}, \"write_share\": {:.5}, \"read_us\": {:.2}, \"memcpy_us\": {:.2}}}",
        write_s * 1e6,
        write_s / period_s,
        read_s * 1e6,
        memcpy_s * 1e6
    );
    Ok(())
}

fn ring(spec: RingSpec) -> Result<RingWriter, RingError> {
    #[cfg(target_os = "linux")]
    return RingWriter::create_sealed(spec, None);
    #[cfg(not(target_os = "linux"))]
    return RingWriter::create_heap(spec);
}

/// Seconds of one call in the fastest round of `calls`: whatever else the machine does only adds.
fn fastest_s(calls: u32, mut call: impl FnMut(u32)) -> f64 {
    let mut fastest = f64::INFINITY;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(1) {
        let round = Instant::now();
        (0..calls).for_each(&mut call);
        fastest = fastest.min(round.elapsed().as_secs_f64() / f64::from(calls));
    }
    fastest
}
