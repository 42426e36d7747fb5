//! A minimum and a maximum that start empty and ignore lost samples.

use crate::samples::is_sound;

/// Lanes of the scan that the compiler turns into SIMD.
const LANES: usize = 8;

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
        let mut min = [f64::INFINITY; LANES];
        let mut max = [f64::NEG_INFINITY; LANES];
        let blocks = samples.chunks_exact(LANES);
        let rest = blocks.remainder();
        for block in blocks {
            for lane in 0..LANES {
                // NaN compares false and so changes neither.
                let x = if is_sound(block[lane]) { block[lane] } else { f64::NAN };
                min[lane] = if x < min[lane] { x } else { min[lane] };
                max[lane] = if x > max[lane] { x } else { max[lane] };
            }
        }
        for (lane, &sample) in rest.iter().enumerate() {
            let x = if is_sound(sample) { sample } else { f64::NAN };
            min[lane] = if x < min[lane] { x } else { min[lane] };
            max[lane] = if x > max[lane] { x } else { max[lane] };
        }
        for lane in 0..LANES {
            self.merge(Self { min: min[lane] as f32, max: max[lane] as f32 });
        }
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
