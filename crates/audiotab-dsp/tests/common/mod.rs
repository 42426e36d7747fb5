//! Signals, reference transforms and golden-file readers shared by the tests.
//!
//! The golden files under `tests/golden` at the top of the repository are language neutral; the wasm tests read the
//! same ones. `scripts/python/make_golden.py` writes them.

#![allow(dead_code)] // every test program uses its own part
#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

use std::f64::consts::TAU;
use std::path::PathBuf;

use audiotab_dsp::{DisplayStft, Stft, StftSettings, Window};

pub const RATE_HZ: f64 = 48_000.0;

/// Every window, the Kaiser at the two betas of the reference table.
pub const ALL_WINDOWS: [Window; 9] = [
    Window::Hann,
    Window::Hamming,
    Window::Blackman,
    Window::BlackmanHarris,
    Window::Nuttall,
    Window::FlatTop,
    Window::Kaiser { beta: 6.76 },
    Window::Kaiser { beta: 14.0 },
    Window::Rectangular,
];

pub fn settings(window: Window, size: usize, hop: usize, pad: usize) -> StftSettings {
    StftSettings::new(window, size, hop, pad).unwrap()
}

/// `amplitude * sin(TAU * cycles_per_frame * n)`.
pub fn sine(cycles_per_frame: f64, amplitude: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|n| amplitude * (TAU * cycles_per_frame * n as f64).sin()).collect()
}

/// Sine whose frequency rises linearly from 0 to `end_hz` over `seconds`.
pub fn chirp(end_hz: f64, seconds: f64) -> Vec<f64> {
    let frames = (seconds * RATE_HZ) as usize;
    let phase = |n: usize| {
        let t = n as f64 / RATE_HZ;
        0.5 * end_hz * t * t / seconds
    };
    (0..frames).map(|n| (TAU * phase(n)).sin()).collect()
}

/// A seeded xorshift* generator: the same noise on every platform.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Uniform in -1..1.
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    /// Gaussian of mean 0 and deviation 1 (Box-Muller).
    pub fn gaussian(&mut self) -> f64 {
        let radius = (-2.0 * (0.5 + 0.5 * self.uniform()).max(1e-300).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    pub fn uniforms(&mut self, amplitude: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|_| amplitude * self.uniform()).collect()
    }

    pub fn gaussians(&mut self, deviation: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|_| deviation * self.gaussian()).collect()
    }
}

/// First column of a signal through the f64 path, dBFS.
pub fn column_dbfs(settings: &StftSettings, samples: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; settings.bins()];
    Stft::new(settings).unwrap().column_dbfs(&samples[..settings.size], &mut out).unwrap();
    out
}

/// All whole columns of a signal through the f64 path, dBFS.
pub fn exact_columns(settings: &StftSettings, samples: &[f64]) -> Vec<Vec<f64>> {
    let mut stft = Stft::new(settings).unwrap();
    let column = |frames: &[f64]| {
        let mut out = vec![0.0; settings.bins()];
        stft.column_dbfs(frames, &mut out).unwrap();
        out
    };
    samples.windows(settings.size).step_by(settings.hop).map(column).collect()
}

/// All whole columns of a signal through the display path, dBFS.
pub fn display_columns(settings: &StftSettings, samples: &[f64]) -> Vec<Vec<f32>> {
    let columns = settings.column_count(samples.len() as u64) as usize;
    let mut out = vec![0.0; columns * settings.bins()];
    DisplayStft::new(settings).unwrap().columns_dbfs(samples, columns, &mut out).unwrap();
    out.chunks(settings.bins()).map(<[f32]>::to_vec).collect()
}

/// All whole columns of a signal through the display path, codes.
pub fn display_codes(settings: &StftSettings, samples: &[f64]) -> Vec<Vec<u16>> {
    let columns = settings.column_count(samples.len() as u64) as usize;
    let mut out = vec![9; columns * settings.bins()];
    DisplayStft::new(settings).unwrap().columns(samples, columns, &mut out).unwrap();
    out.chunks(settings.bins()).map(<[u16]>::to_vec).collect()
}

/// Index of the largest value.
pub fn peak_bin<T: PartialOrd + Copy>(column: &[T]) -> usize {
    (0..column.len()).fold(0, |best, k| if column[k] > column[best] { k } else { best })
}

pub fn golden_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name)
}

/// A golden JSON document.
pub fn golden_json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(golden_path(name)).unwrap()).unwrap()
}

/// The data of a golden NPY 1.0 file, after its header, checked for the given type.
pub fn golden_npy(name: &str, descr: &str) -> Vec<u8> {
    let bytes = std::fs::read(golden_path(name)).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..end]).unwrap();
    assert!(header.contains(&format!("'descr': '{descr}'")) && header.contains("'fortran_order': False"));
    bytes[end..].to_vec()
}
