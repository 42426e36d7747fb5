//! The server with real sockets: the ring WebSocket, the limits, start and stop.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

use audiotab_engine::ring::PacketHead;
use audiotab_engine::{Engine, EngineOptions};
use audiotab_server::{ServeOptions, Server, ServerError, limits};
use futures_util::{SinkExt, StreamExt};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Running {
    address: SocketAddr,
    engine: Engine,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

/// Without a token file, which all tests of a user would share; the gate is tested in `http.rs`.
async fn running() -> Running {
    let engine = Engine::new(EngineOptions { history_s: 2.0, ..EngineOptions::default() });
    let options = ServeOptions { bind: LOCALHOST, port: 0, auth: false, ..ServeOptions::default() };
    let server = Server::bind(engine.clone(), options).await.unwrap();
    let address = server.address();
    assert_eq!(server.url(), format!("http://{address}/"));
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run(async move { drop(stopped.await) }));
    Running { address, engine, stop, done }
}

impl Running {
    async fn connect(
        &self,
        origin: Option<&str>,
    ) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
        let mut request = format!("ws://{}/ws/ring", self.address).into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        connect_async(request).await.map(|(socket, _)| socket)
    }

    async fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply).await;
        reply
    }
}

#[tokio::test]
async fn packets_come_when_asked_and_errors_as_text() {
    let server = running().await;
    let own_page = format!("http://{}", server.address);
    let mut socket = server.connect(Some(&own_page)).await.unwrap();
    let mut ask = async |query: &str| {
        socket.send(Message::text(query)).await.unwrap();
        timeout(Duration::from_secs(5), socket.next()).await.unwrap().unwrap().unwrap()
    };
    assert_eq!(ask("").await, Message::binary(Vec::new()), "no session: an empty packet");

    server.engine.start("signal:sine?channels=2").unwrap();
    let header = PacketHead::parse(&ask("").await.into_data()).unwrap();
    assert_eq!((header.frames, header.header.spec.channels), (0, 2));
    let mut frames = 0;
    while frames < 4096 {
        let query =
            format!("stream={:016x}&start={frames}&frames=9999999&channels=0,1", header.header.stream_id);
        let packet = ask(&query).await.into_data();
        assert!(packet.len() <= limits::FRAME_BYTES);
        let head = PacketHead::parse(&packet).unwrap();
        assert_eq!(head.start_frame, frames);
        frames += head.frames;
    }
    let text = ask("start=0&frames=1&channels=2").await;
    assert!(text.to_text().unwrap().contains(r#""kind":"usage""#), "{text:?}");
    assert!(ask("what").await.is_text() && ask("").await.is_binary(), "the socket survives a wrong query");
}

#[tokio::test]
async fn foreign_pages_and_oversized_messages_are_refused() {
    let server = running().await;
    match server.connect(Some("http://evil.example")).await {
        Err(Error::Http(reply)) => assert_eq!(reply.status(), 403),
        other => panic!("{other:?}"),
    }
    let mut socket = server.connect(None).await.unwrap();
    let _ = socket.send(Message::text("x".repeat(limits::FRAME_BYTES + 1))).await;
    let answer = timeout(Duration::from_secs(5), socket.next()).await.unwrap();
    assert!(!matches!(answer, Some(Ok(Message::Binary(_) | Message::Text(_)))), "{answer:?}");
    assert!(server.get("/health").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn the_65th_connection_is_turned_away_and_a_free_place_is_taken_again() {
    let server = running().await;
    let mut held = Vec::new();
    for _ in 0..limits::CONNECTIONS {
        held.push(TcpStream::connect(server.address).await.unwrap());
    }
    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let mut reply = String::new();
    timeout(Duration::from_secs(5), refused.read_to_string(&mut reply)).await.unwrap().unwrap();
    assert!(reply.starts_with("HTTP/1.1 503") && reply.contains("64 connections"), "{reply}");

    held.truncate(limits::CONNECTIONS / 2);
    let mut tries = 0;
    while !server.get("/health").await.starts_with("HTTP/1.1 200") {
        tries += 1;
        assert!(tries < 100, "places are not given back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.get("/api/stats").await.contains(r#""refused":"#));
}

#[tokio::test]
async fn the_server_stops_and_tells_its_sockets() {
    let server = running().await;
    let mut socket = server.connect(None).await.unwrap();
    server.stop.send(()).unwrap();
    let last = timeout(Duration::from_secs(5), socket.next()).await.unwrap();
    assert!(matches!(last, Some(Ok(Message::Close(Some(_))))), "{last:?}");
    drop(socket);
    timeout(Duration::from_secs(5), server.done).await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_keeps_a_server_from_starting_is_said_with_the_way_out() {
    let server = running().await;
    let engine = Engine::new(EngineOptions::default());
    let bind = async |bind: [u8; 4], port| {
        let options = ServeOptions { bind: bind.into(), port, auth: false, ..ServeOptions::default() };
        Server::bind(engine.clone(), options).await.unwrap_err()
    };
    let taken = bind([127, 0, 0, 1], server.address.port()).await;
    assert!(matches!(taken, ServerError::PortInUse(_)));
    assert!(taken.to_string().contains("--port"), "{taken}");
    let open = bind([0, 0, 0, 0], 0).await;
    assert!(matches!(open, ServerError::OpenToTheNetwork(_)), "{open}");
    let elsewhere = bind([192, 0, 2, 1], 0).await;
    assert!(matches!(elsewhere, ServerError::OpenToTheNetwork(_)), "{elsewhere}");
}
