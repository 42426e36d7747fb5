//! Samples on their way from JavaScript.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// No view shows more samples than this at once; a larger request is a bug and must not eat the memory.
const MAX_FRAMES: usize = 1 << 24;

/// A buffer of samples that JavaScript writes to by address. Growing it moves it.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct SamplesBuffer {
    samples: Vec<f64>,
}

#[wasm_bindgen]
impl SamplesBuffer {
    /// An empty buffer.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for at least `frames` samples and gives their address.
    ///
    /// # Errors
    /// A sentence when that is more than any view shows.
    pub fn reserve(&mut self, frames: usize) -> Result<*mut f64, JsError> {
        if frames > MAX_FRAMES {
            return Err(JsError::new(&format!(
                "A view takes at most {MAX_FRAMES} samples at once, not {frames}."
            )));
        }
        if self.samples.len() < frames {
            self.samples.resize(frames, f64::NAN);
        }
        Ok(self.samples.as_mut_ptr())
    }

    /// The first `frames` samples, fewer if there is no room for so many.
    pub(crate) fn first(&self, frames: usize) -> &[f64] {
        &self.samples[..frames.min(self.samples.len())]
    }
}
