//! Minimum and maximum of a channel at every zoom: a pyramid of ring buffers, addressed by absolute frame.
//!
//! Level 0 holds minimum and maximum of 64 frames each, every further level of four times as many. Each level is a
//! ring of its own, so nothing is moved or cleared as the sound runs on; a push or a fill costs O(its frames), a query
//! O(pixels), at any zoom. The pyramid takes 2.1 % of the bytes of the f64 ring it summarises.
//!
//! Lost samples (see [`is_lost`](crate::is_lost)) belong to no bucket: a pixel with sound and gap shows the sound,
//! a pixel with only gap is NaN.

mod extremes;
mod fine;
mod level;

use std::ops::Range;

use crate::PxGrid;
use extremes::Extremes;
use level::Level;

pub use fine::min_max_fine;

/// Frames per bucket of the finest level.
pub(crate) const BUCKET_FRAMES: u64 = 64;
/// Buckets of one level in a bucket of the next.
pub(crate) const FAN_OUT: u64 = 4;
/// A level this short is the last: scanning it costs less than another level.
const SHORTEST_LEVEL: u64 = 8;
/// So many buckets side by side cost less than the steps to a coarser level and its ends.
const FEW_BUCKETS: u64 = 24;

/// Min/max pyramid over the last `capacity_frames` frames of one channel.
#[derive(Debug, Clone)]
pub struct Pyramid {
    capacity_frames: u64,
    /// Frames `[oldest pushed since the last clear, head)` have been pushed.
    pushed: Range<u64>,
    levels: Vec<Level>,
}

impl Pyramid {
    /// Frames per bucket of the finest level: what [`Pyramid::min_max`] resolves.
    pub const BUCKET_FRAMES: u64 = BUCKET_FRAMES;

    /// An empty pyramid over a history of `capacity_frames`.
    #[must_use]
    pub fn new(capacity_frames: u64) -> Self {
        let mut levels = Vec::new();
        let mut bucket_frames = BUCKET_FRAMES;
        loop {
            // The history may start and end inside a bucket; a parent looks back at up to three older siblings.
            let buckets = capacity_frames.div_ceil(bucket_frames) + 1 + FAN_OUT;
            levels.push(Level::new(bucket_frames, buckets));
            if buckets <= SHORTEST_LEVEL + FAN_OUT {
                return Self { capacity_frames, pushed: 0..0, levels };
            }
            bucket_frames *= FAN_OUT;
        }
    }

    /// Frames it can answer for: the last `capacity_frames` of those pushed.
    #[must_use]
    pub fn frames(&self) -> Range<u64> {
        let end = self.pushed.end;
        self.pushed.start.max(end.saturating_sub(self.capacity_frames))..end
    }

