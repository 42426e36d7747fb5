//! Where the window program keeps what happens.

use audiotab_engine::Observation;
use audiotab_events::journal::JournalOptions;
use audiotab_events::{BusOptions, Draft};
use std::path::PathBuf;

/// Lets the window outlive a limit on the size of its files (`ulimit -f`): the system then sends SIGXFSZ, which ends who
/// does not listen. With a listener the write fails, and the journal waits as it does for a full disk.
#[cfg(unix)]
pub fn outlive_file_limits() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    const SIGXFSZ: i32 = 25;
    tauri::async_runtime::block_on(async { signal(SignalKind::from_raw(SIGXFSZ)).map(drop) })
}

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
