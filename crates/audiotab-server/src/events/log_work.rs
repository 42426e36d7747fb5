//! What else can be done with the log: `/api/log/export`, `/api/log/replay` and `/api/log/sql`.

use super::asked::{Asked, usage};
use super::log::{journal, reading};
use super::playback;
use crate::reply::refusal;
use crate::state::Shared;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::journal::{Speed, SqlAnswer};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};
use tokio::sync::mpsc;

/// Bytes of one piece of an export.
const PIECE_BYTES: usize = 64 << 10;
/// Pieces that wait for a slow client.
const PIECES: usize = 4;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Since {
    /// ms since 1970.
    since: Option<i64>,
}

impl Since {
    fn ns(&self) -> Option<i64> {
        self.since.map(|ms| ms.saturating_mul(1_000_000))
    }
}

/// Everything that was recorded since then, as lines of JSON, oldest first.
pub async fn export(State(shared): State<Shared>, Asked(since): Asked<Since>) -> Result<Response, Response> {
    let journal = journal(&shared)?;
    let (pieces, mut taken) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE_BYTES, Pieces(pieces.clone()));
        if let Err(error) = journal.export(since.ns(), &mut out) {
            // Breaks the reply off, so that nobody takes a part for the whole. A client that left hears nothing.
            let _ = pieces.blocking_send(Err(io::Error::other(error)));
        }
    });
    let pieces = futures_util::stream::poll_fn(move |context| taken.poll_recv(context));
    let kind = [(header::CONTENT_TYPE, "application/jsonl")];
    Ok((kind, Body::from_stream(pieces)).into_response())
}

/// Hands what is written to the reply; waits while the client is slow.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Replay {
    /// ms since 1970.
    since: Option<i64>,
    /// Times as fast as it happened.
    speed: Option<f64>,
    stop: bool,
}

/// Shows what happened since then in earlier runs again, to everybody who listens: at once, or at `speed` times the pace
/// at which it happened, which goes on after the reply. A replay ends one that still plays; `stop` does nothing else.
pub async fn replay(
    State(shared): State<Shared>,
    body: Result<Json<Replay>, JsonRejection>,
) -> Result<Json<Value>, Response> {
    let Json(Replay { since, speed, stop }) = body.map_err(not_understood)?;
    let speed = speed.map(Speed::try_from).transpose().map_err(|sentence| usage(&sentence))?;
    let since_ns = Since { since }.ns().unwrap_or(0);
    shared.playback.end();
    if stop {
        return Ok(Json(json!({ "replayed": 0 })));
    }
    let Some(speed) = speed else {
        let replayed = reading(shared, move |journal| journal.replay(since_ns)).await?;
        return Ok(Json(json!({ "replayed": replayed.0 })));
    };
    let Json(drafts) = reading(shared.clone(), move |journal| journal.earlier(since_ns)).await?;
    let (replayed, length) = (drafts.len(), playback::length(&drafts, speed));
    shared.playback.begin(shared.engine.bus().clone(), drafts, speed, shared.stop.clone());
    Ok(Json(json!({ "replayed": replayed, "length_ms": length.as_millis() as u64 })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    sql: String,
}

/// Answers one SELECT.
pub async fn sql(
    State(shared): State<Shared>,
    body: Result<Json<Select>, JsonRejection>,
) -> Result<Json<SqlAnswer>, Response> {
    let Json(Select { sql }) = body.map_err(not_understood)?;
    reading(shared, move |journal| journal.sql(&sql)).await
}

fn not_understood(rejection: JsonRejection) -> Response {
    let sentence = format!("The request was not understood: {}.", rejection.body_text());
    match rejection.status() {
        StatusCode::BAD_REQUEST => usage(&sentence),
        status => refusal(status, ErrorKind::Usage, &sentence),
    }
}