    /// Memory taken by the buckets, bytes.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.levels.iter().map(Level::len_bytes).sum()
    }

    /// Forgets everything: a new stream begins.
    pub fn clear(&mut self) {
        self.pushed = 0..0;
    }

    /// Adds `samples`, the first of which is frame `start_frame` of the stream. Frames that were skipped since the
    /// last push are a gap, frames already known are ignored. Costs O(samples), and at most one pass over the
    /// pyramid however long the gap; allocates nothing.
    pub fn push(&mut self, start_frame: u64, samples: &[f64]) {
        let end_frame = start_frame.saturating_add(samples.len() as u64);
        let lapped = start_frame.saturating_sub(self.pushed.end) >= self.capacity_frames;
        if self.pushed.is_empty() || lapped {
            self.pushed = start_frame..start_frame;
            self.levels.iter_mut().for_each(Level::clear);
        }
        let head = self.pushed.end;
        if end_frame <= head {
            return;
        }
        let known = head.saturating_sub(start_frame) as usize;
        // More than the pyramid holds would only overwrite itself.
        let excess = (samples.len() - known) as u64;
        let skip = known + excess.saturating_sub(self.capacity_frames) as usize;
        let first_frame = start_frame + skip as u64;

        let (finest, coarser) = self.levels.split_at_mut(1);
        let finest = &mut finest[0];
        finest.clear_buckets_begun_in(head..end_frame);
        finest.add_samples(first_frame, &samples[skip..]);
        let mut children = &*finest;
        for level in coarser {
            level.clear_buckets_begun_in(head..end_frame);
            level.update_from(children, head..end_frame, end_frame);
            children = level;
        }
        self.pushed.end = end_frame;
    }

    /// Adds `samples` that arrive late, the first of which is frame `start_frame`: older than everything known, or in
    /// a gap left by a push. What lies beyond the newest frame or before the history is ignored; an empty pyramid
    /// takes them as a push. Samples given twice change nothing. Costs O(samples); allocates nothing.
    pub fn fill(&mut self, start_frame: u64, samples: &[f64]) {
        if self.pushed.is_empty() {
            return self.push(start_frame, samples);
        }
        let head = self.pushed.end;
        let end_frame = start_frame.saturating_add(samples.len() as u64).min(head);
        let first_frame = start_frame.max(head.saturating_sub(self.capacity_frames));
        if first_frame >= end_frame {
            return;
        }
        // Before the oldest push no bucket has been used since the last clear, and a gap's buckets were emptied when
        // it was skipped: merging is all there is to do.
        let samples = &samples[(first_frame - start_frame) as usize..(end_frame - start_frame) as usize];
        let (finest, coarser) = self.levels.split_at_mut(1);
        finest[0].add_samples(first_frame, samples);
        let mut children = &finest[0];
        for level in coarser {
            level.update_from(children, first_frame..end_frame, head);
            children = level;
        }
        self.pushed.start = self.pushed.start.min(first_frame);
    }

    /// Minimum and maximum of every pixel of `grid`, at bucket resolution: `out[2 p]`, `out[2 p + 1]`; NaN where
    /// there is nothing. `out` should hold `2 * width_px` values; extra pixels or values are left alone.
    ///
    /// Every sample of a pixel counts for it, so a single full-scale sample is visible at every zoom; the 63 frames
    /// before and after may count too, because buckets are not split. Use it from a few hundred frames per pixel
    /// up, where that is a fraction of a pixel; [`Pyramid::min_max_exact`] has no such margin.
    pub fn min_max(&self, grid: &PxGrid, out: &mut [f32]) {
        let known = self.frames();
        for (px, pair) in out.chunks_exact_mut(2).take(grid.width_px).enumerate() {
            let extremes = match within(&known, grid.frames_of(px)) {
                Some(frames) => {
                    let buckets = frames.start / BUCKET_FRAMES..frames.end.div_ceil(BUCKET_FRAMES);
                    self.buckets(buckets)
                }
                None => Extremes::EMPTY,
            };
            extremes.store(pair);
        }
    }

    /// [`Pyramid::min_max`] to the exact frame: `read(start_frame, dest)` supplies the samples of the up to two
    /// buckets per pixel that its edges cut. It is asked only for frames within [`Pyramid::frames`], fewer than 64
    /// at a time, in rising order; if it cannot supply them it fills `dest` with NaN.
    pub fn min_max_exact(&self, grid: &PxGrid, out: &mut [f32], mut read: impl FnMut(u64, &mut [f64])) {
        let mut buffer = [0.0_f64; BUCKET_FRAMES as usize];
        let mut edge = |frames: Range<u64>| {
            let mut extremes = Extremes::EMPTY;
            let dest = &mut buffer[..(frames.end - frames.start) as usize];
            if !dest.is_empty() {
                read(frames.start, dest);
                extremes.add_samples(dest);
            }
            extremes
        };
        let known = self.frames();
        for (px, pair) in out.chunks_exact_mut(2).take(grid.width_px).enumerate() {
            let mut extremes = Extremes::EMPTY;
            if let Some(frames) = within(&known, grid.frames_of(px)) {
                let whole = frames.start.div_ceil(BUCKET_FRAMES)..frames.end / BUCKET_FRAMES;
                if whole.start <= whole.end {
                    extremes = edge(frames.start..whole.start * BUCKET_FRAMES);
                    extremes.merge(self.buckets(whole.clone()));
                    extremes.merge(edge(whole.end * BUCKET_FRAMES..frames.end));
                } else {
                    // Both edges lie in one bucket.
                    extremes = edge(frames);
                }
            }
            extremes.store(pair);
        }
    }

    /// Extremes of a range of level-0 buckets: whole parents where there are, siblings at the two ends.
    fn buckets(&self, range: Range<u64>) -> Extremes {
        let mut extremes = Extremes::EMPTY;
        let Range { mut start, mut end } = range;
        for (i, level) in self.levels.iter().enumerate() {
            let is_last = i + 1 == self.levels.len();
            if is_last || end.saturating_sub(start) < FEW_BUCKETS {
                level.gather(start..end, &mut extremes);
                break;
            }
            let parents = start.div_ceil(FAN_OUT)..end / FAN_OUT;
            level.gather(start..parents.start * FAN_OUT, &mut extremes);
            level.gather(parents.end * FAN_OUT..end, &mut extremes);
            Range { start, end } = parents;
        }
        extremes
    }
}

/// The part of a pixel's frames that is known.
fn within(known: &Range<u64>, frames: Range<i64>) -> Option<Range<u64>> {
    let start = u64::try_from(frames.start).unwrap_or(0).max(known.start);
    let end = u64::try_from(frames.end).unwrap_or(0).min(known.end);
    (start < end).then_some(start..end)
}
