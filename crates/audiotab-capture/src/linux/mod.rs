//! What only Linux's sound systems can answer, and cpal does not ask them.

mod alsa_direct;
mod pulse_direct;

pub(crate) use alsa_direct::{hardware_channels, without_noise};
pub(crate) use pulse_direct::source_speakers;
