//! The shape of a ring and its limits.

use crate::error::RingError;
use crate::layout::{HEADER_LEN_BYTES, WORD_LEN_BYTES};

const CHANNELS: std::ops::RangeInclusive<u64> = 1..=256;
const SAMPLE_RATE_HZ: std::ops::RangeInclusive<u64> = 1_000..=1_000_000;
const HISTORY_S: std::ops::RangeInclusive<u64> = 1..=600;
const BLOCK_FRAMES: std::ops::RangeInclusive<u64> = 64..=8192;

/// The shape of a ring: everything that its size and its addressing depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingSpec {
    /// Frames per second, 1,000 to 1,000,000.
    pub sample_rate_hz: u64,
    /// 1 to 256.
    pub channels: u32,
    /// Frames per channel (C), 1 to 600 seconds and at least two blocks; need not be a multiple of the block.
    pub capacity_frames: u64,
    /// Frames per block (B), 64 to 8192.
    pub samples_per_write: u32,
}

impl RingSpec {
    /// The shape for `history_s` seconds of sound, rounded to whole frames.
    ///
    /// # Errors
    /// One sentence for the first limit that is not kept.
    pub fn new(
        sample_rate_hz: u64,
        channels: u32,
        history_s: f64,
        samples_per_write: u32,
    ) -> Result<Self, RingError> {
        check_rate(sample_rate_hz)?;
        if !(*HISTORY_S.start() as f64..=*HISTORY_S.end() as f64).contains(&history_s) {
            return Err(RingError::History { history_s });
        }
        let capacity_frames = (sample_rate_hz as f64 * history_s).round() as u64;
        let spec = Self { sample_rate_hz, channels, capacity_frames, samples_per_write };
        spec.check()?;
        Ok(spec)
    }

    /// Takes the four numbers as they stand in a header.
    pub(crate) fn from_fields(
        rate: u64,
        channels: u64,
        capacity: u64,
        block: u64,
    ) -> Result<Self, RingError> {
        let spec = Self {
            sample_rate_hz: rate,
            channels: u32::try_from(channels).map_err(|_| RingError::Channels { channels })?,
            capacity_frames: capacity,
            samples_per_write: u32::try_from(block)
                .map_err(|_| RingError::Block { samples_per_write: block })?,
        };
        spec.check()?;
        Ok(spec)
    }

    /// Checks every limit; a spec that passes cannot overflow any size or offset.
    ///
    /// # Errors
    /// One sentence for the first limit that is not kept.
    pub fn check(&self) -> Result<(), RingError> {
        check_rate(self.sample_rate_hz)?;
        let channels = u64::from(self.channels);
        if !CHANNELS.contains(&channels) {
            return Err(RingError::Channels { channels });
        }
        let samples_per_write = u64::from(self.samples_per_write);
        if !BLOCK_FRAMES.contains(&samples_per_write) {
            return Err(RingError::Block { samples_per_write });
        }
        let capacity_frames = self.capacity_frames;
        let shortest = HISTORY_S.start() * self.sample_rate_hz;
        let longest = HISTORY_S.end() * self.sample_rate_hz;
        if !(shortest..=longest).contains(&capacity_frames) {
            return Err(RingError::History {
                history_s: capacity_frames as f64 / self.sample_rate_hz as f64,
            });
        }
        if capacity_frames < 2 * samples_per_write {
            return Err(RingError::BlockTooLong { samples_per_write, capacity_frames });
        }
        Ok(())
    }

    /// Length of the whole ring in bytes.
    pub fn file_len_bytes(&self) -> u64 {
        self.channel_offset_bytes(self.channels)
    }

    /// Where channel `c` begins, in bytes from the start of the ring.
    pub fn channel_offset_bytes(&self, c: u32) -> u64 {
        HEADER_LEN_BYTES as u64 + u64::from(c) * self.capacity_frames * WORD_LEN_BYTES as u64
    }

    /// Length of the history in seconds.
    pub fn history_s(&self) -> f64 {
        self.capacity_frames as f64 / self.sample_rate_hz as f64
    }

    /// B as a frame count.
    pub(crate) fn block_frames(&self) -> u64 {
        u64::from(self.samples_per_write)
    }

    /// First frame that survives when `blocks` blocks have been written or begun. Cannot overflow, whatever a
    /// hostile header says.
    pub(crate) fn first_kept(&self, blocks: u64) -> u64 {
        blocks.saturating_mul(self.block_frames()).saturating_sub(self.capacity_frames)
    }
}

fn check_rate(sample_rate_hz: u64) -> Result<(), RingError> {
    if SAMPLE_RATE_HZ.contains(&sample_rate_hz) {
        Ok(())
    } else {
        Err(RingError::SampleRate { sample_rate_hz })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_channels_at_48_khz_take_the_documented_bytes() {
        let spec = RingSpec::new(48_000, 8, 30.0, 1024).unwrap();
        assert_eq!(spec.capacity_frames, 1_440_000);
        assert_eq!(spec.file_len_bytes(), 92_164_096);
        assert_eq!(spec.channel_offset_bytes(1), 4096 + 11_520_000);
    }

    #[test]
    fn each_limit_has_its_sentence() {
        let says = |rate, channels, history_s, block, part: &str| {
            let text = RingSpec::new(rate, channels, history_s, block).unwrap_err().to_string();
            assert!(text.contains(part), "{text}");
        };
        says(48_000, 0, 30.0, 1024, "1 to 256 channels, not 0");
        says(48_000, 257, 30.0, 1024, "1 to 256 channels, not 257");
        says(999, 1, 30.0, 1024, "1 kHz to 1 MHz, not 999 Hz");
        says(1_000_001, 1, 30.0, 1024, "1 kHz to 1 MHz, not 1000001 Hz");
        says(48_000, 1, 0.5, 1024, "1 to 600 seconds, not 0.5");
        says(48_000, 1, 600.1, 1024, "1 to 600 seconds, not 600.1");
        says(48_000, 1, f64::NAN, 1024, "1 to 600 seconds, not NaN");
        says(48_000, 1, 30.0, 63, "64 to 8192 frames, not 63");
        says(48_000, 1, 30.0, 8193, "64 to 8192 frames, not 8193");
        says(1_000, 1, 1.0, 1024, "do not fit twice");
        for (rate, channels, history_s, block) in
            [(1_000, 1, 1.0, 64), (1_000_000, 256, 600.0, 8192), (44_100, 2, 30.0, 1024)]
        {
            RingSpec::new(rate, channels, history_s, block).unwrap();
        }
    }
}
