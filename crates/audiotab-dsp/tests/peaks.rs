//! Peaks between bins: accuracy over all positions (L7) and the 440 Hz example (L8).

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{Window, peak};
use common::*;

const N: usize = 4096;

#[test]
fn l7_frequency_and_level_over_all_positions_between_two_bins() {
    // The parabola's own bias: 0.016 bin and 0.32 dB for Hann, 0.0032 bin and 0.03 dB for Blackman-Harris.
    let limits = [(Window::Hann, 0.01605, 0.325), (Window::BlackmanHarris, 0.0032, 0.034)];
    for (window, limit_bins, limit_db) in limits {
        let settings = settings(window, N, N, 1);
        for step in 0..=200 {
            let bin = 300.0 + f64::from(step) / 200.0;
            let column = column_dbfs(&settings, &sine(bin / N as f64, 1.0, N));
            let found = peak::strongest_near(&column, 300, 2).unwrap();
            assert!((found.bin - bin).abs() <= limit_bins, "{window}: {} instead of {bin}", found.bin);
            assert!((-0.001..=limit_db).contains(&found.dbfs), "{window}: {} dBFS at {bin}", found.dbfs);
        }
    }
}

#[test]
fn l8_440_hz() {
    let settings = settings(Window::Hann, N, N, 1);
    let column = column_dbfs(&settings, &sine(440.0 / RATE_HZ, 1.0, N));
    let bin = peak_bin(&column);
    assert_eq!(bin, 38);
    assert!((settings.bin_frequency_hz(bin as f64, RATE_HZ) - 445.31).abs() < 0.01);
    assert!((column[bin] + 1.17).abs() < 0.01, "raw level {}", column[bin]);
    let found = peak::refine(&column, bin).unwrap();
    let frequency_hz = settings.bin_frequency_hz(found.bin, RATE_HZ);
    assert!((frequency_hz - 439.92).abs() < 0.1, "{frequency_hz} Hz");
}
