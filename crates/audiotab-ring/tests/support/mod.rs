//! What the tests share: samples that say where they belong.
#![allow(dead_code, reason = "each test file uses its part")]

#[cfg(unix)]
pub mod files;

use audiotab_ring::{RingReader, RingSpec, RingWriter};

/// Frame `frame` of channel `channel`: exact, and different everywhere.
pub fn sample(channel: u32, frame: u64) -> f64 {
    f64::from(channel) * 281_474_976_710_656.0 + frame as f64
}

/// 1 kHz, 1 s, blocks of 64: small, and the capacity (1000) is not a multiple of the block.
pub fn small(channels: u32) -> RingSpec {
    RingSpec::new(1_000, channels, 1.0, 64).unwrap()
}

/// Frames `start..start + frames` of all channels.
pub fn planar(spec: &RingSpec, start: u64, frames: u64) -> Vec<Vec<f64>> {
    (0..spec.channels).map(|c| (start..start + frames).map(|frame| sample(c, frame)).collect()).collect()
}

pub fn slices(planar: &[Vec<f64>]) -> Vec<&[f64]> {
    planar.iter().map(Vec::as_slice).collect()
}

/// Writes the next `blocks` blocks.
pub fn write_blocks(writer: &mut RingWriter, blocks: u64) {
    let spec = *writer.spec();
    for _ in 0..blocks {
        let block = planar(&spec, writer.frames_written(), u64::from(spec.samples_per_write));
        writer.write(&slices(&block));
    }
}

/// Reads everything readable and checks each sample; returns how many frames that were.
pub fn check_all(reader: &RingReader) -> u64 {
    let header = reader.header();
    let range = header.readable();
    let mut dest = vec![0.0; (range.end - range.start) as usize];
    for channel in 0..header.spec.channels {
        reader.copy_into(channel, range.start, &mut dest).unwrap();
        for (frame, value) in range.clone().zip(&dest) {
            assert_eq!(*value, sample(channel, frame), "channel {channel}, frame {frame}");
        }
    }
    range.end - range.start
}
