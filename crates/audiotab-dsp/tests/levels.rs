//! What every level must read: known signals against arithmetic. L numbers are the rows of the level checks.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{FLOOR_DBFS, Stft, StftSettings, Window, codes, colormap};
use common::*;

const N: usize = 4096;

fn assert_near(actual: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((actual - expected).abs() <= tolerance, "{what}: {actual} is not {expected} ± {tolerance}");
}

/// Level of the loudest bin of the first column, f64 and display path.
fn peak_dbfs(settings: &StftSettings, samples: &[f64]) -> [f64; 2] {
    let exact = column_dbfs(settings, samples);
    let display = &display_columns(settings, &samples[..settings.size])[0];
    [exact[peak_bin(&exact)], f64::from(display[peak_bin(display)])]
}

#[test]
fn l1_full_scale_on_a_bin_reads_zero_under_every_window() {
    for window in ALL_WINDOWS {
        let samples = sine(85.0 / N as f64, 1.0, N);
        for level in peak_dbfs(&settings(window, N, N, 1), &samples) {
            assert_near(level, 0.0, 0.001, &window.to_string());
        }
    }
}

#[test]
fn l3_half_a_bin_off_reads_the_windows_scalloping_loss() {
    let expected = [
        (Window::Hann, -1.424),
        (Window::Hamming, -1.751),
        (Window::BlackmanHarris, -0.826),
        (Window::FlatTop, -0.010),
        (Window::Rectangular, -3.90),
    ];
    for (window, level) in expected {
        for actual in peak_dbfs(&settings(window, N, N, 1), &sine(85.5 / N as f64, 1.0, N)) {
            assert_near(actual, level, 0.01, &window.to_string());
        }
    }
}

#[test]
fn l4_997_hz() {
    for (window, level) in [(Window::Hann, -0.034), (Window::BlackmanHarris, -0.020), (Window::FlatTop, 0.0)]
    {
        for actual in peak_dbfs(&settings(window, N, N, 1), &sine(997.0 / RATE_HZ, 1.0, N)) {
            assert_near(actual, level, 0.01, &window.to_string());
        }
    }
}

#[test]
fn l5_size_window_and_padding_do_not_change_the_reading() {
    for size in (8..=15).map(|bits| 1 << bits) {
        for pad in [1, 2, 4, 8] {
            for window in ALL_WINDOWS {
                let settings = settings(window, size, 16, pad);
                // On bin size/8 of the unpadded transform, clear of DC and Nyquist for the widest main lobe.
                for level in peak_dbfs(&settings, &sine(0.125, 1.0, size)) {
                    assert_near(level, 0.0, 0.01, &format!("{window} {size} x{pad}"));
                }
            }
        }
    }
}

#[test]
fn l6_zero_padding_removes_scalloping() {
    for level in peak_dbfs(&settings(Window::Hann, N, N, 8), &sine(85.5 / N as f64, 1.0, N)) {
        assert_near(level, 0.0, 0.01, "half a bin off, padded 8 times");
    }
}

#[test]
fn l9_dc_and_nyquist_are_not_doubled() {
    for window in ALL_WINDOWS {
        let settings = settings(window, N, N, 1);
        let dc = vec![0.5; N];
        let nyquist: Vec<f64> = (0..N).map(|n| if n % 2 == 0 { 0.5 } else { -0.5 }).collect();
        for (samples, bin) in [(dc, 0), (nyquist, N / 2)] {
            let exact = column_dbfs(&settings, &samples)[bin];
            let display = display_columns(&settings, &samples)[0][bin];
            assert_near(exact, -6.021, 0.001, &format!("{window} bin {bin}"));
            assert_near(f64::from(display), -6.021, 0.001, &format!("{window} bin {bin}, display"));
        }
    }
}

#[test]
fn l10_partials_of_a_square_wave() {
    // Band-limited square of amplitude 1 on bin 32: 4/pi * sum of sin((2 m + 1) x) / (2 m + 1).
    let partials = [(1.0, 2.098), (3.0, -7.444), (5.0, -11.881), (7.0, -14.804), (9.0, -16.987)];
    let bin = 32.0;
    let mut samples = vec![0.0; N];
    for order in (1..=63).step_by(2).map(f64::from) {
        let partial = sine(bin * order / N as f64, 4.0 / (std::f64::consts::PI * order), N);
        samples.iter_mut().zip(partial).for_each(|(sum, x)| *sum += x);
    }
    let column = column_dbfs(&settings(Window::Hann, N, N, 1), &samples);
    for (order, level) in partials {
        assert_near(column[(bin * order) as usize], level, 0.02, &format!("partial {order}"));
    }
}

