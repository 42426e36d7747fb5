//! A whole ring held as bytes.

use audiotab_dsp::{PxGrid, Stft, StftSettings, Window, is_lost};
use audiotab_ring::ByteRing;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::js_error;

const MAX_POINTS: usize = 1 << 20;
/// Most values of a spectrogram: 256 MB.
const MAX_VALUES: usize = 1 << 26;

/// Reads a dump of a ring: `new RingBufferReader(bytes)`. The bytes are copied, so they may change or go away.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RingBufferReader {
    bytes: Vec<u8>,
}

#[wasm_bindgen]
impl RingBufferReader {
    /// Checks that the bytes are a whole ring.
    ///
    /// # Errors
    /// A sentence when they are not.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>) -> Result<Self, JsError> {
        ByteRing::new(&bytes).map_err(js_error)?;
        Ok(Self { bytes })
    }

    /// Frames per second.
    #[wasm_bindgen(getter)]
    pub fn sample_rate_hz(&self) -> Result<f64, JsError> {
        Ok(self.ring()?.header().spec.sample_rate_hz as f64)
    }

    /// Channels in the ring.
    #[wasm_bindgen(getter)]
    pub fn channels(&self) -> Result<u32, JsError> {
        Ok(self.ring()?.header().spec.channels)
    }

    /// First frame that can be read.
    #[wasm_bindgen(getter)]
    pub fn first_frame(&self) -> Result<u64, JsError> {
        Ok(self.ring()?.readable().start)
    }

    /// One past the newest frame.
    #[wasm_bindgen(getter)]
    pub fn end_frame(&self) -> Result<u64, JsError> {
        Ok(self.ring()?.readable().end)
    }

    /// The samples of frames `[start_frame, start_frame + frames)`, bit for bit; NaN where frames were lost.
    ///
    /// # Errors
    /// A sentence when the channel or some of the frames are not there.
    pub fn get_samples(&self, channel: u32, start_frame: u64, frames: usize) -> Result<Vec<f64>, JsError> {
        let ring = self.ring()?;
        let readable = ring.readable();
        // Refused before memory is taken: a request can be longer than the ring.
        if frames as u64 > readable.end - readable.start {
            let held = readable.end - readable.start;
            return Err(js_error(format!("The ring holds {held} frames, so {frames} cannot be read.")));
        }
        let mut samples = vec![0.0; frames];
        ring.copy_into(channel, start_frame, &mut samples).map_err(js_error)?;
        Ok(samples)
    }

    /// The whole readable history in `num_points` equal parts, oldest first, newest last: of each part the sample
    /// of the largest magnitude, with its sign. So no peak is ever hidden. NaN where all of a part was lost, and
    /// everywhere while the ring is empty; with fewer frames than points neighbours share a frame.
    ///
    /// # Errors
    /// A sentence when there is no such channel or there are too many points.
    pub fn get_waveform(&self, channel: u32, num_points: usize) -> Result<Vec<f64>, JsError> {
        if num_points > MAX_POINTS {
            return Err(js_error(format!("A waveform has up to {MAX_POINTS} points, not {num_points}.")));
        }
        let ring = self.ring()?;
        let readable = ring.readable();
        let mut samples = vec![0.0; (readable.end - readable.start) as usize];
        ring.copy_into(channel, readable.start, &mut samples).map_err(js_error)?;
        let frames_per_px = samples.len() as f64 / num_points as f64;
        let grid = PxGrid { first_px: 0, frames_per_px, width_px: num_points };
        let loudest = |part: &[f64]| {
            let sound = part.iter().copied().filter(|&sample| !is_lost(sample));
            sound.max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(f64::NAN)
        };
        Ok((0..num_points)
            .map(|point| {
                let frames = grid.frames_of(point);
                let within = |frame: i64| usize::try_from(frame).unwrap_or(0).min(samples.len());
                loudest(&samples[within(frames.start)..within(frames.end)])
            })
            .collect())
    }

    /// `num_windows` spectra, newest last, flat: [num_windows x (window_size / 2 + 1)] levels in dBFS (Hann window,
    /// a full-scale sine on a bin reads 0). The newest window ends with the newest frame. NaN where a window
    /// touches lost frames or begins before the history.
    ///
    /// # Errors
    /// A sentence when there is no such channel, a size is out of range, or it would be too many values.
    pub fn get_spectrogram(
        &self,
        channel: u32,
        window_size: usize,
        hop_size: usize,
        num_windows: usize,
    ) -> Result<Vec<f32>, JsError> {
        let ring = self.ring()?;
        let readable = ring.readable();
        let settings = StftSettings::new(Window::Hann, window_size, hop_size, 1).map_err(js_error)?;
        // An empty copy complains about a channel that is not there.
        ring.copy_into(channel, readable.end, &mut []).map_err(js_error)?;
        let bins = settings.bins();
        let Some(values) = num_windows.checked_mul(bins).filter(|&values| values <= MAX_VALUES) else {
            let limit = MAX_VALUES / bins;
            return Err(js_error(format!(
                "At this size there can be up to {limit} windows, not {num_windows}."
            )));
        };
        let mut stft = Stft::new(&settings).map_err(js_error)?;
        let mut samples = vec![0.0; window_size];
        let mut levels = vec![f32::NAN; values];
        for (age, column) in levels.chunks_exact_mut(bins).rev().enumerate() {
            let back = window_size as u64 + age as u64 * hop_size as u64;
            let Some(start) = readable.end.checked_sub(back).filter(|&start| start >= readable.start) else {
                break;
            };
            ring.copy_into(channel, start, &mut samples).map_err(js_error)?;
            stft.column_dbfs_f32(&samples, column).map_err(js_error)?;
        }
        Ok(levels)
    }

    fn ring(&self) -> Result<ByteRing<'_>, JsError> {
        ByteRing::new(&self.bytes).map_err(js_error)
    }
}
