//! Colormaps and the 16-bit level codes.

use audiotab_dsp::{codes, colormap as maps};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::js_error;

/// Names of the colormaps, in the order offered to users.
#[wasm_bindgen]
pub fn colormap_names() -> Vec<String> {
    maps::NAMES.iter().map(ToString::to_string).collect()
}

/// A colormap as 256 entries of red, green, blue.
///
/// # Errors
/// A sentence when there is none of that name.
#[wasm_bindgen]
pub fn colormap(name: &str) -> Result<Vec<u8>, wasm_bindgen::JsError> {
    let known = || format!("There is no colormap {name:?}; choose one of {}.", maps::NAMES.join(", "));
    maps::table(name).map(|table| table.to_vec()).ok_or_else(|| js_error(known()))
}

/// The code of a level: `round((dBFS + 300) * 100)` within 1..=65535, 0 for NaN.
#[wasm_bindgen]
pub fn code_from_dbfs(dbfs: f32) -> u16 {
    codes::code_from_dbfs(dbfs)
}

/// The level of a code, dBFS; NaN for 0, the gap.
#[wasm_bindgen]
pub fn dbfs_from_code(code: u16) -> f32 {
    codes::dbfs_from_code(code)
}
