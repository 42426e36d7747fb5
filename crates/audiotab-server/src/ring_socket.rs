//! `/ws/ring`: frames of the ring over a WebSocket, only when asked.
//!
//! A text message is a packet query, the answer to it one binary message with the packet (empty while there is no
//! session), or one text message with an `ErrorBody`. Answers come strictly in order and the next query is read
//! only after the last answer was taken: a slow client slows itself and nobody else.

use crate::limits;
use crate::state::{Shared, stopped};
use audiotab_engine::wire::{ErrorBody, ErrorKind};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use std::time::Instant;
use tokio::time::timeout;

/// Upgrades the connection; the gate has already looked at token and origin.
pub async fn open(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(limits::FRAME_BYTES)
        .max_frame_size(limits::FRAME_BYTES)
        .max_write_buffer_size(4 * limits::FRAME_BYTES)
        .on_upgrade(move |socket| answer(socket, shared))
}

async fn answer(mut socket: WebSocket, shared: Shared) {
    let _open = shared.traffic.socket();
    let mut stop = shared.stop.clone();
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            message = timeout(limits::PING, socket.recv()) => message,
            () = stopped(&mut stop) => {
                let close = CloseFrame { code: close_code::AWAY, reason: "the server stops".into() };
                let _ = timeout(limits::GOODBYE, socket.send(Message::Close(Some(close)))).await;
                return;
            }
        };
        let reply = match message {
            Err(_) if heard.elapsed() > limits::SILENCE => return,
            Err(_) => Message::Ping(Default::default()),
            Ok(Some(Ok(message))) => {
                heard = Instant::now();
                match message {
                    Message::Text(query) => packet(&shared, &query),
                    Message::Binary(_) => error(&ErrorBody {
                        kind: ErrorKind::Usage,
                        message: "Ask for packets with text messages.".to_owned(),
                    }),
                    Message::Ping(_) | Message::Pong(_) => continue, // answered by the protocol itself
                    Message::Close(_) => return,
                }
            }
            Ok(None | Some(Err(_))) => return,
        };
        // The socket is gone, or its client has not taken a packet for too long: either way there is nobody to tell.
        if !matches!(timeout(limits::SEND, socket.send(reply)).await, Ok(Ok(()))) {
            return;
        }
    }
}

fn packet(shared: &Shared, query: &str) -> Message {
    let mut bytes = Vec::new();
    match shared.engine.packet_within(query, limits::FRAME_BYTES, &mut bytes) {
        Ok(()) => {
            shared.traffic.packet(bytes.len());
            Message::binary(bytes)
        }
        Err(e) => error(&e.body()),
    }
}

fn error(body: &ErrorBody) -> Message {
    Message::text(serde_json::to_string(body).unwrap_or_default())
}
