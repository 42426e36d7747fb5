//! What TCP and the private socket have in common.

#[cfg(unix)]
use crate::local::LocalSocket;
use crate::state::Arrived;
use std::io::{self, Write};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::{io::Interest, net::UnixStream};

/// Where connections come in.
pub trait Door: Send + Sync + 'static {
    /// A connection.
    type Wire: Wire;

    /// The next connection, and how it came in; None for somebody who may not enter here.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Wire, Option<Arrived>)>> + Send;

    /// What those hear who may not enter.
    fn closed_to_them(&self) -> &'static [u8];
}

/// A connection.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + Sized + 'static {
    /// Waits for bytes and reads them without taking them.
    fn peek(&self, bytes: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;

    /// Says this and hangs up. One try, no waiting: a flood of connections must not become a flood of tasks.
    fn turn_away(self, reply: &[u8]);
}

impl Door for TcpListener {
    type Wire = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Option<Arrived>)> {
        let (stream, _) = Self::accept(self).await?;
        let _ = stream.set_nodelay(true); // packets are whole answers, waiting to merge them only adds latency
        let arrived = Arrived::At(stream.local_addr()?.ip());
        Ok((stream, Some(arrived)))
    }

    fn closed_to_them(&self) -> &'static [u8] {
        b"" // whoever reaches the port may ask
    }
}

impl Wire for TcpStream {
    async fn peek(&self, bytes: &mut [u8]) -> io::Result<usize> {
        Self::peek(self, bytes).await
    }

    fn turn_away(self, reply: &[u8]) {
        if let Ok(mut stream) = self.into_std() {
            let _ = stream.write_all(reply);
        }
    }
}

#[cfg(unix)]
impl Door for LocalSocket {
    type Wire = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Option<Arrived>)> {
        let (stream, peer) = Self::accept(self).await?;
        Ok((stream, peer.map(Arrived::From)))
    }

    fn closed_to_them(&self) -> &'static [u8] {
        super::FOREIGN
    }
}

#[cfg(unix)]
impl Wire for UnixStream {
    async fn peek(&self, bytes: &mut [u8]) -> io::Result<usize> {
        use rustix::net::{RecvFlags, recv};
        self.async_io(Interest::READABLE, || Ok(recv(self, &mut *bytes, RecvFlags::PEEK)?.0)).await
    }

    fn turn_away(self, reply: &[u8]) {
        if let Ok(mut stream) = self.into_std() {
            let _ = stream.write_all(reply);
        }
    }
}
