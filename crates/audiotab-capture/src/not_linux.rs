//! What `linux` is on other systems.

use crate::speakers::Speaker;

/// Runs `body`.
pub(crate) fn without_noise<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// There is no ALSA hardware.
pub(crate) fn hardware_channels(_pcm_id: &str) -> Option<u32> {
    None
}

/// There is no PulseAudio server.
pub(crate) fn source_speakers(_source: &str) -> Option<Vec<Speaker>> {
    None
}
