//! "Share on this computer": the same page and its events for browsers and programs of this machine, while the user
//! wants it.

use crate::reply::{Reply, refusal};
use audiotab_engine::wire::{ErrorBody, ErrorKind};
use audiotab_engine::{Engine, sentence};
use audiotab_server::{ServeOptions, Server, ServerError};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use tauri::State;
use tauri::async_runtime::{JoinHandle, spawn};
use tokio::sync::oneshot;

/// A running server.
#[derive(Debug)]
struct Running {
    url: String,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

/// The server, while there is one.
#[derive(Debug, Default)]
pub struct Sharing {
    running: Mutex<Option<Running>>,
    /// Held through a start or stop, so that they never overlap.
    changing: tokio::sync::Mutex<()>,
}

/// Where the sharing is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// The address to open, with a link that works once.
    url: String,
}

/// Starts the server on this machine's own address and answers where it is. While it runs, answers the same again.
#[tauri::command]
pub async fn share_start(
    engine: State<'_, Engine>,
    sharing: State<'_, Sharing>,
    port: Option<u16>,
) -> Reply<Shared> {
    sharing.start(engine.inner(), port).await
}

/// Stops the server. Does nothing when there is none.
#[tauri::command]
pub async fn share_stop(sharing: State<'_, Sharing>) -> Reply<()> {
    sharing.stop().await;
    Ok(())
}

impl Sharing {
    async fn start(&self, engine: &Engine, port: Option<u16>) -> Reply<Shared> {
        let _changing = self.changing.lock().await;
        if let Some(running) = &*self.slot() {
            return Ok(Shared { url: running.url.clone() });
        }
        let usual = ServeOptions::default();
        let options = ServeOptions { port: port.unwrap_or(usual.port), ..usual };
        let server = Server::bind(engine.clone(), options).await.map_err(|error| refused(&error))?;
        let url = server.url();
        let (stop, stopped) = oneshot::channel();
        let done = spawn(server.run(async {
            let _ = stopped.await;
        }));
        *self.slot() = Some(Running { url: url.clone(), stop, done });
        Ok(Shared { url })
    }

    /// Stops the server and waits until it is gone.
    pub async fn stop(&self) {
        let _changing = self.changing.lock().await;
        let running = self.slot().take();
        if let Some(Running { stop, done, .. }) = running {
            let _ = stop.send(());
            let _ = done.await;
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(error: &ServerError) -> ErrorBody {
    refusal(ErrorKind::Unsupported, sentence(&error.to_string()))
}
