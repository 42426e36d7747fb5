//! The service behind `EventIngest/Publish`.

use super::generated::event_ingest_server::{EventIngest, EventIngestServer};
use super::generated::{Ack, Event, Status as AckStatus};
use crate::ingest::Answer;
use crate::ingest::line::{self, Sent};
use crate::limits;
use crate::state::{Shared, stopped};
use audiotab_events::ingest::{Author, EVENT_BYTES, Ingest, Refusal};
use axum::Router;
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Map, Value};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tonic::{Request, Response, Status, Streaming};

/// The path of the call.
pub const PUBLISH: &str = "/audiotab.events.v1.EventIngest/Publish";
/// An event in the fields of the proto file is a little longer than its JSON at most.
const MESSAGE_BYTES: usize = EVENT_BYTES + (4 << 10);

/// The service as a route.
pub fn routes(shared: &Shared) -> Router<Shared> {
    let service = Publishing { ingest: shared.ingest.clone(), stop: shared.stop.clone() };
    let service = EventIngestServer::new(service).max_decoding_message_size(MESSAGE_BYTES);
    Router::new().route_service(PUBLISH, service)
}

struct Publishing {
    ingest: Arc<Ingest>,
    stop: watch::Receiver<bool>,
}

#[tonic::async_trait]
impl EventIngest for Publishing {
    type PublishStream = Pin<Box<dyn Stream<Item = Result<Ack, Status>> + Send>>;

    async fn publish(
        &self,
        request: Request<Streaming<Event>>,
    ) -> Result<Response<Self::PublishStream>, Status> {
        let author = request.extensions().get::<Author>().cloned();
        let author = author.ok_or_else(|| Status::unauthenticated("Nobody knows who sends this."))?;
        let (sender, answers) = line::start(self.ingest.clone(), author);
        let mut stop = self.stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = hear(request.into_inner(), sender) => {}
                () = stopped(&mut stop) => {}
            }
        });
        let acks = stream::unfold(answers, |mut answers| async move {
            let some = answers.recv().await?;
            Some((stream::iter(some.into_iter().map(|answer| Ok(ack(answer)))), answers))
        });
        Ok(Response::new(Box::pin(acks.flatten())))
    }
}

/// Ends when the client has said everything, goes away or is silent for too long.
async fn hear(mut events: Streaming<Event>, sender: mpsc::Sender<Sent>) {
    while let Ok(Ok(Some(event))) = timeout(limits::SILENCE, events.message()).await {
        let sent = json_of(event).unwrap_or_else(|refusal| Sent::Unreadable(Answer::of(Err(refusal))));
        if sender.send(sent).await.is_err() {
            return;
        }
    }
}

/// The event as one of the JSON forms; fields that were left out are not there.
fn json_of(event: Event) -> Result<Sent, Refusal> {
    if !event.json.is_empty() {
        if event != (Event { json: event.json.clone(), ..Event::default() }) {
            return Err(Refusal::malformed("An event with json has no other field."));
        }
        return Ok(Sent::Json(event.json.into()));
    }
    let mut object = Map::new();
    let texts = [
        ("id", event.id),
        ("kind", event.kind),
        ("source", event.source),
        ("message", event.message),
        ("channel", event.channel),
        ("severity", event.severity),
        ("session", event.session),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            object.insert(name.to_owned(), Value::from(text));
        }
    }
    let numbers = [
        ("ts_ns", event.ts_ns.map(Value::from)),
        ("frame", event.frame.map(Value::from)),
        ("dur_frames", event.dur_frames.map(Value::from)),
        ("audio_ch", (!event.audio_ch.is_empty()).then(|| Value::from(event.audio_ch))),
    ];
    object.extend(numbers.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?))));
    if !event.payload_json.is_empty() {
        let payload = serde_json::from_str(&event.payload_json)
            .map_err(|error| Refusal::malformed(format!("payload_json is not JSON: {error}.")))?;
        object.insert("payload".to_owned(), payload);
    }
    Ok(Sent::Event(Value::Object(object)))
}

fn ack(answer: Answer) -> Ack {
    let status = match &answer {
        Answer::Recorded(_) => AckStatus::Recorded,
        Answer::Duplicate(_) => AckStatus::Duplicate,
        Answer::Refused { .. } => AckStatus::Refused,
    };
    let status = status.into();
    match answer {
        Answer::Recorded(place) | Answer::Duplicate(place) => {
            let (id, seq, durable) = (place.id.hyphenated().to_string(), place.seq, place.durable);
            Ack { id, seq, status, durable, ..Ack::default() }
        }
        Answer::Refused { code, message, .. } => {
            Ack { status, code: code.into(), reason: message, ..Ack::default() }
        }
    }
}
