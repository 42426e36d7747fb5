//! The local HTTP server: the same user interface in a browser, behind a token.
//!
//! [`Server::bind`] claims the port and publishes the token, [`Server::run`] serves until told to stop. [`router`]
//! is the same thing without sockets, for tests.
//!
//! * `origin`, `access`: who may ask. `reply`: the headers that keep browsers careful. `limits`: every bound.
//! * `routes`: `/`, `/health`, `/api/stats`, `/api/devices`, `/api/session`. `ring_socket`: `/ws/ring`.
//! * `events`: the reading side of the observation bus. `ingest`, `grpc`: the ways in for events from
//!   outside.
//! * `listen`: sockets and what is spoken on them. `local`: the private one, without a token.
//! * `secret`, `token_file`: the token and where it lies. `producer`: tokens that only send events. `webhooks`:
//!   events posted to addresses of a rules file. `settings`: `VIZD_*`.
//!
//! Invariant: no route changes anything on GET, and no reply allows another origin.

mod access;
mod assets;
mod error;
mod events;
mod grpc;
mod ingest;
pub mod limits;
mod listen;
#[cfg(unix)]
mod local;
mod origin;
mod producer;
mod reply;
mod ring_socket;
mod routes;
mod secret;
mod settings;
mod state;
mod token_file;
pub mod webhooks;

pub use access::Access;
pub use error::ServerError;
pub use producer::producer_token;
pub use reply::CONTENT_SECURITY_POLICY;
pub use secret::Secret;
pub use settings::{DEFAULT_PORT, Environment};
pub use token_file::read as read_token;

use audiotab_engine::Engine;
use audiotab_events::Draft;
use audiotab_events::ingest::{Ingest, IngestOptions};
use axum::Router;
#[cfg(unix)]
use local::LocalSocket;
use state::Shared;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use token_file::TokenFile;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Where and how to serve.
#[derive(Clone, Copy, Debug)]
pub struct ServeOptions {
    /// Address to listen on; 127.0.0.1 also gives `[::1]`.
    pub bind: IpAddr,
    /// Port, 0 picks a free one.
    pub port: u16,
    /// False with `--no-auth`: no token is asked for. Refused unless `bind` is a loopback address.
    pub auth: bool,
    /// Events are sent in windows of this length.
    pub window: Duration,
    /// How events from outside are treated.
    pub ingest: IngestOptions,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: DEFAULT_PORT,
            auth: true,
            window: limits::WINDOW,
            ingest: IngestOptions::default(),
        }
    }
}

/// A server that has its port and its token but answers nobody yet.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<TcpListener>,
    address: SocketAddr,
    router: Router,
    shared: Shared,
    stop: watch::Sender<bool>,
    token_file: Option<TokenFile>,
    #[cfg(unix)]
    local: Option<LocalSocket>,
}

impl Server {
    /// Claims the port and publishes the token.
    ///
    /// # Errors
    /// One sentence with the way out: port in use, address not of this machine, no private place for the token,
    /// access control off on an address others can reach.
    pub async fn bind(engine: Engine, options: ServeOptions) -> Result<Self, ServerError> {
        if !options.auth && !options.bind.is_loopback() {
            return Err(ServerError::OpenToTheNetwork(options.bind));
        }
        let listeners = listen::bind(options.bind, options.port).await?;
        let asked = SocketAddr::new(options.bind, options.port);
        let address = listeners.first().and_then(|l| l.local_addr().ok()).unwrap_or(asked);
        let access = Arc::new(Access::new(address.port(), options.auth)?);
        let token_file = if options.auth { Some(TokenFile::publish(access.token())?) } else { None };
        let (stop, stopped) = watch::channel(false);
        let shared = Shared::new(engine, access, &options, stopped);
        let router = routes::router(shared.clone());
        Ok(Self {
            listeners,
            address,
            router,
            shared,
            stop,
            token_file,
            #[cfg(unix)]
            local: None,
        })
    }

    /// Also serves programs of this user over a private socket, without a token: the kernel says who they are. Not
    /// where events from outside are switched off, and not where the system has no such sockets.
    ///
    /// # Errors
    /// One sentence when another server has that socket or it cannot be made; this one serves all the same.
    pub async fn open_local(&mut self) -> Result<(), ServerError> {
        #[cfg(unix)]
        if self.shared.ingest.options().external {
            self.local = Some(LocalSocket::open().await?);
        }
        Ok(())
    }

    /// [`Server::open_local`] in this directory, which must be this user's alone. Where the socket is.
    ///
    /// # Errors
    /// As [`Server::open_local`].
    #[cfg(unix)]
    pub async fn open_local_in(
        &mut self,
        dir: &std::path::Path,
    ) -> Result<Option<std::path::PathBuf>, ServerError> {
        if self.shared.ingest.options().external {
            self.local = Some(LocalSocket::open_in(dir).await?);
        }
        Ok(self.local.as_ref().map(|local| local.path().to_owned()))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser, with the link that works once. For the wildcard address, this machine's own.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() {
                Ipv4Addr::LOCALHOST.into()
            } else {
                std::net::Ipv6Addr::LOCALHOST.into()
            });
        }
        format!("http://{address}{}", self.shared.access.link_path())
    }

    /// [`Server::run`], told on the bus when it begins and when it is over.
    pub async fn run_told(self, stop: impl Future<Output = ()>) {
        let (bus, port) = (self.shared.engine.bus().clone(), self.address.port());
        let tell = |kind| bus.emit(Draft::new(kind, "server").placed_by_time().with("port", port));
        tell("server.started");
        self.run(stop).await;
        tell("server.stopped");
    }

    /// Serves until `stop` completes, then lets open requests finish for up to two seconds and removes the token.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tracing::debug!(address = %self.address, "serving");
        #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no other socket"))]
        let mut serving: Vec<_> = self
            .listeners
            .into_iter()
            .map(|listener| tokio::spawn(listen::serve(listener, self.router.clone(), self.shared.clone())))
            .collect();
        #[cfg(unix)]
        if let Some(local) = self.local {
            serving.push(tokio::spawn(listen::serve(local, self.router.clone(), self.shared.clone())));
        }
        let ticking = tokio::spawn(tick(self.shared.ingest.clone()));
        stop.await;
        ticking.abort();
        let _ = self.stop.send(true);
        for task in serving {
            let _ = task.await;
        }
        drop(self.token_file);
    }
}

/// Tells of floods of events that are over, also when nothing follows them.
async fn tick(ingest: Arc<Ingest>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    loop {
        ingest.tick(seconds.tick().await.into_std());
    }
}

/// All routes without a socket.
pub fn router(engine: Engine, access: Arc<Access>) -> Router {
    let stop = watch::channel(false).1;
    routes::router(Shared::new(engine, access, &ServeOptions::default(), stop))
}
