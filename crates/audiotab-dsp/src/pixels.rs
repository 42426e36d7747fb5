//! The absolute pixel grid of the time axis.

use std::ops::Range;

/// A run of pixel columns: pixel p covers frames `[p * frames_per_px, (p + 1) * frames_per_px)`.
///
/// The grid is absolute: a pixel covers the same frames whatever the view, so that a scrolling picture does not
/// shimmer. Every whole frame belongs to exactly one pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PxGrid {
    /// Index of the first pixel column; negative before frame 0.
    pub first_px: i64,
    /// Frames per pixel, positive; below 1 several pixels share a frame.
    pub frames_per_px: f64,
    /// Pixel columns.
    pub width_px: usize,
}

impl PxGrid {
    /// Whole frames of the view's pixel `px` (0 = `first_px`). Below one frame per pixel, a pixel in which no frame
    /// begins shows the frame that it lies in. An impossible `frames_per_px` gives an empty range.
    #[must_use]
    pub fn frames_of(&self, px: usize) -> Range<i64> {
        if !(self.frames_per_px > 0.0 && self.frames_per_px.is_finite()) {
            return 0..0;
        }
        let p = self.first_px as f64 + px as f64;
        let start = p * self.frames_per_px;
        let (first, end) = (ceil(start), ceil((p + 1.0) * self.frames_per_px));
        if first < end {
            return first..end;
        }
        let held = start.floor() as i64;
        held..held.saturating_add(1)
    }

    /// Whole frames of the view, from the first pixel's first to the last pixel's last.
    #[must_use]
    pub fn frames(&self) -> Range<i64> {
        match self.width_px {
            0 => 0..0,
            width => self.frames_of(0).start..self.frames_of(width - 1).end,
        }
    }
}

/// The smallest whole number that is not below `x`, saturating. `f64::ceil` is a call where the processor is not known to
/// round in one instruction, and this runs twice per pixel.
fn ceil(x: f64) -> i64 {
    let whole = x as i64;
    if (whole as f64) < x { whole.saturating_add(1) } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_partition_the_frames() {
        for frames_per_px in [1.0, 1.5, 63.9, 64.0, 900.25, 12_345.678] {
            let grid = PxGrid { first_px: -3, frames_per_px, width_px: 200 };
            for px in 1..grid.width_px {
                assert_eq!(grid.frames_of(px - 1).end, grid.frames_of(px).start);
            }
            assert_eq!(grid.frames(), grid.frames_of(0).start..grid.frames_of(199).end);
        }
    }

    #[test]
    fn below_one_frame_per_pixel_each_pixel_shows_the_frame_it_lies_in() {
        let grid = PxGrid { first_px: 0, frames_per_px: 0.25, width_px: 9 };
        let shown: Vec<_> = (0..9).map(|px| grid.frames_of(px)).collect();
        assert_eq!(shown[..4], [0..1, 0..1, 0..1, 0..1]);
        assert_eq!(shown[4..8], [1..2, 1..2, 1..2, 1..2]);
        assert_eq!(shown[8], 2..3);
    }

    #[test]
    fn ceil_is_the_ceiling() {
        for x in [
            -2.5,
            -2.0,
            -0.1,
            -0.0,
            0.0,
            0.1,
            1.0,
            1e15 + 0.5,
            -1e15 - 0.5,
            9e18,
            -9e18,
            1e30,
            -1e30,
            f64::NAN,
        ] {
            assert_eq!(ceil(x), x.ceil() as i64, "{x}");
        }
    }

    #[test]
    fn far_pixels_saturate() {
        for first_px in [i64::MIN, i64::MAX] {
            let frames = PxGrid { first_px, frames_per_px: 1e300, width_px: 2 }.frames_of(1);
            assert!(frames.start <= frames.end);
        }
    }

    #[test]
    fn nonsense_is_empty() {
        for frames_per_px in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(PxGrid { first_px: 0, frames_per_px, width_px: 5 }.frames_of(2).is_empty());
        }
    }
}
