//! A minimum and a maximum that start empty and ignore lost samples.

use multiversion::multiversion;

use crate::samples::{LARGEST_SAMPLE, is_sound};

/// Partial results of the scan: the compiler may not regroup comparisons of floats, so they are spelt out.
const LANES: usize = 8;
/// Minimum and maximum of no samples.
const NOTHING: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

/// Buckets merged side by side: two SIMD registers of the smallest machine.
const BUCKETS_AT_ONCE: usize = 4;

/// Minimum and negated maximum of some samples, so that both merge by the same comparison; empty when the minimum is
/// larger than the maximum. Never NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extremes([f32; 2]);

impl Extremes {
    pub(super) const EMPTY: Self = Self([f32::INFINITY; 2]);

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
        self.merge(Self([min as f32, -max as f32]));
    }

    #[inline]
    pub(super) fn merge(&mut self, other: Self) {
        // Neither side is ever NaN, so the plain comparison (one instruction) is enough.
        for (mine, its) in self.0.iter_mut().zip(other.0) {
            *mine = if its < *mine { its } else { *mine };
        }
    }

    /// Merges many.
    #[inline]
    pub(super) fn merge_all(&mut self, others: &[Self]) {
        let (blocks, rest) = others.as_chunks::<BUCKETS_AT_ONCE>();
        if let Some((first, more)) = blocks.split_first() {
            let mut lanes = *first;
            for block in more {
                lanes.iter_mut().zip(block).for_each(|(lane, &bucket)| lane.merge(bucket));
            }
            lanes.iter().for_each(|&lane| self.merge(lane));
        }
        rest.iter().for_each(|&bucket| self.merge(bucket));
    }

    /// Writes `[min, max]`, or NaN twice when empty.
    pub(super) fn store(self, pair: &mut [f32]) {
        let (min, max) = (self.0[0], -self.0[1]);
        pair.copy_from_slice(&if min <= max { [min, max] } else { [f32::NAN; 2] });
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
