//! Laws of the transform: the naive DFT, Parseval, linearity, shift, and columns that do not depend on each other.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use std::f64::consts::TAU;

use audiotab_dsp::{Stft, Window};
use common::*;

/// |X|² of one windowed column by the definition of the DFT.
fn naive_power(window: Window, pad: usize, samples: &[f64]) -> Vec<f64> {
    let size = samples.len();
    let len = size * pad;
    let weighted: Vec<f64> = samples.iter().zip(window.coefficients(size)).map(|(x, w)| x * w).collect();
    let bin = |k: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, x) in weighted.iter().enumerate() {
            // The angle is reduced in integers, so that it stays exact.
            let angle = TAU * ((k * n) % len) as f64 / len as f64;
            re += x * angle.cos();
            im -= x * angle.sin();
        }
        re * re + im * im
    };
    (0..=len / 2).map(bin).collect()
}

#[test]
fn equals_the_naive_dft() {
    let samples = Noise::new(1).uniforms(0.5, 512);
    for window in ALL_WINDOWS {
        for pad in [1, 4] {
            let settings = settings(window, 512, 512, pad);
            let sum: f64 = window.coefficients(512).iter().sum();
            let exact = column_dbfs(&settings, &samples);
            let display = &display_columns(&settings, &samples)[0];
            let naive = naive_power(window, pad, &samples);
            let peak = exact[peak_bin(&exact)];
            for (k, power) in naive.iter().enumerate() {
                let sides = if k == 0 || k == settings.bins() - 1 { 1.0 } else { 2.0 };
                let expected = 10.0 * (power * (sides / sum) * (sides / sum)).log10();
                if expected > peak - 80.0 {
                    assert!((exact[k] - expected).abs() < 1e-9, "{window} bin {k}");
                    assert!((f64::from(display[k]) - expected).abs() < 0.01, "{window} bin {k}, display");
                }
            }
        }
    }
}

#[test]
fn parseval_holds_for_every_column() {
    let samples = Noise::new(2).uniforms(1.0, 4096);
    for window in ALL_WINDOWS {
        for pad in [1, 2, 8] {
            let settings = settings(window, 4096, 4096, pad);
            let w = window.coefficients(4096);
            let energy: f64 = samples.iter().zip(&w).map(|(x, w)| (x * w) * (x * w)).sum();
            let expected = energy / w.iter().map(|w| w * w).sum::<f64>();
            let mut density = vec![0.0; settings.bins()];
            Stft::new(&settings).unwrap().column_density(&samples, 1.0, &mut density).unwrap();
            let total = density.iter().sum::<f64>() / settings.fft_len() as f64;
            assert!((total / expected - 1.0).abs() < 1e-12, "{window} x{pad}: {total} and {expected}");
        }
    }
}

#[test]
fn gain_shifts_every_level_alike() {
    let settings = settings(Window::Hann, 1024, 256, 1);
    let samples = Noise::new(3).uniforms(1.0, 4096);
    for gain in [1e-9, 0.1, 3.7, 1e9] {
        let scaled: Vec<f64> = samples.iter().map(|x| x * gain).collect();
        let gain_db = 20.0 * gain.log10();
        for (a, b) in
            exact_columns(&settings, &samples).concat().iter().zip(exact_columns(&settings, &scaled).concat())
        {
            assert!((a + gain_db - b).abs() < 1e-9);
        }
        let display = display_columns(&settings, &samples);
        for (a, b) in display.concat().iter().zip(display_columns(&settings, &scaled).concat()) {
            assert!((f64::from(*a) + gain_db - f64::from(b)).abs() < 0.005, "{a} + {gain_db} and {b}");
        }
    }
}

#[test]
fn a_column_does_not_depend_on_where_it_is_computed() {
    // Odd counts, single columns and long runs must agree whatever shares the FFT: within f32's noise for the
    // display path, exactly for the f64 path.
    let settings = settings(Window::Blackman, 512, 100, 2);
    let samples = Noise::new(4).uniforms(1.0, 60_000);
    let together = display_columns(&settings, &samples);
    for k in [0, 1, 2, 99, together.len() - 1] {
        let alone = &display_columns(&settings, &samples[k * 100..k * 100 + 512])[0];
        for (a, b) in together[k].iter().zip(alone) {
            assert!((a - b).abs() < 0.01 || a.max(*b) < -100.0, "column {k}: {a} and {b}");
        }
    }
}