#[test]
fn l12_white_noise_density_and_bin_levels() {
    let settings = settings(Window::Hann, N, N / 2, 1);
    let samples = Noise::new(12).gaussians(0.1, N * 400);
    let mut stft = Stft::new(&settings).unwrap();
    let inner = 8..settings.bins() - 8;
    let (mut density, mut power, mut level, mut count) = (0.0, 0.0, 0.0, 0.0);
    let mut column = vec![0.0; settings.bins()];
    for frames in samples.windows(N).step_by(settings.hop) {
        stft.column_density(frames, RATE_HZ, &mut column).unwrap();
        density += column[inner.clone()].iter().sum::<f64>();
        stft.column_dbfs(frames, &mut column).unwrap();
        power += column[inner.clone()].iter().map(|db| 10.0_f64.powf(db / 10.0)).sum::<f64>();
        level += column[inner.clone()].iter().sum::<f64>();
        count += inner.len() as f64;
    }
    assert_near(10.0 * (density / count).log10(), -63.80, 0.1, "density, dB re FS²/Hz");
    assert_near(10.0 * (power / count).log10(), -48.34, 0.1, "mean power per bin");
    assert_near(level / count, -50.85, 0.1, "mean of the levels");
}

#[test]
fn l13_the_density_sums_to_the_mean_square() {
    let settings = settings(Window::Hann, 2048, 1024, 2);
    let samples = Noise::new(13).gaussians(0.2, 2048 * 300);
    let mean_square = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
    let mut stft = Stft::new(&settings).unwrap();
    let mut column = vec![0.0; settings.bins()];
    let (mut total, mut count) = (0.0, 0.0);
    for frames in samples.windows(2048).step_by(1024) {
        stft.column_density(frames, RATE_HZ, &mut column).unwrap();
        total += column.iter().sum::<f64>() * RATE_HZ / settings.fft_len() as f64;
        count += 1.0;
    }
    assert_near(10.0 * (total / count / mean_square).log10(), 0.0, 0.02, "average Parseval");
}

#[test]
fn l14_120_db_below_a_neighbour_50_bins_away() {
    let settings = settings(Window::BlackmanHarris, N, N, 1);
    let mut samples = sine(500.0 / N as f64, 1.0, N);
    let quiet = sine(550.0 / N as f64, 1e-6, N);
    samples.iter_mut().zip(quiet).for_each(|(sum, x)| *sum += x);
    assert_near(column_dbfs(&settings, &samples)[550], -120.0, 1.0, "f64");
    assert_near(f64::from(display_columns(&settings, &samples)[0][550]), -120.0, 1.0, "display");
}

#[test]
fn l15_silence_is_a_finite_floor_and_the_first_colour() {
    for window in ALL_WINDOWS {
        for pad in [1, 8] {
            let settings = settings(window, 256, 64, pad);
            let silence = vec![0.0; 1024];
            assert!(column_dbfs(&settings, &silence).iter().all(|&db| db == FLOOR_DBFS));
            assert!(display_columns(&settings, &silence).concat().iter().all(|&db| db == FLOOR_DBFS as f32));
            assert!(display_codes(&settings, &silence).concat().iter().all(|&code| code == codes::SILENCE));
        }
    }
    let range = colormap::DbRange { min_dbfs: -140.0, max_dbfs: 0.0 };
    assert_eq!(range.index_from_dbfs(FLOOR_DBFS as f32), 0);
    assert_eq!(range.index_from_dbfs(codes::dbfs_from_code(codes::SILENCE)), 0);
}

#[test]
fn exact_zeros_in_the_spectrum_of_a_sounding_column_are_finite() {
    // An impulse train that cancels in every odd bin.
    let settings = settings(Window::Rectangular, 256, 256, 1);
    let mut samples = vec![0.0; 256];
    (samples[0], samples[128]) = (1.0, 1.0);
    assert!(column_dbfs(&settings, &samples).iter().all(|db| db.is_finite() && *db >= FLOOR_DBFS));
    assert!(display_columns(&settings, &samples)[0].iter().all(|db| db.is_finite()));
    assert!(display_codes(&settings, &samples)[0].iter().all(|&code| code >= codes::SILENCE));
}
