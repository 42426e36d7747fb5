//! The f32 display path against the f64 path: within 0.01 dB down to 80 dB below each column's own peak; 0.015 dB
//! above 8192 frames, where a signal spread over the whole band comes close to f32's own noise.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{StftSettings, Window, codes};
use common::*;

/// Codes add their own rounding of half a step.
const CODE_ROUNDING_DB: f64 = 0.005;
const RANGE_DB: f64 = 80.0;

/// Largest difference, dB, within [`RANGE_DB`] of each column's peak, levels and codes.
fn worst_db(settings: &StftSettings, samples: &[f64]) -> (f64, f64) {
    let exact = exact_columns(settings, samples);
    let display = display_columns(settings, samples);
    let coded = display_codes(settings, samples);
    assert!(exact.len() == display.len() && exact.len() == coded.len());
    let (mut worst, mut worst_code) = (0.0_f64, 0.0_f64);
    for ((exact, display), coded) in exact.iter().zip(&display).zip(&coded) {
        let floor = (exact[peak_bin(exact)] - RANGE_DB).max(-280.0);
        for k in (0..exact.len()).filter(|&k| exact[k] > floor) {
            worst = worst.max((exact[k] - f64::from(display[k])).abs());
            worst_code = worst_code.max((exact[k] - f64::from(codes::dbfs_from_code(coded[k]))).abs());
        }
    }
    (worst, worst_code)
}

fn assert_accurate(settings: &StftSettings, samples: &[f64], what: &str) {
    let (level, code) = worst_db(settings, samples);
    let label = format!("{what}, {} {}/{} x{}", settings.window, settings.size, settings.hop, settings.pad);
    let limit_db = if settings.size <= 8192 { 0.01 } else { 0.015 };
    assert!(level <= limit_db, "{label}: {level} dB");
    assert!(code <= limit_db + CODE_ROUNDING_DB, "{label}: {code} dB in codes");
}

#[test]
fn every_window_size_and_padding() {
    let frames = 45_000;
    let mut two_tones = sine(0.01037, 0.7, frames);
    two_tones.iter_mut().zip(sine(0.21, 1e-3, frames)).for_each(|(sum, x)| *sum += x);
    let signals = [
        ("noise", Noise::new(5).uniforms(1.0, frames)),
        ("quiet noise", Noise::new(6).gaussians(1e-7, frames)),
        ("full-scale sine", sine(997.0 / RATE_HZ, 1.0, frames)),
        ("two tones", two_tones),
        ("chirp", chirp(24_000.0, frames as f64 / RATE_HZ)),
        ("DC", vec![0.99; frames]),
    ];
    for window in ALL_WINDOWS {
        for (size, hop, pad) in
            [(256, 200, 8), (2048, 512, 1), (2048, 700, 4), (8192, 2048, 1), (32_768, 8192, 1)]
        {
            let settings = settings(window, size, hop, pad);
            for (what, samples) in &signals {
                assert_accurate(&settings, samples, what);
            }
        }
    }
}

#[test]
fn the_longest_transform() {
    let settings = settings(Window::BlackmanHarris, 32_768, 8192, 8);
    assert_accurate(&settings, &sine(0.1234, 1.0, 45_000), "sine");
    assert_accurate(&settings, &chirp(24_000.0, 45_000.0 / RATE_HZ), "chirp");
    assert_accurate(&settings, &Noise::new(7).uniforms(1.0, 45_000), "noise");
}

#[test]
fn a_quiet_column_next_to_a_loud_one_keeps_its_accuracy() {
    // Noise at -100 dBFS, then a full-scale click: columns that share an FFT differ by 100 dB.
    for window in ALL_WINDOWS {
        let settings = settings(window, 2048, 512, 1);
        let mut samples = Noise::new(8).uniforms(1e-5, 20_000);
        samples[9_000] = 1.0;
        samples[15_001] = -1e3;
        assert_accurate(&settings, &samples, "click in quiet noise");
        let mut steps = Noise::new(9).uniforms(1.0, 20_000);
        steps.iter_mut().enumerate().for_each(|(n, x)| *x *= 10.0_f64.powi(-((n / 2048) as i32)));
        assert_accurate(&settings, &steps, "falling steps of 20 dB");
    }
}
