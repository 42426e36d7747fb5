//! scipy's numbers, from the committed golden files: levels of the STFT and window coefficients.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{StftSettings, Window};
use common::*;
use serde::Deserialize;

/// Agreement asked of the f64 path above -120 dBFS.
const LIMIT_DB: f64 = 1e-3;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    signal: usize,
    signal_name: String,
    window: String,
    size: usize,
    hop: usize,
    pad: usize,
    columns: Vec<usize>,
    bin_step: usize,
    bins_per_column: usize,
    offset: usize,
}

#[derive(Deserialize)]
struct Table {
    window: String,
    size: usize,
    indices: Vec<usize>,
    values: Vec<f64>,
}

fn signals(frames: usize) -> Vec<Vec<f64>> {
    let data = golden_npy("stft/signals.npy", "<i2");
    let samples: Vec<f64> =
        data.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0).collect();
    samples.chunks_exact(frames).map(<[f64]>::to_vec).collect()
}

#[test]
fn levels_equal_short_time_fft() {
    let document = golden_json("stft/cases.json");
    let cases: Vec<Case> = serde_json::from_value(document["cases"].clone()).unwrap();
    let signals = signals(document["frames"].as_u64().unwrap() as usize);
    let data = golden_npy("stft/expected.npy", "<f4");
    let expected: Vec<f32> =
        data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    assert!(cases.len() >= 100 && signals.len() == 3);
    for case in &cases {
        let window: Window = case.window.parse().unwrap();
        let settings = StftSettings::new(window, case.size, case.hop, case.pad).unwrap();
        let exact = exact_columns(&settings, &signals[case.signal]);
        let display = display_columns(&settings, &signals[case.signal]);
        for (i, &column) in case.columns.iter().enumerate() {
            let peak = exact[column][peak_bin(&exact[column])];
            for j in 0..case.bins_per_column {
                let scipy = f64::from(expected[case.offset + i * case.bins_per_column + j]);
                let bin = j * case.bin_step;
                let label = format!("{} {window} {}, column {column} bin {bin}", case.signal_name, case.size);
                if scipy > -120.0 {
                    let level = exact[column][bin];
                    assert!((level - scipy).abs() <= LIMIT_DB, "{label}: {level} and {scipy}");
                }
                if scipy > peak - 80.0 {
                    let level = f64::from(display[column][bin]);
                    assert!((level - scipy).abs() <= 0.01, "{label}, display: {level} and {scipy}");
                }
            }
        }
    }
}

#[test]
fn windows_equal_get_window() {
    let document = golden_json("windows/coefficients.json");
    let tables: Vec<Table> = serde_json::from_value(document["tables"].clone()).unwrap();
    assert_eq!(tables.len(), 18);
    for table in tables {
        let window: Window = table.window.parse().unwrap();
        let coefficients = window.coefficients(table.size);
        assert_eq!(coefficients.len(), table.size);
        for (&i, &value) in table.indices.iter().zip(&table.values) {
            assert!((coefficients[i] - value).abs() < 1e-14, "{window} {}[{i}]", table.size);
        }
    }
}
