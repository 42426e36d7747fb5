//! What commands answer.

use audiotab_engine::wire::{ErrorBody, ErrorKind};

/// An answer, or one sentence.
pub type Reply<T> = Result<T, ErrorBody>;

/// A refusal with one sentence.
pub fn refusal(kind: ErrorKind, message: impl Into<String>) -> ErrorBody {
    ErrorBody { kind, message: message.into() }
}

/// Runs work off the main thread: opening a device can take a second, a disk too, and the window must not freeze.
pub async fn off_main<T: Send + 'static>(work: impl FnOnce() -> Reply<T> + Send + 'static) -> Reply<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(reply) => reply,
        Err(error) => Err(refusal(ErrorKind::Internal, format!("The engine call broke off: {error}."))),
    }
}
