//! One running session: capture into a ring, its status, and the packets viewers ask for.
//!
//! What happens to the sound is told on the [`Engine::bus`], on the clock of the sound: a stream's beginning and end,
//! losses, clipping, silence, levels, its device, the program's own load (`watch`), what the recorder does
//! (`operation`), and devices that come and go (`device_watch`). [`Observation`] is the bus with whoever keeps it.
//!
//! Every host (desktop window, HTTP server) holds one [`Engine`] and passes its calls on. What it answers are the
//! [`wire`] types.
//!
//! Invariant: a request that fails changes nothing. A running capture is stopped only by [`Engine::stop`] or by a
//! start that succeeded (or, for a device that takes one listener, one that had to let go of it first; if that
//! start fails, the input before is started again).

mod device_watch;
mod engine;
mod error;
mod level_tap;
mod notes;
mod observation;
mod operation;
mod session;
mod watch;
pub mod wire;

pub use audiotab_capture as capture;
pub use audiotab_ring as ring;
pub use device_watch::DeviceWatch;
pub use engine::{Engine, EngineOptions, TEST_SIGNAL};
pub use error::{EngineError, sentence};
pub use level_tap::LevelTap;
pub use observation::Observation;

use std::path::PathBuf;

/// This user's private directory for rings and tokens, made if need be.
///
/// # Errors
/// One sentence if it cannot be made, or somebody else's stands in its place.
pub fn private_dir() -> Result<PathBuf, EngineError> {
    Ok(ring::private_dir()?)
}

impl From<capture::DeviceInfo> for wire::DeviceInfo {
    fn from(device: capture::DeviceInfo) -> Self {
        Self {
            id: device.id,
            name: device.name,
            host: device.host,
            channels: device.channels,
            channel_names: device.channel_names,
            sample_rates_hz: device.sample_rates_hz,
            default_sample_rate_hz: device.default_sample_rate_hz,
            is_default: device.is_default,
        }
    }
}
