//! The f32 display path against the f64 path: within 0.01 dB down to 80 dB below each column's own peak, at every size
//! and padding.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{StftSettings, Window, codes};
use common::*;

const LIMIT_DB: f64 = 0.01;
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
    assert!(level <= LIMIT_DB, "{label}: {level} dB");
    assert!(code <= LIMIT_DB + CODE_ROUNDING_DB, "{label}: {code} dB in codes");
}

fn signals(frames: usize) -> [(&'static str, Vec<f64>); 6] {
    let mut two_tones = sine(0.01037, 0.7, frames);
    two_tones.iter_mut().zip(sine(0.21, 1e-3, frames)).for_each(|(sum, x)| *sum += x);
    [
        ("noise", Noise::new(5).uniforms(1.0, frames)),
        ("quiet noise", Noise::new(6).gaussians(1e-7, frames)),
        ("full-scale sine", sine(997.0 / RATE_HZ, 1.0, frames)),
        ("two tones", two_tones),
        ("chirp", chirp(24_000.0, frames as f64 / RATE_HZ)),
        ("DC", vec![0.99; frames]),
    ]
}

#[test]
fn every_size_and_padding() {
    for size in (8..=15).map(|exponent| 1_usize << exponent) {
        let signals = signals((2 * size).max(16_384));
        for pad in [1, 2, 4, 8] {
            for window in [Window::Hann, Window::BlackmanHarris, Window::Rectangular] {
                // An odd hop too: columns then start at even and odd frames in turn.
                for hop in [size / 4, size / 2 + 1] {
                    let settings = settings(window, size, hop, pad);
                    signals.iter().for_each(|(what, samples)| assert_accurate(&settings, samples, what));
                }
            }
        }
    }
}

#[test]
fn every_window() {
    let signals = signals(45_000);
    for window in ALL_WINDOWS {
        for (size, hop, pad) in [(256, 200, 8), (2048, 512, 1), (32_768, 8192, 1)] {
            let settings = settings(window, size, hop, pad);
            signals.iter().for_each(|(what, samples)| assert_accurate(&settings, samples, what));
        }
    }
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
