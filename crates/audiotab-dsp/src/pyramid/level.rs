//! One level of the pyramid: a ring of buckets addressed by absolute bucket number.

use std::ops::Range;

use super::FAN_OUT;
use super::extremes::Extremes;

/// Ring of buckets of `bucket_frames` frames each; bucket b lies at `b mod len`.
#[derive(Debug, Clone)]
pub(super) struct Level {
    bucket_frames: u64,
    buckets: Vec<Extremes>,
    /// A bucket at the beginning of the ring, of the lap that was written last.
    lap_start: u64,
}

impl Level {
    pub(super) fn new(bucket_frames: u64, buckets: u64) -> Self {
        Self { bucket_frames, buckets: vec![Extremes::EMPTY; buckets as usize], lap_start: 0 }
    }

    pub(super) fn len_bytes(&self) -> usize {
        size_of_val(self.buckets.as_slice())
    }

    pub(super) fn clear(&mut self) {
        self.buckets.fill(Extremes::EMPTY);
    }

    /// Extremes of a range of buckets, at most a ring's length of them.
    #[inline]
    pub(super) fn extremes(&self, range: Range<u64>) -> Extremes {
        let mut extremes = Extremes::EMPTY;
        self.gather(range, &mut extremes);
        extremes
    }

    /// Adds them to what there is.
    #[inline]
    pub(super) fn gather(&self, range: Range<u64>, extremes: &mut Extremes) {
        if range.is_empty() {
            return;
        }
        let len = self.buckets.len();
        let count = (range.end - range.start).min(len as u64) as usize;
        let start = self.index(range.start);
        let straight = count.min(len - start);
        extremes.merge_all(&self.buckets[start..start + straight]);
        if straight < count {
            extremes.merge_all(&self.buckets[..count - straight]);
        }
    }

    /// Place of a bucket: its number modulo the ring's length, before it is narrowed, as bucket numbers outgrow usize
    /// on wasm32. Buckets of the newest lap and the one before, which is all a query asks for, need no division: it
    /// would cost more than the comparisons.
    #[inline]
    fn index(&self, bucket: u64) -> usize {
        let len = self.buckets.len() as u64;
        let beyond = bucket.wrapping_sub(self.lap_start);
        let beyond_last = beyond.wrapping_add(len);
        if beyond < len {
            beyond as usize
        } else if beyond_last < len {
            beyond_last as usize
        } else {
            (bucket % len) as usize
        }
    }

    #[inline]
    fn get_mut(&mut self, bucket: u64) -> &mut Extremes {
        let index = self.index(bucket);
        &mut self.buckets[index]
    }

    /// Empties every bucket whose first frame lies in `frames`: it takes the place of an old one.
    pub(super) fn clear_buckets_begun_in(&mut self, frames: Range<u64>) {
        let begun = frames.start.div_ceil(self.bucket_frames)..frames.end.div_ceil(self.bucket_frames);
        // In the ring's length every bucket is met once; more would clear the same ones again.
        let oldest = begun.end.saturating_sub(self.buckets.len() as u64);
        for bucket in begun.start.max(oldest)..begun.end {
            *self.get_mut(bucket) = Extremes::EMPTY;
        }
        let newest = begun.end.saturating_sub(1);
        self.lap_start = newest - newest % self.buckets.len() as u64;
    }

    /// Adds samples from frame `first_frame` on to the buckets they fall in.
    pub(super) fn add_samples(&mut self, first_frame: u64, samples: &[f64]) {
        let mut frame = first_frame;
        let mut rest = samples;
        while !rest.is_empty() {
            let room = (self.bucket_frames - frame % self.bucket_frames) as usize;
            let (part, later) = rest.split_at(room.min(rest.len()));
            self.get_mut(frame / self.bucket_frames).add_samples(part);
            frame += part.len() as u64;
            rest = later;
        }
    }

    /// Recomputes the buckets that `frames` touch from the next finer level, which is up to date to frame `head`.
    pub(super) fn update_from(&mut self, children: &Self, frames: Range<u64>, head: u64) {
        let touched = frames.start / self.bucket_frames..frames.end.div_ceil(self.bucket_frames);
        let oldest = touched.end.saturating_sub(self.buckets.len() as u64);
        let youngest_child = (head - 1) / children.bucket_frames;
        // Children older than their ring have been replaced by younger ones.
        let oldest_child = (youngest_child + 1).saturating_sub(children.buckets.len() as u64);
        for bucket in touched.start.max(oldest)..touched.end {
            let first = (bucket * FAN_OUT).max(oldest_child);
            let last = (bucket * FAN_OUT + FAN_OUT - 1).min(youngest_child);
            *self.get_mut(bucket) = children.extremes(first..last + 1);
        }
    }
}
