//! The commands of the page about devices and the session, and the one event it listens to.
//!
//! Invariant: no samples here; they travel by the `ring` scheme.

use crate::reply::{Reply, off_main};
use audiotab_engine::Engine;
use audiotab_engine::wire::{DeviceInfo, SessionStatus};
use std::time::Duration;
use tauri::{AppHandle, Emitter, State};

/// Lists the input devices.
#[tauri::command]
pub async fn devices(engine: State<'_, Engine>) -> Reply<Vec<DeviceInfo>> {
    let engine = engine.inner().clone();
    off_main(move || engine.devices().map_err(|error| error.body())).await
}

/// Opens `address` and replaces the running input once that has worked.
#[tauri::command]
pub async fn start(engine: State<'_, Engine>, address: String) -> Reply<SessionStatus> {
    let engine = engine.inner().clone();
    off_main(move || engine.start(&address).map_err(|error| error.body())).await
}

/// Ends the running input; its ring stays readable until the next start.
#[tauri::command]
pub async fn stop(engine: State<'_, Engine>) -> Reply<SessionStatus> {
    let engine = engine.inner().clone();
    off_main(move || Ok(engine.stop())).await
}

/// The session as it is now.
#[tauri::command]
pub async fn status(engine: State<'_, Engine>) -> Reply<SessionStatus> {
    Ok(engine.status())
}

/// Tells the page the status twice a second, and within a tenth of a second when its state changes.
pub fn announce_status(app: AppHandle, engine: Engine) {
    std::thread::spawn(move || {
        let mut last_revision = None;
        for tick in 0u64.. {
            let status = engine.status();
            if last_revision != Some(status.revision) || tick % 5 == 0 {
                last_revision = Some(status.revision);
                if app.emit("status", status).is_err() {
                    return; // the window system is gone, so is our audience
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    });
}
