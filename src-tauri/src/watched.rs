//! What the window program watches, and where it keeps what happens.

use audiotab_engine::{DeviceWatch, Engine, LevelTap, Observation};
use audiotab_events::journal::JournalOptions;
use audiotab_events::{BusOptions, Draft};
use std::path::PathBuf;

/// Opens the journal in `folder`, or in the user's own data folder. A window opens whatever is on the disk: where
/// nothing can be recorded, the events say so.
pub fn observation(folder: Option<PathBuf>) -> Observation {
    let usual =
        || Some(directories::ProjectDirs::from("org", "AudioTab", "AudioTab")?.data_local_dir().to_owned());
    match folder.or_else(usual) {
        Some(folder) => {
            Observation::recorded_if_possible(&folder, BusOptions::default(), JournalOptions::default())
        }
        None => {
            let observation = Observation::default();
            let reason = "there is no folder for the data of this user; name one with --data";
            observation.bus().emit(Draft::new("journal.degraded", "journal").with("reason", reason));
            observation
        }
    }
}

/// The watches; dropping it ends them.
#[derive(Debug)]
pub struct Watched {
    _levels: LevelTap,
    _devices: Option<DeviceWatch>,
}

impl Watched {
    /// Begins to tell levels and devices.
    pub fn begin(engine: &Engine) -> Self {
        let devices = engine.watch_devices();
        if let Err(error) = &devices {
            tracing::warn!("devices that come and go are not told: {error}");
        }
        Self { _levels: engine.tap_levels(), _devices: devices.ok() }
    }
}
