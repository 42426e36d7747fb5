//! Largest error of the display path against f64 within 80 dB of each column's peak, as JSON: every window size and
//! padding, three windows, noise and tones and a chirp through the whole band.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::f64::consts::TAU;

use audiotab_dsp::{DisplayStft, Stft, StftSettings, Window};

const RANGE_DB: f64 = 80.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    let mut worst = (0.0, String::new());
    for size in (8..=15).map(|exponent| 1_usize << exponent) {
        for pad in [1, 2, 4, 8] {
            let mut worst_db = 0.0_f64;
            for window in [Window::Hann, Window::BlackmanHarris, Window::Rectangular] {
                let settings = StftSettings::new(window, size, size / 4, pad)?;
                for samples in signals((2 * size).max(16_384)) {
                    worst_db = worst_db.max(error_db(&settings, &samples)?);
                }
            }
            if worst_db > worst.0 {
                worst = (worst_db, format!("{size} x{pad}"));
            }
            rows.push(format!("\"{size} x{pad}\": {worst_db:.5}"));
        }
    }
    println!(
        "{{\"worst_db\": {:.5}, \"worst_at\": \"{}\", \"by_size\": {{{}}}}}",
        worst.0,
        worst.1,
        rows.join(", ")
    );
    Ok(())
}

fn signals(frames: usize) -> [Vec<f64>; 3] {
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / f64::from(u32::MAX) - 0.5
    });
    let tones = |n: usize| 0.7 * (TAU * 0.01037 * n as f64).sin() + 1e-3 * (TAU * 0.21 * n as f64).sin();
    // From 0 to Nyquist.
    let chirp = |n: usize| (0.5 * TAU * 0.5 * (n * n) as f64 / frames as f64).sin();
    [noise.take(frames).collect(), (0..frames).map(tones).collect(), (0..frames).map(chirp).collect()]
}

fn error_db(settings: &StftSettings, samples: &[f64]) -> Result<f64, Box<dyn Error>> {
    let columns = settings.column_count(samples.len() as u64) as usize;
    let mut display = vec![0.0; columns * settings.bins()];
    DisplayStft::new(settings)?.columns_dbfs(samples, columns, &mut display)?;
    let (mut stft, mut exact) = (Stft::new(settings)?, vec![0.0; settings.bins()]);
    let mut worst = 0.0_f64;
    let windows = samples.windows(settings.size).step_by(settings.hop);
    for (frames, display) in windows.zip(display.chunks_exact(settings.bins())) {
        stft.column_dbfs(frames, &mut exact)?;
        let peak = exact.iter().copied().fold(f64::MIN, f64::max);
        for (exact, &display) in exact.iter().zip(display).filter(|(exact, _)| **exact > peak - RANGE_DB) {
            worst = worst.max((exact - f64::from(display)).abs());
        }
    }
    Ok(worst)
}
