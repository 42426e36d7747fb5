//! The routes, each a few lines around a call of the engine.

use crate::access::gate;
use crate::events::EventStats;
use crate::reply::{careful, refusal, status_of};
use crate::state::{Shared, TrafficStatus};
use crate::{assets, events, grpc, ingest, limits, ring_socket};
use audiotab_engine::EngineError;
use audiotab_engine::wire::{DeviceInfo, ErrorKind, SessionStatus, StartRequest};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde::Serialize;

/// All routes behind the gate.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/health", get(health))
        .route("/api/stats", get(stats))
        .route("/api/devices", get(devices))
        .route("/api/session", get(session).post(start).delete(stop))
        .route("/ws/ring", any(ring_socket::open))
        .merge(events::routes())
        .merge(ingest::routes())
        .merge(grpc::routes(&shared))
        .fallback(file)
        .layer(DefaultBodyLimit::max(limits::REQUEST_BODY_BYTES))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(shared.clone(), gate))
        .layer(from_fn(grpc::in_grpc))
        .layer(from_fn(careful))
        .with_state(shared)
}

#[derive(Serialize)]
struct Stats {
    version: &'static str,
    session: SessionStatus,
    connections: TrafficStatus,
    #[serde(flatten)]
    events: EventStats,
}

/// Open to everybody who can reach the port: no more than this.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(limits::REQUEST, next.run(request)).await.unwrap_or_else(|_| {
        let sentence = "This took longer than 30 seconds; the device may be stuck, try again or unplug it.";
        refusal(StatusCode::GATEWAY_TIMEOUT, ErrorKind::Internal, sentence)
    })
}

/// The page. With `?token=` the secret is traded for a cookie and leaves the address bar.
async fn page(State(shared): State<Shared>, method: Method, uri: Uri, request: Request) -> Response {
    let Some(candidate) = uri.query().and_then(|q| q.split('&').find_map(|pair| pair.strip_prefix("token=")))
    else {
        return assets::serve("/");
    };
    let known = shared.access.has_cookie(request.headers());
    // A HEAD request comes from a link preview: it must not spend the link.
    let cookie = if known || method != Method::GET { None } else { shared.access.trade(candidate) };
    if !known && cookie.is_none() {
        return (
            StatusCode::UNAUTHORIZED,
            "This link was used before or belongs to an earlier start of the server. Add what the command \
             \"audiotab token\" prints to this address, after /?token=, and open it again.\n",
        )
            .into_response();
    }
    let mut reply = (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    if let Some(cookie) = cookie.and_then(|c| HeaderValue::from_str(&c).ok()) {
        reply.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    reply
}

async fn file(method: Method, uri: Uri) -> Response {
    if method == Method::GET || method == Method::HEAD {
        return assets::serve(uri.path());
    }
    refusal(StatusCode::NOT_FOUND, ErrorKind::Usage, "There is nothing at this address.")
}

async fn health(State(shared): State<Shared>) -> Json<Health> {
    let (status, reason) = events::health(&shared);
    Json(Health { status, version: env!("CARGO_PKG_VERSION"), reason })
}

async fn stats(State(shared): State<Shared>) -> Json<Stats> {
    let (session, connections) = (shared.engine.status(), shared.traffic.status());
    Json(Stats { version: env!("CARGO_PKG_VERSION"), session, connections, events: EventStats::of(&shared) })
}

async fn devices(State(shared): State<Shared>) -> Result<Json<Vec<DeviceInfo>>, Failed> {
    let engine = shared.engine;
    blocking(move || engine.devices()).await
}

async fn session(State(shared): State<Shared>) -> Json<SessionStatus> {
    Json(shared.engine.status())
}

async fn start(
    State(shared): State<Shared>,
    body: Result<Json<StartRequest>, JsonRejection>,
) -> Result<Json<SessionStatus>, Failed> {
    let Json(request) = body.map_err(Failed::Body)?;
    let engine = shared.engine;
    blocking(move || engine.start(&request.address)).await
}

async fn stop(State(shared): State<Shared>) -> Result<Json<SessionStatus>, Failed> {
    let engine = shared.engine;
    blocking(move || Ok(engine.stop())).await
}

/// Runs a call that may wait for a device away from the threads that serve everybody.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<Json<T>, Failed> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result.map(Json).map_err(Failed::Engine),
        Err(e) => Err(Failed::Internal(e.to_string())),
    }
}

/// Why a call was refused, on its way to a reply.
enum Failed {
    Body(JsonRejection),
    Engine(EngineError),
    Internal(String),
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Body(rejection) => {
                let sentence = format!(
                    "The body must be JSON like {{\"address\": \"default\"}} with content type application/json: {}",
                    rejection.body_text()
                );
                refusal(rejection.status(), ErrorKind::Usage, &sentence)
            }
            Self::Engine(e) => {
                let body = e.body();
                refusal(status_of(body.kind), body.kind, &body.message)
            }
            Self::Internal(reason) => {
                tracing::error!(reason, "a call into the engine died");
                let sentence = "The program made a mistake; the log has the reason. Try again.";
                refusal(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, sentence)
            }
        }
    }
}
