//! One file per command.

pub mod capture;
pub mod devices;
pub mod events;
pub mod ring_dump;
pub mod ring_info;
pub mod serve;
pub mod stft;
pub mod waveform;

use crate::failure::Failure;
use std::io::Write;

/// Prints to stdout. A reader that went away (`audiotab ... | head -1`) is no failure.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints one JSON document to stdout.
pub fn print_json(document: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Failure::failed(error.to_string()))?;
    print(&(text + "\n"));
    Ok(())
}
