//! The wish of the user or the system that the program end.

use crate::failure::Failure;

/// A runtime for what a command waits for.
///
/// # Errors
/// One sentence when the system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("Cannot start the threads of the program: {error}")))
}

/// Lets the process outlive a limit on the size of its files (`ulimit -f`): the system then sends a signal that ends who
/// does not listen. With a listener the write fails, which is told and waited for like a full disk. Must be called within
/// a runtime; holds for good.
///
/// # Errors
/// One sentence when the system does not let the program listen for signals.
#[cfg(unix)]
pub fn outlive_file_limits() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    /// SIGXFSZ, on every Unix we run on.
    const FILE_SIZE_LIMIT: i32 = 25;
    signal(SignalKind::from_raw(FILE_SIZE_LIMIT))
        .map(drop)
        .map_err(|error| Failure::failed(format!("Cannot listen for signals: {error}")))
}

/// Completes at Ctrl-C, and on Unix at SIGTERM and SIGHUP too. Must be called within a runtime; from the call on
/// the signals no longer end the process by themselves.
///
/// # Errors
/// One sentence when the system does not let the program listen for signals.
pub fn requested() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind).map_err(|error| Failure::failed(format!("Cannot listen for signals: {error}")))
        };
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        let mut hang_up = listen(SignalKind::hangup())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            // Without a console there is no Ctrl-C to wait for.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
