//! Every length and padding against a transform in f64, and every vector width bit for bit against the others.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

use fearless_simd::{Level, dispatch};
use realfft::RealFftPlanner;

use super::*;
use crate::Window;
use crate::display_stft::frames::Frames;

/// This CPU's best vectors, the narrower ones it has as well, and those that every CPU of its kind has.
fn levels() -> Vec<Level> {
    let best = Level::new();
    let mut levels = vec![best, Level::baseline()];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(best.as_avx2().map(|simd| simd.level()));
        levels.extend(best.as_sse4_2().map(|simd| simd.level()));
    }
    levels
}

fn noise(len: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / f64::from(u32::MAX) - 0.5
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn powers_at(level: Level, window: &[f64], fft_len: usize, samples: &[f64], start: usize) -> Vec<f32> {
    let mut frames = Frames::new(samples.len());
    let mut fft = RealFft::new(window, fft_len);
    let mut powers = vec![0.0; fft_len / 2 + 1];
    dispatch!(level, simd => {
        frames.convert(simd, samples);
        fft.powers(simd, frames.pairs(start, window.len()), &mut powers);
        // Once more: nothing of the last column may be left.
        fft.powers(simd, frames.pairs(start, window.len()), &mut powers);
    });
    powers
}

fn exact_powers(window: &[f64], fft_len: usize, samples: &[f64]) -> Vec<f64> {
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(fft_len);
    let mut input = vec![0.0; fft_len];
    for ((x, sample), w) in input.iter_mut().zip(samples).zip(window) {
        *x = sample * w / HEADROOM;
    }
    let mut spectrum = fft.make_output_vec();
    fft.process(&mut input, &mut spectrum).unwrap();
    spectrum.iter().map(|bin| 4.0 * bin.norm_sqr()).collect()
}

#[test]
fn every_length_padding_and_vector_width() {
    for log2_len in 8..=18 {
        let fft_len = 1_usize << log2_len;
        for pad in [1, 2, 4, 8] {
            let size = fft_len / pad;
            if !(256..=32_768).contains(&size) {
                continue;
            }
            let window = Window::Hann.coefficients(size);
            let samples = noise(size + 3);
            // Even and odd starts take the pairs from different places.
            for start in [0, 3] {
                let best = powers_at(Level::new(), &window, fft_len, &samples, start);
                let exact = exact_powers(&window, fft_len, &samples[start..]);
                let peak = exact.iter().copied().fold(0.0, f64::max).sqrt();
                for (bin, (&power, exact)) in best.iter().zip(&exact).enumerate() {
                    let error = (f64::from(power).sqrt() - exact.sqrt()).abs() / peak;
                    assert!(error < 5e-7, "{fft_len} x{pad} from {start}, bin {bin}: {error}");
                }
                for level in levels() {
                    assert!(
                        powers_at(level, &window, fft_len, &samples, start) == best,
                        "{level:?}, {fft_len} x{pad}"
                    );
                }
            }
        }
    }
}

#[test]
fn one_nan_makes_every_power_nan() {
    for fft_len in [256, 512, 4096] {
        let window = Window::Hann.coefficients(fft_len);
        for lost in [1, fft_len / 2, fft_len - 1] {
            let mut samples = noise(fft_len);
            samples[lost] = f64::NAN;
            let powers = powers_at(Level::new(), &window, fft_len, &samples, 0);
            assert!(powers.iter().all(|power| power.is_nan()), "{fft_len}, {lost}");
        }
    }
}
