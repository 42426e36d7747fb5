//! What the waveform pyramid costs, as JSON: its bytes against the ring's, its update against real time, and drawing 30 s
//! in 1600 pixels against a rescan of the samples, for 8 channels at 48 kHz and 64 at 192 kHz.
//!
//! Channels are alike and independent, so one is measured, over samples far beyond any cache, and the times are for all.
//! The rescan is our own SIMD scan, the fastest there is here.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use audiotab_dsp::{PxGrid, Pyramid, min_max_fine};

const SECONDS: u64 = 30;
const BLOCK_FRAMES: usize = 1024;
const WIDTH_PX: usize = 1600;
const ROUNDS: usize = 30;

fn main() {
    println!("[{}, {}]", case(8, 48_000), case(64, 192_000));
}

fn case(channels: u64, sample_rate_hz: u64) -> String {
    let frames = SECONDS * sample_rate_hz;
    let samples: Vec<f64> = (0..frames).map(|n| 0.3 * (n as f64 * 0.1).sin()).collect();
    let mut pyramid = Pyramid::new(frames);
    pyramid.push(0, &samples);

    let mut next_frame = frames;
    let blocks = samples.as_chunks::<BLOCK_FRAMES>().0;
    // A block is pushed while it is in the cache, right after it has been written to the ring.
    let push_s = best_s(|| {
        for block in &blocks[..64] {
            pyramid.push(next_frame, black_box(block));
            next_frame += BLOCK_FRAMES as u64;
        }
    }) / 64.0;
    let period_s = BLOCK_FRAMES as f64 / sample_rate_hz as f64;

    let mut out = vec![0.0; 2 * WIDTH_PX];
    let frames_per_px = frames as f64 / WIDTH_PX as f64;
    let last_px = (next_frame as f64 / frames_per_px) as i64;
    let grid = PxGrid { first_px: last_px - WIDTH_PX as i64, frames_per_px, width_px: WIDTH_PX };
    let draw_s = best_s(|| pyramid.min_max(black_box(&grid), &mut out));
    let scan_grid = PxGrid { first_px: 0, ..grid };
    let rescan_s = best_s(|| min_max_fine(black_box(&samples), 0, &scan_grid, &mut out));

    let all = channels as f64;
    format!(
        "{{\"channels\": {channels}, \"sample_rate_hz\": {sample_rate_hz}, \"bytes_share\": {:.5}, \"update_share\": {:.5}, \
         \"draw_us\": {:.1}, \"rescan_us\": {:.1}, \"draw_speedup\": {:.1}}}",
        pyramid.len_bytes() as f64 / (8 * frames) as f64,
        all * push_s / period_s,
        all * draw_s * 1e6,
        all * rescan_s * 1e6,
        rescan_s / draw_s
    )
}

/// Seconds of the fastest call: whatever else the machine does only adds.
fn best_s(mut call: impl FnMut()) -> f64 {
    let timed = || {
        let start = Instant::now();
        call();
        start.elapsed().as_secs_f64()
    };
    std::iter::repeat_with(timed).take(ROUNDS).fold(f64::INFINITY, f64::min)
}
