//! A minimum and a maximum that start empty and ignore lost samples.

use multiversion::multiversion;

use crate::samples::{LARGEST_SAMPLE, is_sound};

/// Partial results of the scan: the compiler may not regroup comparisons of floats, so they are spelt out.
const LANES: usize = 8;
/// Minimum and maximum of no samples.
const NOTHING: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

/// Minimum and maximum of some samples, f32; empty when the minimum is the larger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extremes {
    min: f32,
    max: f32,
}

impl Extremes {
    pub(super) const EMPTY: Self = Self { min: f32::INFINITY, max: f32::NEG_INFINITY };

    /// Adds every sample that is not lost.
    pub(super) fn add_samples(&mut self, samples: &[f64]) {
        let (mut min, mut max) = scan(samples);
        if !(min >= -LARGEST_SAMPLE && max <= LARGEST_SAMPLE) && min <= max {
            // An infinity or another absurd value: rare enough to look again, one by one.
            (min, max) = samples
                .iter()
                .filter(|&&x| is_sound(x))
                .fold(NOTHING, |(min, max), &x| (x.min(min), x.max(max)));
        }
        self.merge(Self { min: min as f32, max: max as f32 });
    }

    #[inline]
    pub(super) fn merge(&mut self, other: Self) {
        // Neither side is ever NaN, so the plain comparison (one instruction) is enough.
        self.min = if other.min < self.min { other.min } else { self.min };
        self.max = if other.max > self.max { other.max } else { self.max };
    }

    /// Writes `[min, max]`, or NaN twice when empty.
    pub(super) fn store(self, pair: &mut [f32]) {
        let values = if self.min <= self.max { [self.min, self.max] } else { [f32::NAN; 2] };
        pair.copy_from_slice(&values);
    }
}

/// Minimum and maximum of all samples but the NaN ones.
#[multiversion(targets("x86_64+avx2"))]
fn scan(samples: &[f64]) -> (f64, f64) {
    let mut lanes_min = [NOTHING.0; LANES];
    let mut lanes_max = [NOTHING.1; LANES];
    let (blocks, rest) = samples.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            // Exactly the SIMD minimum and maximum; NaN compares false and changes neither.
            lanes_min[lane] = if block[lane] < lanes_min[lane] { block[lane] } else { lanes_min[lane] };
            lanes_max[lane] = if block[lane] > lanes_max[lane] { block[lane] } else { lanes_max[lane] };
        }
    }
    let (mut min, mut max) = NOTHING;
    for &x in lanes_min.iter().chain(rest) {
        min = if x < min { x } else { min };
    }
    for &x in lanes_max.iter().chain(rest) {
        max = if x > max { x } else { max };
    }
    (min, max)
}
