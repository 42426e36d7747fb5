//! The numbers of the engine worker: a thin wasm-bindgen shell over the ring reader and the DSP.
//!
//! * [`RingBufferReader`] reads a whole ring held as bytes: for anyone with a dump, in any JavaScript.
//! * [`parse_packet_head`], [`WaveformPyramid`] and [`SpectrumColumns`] are what the worker draws from. They share
//!   their buffers with JavaScript by address, so that samples and codes are copied once and nothing is allocated
//!   per frame.
//! * [`colormap`] and the code conversions are tables.
//!
//! Invariant: no logic of its own, and no trap: whatever JavaScript passes in, it gets a value or an `Error` with
//! one sentence. Frame numbers cross the border as `u64` (BigInt), never as `usize`, which has 32 bits here.

mod packet_head;
mod panic_sentence;
mod ring_buffer_reader;
mod samples_buffer;
mod spectrum_columns;
mod tables;
mod waveform_pyramid;

pub use packet_head::parse_packet_head;
pub use ring_buffer_reader::RingBufferReader;
pub use samples_buffer::SamplesBuffer;
pub use spectrum_columns::SpectrumColumns;
pub use tables::{code_from_dbfs, colormap, colormap_names, dbfs_from_code};
pub use waveform_pyramid::WaveformPyramid;

use wasm_bindgen::JsError;

/// The JavaScript `Error` that says what `error` says, as a sentence: capital letter first, full stop last.
fn js_error(error: impl std::fmt::Display) -> JsError {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    JsError::new(&format!("{first}{}{stop}", letters.as_str()))
}
