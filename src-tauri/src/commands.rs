//! The four commands of the page, and the one event it listens to.
//!
//! Invariant: no samples here; they travel by the `ring` scheme.

use audiotab_engine::Engine;
use audiotab_engine::wire::{DeviceInfo, ErrorBody, ErrorKind, SessionStatus};
use std::time::Duration;
use tauri::{AppHandle, Emitter, State};

type Reply<T> = Result<T, ErrorBody>;

/// Runs device work off the main thread: opening a device can take a second, and the window must not freeze for it.
async fn off_main<T: Send + 'static>(work: impl FnOnce() -> Reply<T> + Send + 'static) -> Reply<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(reply) => reply,
        Err(error) => Err(ErrorBody {
            kind: ErrorKind::Internal,
            message: format!("The engine call broke off: {error}."),
        }),
    }
}

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
