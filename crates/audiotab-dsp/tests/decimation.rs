//! Decimation against `scipy.signal.decimate`: pass band, stop band, position, streaming, gaps.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{Decimator, DspError, Window, decimate};
use common::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    factor: usize,
    over_new_nyquist: Vec<f64>,
    gain_db: Vec<f64>,
}

/// Gain at a frequency, dB: sine and cosine, so that the phase at the new Nyquist frequency does not matter.
fn gain_db(factor: usize, cycles_per_frame: f64) -> f64 {
    let frames = 1024 * factor.min(64);
    let mut power = 0.0;
    let mut count = 0.0;
    for phase in [0.0, 0.25] {
        let tone = |n: usize| (std::f64::consts::TAU * (cycles_per_frame * n as f64 + phase)).sin();
        let out = decimate(&(0..frames).map(tone).collect::<Vec<_>>(), factor).unwrap();
        let inner = &out[out.len() / 4..out.len() * 3 / 4];
        power += inner.iter().map(|y| y * y).sum::<f64>();
        count += inner.len() as f64 / 2.0;
    }
    10.0 * (power / count).max(1e-30).log10()
}

#[test]
fn pass_and_stop_bands_are_at_least_scipys() {
    let tables: Vec<Table> =
        serde_json::from_value(golden_json("decimate/response.json")["tables"].clone()).unwrap();
    for table in tables {
        for (&over_nyquist, &scipy_db) in table.over_new_nyquist.iter().zip(&table.gain_db) {
            let gain = gain_db(table.factor, over_nyquist * 0.5 / table.factor as f64);
            let label = format!("factor {} at {over_nyquist} of the new Nyquist: {gain} dB", table.factor);
            if over_nyquist <= 0.7 {
                assert!(gain.abs() < 0.001, "{label}");
                assert!((gain - scipy_db).abs() <= 0.1 + 1e-3, "{label}, scipy {scipy_db}");
            } else {
                assert!(gain <= scipy_db.max(-100.0), "{label}, scipy {scipy_db}");
            }
        }
    }
}

#[test]
fn every_factor_is_flat_to_0_8_and_stops_all_that_would_fold_back() {
    for factor in [1, 2, 3, 5, 6, 7, 9, 12, 13, 16, 30, 60, 97, 100] {
        let nyquist = 0.5 / factor as f64;
        for part in [0.05, 0.5, 0.8] {
            let gain = gain_db(factor, part * nyquist);
            assert!(gain.abs() < 0.001, "factor {factor}, {part} of Nyquist: {gain} dB");
        }
        if factor == 1 {
            continue;
        }
        for image in 1..factor {
            // Frequencies that fold onto the pass band from every side.
            for part in [1.0, 1.3, 2.0 * image as f64 - 0.7, 2.0 * image as f64, 2.0 * image as f64 + 0.3] {
                let frequency = part * nyquist;
                if part >= 1.0 && frequency < 0.5 {
                    let gain = gain_db(factor, frequency);
                    assert!(gain < -100.0, "factor {factor}, {part} of Nyquist: {gain} dB");
                }
            }
            if image >= 6 {
                break;
            }
        }
    }
}

#[test]
fn a_tone_at_0_6_of_the_old_nyquist_leaves_no_alias_at_factor_2() {
    let gain = gain_db(2, 0.3);
    assert!(gain <= -60.0, "{gain} dB");
}

#[test]
fn the_spectrum_below_0_7_of_the_new_nyquist_is_that_of_the_full_rate() {
    let factor = 4;
    let full = settings(Window::BlackmanHarris, 8192, 8192, 1);
    let reduced = settings(Window::BlackmanHarris, 2048, 2048, 1);
    let samples = Noise::new(31).uniforms(0.5, 40_000);
    let low_rate = decimate(&samples, factor).unwrap();
    // Same bins, same frames: 16,384..24,576.
    let a = column_dbfs(&full, &samples[16_384..]);
    let b = column_dbfs(&reduced, &low_rate[4096..]);
    for k in 0..(0.7 * 1024.0) as usize {
        if a[k] > -90.0 {
            assert!((a[k] - b[k]).abs() <= 0.1, "bin {k}: {} and {}", a[k], b[k]);
        }
    }
}

#[test]
fn output_m_is_centred_on_frame_m_times_the_factor() {
    for factor in [2, 3, 8, 30, 64] {
        let mut samples = vec![0.0; 400 * factor];
        samples[200 * factor] = 1.0;
        let out = decimate(&samples, factor).unwrap();
        assert_eq!(out.len(), 400);
        assert_eq!(peak_bin(&out), 200);
        for d in 1..50 {
            assert!((out[200 - d] - out[200 + d]).abs() < 1e-12, "factor {factor} is not symmetric");
        }
        assert_eq!(decimate(&samples[..399 * factor + 1], factor).unwrap().len(), 400);
        assert_eq!(decimate(&[], factor).unwrap(), Vec::<f64>::new());
    }
}

#[test]
fn streaming_gives_the_same_as_one_call() {
    let samples = Noise::new(32).uniforms(1.0, 20_000);
    for factor in [1, 2, 10, 96] {
        let whole = decimate(&samples, factor).unwrap();
        let mut decimator = Decimator::new(factor).unwrap();
        let mut streamed = Vec::new();
        let mut out = vec![0.0; 20_000 + decimator.max_output(decimator.latency_frames())];
        let mut rest = &samples[..];
        for length in [1, 7, 0, 1024, 333, 5000, 2].into_iter().cycle() {
            let (part, later) = rest.split_at(length.min(rest.len()));
            let n = decimator.process(part, &mut out).unwrap();
            streamed.extend_from_slice(&out[..n]);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let n = decimator.finish(&mut out).unwrap();
        streamed.extend_from_slice(&out[..n]);
        assert_eq!(streamed, whole, "factor {factor}");
    }
}

#[test]
fn a_lost_sample_reaches_no_further_than_the_filter() {
    let factor = 12;
    let clean = Noise::new(33).uniforms(1.0, 12_000);
    let expected = decimate(&clean, factor).unwrap();
    let reach = Decimator::new(factor).unwrap().latency_frames();
    for lost in [f64::NAN, f64::INFINITY] {
        let mut samples = clean.clone();
        samples[6_000] = lost;
        for (m, (y, clean)) in decimate(&samples, factor).unwrap().iter().zip(&expected).enumerate() {
            if (m * factor).abs_diff(6_000) > reach {
                assert_eq!(y, clean, "output {m}");
            }
        }
    }
}

#[test]
fn impossible_factors_and_short_buffers_are_refused() {
    assert_eq!(Decimator::new(0).unwrap_err(), DspError::DecimationFactor(0));
    assert!(Decimator::new(4097).is_err() && Decimator::new(4096).is_ok() && Decimator::new(4093).is_ok());
    let mut decimator = Decimator::new(4).unwrap();
    assert!(decimator.process(&[0.0; 100], &mut [0.0; 25]).is_err());
    assert!(decimator.finish(&mut []).is_err());
}
