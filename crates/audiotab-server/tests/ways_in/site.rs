//! A server for these tests: its router without a socket, or running.

use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::Bus;
use audiotab_events::ingest::IngestOptions;
use audiotab_server::{Access, ServeOptions, Server, router};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

pub const JSON: (&str, &str) = ("content-type", "application/json");

pub struct Site {
    pub router: Router,
    pub access: Arc<Access>,
    pub bus: Bus,
}

impl Site {
    pub fn new() -> Self {
        let bus = Bus::default();
        let engine = Engine::with_bus(EngineOptions::default(), bus.clone());
        let access = Arc::new(Access::new(9090, true).unwrap());
        Self { router: router(engine, access.clone()), access, bus }
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.access.token().reveal())
    }

    /// Posts with these headers and no others but Host.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method("POST").uri(path).header("host", "127.0.0.1:9090");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        Reply { status, headers, body: serde_json::from_slice(&body).unwrap_or(Value::Null) }
    }

    /// Posts JSON with the server's token.
    pub async fn send(&self, body: impl ToString) -> Reply {
        self.post("/api/event", &[JSON, ("authorization", &self.bearer())], body.to_string()).await
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

/// Place of the event by which a server that runs says so: what is sent comes behind it.
pub const STARTED: u64 = 1;

pub struct Running {
    pub address: SocketAddr,
    pub bus: Bus,
    pub stop: oneshot::Sender<()>,
    pub done: JoinHandle<()>,
}

/// Without a token file, which all tests of a user would share.
pub async fn running(ingest: IngestOptions) -> Running {
    let bus = Bus::default();
    let engine = Engine::with_bus(EngineOptions::default(), bus.clone());
    let options = ServeOptions { port: 0, auth: false, ingest, ..ServeOptions::default() };
    let server = Server::bind(engine, options).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run_told(async move { drop(stopped.await) }));
    tokio::time::timeout(Duration::from_secs(60), async {
        while bus.last_seq() < STARTED {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the server did not say that it started");
    Running { address, bus, stop, done }
}

/// No limit of events per source.
pub fn unlimited() -> IngestOptions {
    IngestOptions { rate: None, ..IngestOptions::default() }
}
