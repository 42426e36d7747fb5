//! White noise by frame number: a hash of (seed, channel, frame), so any frame can be made without those before.

use super::Shape;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

pub(super) struct White {
    key: u64,
}

impl White {
    pub(super) fn new(seed: u64, channel: u32) -> Self {
        Self {
            key: mix(mix(seed.wrapping_add(GOLDEN)) ^ mix(u64::from(channel).wrapping_mul(GOLDEN) ^ 0x5ab1e)),
        }
    }

    /// Uniform in [−1, 1).
    pub(super) fn at(&self, frame: u64) -> f64 {
        let bits = mix(self.key.wrapping_add(frame.wrapping_mul(GOLDEN)));
        (bits >> 11) as f64 * 2f64.powi(-52) - 1.0
    }
}

impl Shape for White {
    fn fill(&mut self, first_frame: u64, out: &mut [f64]) {
        for (frame, sample) in (first_frame..).zip(out) {
            *sample = self.at(frame);
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits that scatters neighbours.
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
