//! Columns per second of the STFT paths on one thread, as JSON: 30 s × 8 channels at 48 kHz, Hann 2048/512.
//!
//! The kind of signal, the settings and the counting are those of `scripts/python/bench_scipy.py` and
//! `scripts/bench/rivals.c`; `npm run bench` runs them and prints the ratios. FFT, window and conversion to dB are included. Each channel is timed by itself and its
//! best of several passes counts, so that other programs on the machine disturb little.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Instant;

use audiotab_dsp::{DisplayStft, Stft, StftSettings, Window};

const SAMPLE_RATE_HZ: usize = 48_000;
const SECONDS: usize = 30;
const CHANNELS: usize = 8;
const PASSES: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let settings = StftSettings::new(Window::Hann, 2048, 512, 1)?;
    let frames = SAMPLE_RATE_HZ * SECONDS;
    let channels: Vec<Vec<f64>> = (0..CHANNELS).map(|channel| noise(channel as u64, frames)).collect();
    let columns = settings.column_count(frames as u64) as usize;
    let total = (columns * CHANNELS) as f64;

    let mut display = DisplayStft::new(&settings)?;
    let mut codes = vec![0_u16; columns * settings.bins()];
    let display_seconds = best_seconds(&channels, |samples| display.columns(samples, columns, &mut codes))?;

    let mean_code = codes.iter().map(|&code| f64::from(code)).sum::<f64>() / codes.len() as f64;

    let mut exact = Stft::new(&settings)?;
    let mut levels = vec![0.0_f32; columns * settings.bins()];
    let exact_seconds = best_seconds(&channels, |samples| {
        let windows = samples.windows(settings.size).step_by(settings.hop);
        let mut rows = windows.zip(levels.chunks_exact_mut(settings.bins()));
        rows.try_for_each(|(window, row)| exact.column_dbfs_f32(window, row))
    })?;

    println!(
        "{{\"columns\": {}, \"window\": \"hann\", \"size\": 2048, \"hop\": 512, \"display_columns_per_s\": {:.0}, \
         \"f64_columns_per_s\": {:.0}, \"mean_code\": {mean_code:.2}}}",
        columns * CHANNELS,
        total / display_seconds,
        total / exact_seconds
    );
    Ok(())
}

/// Sum over the channels of each one's shortest of several passes, seconds.
fn best_seconds<E>(channels: &[Vec<f64>], mut pass: impl FnMut(&[f64]) -> Result<(), E>) -> Result<f64, E> {
    let mut best = vec![f64::INFINITY; channels.len()];
    for _ in 0..PASSES {
        for (samples, best) in channels.iter().zip(&mut best) {
            let start = Instant::now();
            pass(samples)?;
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    Ok(best.iter().sum())
}

/// Uniform noise of peak 0.5 from a 64-bit xorshift* generator.
fn noise(seed: u64, frames: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let high_bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
        high_bits as f64 / (1_u64 << 53) as f64 - 0.5
    };
    std::iter::repeat_with(next).take(frames).collect()
}
