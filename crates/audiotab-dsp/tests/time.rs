//! When things happen: columns are stamped at their centre (T1) and an impulse is where it is (T2).

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{PxGrid, Pyramid, Window, peak};
use common::*;

#[test]
fn t1_the_ridge_of_a_chirp_lies_at_the_centre_time() {
    let samples = chirp(24_000.0, 10.0);
    for (window, size, hop) in [(Window::Hann, 4096, 1024), (Window::BlackmanHarris, 1024, 300)] {
        let settings = settings(window, size, hop, 1);
        let bin_hz = settings.bin_frequency_hz(1.0, RATE_HZ);
        for (k, column) in exact_columns(&settings, &samples).iter().enumerate() {
            let expected_hz = 2400.0 * settings.column_centre_frame(k as u64) as f64 / RATE_HZ;
            // At the ends of the band the chirp meets its own mirror image.
            if !(500.0..23_500.0).contains(&expected_hz) {
                continue;
            }
            let found = peak::refine(column, peak_bin(column)).unwrap();
            let error_bins = (settings.bin_frequency_hz(found.bin, RATE_HZ) - expected_hz) / bin_hz;
            assert!(error_bins.abs() < 1.0, "{window} column {k}: {error_bins} bins");
        }
    }
}

#[test]
fn t1_display_path_gives_the_same_ridge() {
    let settings = settings(Window::Hann, 4096, 1024, 1);
    let samples = chirp(24_000.0, 10.0);
    let exact = exact_columns(&settings, &samples);
    for (column, display) in exact.iter().zip(display_columns(&settings, &samples)) {
        assert!(peak_bin(column).abs_diff(peak_bin(&display)) <= 1);
    }
}

#[test]
fn t2_an_impulse_is_centred_where_it_is_in_both_views() {
    let frames = 200_000;
    for (size, hop) in [(256, 64), (2048, 512), (2048, 300), (32_768, 4096)] {
        let settings = settings(Window::Hann, size, hop, 1);
        for impulse in [70_000, 100_001, 123_456] {
            let mut samples = vec![0.0; frames];
            samples[impulse] = 1.0;
            let columns = display_columns(&settings, &samples);
            // Energy-weighted mean of the column centres.
            let (mut weighted, mut total) = (0.0, 0.0);
            for (k, column) in columns.iter().enumerate() {
                let energy: f64 = column.iter().map(|&db| 10.0_f64.powf(f64::from(db) / 10.0)).sum();
                weighted += energy * settings.column_centre_frame(k as u64) as f64;
                total += energy;
            }
            let centroid = weighted / total;
            let error = (centroid - impulse as f64).abs();
            assert!(error <= hop as f64 / 2.0, "{size}/{hop}: centroid {error} frames off");

            let mut pyramid = Pyramid::new(frames as u64);
            pyramid.push(0, &samples);
            let grid = PxGrid { first_px: 0, frames_per_px: 250.0, width_px: frames / 250 };
            let mut out = vec![0.0; 2 * grid.width_px];
            pyramid.min_max_exact(&grid, &mut out, |start, dest| {
                dest.copy_from_slice(&samples[start as usize..][..dest.len()]);
            });
            let shown: Vec<_> = (0..grid.width_px).filter(|px| out[2 * px + 1] == 1.0).collect();
            assert_eq!(shown, [impulse / 250]);
        }
    }
}
