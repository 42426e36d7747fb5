//! `POST /api/event`: one event, or a JSON list of them.
//!
//! One event: 201 with the event, 200 with it when it was there already, or the status and one sentence. A list:
//! 200 when all were taken, 207 when some were not, with an answer for each in order.

use super::answer::{Answer, error_kind};
use super::line::{is_list, safe, take_list};
use crate::reply::refusal;
use crate::state::Shared;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::ingest::Author;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

const TYPES: &str = "Events are sent with the content type application/json or application/msgpack.";

/// Takes what was posted.
pub async fn take(
    State(shared): State<Shared>,
    Extension(author): Extension<Author>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let sentence = format!("The events could not be read: {}.", rejection.body_text());
            return refusal(rejection.status(), ErrorKind::Usage, &sentence);
        }
    };
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let sent = match media_type.as_str() {
        "application/json" => Sent::Json(body),
        "application/msgpack" | "application/vnd.msgpack" | "application/x-msgpack" => {
            Sent::MessagePack(body)
        }
        // A form or plain text is what pages of other origins can send without asking.
        _ => return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::Usage, TYPES),
    };
    let ingest = shared.ingest.clone();
    // The bus may wait for the journal: not on the threads that serve everybody.
    let taking = tokio::task::spawn_blocking(move || match sent {
        Sent::Json(text) if is_list(&text) => take_list(&ingest, &author, &text)
            .map(Taken::List)
            .unwrap_or_else(|r| Taken::One(Answer::of(Err(r)))),
        Sent::Json(text) => Taken::One(Answer::of(ingest.take_json(&author, &text))),
        Sent::MessagePack(bytes) => Taken::One(Answer::of(ingest.take_messagepack(&author, &bytes))),
    });
    match taking.await {
        Ok(Taken::List(answers)) => all(safe(shared.ingest, answers).await),
        Ok(Taken::One(answer)) => safe(shared.ingest, vec![answer]).await.pop().map_or_else(died, one),
        Err(error) => {
            tracing::error!(%error, "taking an event died");
            died()
        }
    }
}

enum Sent {
    Json(Bytes),
    MessagePack(Bytes),
}

enum Taken {
    One(Answer),
    List(Vec<Answer>),
}

fn died() -> Response {
    let sentence = "The program made a mistake; the log has the reason. Try again.";
    refusal(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, sentence)
}

fn one(answer: Answer) -> Response {
    let status = answer.status();
    match answer {
        Answer::Refused { message, retry_after_s, .. } => {
            let mut reply = refusal(status, error_kind(status), &message);
            if let Some(seconds) = retry_after_s {
                reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            reply
        }
        taken => (status, Json(taken)).into_response(),
    }
}

fn all(answers: Vec<Answer>) -> Response {
    let count = |status| answers.iter().filter(|answer| answer.status() == status).count();
    let (recorded, duplicates) = (count(StatusCode::CREATED), count(StatusCode::OK));
    let refused = answers.len() - recorded - duplicates;
    let status = if refused == 0 { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    let answers: Vec<_> = answers.into_iter().map(Answer::without_event).collect();
    let body =
        json!({ "recorded": recorded, "duplicates": duplicates, "refused": refused, "answers": answers });
    (status, Json(body)).into_response()
}
