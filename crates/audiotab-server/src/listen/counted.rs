//! A connection that counts while it is open, and ends when the client takes nothing.

use crate::limits;
use crate::state::Open;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_io_timeout::TimeoutStream;

/// A stream that counts as an open connection until it is dropped, also after it became a WebSocket. A client that
/// takes nothing of what is written for [`limits::SEND`] is gone: else it would hold its place for hours.
pub struct Counted<S> {
    stream: Pin<Box<TimeoutStream<S>>>,
    _open: Open,
}

impl<S: AsyncRead + AsyncWrite> Counted<S> {
    /// Counts `stream` as `open`.
    pub fn new(stream: S, open: Open) -> Self {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits::SEND));
        Self { stream: Box::pin(stream), _open: open }
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncWrite for Counted<S> {
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
