//! "Share on this computer": the same page and its events for browsers and programs of this machine, while the user
//! wants it.

use crate::reply::{Reply, refusal};
use audiotab_engine::wire::{ErrorBody, ErrorKind};
use audiotab_engine::{Engine, sentence};
use audiotab_server::{Environment, ServeOptions, Server, ServerError};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
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

/// Starts the server on this machine's own address and answers where it is: at `port`, else where `VIZD_PORT` says, else
/// at the usual port. While it runs, answers the same again.
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
        let environment = Environment::read().map_err(|error| refused(&error))?;
        let options = ServeOptions {
            port: port.unwrap_or(environment.port),
            window: Duration::from_millis(environment.coalesce_ms.into()),
            ..ServeOptions::default()
        };
        let mut server = Server::bind(engine.clone(), options).await.map_err(|error| refused(&error))?;
        if let Err(error) = server.open_local().await {
            tracing::warn!("{error}");
        }
        let url = server.url();
        let (stop, stopped) = oneshot::channel();
        let done = spawn(server.run_told(async {
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

#[cfg(test)]
mod tests {
    use super::*;
    use audiotab_engine::EngineOptions;
    use std::net::TcpStream;

    fn reaches(url: &str) -> bool {
        let host = url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap();
        TcpStream::connect(host).is_ok()
    }

    #[test]
    fn it_is_reached_while_it_is_shared_and_not_after() {
        let (engine, sharing) = (Engine::new(EngineOptions::default()), Sharing::default());
        tauri::async_runtime::block_on(async {
            sharing.stop().await; // nothing to stop
            let shared = sharing.start(&engine, Some(0)).await.unwrap();
            assert!(shared.url.starts_with("http://127.0.0.1:") && reaches(&shared.url), "{}", shared.url);
            assert_eq!(
                sharing.start(&engine, Some(0)).await.unwrap(),
                shared,
                "one server, however often asked"
            );
            let port = shared.url.split([':', '/']).nth(4).unwrap().parse().unwrap();
            let error = Sharing::default().start(&engine, Some(port)).await.unwrap_err();
            assert!(error.message.contains("is in use"), "{}", error.message);
            sharing.stop().await;
            assert!(!reaches(&shared.url));
        });
        let kinds: Vec<String> =
            engine.bus().recent(10).iter().rev().map(|event| event.kind.clone()).collect();
        assert_eq!(kinds, ["server.started", "server.stopped"]);
    }
}
