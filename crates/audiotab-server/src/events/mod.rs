//! The reading side of the observation bus: live, recent, past.
//!
//! * `socket`: `/ws/events`. `stream`: `/api/events/stream`. `reads`: `/api/events` and `/api/history`.
//! * `log`: `/api/log` and `/api/summary`. `log_work`: export, replay and SQL. `playback`: a replay at a
//!   pace. `observe`: `/ws/observe` and `/api/v1/viz`.
//! * `asked`: what an address says about filter and place. `audience`: who listens, counted. `stats`: counters for
//!   `/api/stats`.
//!
//! Invariant: a reader holds a place in the bus's log and what it is being sent, never a queue of its own.

mod asked;
mod audience;
mod log;
mod log_work;
mod observe;
mod playback;
mod reads;
mod socket;
mod stats;
mod stream;

pub use audience::{Audience, Listener};
pub use log::health;
pub use playback::Playback;
pub use stats::EventStats;

use crate::state::Shared;
use axum::Router;
use axum::routing::{any, get, post};

/// The routes of this module.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/ws/events", any(socket::open))
        .route("/api/events", get(reads::recent))
        .route("/api/events/stream", get(stream::open))
        .route("/api/history", get(reads::history))
        .route("/api/log", get(log::log))
        .route("/api/battle_log", get(log::battle_log))
        .route("/api/summary", get(log::summary))
        .route("/api/log/export", get(log_work::export))
        .route("/api/log/replay", post(log_work::replay))
        .route("/api/log/sql", post(log_work::sql))
        .merge(observe::routes())
}
