//! The fine zooms, straight from the samples.

use super::extremes::Extremes;
use crate::PxGrid;

/// Exact minimum and maximum of every pixel of `grid` from the samples themselves; `samples[0]` is frame
/// `first_frame` of the stream. `out[2 p]`, `out[2 p + 1]`; NaN where there is nothing. Meant for up to a few
/// hundred frames per pixel, where the samples on screen are few; costs O(samples on screen).
pub fn min_max_fine(samples: &[f64], first_frame: u64, grid: &PxGrid, out: &mut [f32]) {
    let index = |frame: i64| {
        let offset = i128::from(frame) - i128::from(first_frame);
        offset.clamp(0, samples.len() as i128) as usize
    };
    for (px, pair) in out.chunks_exact_mut(2).take(grid.width_px).enumerate() {
        let frames = grid.frames_of(px);
        let mut extremes = Extremes::EMPTY;
        extremes.add_samples(&samples[index(frames.start)..index(frames.end)]);
        extremes.store(pair);
    }
}
