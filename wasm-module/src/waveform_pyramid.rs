//! Minimum and maximum per pixel.

use audiotab_dsp::{PxGrid, Pyramid, min_max_fine};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::js_error;
use crate::samples_buffer::SamplesBuffer;

/// The longest ring: 600 s at 1 MHz.
const MAX_CAPACITY_FRAMES: u64 = 600_000_000;
const MAX_WIDTH_PX: usize = 32_768;

/// Min/max pyramid of one channel. Results lie at `min_max_ptr`: minimum and maximum of each pixel column as f32,
/// NaN where there is nothing, until the next call.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WaveformPyramid {
    pyramid: Pyramid,
    min_max: Vec<f32>,
}

#[wasm_bindgen]
impl WaveformPyramid {
    /// An empty pyramid over the last `capacity_frames` frames.
    ///
    /// # Errors
    /// A sentence when no ring is that long.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity_frames: f64) -> Result<Self, JsError> {
        if !(1.0..=MAX_CAPACITY_FRAMES as f64).contains(&capacity_frames) {
            let range = format!("1 to {MAX_CAPACITY_FRAMES} frames");
            return Err(js_error(format!("A waveform history holds {range}, not {capacity_frames}.")));
        }
        Ok(Self { pyramid: Pyramid::new(capacity_frames as u64), min_max: Vec::new() })
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.pyramid.clear();
    }

    /// Adds the first `frames` samples of `samples`, which begin at frame `start_frame`.
    pub fn push(&mut self, samples: &SamplesBuffer, frames: usize, start_frame: u64) {
        self.pyramid.push(start_frame, samples.first(frames));
    }

    /// Adds the first `frames` samples of `samples`, which begin at frame `start_frame` and arrive late: older than
    /// what is known, or in a gap.
    pub fn fill(&mut self, samples: &SamplesBuffer, frames: usize, start_frame: u64) {
        self.pyramid.fill(start_frame, samples.first(frames));
    }

    /// Minimum and maximum at the pyramid's resolution of 64 frames; returns their address.
    ///
    /// # Errors
    /// A sentence when the view is too wide.
    pub fn min_max(
        &mut self,
        first_px: i64,
        frames_per_px: f64,
        width_px: usize,
    ) -> Result<*const f32, JsError> {
        let grid = self.grid(first_px, frames_per_px, width_px)?;
        self.pyramid.min_max(&grid, &mut self.min_max[..2 * width_px]);
        Ok(self.min_max.as_ptr())
    }

    /// Exact minimum and maximum of the first `frames` samples of `samples`, which begin at frame `start_frame`;
    /// returns their address. The pyramid itself is not asked.
    ///
    /// # Errors
    /// As [`WaveformPyramid::min_max`].
    pub fn min_max_fine(
        &mut self,
        samples: &SamplesBuffer,
        frames: usize,
        start_frame: u64,
        first_px: i64,
        frames_per_px: f64,
        width_px: usize,
    ) -> Result<*const f32, JsError> {
        let grid = self.grid(first_px, frames_per_px, width_px)?;
        min_max_fine(samples.first(frames), start_frame, &grid, &mut self.min_max[..2 * width_px]);
        Ok(self.min_max.as_ptr())
    }

    /// The view as a grid, with room for its result.
    fn grid(&mut self, first_px: i64, frames_per_px: f64, width_px: usize) -> Result<PxGrid, JsError> {
        if width_px > MAX_WIDTH_PX {
            return Err(js_error(format!("A view is up to {MAX_WIDTH_PX} pixels wide, not {width_px}.")));
        }
        if self.min_max.len() < 2 * width_px {
            self.min_max.resize(2 * width_px, f32::NAN);
        }
        Ok(PxGrid { first_px, frames_per_px, width_px })
    }
}
