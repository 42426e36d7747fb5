//! The ways in for events from outside: `POST /api/event`, `/ws/ingest` and, in `grpc`, `EventIngest/Publish`.
//!
//! * `http`: one request, one event or a list. `socket`: a stream of them over a WebSocket. `line`: what streams
//!   share, taking events in order and answering when they are safe.
//! * `answer`: what is told about each event.
//!
//! Invariant: an event that was answered with `durable` is in the journal; whatever is refused was not taken.

mod answer;
mod http;
pub mod line;
mod socket;

pub use answer::Answer;

use crate::state::Shared;
use crate::{grpc, limits};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, post};

const EVENT: &str = "/api/event";
const SOCKET: &str = "/ws/ingest";

/// The routes of this module.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(EVENT, post(http::take))
        .route(SOCKET, any(socket::open))
        .layer(DefaultBodyLimit::max(limits::EVENT_LIST_BYTES))
}

/// True for the paths that only take events.
pub fn is_way_in(path: &str) -> bool {
    path == EVENT || path == SOCKET || path == grpc::PUBLISH
}
