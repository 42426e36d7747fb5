//! Spectrum columns for the picture, and the exact spectrum under the cursor.

use audiotab_dsp::{DisplayStft, RowMap, Stft, StftSettings, Window, max_into, peak};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::js_error;

/// Samples staged at a time, unless two windows need more.
const STAGED_FRAMES: usize = 65_536;
/// Columns transformed at a time when they are not final: they are combined or mapped to rows afterwards.
const SCRATCH_COLUMNS: usize = 32;
/// More entries at a time would only be memory.
const MAX_ENTRIES: usize = 4096;

/// The STFT of one set of settings. JavaScript writes samples to `samples_ptr`, calls `feed`, and reads codes
/// at `codes_ptr`: entries of `rows` codes each, every entry `2^level` STFT columns combined.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SpectrumColumns {
    settings: StftSettings,
    display: DisplayStft,
    /// Planned when the cursor first asks.
    exact: Option<Stft>,
    row_map: RowMap,
    samples: Vec<f64>,
    scratch: Vec<u16>,
    row_scratch: Vec<u16>,
    codes: Vec<u16>,
    /// Columns fed since the last restart.
    fed: usize,
}

#[wasm_bindgen]
impl SpectrumColumns {
    /// Plans the transform. `entries` is how many finished entries there is room for.
    ///
    /// # Errors
    /// A sentence naming the setting that is out of range.
    #[wasm_bindgen(constructor)]
    pub fn new(window: &str, size: usize, hop: usize, pad: usize, entries: usize) -> Result<Self, JsError> {
        let window: Window = window.parse().map_err(js_error)?;
        let settings = StftSettings::new(window, size, hop, pad).map_err(js_error)?;
        if !(1..=MAX_ENTRIES).contains(&entries) {
            return Err(js_error(format!(
                "There can be room for 1 to {MAX_ENTRIES} entries, not {entries}."
            )));
        }
        let row_map = RowMap::new(settings.bins());
        let (bins, rows) = (settings.bins(), row_map.rows());
        Ok(Self {
            display: DisplayStft::new(&settings).map_err(js_error)?,
            exact: None,
            samples: vec![f64::NAN; STAGED_FRAMES.max(settings.frames_for_columns(2))],
            scratch: vec![0; SCRATCH_COLUMNS * bins],
            row_scratch: vec![0; rows],
            codes: vec![0; entries * rows],
            fed: 0,
            row_map,
            settings,
        })
    }

    /// Rows per entry: one per bin, fewer above 8193 bins.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> usize {
        self.row_map.rows()
    }

    /// Equivalent noise bandwidth of the window, bins of an unpadded transform.
    #[wasm_bindgen(getter)]
    pub fn enbw_bins(&self) -> f64 {
        self.settings.window.enbw_bins(self.settings.size)
    }

    /// Most columns of one `feed`.
    #[wasm_bindgen(getter)]
    pub fn columns_per_feed(&self) -> usize {
        (self.samples.len() - self.settings.size) / self.settings.hop + 1
    }

    /// Where the samples of the next `feed` go, f64.
    #[wasm_bindgen(getter)]
    pub fn samples_ptr(&mut self) -> *mut f64 {
        self.samples.as_mut_ptr()
    }

    /// Where the entries lie, u16.
    #[wasm_bindgen(getter)]
    pub fn codes_ptr(&self) -> *const u16 {
        self.codes.as_ptr()
    }

    /// `rows + 1` frequencies, Hz: row r covers `[edges[r], edges[r + 1])`.
    pub fn row_edges_hz(&self, sample_rate_hz: f64) -> Vec<f64> {
        self.row_map.edges_hz(sample_rate_hz)
    }

    /// The next column fed is the first of entry 0.
    pub fn restart(&mut self) {
        self.fed = 0;
    }

    /// Computes the next `columns` columns from the staged samples, the first of which begins at the first sample.
    ///
    /// # Errors
    /// A sentence when there are not so many samples or no room for so many entries.
    pub fn feed(&mut self, columns: usize, level: u32) -> Result<(), JsError> {
        let rows = self.row_map.rows();
        let group = 1_usize.checked_shl(level).unwrap_or(usize::MAX);
        let room = self.codes.len() / rows;
        if columns > self.columns_per_feed() || (self.fed + columns).div_ceil(group) > room {
            return Err(js_error(format!("{columns} columns are too many at once.")));
        }
        if level == 0 && self.row_map.is_identity() {
            // The columns are the entries.
            let out = &mut self.codes[self.fed * rows..(self.fed + columns) * rows];
            self.display.columns(&self.samples, columns, out).map_err(js_error)?;
            self.fed += columns;
            return Ok(());
        }
        let bins = self.settings.bins();
        let mut done = 0;
        while done < columns {
            let count = SCRATCH_COLUMNS.min(columns - done);
            let scratch = &mut self.scratch[..count * bins];
            let samples = &self.samples[done * self.settings.hop..];
            self.display.columns(samples, count, scratch).map_err(js_error)?;
            for column in scratch.chunks_exact(bins) {
                self.row_map.apply(column, &mut self.row_scratch).map_err(js_error)?;
                let entry = &mut self.codes[self.fed / group * rows..][..rows];
                if self.fed.is_multiple_of(group) {
                    entry.copy_from_slice(&self.row_scratch);
                } else {
                    max_into(entry, &self.row_scratch);
                }
                self.fed += 1;
            }
            done += count;
        }
        Ok(())
    }

    /// The exact spectrum of the first staged window, f64: the level of each bin in dBFS, all NaN in a gap.
    ///
    /// # Errors
    /// A sentence when the transform cannot be planned.
    pub fn exact_column(&mut self) -> Result<Vec<f64>, JsError> {
        let exact = match &mut self.exact {
            Some(exact) => exact,
            none => none.insert(Stft::new(&self.settings).map_err(js_error)?),
        };
        let mut column = vec![0.0; self.settings.bins()];
        exact.column_dbfs(&self.samples[..self.settings.size], &mut column).map_err(js_error)?;
        Ok(column)
    }

    /// Of [`SpectrumColumns::exact_column`] the level of `bin`, then position (bins, fractional) and level of the
    /// strongest peak within `reach` bins. NaN in a gap and where there is no peak.
    ///
    /// # Errors
    /// A sentence when there is no such bin.
    pub fn probe(&mut self, bin: usize, reach: usize) -> Result<Vec<f64>, JsError> {
        let bins = self.settings.bins();
        let missing = || js_error(format!("There are {bins} bins, so none has the number {bin}."));
        let column = self.exact_column()?;
        let level = *column.get(bin).ok_or_else(missing)?;
        let peak = peak::strongest_near(&column, bin, reach);
        let (peak_bin, peak_dbfs) = peak.map_or((f64::NAN, f64::NAN), |peak| (peak.bin, peak.dbfs));
        Ok(vec![level, peak_bin, peak_dbfs])
    }
}
