//! `/ws/events`: the live protocol over a WebSocket.
//!
//! Every window the client's feed is asked what there is to say, and that is sent before anything else is read or
//! made: a slow client costs one window of messages, is told what it missed when it wakes up, and is closed when it
//! takes nothing at all.

use super::asked::{Asked, Listening};
use super::audience::Listener;
use crate::limits;
use crate::state::{Shared, stopped};
use audiotab_events::feed::{ClientMessage, Encoding, Feed, ServerMessage};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::SinkExt;
use std::time::Instant;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Upgrades the connection; the gate has already looked at token and origin.
pub async fn open(
    State(shared): State<Shared>,
    Asked(asked): Asked<Listening>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Response> {
    let feed = Feed::new(shared.engine.bus().clone(), asked.options(&shared)?);
    let encoding = asked.encoding();
    Ok(upgrade
        .max_message_size(limits::CLIENT_MESSAGE_BYTES)
        .max_frame_size(limits::CLIENT_MESSAGE_BYTES)
        .on_upgrade(move |socket| {
            let listener = shared.listens(feed.wants_levels());
            Conversation { socket, encoding, listener }.run(feed, shared)
        }))
}

struct Conversation {
    socket: WebSocket,
    encoding: Encoding,
    listener: Listener,
}

/// Nobody is there any more.
struct Gone;

impl Conversation {
    async fn run(mut self, mut feed: Feed, shared: Shared) {
        let mut stop = shared.stop.clone();
        let mut windows = interval(shared.window);
        windows.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut asked = heard;
        loop {
            let said = tokio::select! {
                message = self.socket.recv() => {
                    let Some(Ok(message)) = message else { return };
                    heard = Instant::now();
                    match understood(message) {
                        Some(Ok(message)) => feed.hear(message),
                        Some(Err(message)) => vec![ServerMessage::Error { message }],
                        None => continue,
                    }
                }
                now = windows.tick() => feed.tick(now.into_std()),
                () = stopped(&mut stop) => {
                    let close = CloseFrame { code: close_code::AWAY, reason: "the server stops".into() };
                    let _ = timeout(limits::GOODBYE, self.socket.send(Message::Close(Some(close)))).await;
                    return;
                }
            };
            self.listener.hears_levels(feed.wants_levels(), &shared.engine);
            if heard.elapsed() > limits::SILENCE {
                return;
            }
            let ask = heard.elapsed() > limits::PING && asked.elapsed() > limits::PING;
            if ask {
                asked = Instant::now();
            }
            match timeout(limits::SEND, self.say(said, ask)).await {
                Ok(Ok(())) if feed.has_more() => windows.reset_immediately(),
                Ok(Ok(())) => {}
                Ok(Err(Gone)) => return,
                Err(_) => return self.listener.stalls(),
            }
        }
    }

    async fn say(&mut self, said: Vec<ServerMessage>, ask: bool) -> Result<(), Gone> {
        if said.is_empty() && !ask {
            return Ok(());
        }
        for message in said {
            self.listener.is_told(&message);
            let message = match self.encoding {
                Encoding::Json => Message::text(message.to_json()),
                Encoding::MessagePack => Message::binary(message.to_message_pack()),
            };
            self.socket.feed(message).await.map_err(|_| Gone)?;
        }
        if ask {
            self.socket.feed(Message::Ping(Default::default())).await.map_err(|_| Gone)?;
        }
        self.socket.flush().await.map_err(|_| Gone)
    }
}

/// What the client said; None for what the protocol itself answers.
fn understood(message: Message) -> Option<Result<ClientMessage, String>> {
    match message {
        Message::Text(text) => Some(ClientMessage::from_json(&text)),
        Message::Binary(bytes) => Some(ClientMessage::from_message_pack(&bytes)),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => None,
    }
}
