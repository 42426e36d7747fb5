//! `/api/events/stream`: live events as server-sent events, one message per event.
//!
//! The message's id is the event's place in the order of the bus. A client that comes back says it in
//! `Last-Event-ID`, as browsers do by themselves, and goes on there; otherwise the stream begins now. What a slow
//! client missed is told as an event named `gap`.

use super::asked::{Asked, Listening, usage};
use super::audience::Listener;
use super::reads::Shown;
use crate::limits;
use crate::state::{Shared, stopped};
use audiotab_events::feed::{Feed, ServerMessage};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Begins a stream.
pub async fn open(
    State(shared): State<Shared>,
    Asked(mut asked): Asked<Listening>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Some(last) = headers.get("last-event-id") {
        let seq = last.to_str().ok().and_then(|text| text.trim().parse().ok());
        let sentence = "Last-Event-ID must be the id of an event of this stream, a whole number.";
        asked.after = Some(seq.ok_or_else(|| usage(sentence))?);
    }
    let feed = Feed::new(shared.engine.bus().clone(), asked.options(&shared)?);
    let mut windows = interval(shared.window);
    windows.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = shared.listens(feed.wants_levels());
    let stream = Streaming { feed, windows, listener, stop: shared.stop };
    Ok(Sse::new(stream.events()).keep_alive(KeepAlive::new().interval(limits::HEARTBEAT)).into_response())
}

struct Streaming {
    feed: Feed,
    windows: Interval,
    listener: Listener,
    stop: watch::Receiver<bool>,
}

impl Streaming {
    fn events(self) -> impl Stream<Item = Result<Event, axum::Error>> {
        stream::unfold(self, |mut streaming| async {
            let said = streaming.window().await?;
            Some((stream::iter(said), streaming))
        })
        .flatten()
    }

    /// What the next window brings; None when the server stops. Asked for only when the last one was taken.
    async fn window(&mut self) -> Option<Vec<Result<Event, axum::Error>>> {
        let now = tokio::select! {
            now = self.windows.tick() => now.into_std(),
            () = stopped(&mut self.stop) => return None,
        };
        let said = self.feed.tick(now);
        if self.feed.has_more() {
            self.windows.reset_immediately();
        }
        let mut events = Vec::new();
        for message in &said {
            self.listener.is_told(message);
            match message {
                ServerMessage::Batch { data, .. } => events.extend(data.events.iter().map(|event| {
                    Event::default().id(event.seq.to_string()).json_data(Shown::from(&**event))
                })),
                ServerMessage::Gap { to_seq, .. } => {
                    events.push(Event::default().event("gap").id(to_seq.to_string()).json_data(message));
                }
                _ => {} // the keep-alive comment says the rest
            }
        }
        Some(events)
    }
}
