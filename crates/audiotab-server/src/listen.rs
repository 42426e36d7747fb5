//! Sockets: binding them, and accepting connections within the limits until the server stops.
//!
//! * `counted`: a connection that counts while it is open. `door`: what TCP and the private socket have in common.

use crate::error::ServerError;
use crate::limits;
use crate::state::{Arrived, Open, Shared, stopped};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Version, header};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt;

mod counted;
mod door;

use counted::Counted;
use door::{Door, Wire};

const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    AudioTab serves 64 connections at a time and all are taken; close a page or a program and try again.\n";
#[cfg(unix)]
const FOREIGN: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    This socket is for programs of the user who runs AudioTab.\n";

/// Binds `ip` and `port`. For 127.0.0.1 also `[::1]` where the system has it, so that `localhost` never means
/// somebody else's program.
pub async fn bind(ip: IpAddr, port: u16) -> Result<Vec<TcpListener>, ServerError> {
    let address = SocketAddr::new(ip, port);
    let first = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::PortInUse(address),
        _ => ServerError::Listen { address, source },
    })?;
    let local = first.local_addr().map_err(|source| ServerError::Listen { address, source })?;
    let mut listeners = vec![first];
    if ip == IpAddr::V4(Ipv4Addr::LOCALHOST) {
        match TcpListener::bind(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), local.port())).await {
            Ok(second) => listeners.push(second),
            Err(e) => tracing::debug!("not listening on [::1]: {e}"),
        }
    }
    Ok(listeners)
}

/// Serves who comes in at `door` until `shared.stop`; then lets open requests finish within [`limits::GOODBYE`].
pub async fn serve(door: impl Door, router: Router, shared: Shared) {
    let mut connections = JoinSet::new();
    let mut stop = shared.stop.clone();
    loop {
        tokio::select! {
            accepted = door.accept() => match accepted {
                Ok((stream, None)) => stream.turn_away(door.closed_to_them()),
                Ok((stream, Some(arrived))) => match shared.traffic.connection() {
                    Some(open) => {
                        let (router, shared) = (router.clone(), shared.clone());
                        drop(connections.spawn(converse(stream, arrived, open, router, shared)));
                    }
                    None => stream.turn_away(FULL),
                },
                // Out of file handles or a connection that died in the queue: neither ends the server.
                Err(e) => {
                    tracing::warn!("cannot accept a connection: {e}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = stopped(&mut stop) => break,
        }
    }
    drop(door);
    let all_done = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(limits::GOODBYE, all_done).await;
}

async fn converse(stream: impl Wire, arrived: Arrived, open: Open, router: Router, shared: Shared) {
    let Some(protocol) = spoken(&stream).await else { return };
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        name_host(&mut request);
        request.extensions_mut().insert(arrived);
        router.clone().oneshot(request)
    });
    let io = TokioIo::new(Counted::new(stream, open));
    let mut stop = shared.stop.clone();
    let ended = match protocol {
        Protocol::Http1 => {
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(limits::REQUEST_HEAD)
                .max_buf_size(limits::REQUEST_HEAD_BYTES)
                .serve_connection(io, service)
                .with_upgrades();
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopped(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
        Protocol::Http2 => {
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(limits::STREAMS)
                .max_header_list_size(limits::REQUEST_HEAD_BYTES as u32)
                .keep_alive_interval(limits::PING)
                .keep_alive_timeout(limits::SEND)
                .serve_connection(io, service);
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopped(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
    };
    if let Err(e) = ended {
        tracing::debug!("connection ended: {e}");
    }
}

enum Protocol {
    Http1,
    /// Without TLS and without an upgrade, as gRPC clients speak it.
    Http2,
}

/// What the client speaks: HTTP/2 begins with `PRI`, which no request of HTTP/1 does. None when it says nothing in
/// time.
async fn spoken(stream: &impl Wire) -> Option<Protocol> {
    const PREFACE: &[u8] = b"PRI";
    let peeking = async {
        loop {
            let mut head = [0; PREFACE.len()];
            let len = stream.peek(&mut head).await.ok().filter(|len| *len > 0)?;
            match head.get(..len)? {
                PREFACE => return Some(Protocol::Http2),
                part if !PREFACE.starts_with(part) => return Some(Protocol::Http1),
                // One or two bytes of it: the rest is on its way, and peeking does not wait for it.
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    tokio::time::timeout(limits::REQUEST_HEAD, peeking).await.ok()?
}

/// HTTP/2 names the host in the target; the gate reads the header that HTTP/1 has.
fn name_host(request: &mut hyper::Request<Body>) {
    let authority = request.uri().authority().map(|authority| HeaderValue::from_str(authority.as_str()));
    if let (Version::HTTP_2, false, Some(Ok(host))) =
        (request.version(), request.headers().contains_key(header::HOST), authority)
    {
        request.headers_mut().insert(header::HOST, host);
    }
}
