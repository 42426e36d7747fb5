//! Sockets: binding them, and accepting connections within the limits until the server stops.

use crate::error::ServerError;
use crate::limits;
use crate::state::{ArrivedAt, Open, Shared, stopped};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Version, header};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    AudioTab serves 64 connections at a time and all are taken; close a page or a program and try again.\n";

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

/// Serves `listener` until `shared.stop`; then lets open requests finish within [`limits::GOODBYE`].
pub async fn serve(listener: TcpListener, router: Router, shared: Shared) {
    let mut connections = JoinSet::new();
    let mut stop = shared.stop.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => match shared.traffic.connection() {
                    Some(open) => drop(connections.spawn(converse(stream, open, router.clone(), shared.clone()))),
                    None => turn_away(stream),
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
    drop(listener);
    let all_done = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(limits::GOODBYE, all_done).await;
}

async fn converse(stream: TcpStream, open: Open, router: Router, shared: Shared) {
    let Ok(local) = stream.local_addr() else { return };
    let _ = stream.set_nodelay(true); // packets are whole answers, waiting to merge them only adds latency
    let Some(protocol) = spoken(&stream).await else { return };
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        name_host(&mut request);
        request.extensions_mut().insert(ArrivedAt(local.ip()));
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
async fn spoken(stream: &TcpStream) -> Option<Protocol> {
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

/// One try, no waiting: a flood of connections must not become a flood of tasks.
fn turn_away(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write_all(FULL);
    }
}

/// A stream that counts as an open connection until it is dropped, also after it became a WebSocket. A client that
/// takes nothing of what is written for [`limits::SEND`] is gone: else it would hold its place for hours.
struct Counted {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    _open: Open,
}

impl Counted {
    fn new(stream: TcpStream, open: Open) -> Self {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits::SEND));
        Self { stream: Box::pin(stream), _open: open }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(cx, bufs)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
