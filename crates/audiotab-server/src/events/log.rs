//! `/api/log`, everything that was recorded, and `/api/summary`, counts per day.

use super::asked::{Asked, usage};
use crate::reply::refusal;
use crate::state::Shared;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::Severity;
use audiotab_events::journal::{Journal, JournalError, LogPage, LogQuery};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::Once;

/// Days of a summary unless asked otherwise.
const SUMMARY_DAYS: u32 = 7;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    channels: String,
    #[serde(alias = "severities")]
    severity: String,
    kinds: String,
    sources: String,
    /// ms since 1970.
    from: Option<i64>,
    to: Option<i64>,
    session: Option<String>,
    from_frame: Option<u64>,
    to_frame: Option<u64>,
    q: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

impl Question {
    fn query(self) -> Result<LogQuery, String> {
        let usual = LogQuery::default();
        let ns = |ms: i64| ms.saturating_mul(1_000_000);
        Ok(LogQuery {
            channels: words(&self.channels),
            kinds: words(&self.kinds),
            severities: words(&self.severity).iter().map(|word| severity(word)).collect::<Result<_, _>>()?,
            sources: words(&self.sources),
            from_ns: self.from.map(ns),
            to_ns: self.to.map(|ms| ns(ms).saturating_add(999_999)),
            session: self.session,
            from_frame: self.from_frame,
            to_frame: self.to_frame,
            text: self.q,
            before: self.before,
            limit: self.limit.unwrap_or(usual.limit),
        })
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn severity(word: &str) -> Result<Severity, String> {
    let known = [Severity::Info, Severity::Success, Severity::Warning, Severity::Error];
    let found = known.into_iter().find(|severity| severity.as_str().eq_ignore_ascii_case(word));
    found.ok_or_else(|| {
        format!("severity must be of info, success, warning and error; {word:?} is none of them.")
    })
}

/// A page of the log, newest first.
pub async fn log(
    State(shared): State<Shared>,
    Asked(question): Asked<Question>,
) -> Result<Json<LogPage>, Response> {
    let query = question.query().map_err(|sentence| usage(&sentence))?;
    reading(shared, move |journal| journal.query(&query)).await
}

/// The same under its old name.
pub async fn battle_log(state: State<Shared>, question: Asked<Question>) -> Response {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| tracing::warn!("/api/battle_log is the old name of /api/log; please use the new one"));
    let mut reply = log(state, question).await.into_response();
    for (name, value) in OLD_NAME {
        reply.headers_mut().insert(name, value);
    }
    reply
}

/// RFC 9745: deprecated since 2026-11-21, and what to use instead.
const OLD_NAME: [(HeaderName, HeaderValue); 2] = [
    (HeaderName::from_static("deprecation"), HeaderValue::from_static("@1795219200")),
    (header::LINK, HeaderValue::from_static("</api/log>; rel=\"successor-version\"")),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    days: Option<u32>,
}

/// How many events each of the last days had, by channel, newest day first.
pub async fn summary(
    State(shared): State<Shared>,
    Asked(Days { days }): Asked<Days>,
) -> Result<Json<Value>, Response> {
    let Json(days) = reading(shared, move |journal| journal.summary(days.unwrap_or(SUMMARY_DAYS))).await?;
    Ok(Json(json!({ "days": days })))
}

/// The journal, or why there is none.
pub(super) fn journal(shared: &Shared) -> Result<Arc<Journal>, Response> {
    shared.engine.observation().journal().ok_or_else(|| {
        let sentence = "This server keeps no journal; start it with --data DIR.";
        refusal(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unsupported, sentence)
    })
}

/// Runs a question away from the threads that serve everybody: a disk may be slow.
pub(super) async fn reading<T: Send + 'static>(
    shared: Shared,
    question: impl FnOnce(&Journal) -> Result<T, JournalError> + Send + 'static,
) -> Result<Json<T>, Response> {
    let journal = journal(&shared)?;
    match tokio::task::spawn_blocking(move || question(&journal)).await {
        Ok(Ok(answer)) => Ok(Json(answer)),
        Ok(Err(
            error @ (JournalError::Request(_) | JournalError::ReadOnly(_) | JournalError::TooSlow(_)),
        )) => Err(usage(&error.to_string())),
        Ok(Err(error)) => Err(refusal(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::File, &error.to_string())),
        Err(error) => {
            tracing::error!(%error, "a question to the journal died");
            let sentence = "The program made a mistake; the log has the reason. Try again.";
            Err(refusal(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, sentence))
        }
    }
}

/// What `/health` says: `ok`, or `degraded` and why. No more than that: it is open to everybody on this machine.
pub fn health(shared: &Shared) -> (&'static str, Option<&'static str>) {
    match shared.engine.observation().journal() {
        Some(journal) if journal.health().degraded => {
            ("degraded", Some("Events are not being recorded at present; /api/stats says why."))
        }
        _ => ("ok", None),
    }
}
