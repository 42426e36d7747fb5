//! Events as state: `/ws/observe` ten times a second when something changed, and `/api/v1/viz` to ask for.

use super::asked::Asked;
use crate::limits;
use crate::reply::refusal;
use crate::state::{Shared, stopped};
use audiotab_engine::wire::ErrorKind;
use audiotab_events::{Dashboard, DashboardState};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, get};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Instant;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// The routes of this file.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/ws/observe", any(open))
        .route("/api/v1/viz/dashboard", get(dashboard))
        .route("/api/v1/viz/topics", get(topics))
        .route("/api/v1/viz/snapshot/{topic}", get(snapshot))
        .route("/api/v1/viz/views", get(views))
        .route("/api/v1/viz/views/{id}", get(view))
}

async fn open(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Result<Response, Response> {
    let dashboard = the_dashboard(&shared)?.clone();
    Ok(upgrade
        .max_message_size(limits::CLIENT_MESSAGE_BYTES)
        .max_frame_size(limits::CLIENT_MESSAGE_BYTES)
        .on_upgrade(move |socket| show(socket, dashboard, shared)))
}

/// A client that is slow is shown fewer states: each is made when the last was taken.
async fn show(mut socket: WebSocket, dashboard: Dashboard, shared: Shared) {
    let _listener = shared.listens(true);
    let mut stop = shared.stop.clone();
    let mut states = interval(limits::STATE);
    states.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut shown, mut heard, mut asked) = (String::new(), Instant::now(), Instant::now());
    loop {
        let message = tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
                None | Some(Err(_)) => return,
            },
            _ = states.tick() => {
                let state = serde_json::to_string(&dashboard.state()).unwrap_or_default();
                if heard.elapsed() > limits::SILENCE {
                    return;
                } else if state != shown {
                    shown.clone_from(&state);
                    Message::text(state)
                } else if heard.elapsed() > limits::PING && asked.elapsed() > limits::PING {
                    asked = Instant::now();
                    Message::Ping(Default::default())
                } else {
                    continue;
                }
            }
            () = stopped(&mut stop) => {
                let close = CloseFrame { code: close_code::AWAY, reason: "the server stops".into() };
                let _ = timeout(limits::GOODBYE, socket.send(Message::Close(Some(close)))).await;
                return;
            }
        };
        if !matches!(timeout(limits::SEND, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn dashboard(State(shared): State<Shared>) -> Result<Json<DashboardState>, Response> {
    Ok(Json(the_dashboard(&shared)?.state()))
}

fn the_dashboard(shared: &Shared) -> Result<&Dashboard, Response> {
    shared.engine.observation().dashboard().map_err(|_| {
        let sentence =
            "The system gave no thread for the dashboard; close other programs and start AudioTab again.";
        refusal(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Internal, sentence)
    })
}

async fn topics(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({ "topics": shared.engine.bus().topics() }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    limit: Option<usize>,
}

/// The newest events of a topic, oldest of them first; none for a topic nobody spoke of.
async fn snapshot(
    State(shared): State<Shared>,
    Path(topic): Path<String>,
    Asked(Snapshot { limit }): Asked<Snapshot>,
) -> Json<Value> {
    let mut events = shared.engine.bus().snapshot(&topic);
    events.drain(..events.len().saturating_sub(limit.unwrap_or(limits::SNAPSHOT_EVENTS)));
    Json(json!({ "topic": topic, "events": events }))
}

/// Pictures made by the server.
async fn views() -> Json<Value> {
    Json(json!({ "views": [] }))
}

async fn view(Path(id): Path<String>) -> Response {
    let sentence = format!("There is no view {id:?}; /api/v1/viz/views lists those there are.");
    refusal(StatusCode::NOT_FOUND, ErrorKind::Usage, &sentence)
}
