//! Windows, STFT, levels, min/max pyramid, decimation, colormaps: pure mathematics, native and wasm.
//!
//! Conventions, everywhere in this crate:
//! * Full scale is a sample of magnitude 1.0. A full-scale sine on a bin reads 0.00 dBFS under every window,
//!   size and zero padding; DC and Nyquist are not doubled.
//! * Windows are periodic (DFT-even). STFT column k covers frames `[k * hop, k * hop + size)` and is stamped at
//!   its centre, frame `k * hop + size / 2`.
//! * A sample that [`is_lost`] (NaN, an infinity, or beyond ±[`LARGEST_SAMPLE`]) makes a gap: the columns that
//!   touch it are marked, no other number is affected.
//! * Silence reads [`FLOOR_DBFS`], a finite number; no dB value is ever NaN except as the mark of a gap.
//!
//! ```
//! use audiotab_dsp::{Stft, StftSettings, Window};
//!
//! let settings = StftSettings::new(Window::Hann, 4096, 1024, 1)?;
//! let tone: Vec<f64> = (0..4096).map(|n| (std::f64::consts::TAU * 85.0 * n as f64 / 4096.0).sin()).collect();
//! let mut levels_dbfs = vec![0.0; settings.bins()];
//! Stft::new(&settings)?.column_dbfs(&tone, &mut levels_dbfs)?;
//! assert!(levels_dbfs[85].abs() < 0.001);
//! # Ok::<(), audiotab_dsp::DspError>(())
//! ```
//!
//! Invariant: nothing here reads a clock or a file, and no `process`-like call allocates; everything is planned
//! in the constructors.

mod clip_runs;
pub mod codes;
pub mod colormap;
mod columns_max;
mod decimator;
mod display_stft;
mod error;
mod fast_log2;
mod levels;
pub mod peak;
mod pixels;
mod pyramid;
mod row_map;
mod samples;
mod settings;
mod stft;
mod window;

pub use clip_runs::{ClipRuns, ClipSpan};
pub use columns_max::{combine_level, max_into};
pub use decimator::{Decimator, decimate};
pub use display_stft::DisplayStft;
pub use error::DspError;
pub use levels::{CLIP_LEVEL, LevelMeter, Levels};
pub use pixels::PxGrid;
pub use pyramid::{Pyramid, min_max_fine};
pub use row_map::{MAX_ROWS, RowMap};
pub use samples::{LARGEST_SAMPLE, is_lost};
pub use settings::StftSettings;
pub use stft::{FLOOR_DBFS, Stft};
pub use window::Window;
