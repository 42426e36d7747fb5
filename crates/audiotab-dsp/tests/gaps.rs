//! Lost samples: NaN, infinities and absurd values mark exactly the columns that touch them and change no other.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{DisplayStft, DspError, LARGEST_SAMPLE, Stft, Window, codes};
use common::*;

#[test]
fn exactly_the_columns_that_touch_a_lost_sample_are_marked() {
    let clean = Noise::new(21).uniforms(0.5, 30_000);
    for (size, hop) in [(1024, 256), (256, 256), (2048, 300)] {
        let settings = settings(Window::Hann, size, hop, 1);
        let expected = display_columns(&settings, &clean);
        let exact_clean = exact_columns(&settings, &clean);
        for lost in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1.001 * LARGEST_SAMPLE] {
            for frame in [0, 5_000, 5_120, 12_345, 29_999] {
                let mut samples = clean.clone();
                samples[frame] = lost;
                let display = display_columns(&settings, &samples);
                let coded = display_codes(&settings, &samples);
                let exact = exact_columns(&settings, &samples);
                for k in 0..expected.len() {
                    if settings.column_frames(k as u64).contains(&(frame as u64)) {
                        assert!(exact[k].iter().all(|db| db.is_nan()));
                        assert!(display[k].iter().all(|db| db.is_nan()));
                        assert!(coded[k].iter().all(|&code| code == codes::GAP));
                    } else {
                        assert_eq!(exact[k], exact_clean[k]);
                        assert!(coded[k].iter().all(|&code| code != codes::GAP));
                        // The partner in the FFT changed from sound to nothing: f32 rounding may differ.
                        for (a, b) in display[k].iter().zip(&expected[k]) {
                            assert!((a - b).abs() < 0.01 || a.max(*b) < -110.0, "column {k}: {a} and {b}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_largest_sound_is_sound() {
    let settings = settings(Window::Rectangular, 256, 128, 1);
    let samples = vec![LARGEST_SAMPLE; 1024];
    assert!((column_dbfs(&settings, &samples)[0] - 300.0).abs() < 1e-9);
    assert!((display_columns(&settings, &samples)[1][0] - 300.0).abs() < 0.01);
    assert_eq!(display_codes(&settings, &samples)[1][0], 60_000);
}

#[test]
fn the_smallest_sounds_neither_stall_nor_break() {
    let settings = settings(Window::Hann, 256, 64, 1);
    for amplitude in [f64::MIN_POSITIVE, 5e-324, 1e-40, 1e-20, 1e-15, 1e-13] {
        let samples = sine(0.125, amplitude, 1024);
        let exact = exact_columns(&settings, &samples).concat();
        let display = display_columns(&settings, &samples).concat();
        assert!(exact.iter().all(|db| db.is_finite()) && display.iter().all(|db| db.is_finite()));
        if amplitude >= 1e-14 {
            assert!(
                (display[32] - exact[32] as f32).abs() < 0.01,
                "{amplitude}: {} {}",
                display[32],
                exact[32]
            );
        }
    }
}

#[test]
fn buffers_of_a_wrong_length_are_refused_and_nothing_is_written() {
    let settings = settings(Window::Hann, 256, 64, 1);
    let mut display = DisplayStft::new(&settings).unwrap();
    let mut stft = Stft::new(&settings).unwrap();
    let samples = [0.0; 1000];
    let mut codes = [7_u16; 258];
    assert!(matches!(
        display.columns(&samples[..319], 2, &mut codes),
        Err(DspError::Length { expected: 320, .. })
    ));
    assert!(display.columns(&samples, 3, &mut codes).is_err());
    assert_eq!(codes, [7; 258]);
    assert_eq!(display.columns(&samples, 2, &mut codes), Ok(()));
    assert_eq!(display.columns(&[], 0, &mut []), Ok(()));
    let mut levels = [7.0; 129];
    assert!(stft.column_dbfs(&samples[..255], &mut levels).is_err());
    assert!(stft.column_dbfs(&samples[..256], &mut levels[1..]).is_err());
    assert_eq!(levels, [7.0; 129]);
}
