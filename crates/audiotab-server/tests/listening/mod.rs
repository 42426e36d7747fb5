//! A running server and clients of its live protocol.

#![allow(dead_code)] // each test file uses its part

use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::{Bus, Draft};
use audiotab_server::{ServeOptions, Server};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longest wait for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Running {
    pub address: SocketAddr,
    pub engine: Engine,
    pub bus: Bus,
    pub stop: oneshot::Sender<()>,
    pub done: JoinHandle<()>,
}

/// Without a token file, which all tests of a user would share; the gate is tested in `http.rs`.
pub async fn running() -> Running {
    running_on(Bus::default()).await
}

pub async fn running_on(bus: Bus) -> Running {
    running_engine(Engine::with_bus(EngineOptions::default(), bus)).await
}

pub async fn running_engine(engine: Engine) -> Running {
    let options = ServeOptions { port: 0, auth: false, ..ServeOptions::default() };
    let server = Server::bind(engine.clone(), options).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run(async move { drop(stopped.await) }));
    Running { address, bus: engine.bus().clone(), engine, stop, done }
}

impl Running {
    pub fn emit(&self, kind: &str, times: usize) {
        for _ in 0..times {
            self.bus.emit(Draft::new(kind, "engine"));
        }
    }

    pub async fn connect(&self, path: &str) -> Result<Client, Error> {
        let (socket, _) = connect_async(format!("ws://{}{path}", self.address)).await?;
        Ok(Client { socket })
    }

    /// Connected and greeted.
    pub async fn listen(&self, path: &str) -> Client {
        let mut client = self.connect(path).await.unwrap();
        assert_eq!(client.next().await["type"], "connected");
        client
    }

    /// The whole reply of a GET as text.
    pub async fn get(&self, path: &str) -> String {
        let mut stream = self.begin_get(path, "").await;
        let mut reply = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut reply)).await.unwrap().unwrap();
        reply
    }

    /// The body of a GET that succeeds.
    pub async fn json(&self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert!(reply.starts_with("HTTP/1.1 200"), "{path}: {reply}");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Sends a GET and reads nothing.
    pub async fn begin_get(&self, path: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message of the protocol, whatever its encoding.
    pub async fn next(&mut self) -> Value {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a message in time").unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Binary(bytes) => return rmp_serde::from_slice(&bytes).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits for so many events of a kind, whatever comes between.
    pub async fn hears(&mut self, kind: &str, count: usize) {
        let mut heard = 0;
        while heard < count {
            let message = self.next().await;
            let events = message["data"]["events"].as_array();
            heard += events.into_iter().flatten().filter(|event| event["kind"] == kind).count();
        }
    }

    /// The next `count` events of batches; other messages must not come between.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            let message = self.next().await;
            assert_eq!(message["type"], "batch", "{message}");
            events.extend(message["data"]["events"].as_array().unwrap().iter().cloned());
        }
        assert_eq!(events.len(), count);
        events
    }
}

pub fn seqs(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}
