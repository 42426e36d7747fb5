//! `/ws/ingest`: events over a WebSocket.
//!
//! A text message is one event as JSON, or a list of them; a binary message is one event as MessagePack. The answers
//! come as text messages `{"type": "answers", "answers": […]}`, one for each event, in order. A message that cannot be
//! read is answered like a refused event; the connection stays.

use super::Answer;
use super::line::{self, Sent};
use crate::limits;
use crate::state::{Shared, stopped};
use audiotab_events::ingest::Author;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Upgrades the connection; the gate has already looked at token and origin.
pub async fn open(
    State(shared): State<Shared>,
    Extension(author): Extension<Author>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(limits::EVENT_LIST_BYTES)
        .max_frame_size(limits::EVENT_LIST_BYTES)
        .on_upgrade(move |socket| converse(socket, author, shared))
}

async fn converse(socket: WebSocket, author: Author, shared: Shared) {
    let (speaking, hearing) = socket.split();
    let (sender, answers) = line::start(shared.ingest.clone(), author);
    let mut stop = shared.stop.clone();
    let hear = async {
        tokio::select! {
            () = hear(hearing, sender) => {}
            () = stopped(&mut stop) => {}
        }
    };
    tokio::join!(hear, answer(speaking, answers, &shared));
}

/// Ends when the client closes, is silent for too long, or its answers cannot be told.
async fn hear(mut hearing: SplitStream<WebSocket>, sender: mpsc::Sender<Sent>) {
    while let Ok(Some(Ok(message))) = timeout(limits::SILENCE, hearing.next()).await {
        let sent = match message {
            Message::Text(text) => Sent::Json(text.into()),
            Message::Binary(bytes) => Sent::MessagePack(bytes),
            Message::Ping(_) | Message::Pong(_) => continue, // answered by the protocol itself
            Message::Close(_) => return,
        };
        if sender.send(sent).await.is_err() {
            return;
        }
    }
}

async fn answer(
    mut speaking: SplitSink<WebSocket, Message>,
    mut answers: mpsc::Receiver<Vec<Answer>>,
    shared: &Shared,
) {
    loop {
        let message = match timeout(limits::PING, answers.recv()).await {
            Ok(Some(answers)) => {
                let answers: Vec<_> = answers.into_iter().map(Answer::without_event).collect();
                Message::text(json!({ "type": "answers", "answers": answers }).to_string())
            }
            Err(_) => Message::Ping(Default::default()),
            Ok(None) => break,
        };
        if !matches!(timeout(limits::SEND, speaking.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
    let (code, reason) = if *shared.stop.borrow() {
        (close_code::AWAY, "the server stops")
    } else {
        (close_code::NORMAL, "all events were answered")
    };
    let close = CloseFrame { code, reason: reason.into() };
    let _ = timeout(limits::GOODBYE, speaking.send(Message::Close(Some(close)))).await;
}
