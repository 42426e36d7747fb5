//! Who may ask for what. One gate in front of every route.
//!
//! In this order: the `Host` must be ours and the `Origin`, where there is one, must be ours (403 otherwise, also
//! with `--no-auth`); the page, its assets and `/health` are open to reading; everything else needs the token,
//! as `Authorization: Bearer` from programs or as the cookie from a browser (401 otherwise). A browser that changes
//! something or opens a WebSocket must also say that it comes from our own page (403 otherwise). A producer's token
//! opens the ways in for events and nothing else (403 otherwise). Whoever passes is known as an [`Author`] from here on.
//!
//! What comes over the private socket has passed already: the kernel says that it is a program of this user, and no
//! browser reaches a socket without a port, so that there is neither `Host` nor `Origin` to judge.

use crate::assets;
use crate::ingest;
use crate::origin::{Origin, origin_of, our_host};
use crate::producer::producer_of;
use crate::reply::refusal;
use crate::secret::Secret;
use crate::state::{Arrived, Shared};
use audiotab_engine::wire::ErrorKind;
use audiotab_events::ingest::Author;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::{Mutex, PoisonError};

const NEEDS_TOKEN: &str = "This needs the access token: send it as \"Authorization: Bearer TOKEN\" (audiotab token \
     prints it), or open the link that audiotab serve printed.";

/// The secrets of one start of the server.
#[derive(Debug)]
pub struct Access {
    token: Secret,
    cookie: Secret,
    /// Spent by its first use, so that a link in a browser history or a process list opens nothing.
    link: Mutex<Option<Secret>>,
    cookie_name: String,
    required: bool,
}

/// How a request proved that it may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Proof {
    /// The token itself.
    Token,
    /// The cookie, which browsers attach by themselves: proof of the browser, not of the page.
    Cookie,
    /// A token made out to this producer of events.
    Producer(String),
    /// The user switched access control off.
    NotRequired,
}

impl Access {
    /// Secrets for a server on `port`; `required` is false with `--no-auth`.
    ///
    /// # Errors
    /// [`crate::ServerError::NoRandomness`].
    pub fn new(port: u16, required: bool) -> Result<Self, crate::ServerError> {
        Ok(Self {
            token: Secret::random()?,
            cookie: Secret::random()?,
            link: Mutex::new(Some(Secret::random()?)),
            // Browsers share cookies between the ports of a host: without the port in the name, a second server
            // would log the first one's page out.
            cookie_name: format!("audiotab_{port}"),
            required,
        })
    }

    /// The token programs send.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Path and query of the link that lets one browser in, or `/` when no token is needed or it was used.
    pub fn link_path(&self) -> String {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*link, self.required) {
            (Some(secret), true) => format!("/?token={}", secret.reveal()),
            _ => "/".to_owned(),
        }
    }

    /// Trades the secret of a link for a `Set-Cookie` value. The printed link works once; the token itself always.
    pub fn trade(&self, candidate: &str) -> Option<String> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if link.as_ref().is_some_and(|secret| secret.matches(candidate)) {
            *link = None;
        } else if !self.token.matches(candidate) {
            return None;
        }
        let (name, value) = (&self.cookie_name, self.cookie.reveal());
        Some(format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict"))
    }

    /// True when the request carries our cookie.
    pub fn has_cookie(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == self.cookie_name && self.cookie.matches(value))
    }

    fn proof(&self, headers: &HeaderMap) -> Option<Proof> {
        if !self.required {
            return Some(Proof::NotRequired);
        }
        if let Some(authorization) = headers.get(header::AUTHORIZATION) {
            // A wrong token is refused even beside a good cookie: it is a mistake worth hearing of.
            let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return None;
            }
            let token = token.trim();
            return if self.token.matches(token) {
                Some(Proof::Token)
            } else {
                producer_of(self.token.reveal(), token).map(|name| Proof::Producer(name.to_owned()))
            };
        }
        self.has_cookie(headers).then_some(Proof::Cookie)
    }
}

/// In whose name a request sends events.
fn author(proof: Proof, origin: Origin) -> Author {
    match proof {
        Proof::Producer(name) => Author::Producer(name),
        Proof::Cookie => Author::Page,
        Proof::NotRequired if origin == Origin::Own => Author::Page,
        Proof::Token | Proof::NotRequired => Author::Program,
    }
}

fn reads_only(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn is_open(request: &Request) -> bool {
    let path = request.uri().path();
    reads_only(request.method()) && (path == "/" || path == "/health" || assets::exists(path))
}

fn acts(request: &Request) -> bool {
    !reads_only(request.method()) || request.headers().contains_key(header::UPGRADE)
}

/// The gate. See the head of this file for its rules.
pub async fn gate(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let arrived_at = match request.extensions().get::<Arrived>() {
        #[cfg(unix)]
        Some(Arrived::From(peer)) => {
            let author = Author::Local { uid: peer.uid, pid: peer.pid };
            request.extensions_mut().insert(author);
            return next.run(request).await;
        }
        Some(Arrived::At(address)) => Some(*address),
        None => None,
    };
    let Some(host) = our_host(request.headers(), request.uri(), arrived_at) else {
        return refusal(
            StatusCode::FORBIDDEN,
            ErrorKind::Permission,
            "This server answers only under its own address, such as 127.0.0.1 or localhost: use the link that \
             audiotab serve printed.",
        );
    };
    let origin = origin_of(request.headers(), host);
    if origin == Origin::Foreign {
        return refusal(
            StatusCode::FORBIDDEN,
            ErrorKind::Permission,
            "Requests from pages of other origins are refused.",
        );
    }
    if is_open(&request) {
        return next.run(request).await;
    }
    match shared.access.proof(request.headers()) {
        None => refusal(StatusCode::UNAUTHORIZED, ErrorKind::Permission, NEEDS_TOKEN),
        Some(Proof::Cookie) if acts(&request) && origin == Origin::Absent => refusal(
            StatusCode::FORBIDDEN,
            ErrorKind::Permission,
            "A browser must say in its Origin header which page this comes from; programs send the token instead \
             of the cookie.",
        ),
        Some(Proof::Producer(_)) if !ingest::is_way_in(request.uri().path()) => refusal(
            StatusCode::FORBIDDEN,
            ErrorKind::Permission,
            "This token was made out to a producer of events: it sends events and opens nothing else.",
        ),
        Some(proof) => {
            request.extensions_mut().insert(author(proof, origin));
            next.run(request).await
        }
    }
}
