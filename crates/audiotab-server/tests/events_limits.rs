//! Clients that hold a place without using it are let go, each after ten seconds: slow by nature, so in one file.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod listening;

use audiotab_events::Draft;
use listening::running;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

/// Far beyond every limit here.
const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_request_that_never_gets_to_its_end_is_closed() {
    let server = running().await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /api/events HTTP/1.1\r\nhost: 127").await.unwrap();
    let (mut read, mut write) = slow.into_split();
    let drip = tokio::spawn(async move {
        while write.write_all(b".").await.is_ok() {
            sleep(Duration::from_millis(200)).await;
        }
    });
    let mut reply = Vec::new();
    let ended = timeout(MINUTE, read.read_to_end(&mut reply)).await;
    assert!(ended.is_ok(), "a byte now and then keeps nobody's place");
    assert!(!String::from_utf8_lossy(&reply).starts_with("HTTP/1.1 200"));
    drip.abort();
    assert!(server.get("/health").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stream_and_a_socket_that_take_nothing_are_closed_and_their_places_free() {
    let server = running().await;
    let small = || async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(server.address).await.unwrap()
    };
    let (mut stream, mut socket) = (small().await, small().await);
    let host = server.address;
    let request = format!("GET /api/events/stream HTTP/1.1\r\nhost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let request = format!(
        "GET /ws/events HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let listeners = async |count: u64| {
        while server.json("/api/stats").await["connected_clients"] != count {
            // More than their sockets hold, again and again: nothing is lost on who was not there yet.
            let text = "x".repeat(8 << 10);
            for _ in 0..200 {
                server.bus.emit(Draft::new("audio.clip", "engine").with("text", text.as_str()));
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(MINUTE, listeners(2)).await.expect("both are there");
    timeout(MINUTE, listeners(0)).await.expect("both are let go");
    assert!(server.json("/api/stats").await["total_batches_sent"].as_u64().unwrap() > 0);
}
