//! ALSA: keep its diagnostics off stderr, and count a card's channels.

use alsa::Output;
use alsa::pcm::{HwParams, PCM};

/// Runs `body` with this thread's ALSA diagnostics kept in a buffer that nobody reads. Threads that alsa-lib or
/// its plugins start themselves are not covered.
pub(crate) fn without_noise<T>(body: impl FnOnce() -> T) -> T {
    // The handler stays with its thread; every thread that comes here is one of ours.
    let _buffer = Output::local_error_handler();
    body()
}

/// Most channels the hardware records, whatever its sample format. `None` if it cannot be opened now.
pub(crate) fn hardware_channels(pcm_id: &str) -> Option<u32> {
    let pcm = PCM::new(pcm_id, alsa::Direction::Capture, true).ok()?;
    HwParams::any(&pcm).and_then(|params| params.get_channels_max()).ok()
}
