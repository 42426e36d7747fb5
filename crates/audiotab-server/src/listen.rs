//! Sockets: binding them, and accepting connections within the limits until the server stops.

use crate::error::ServerError;
use crate::limits;
use crate::state::{ArrivedAt, Open, Shared, stopped};
use axum::Router;
use axum::body::Body;
use hyper_util::rt::{TokioIo, TokioTimer};
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
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ArrivedAt(local.ip()));
        router.clone().oneshot(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::REQUEST_HEAD)
        .max_buf_size(limits::REQUEST_HEAD_BYTES)
        .serve_connection(TokioIo::new(Counted::new(stream, open)), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut stop = shared.stop.clone();
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(e) = ended {
        tracing::debug!("connection ended: {e}");
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
