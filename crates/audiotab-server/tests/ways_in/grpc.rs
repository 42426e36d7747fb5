use super::site::{STARTED, Site, running, unlimited};
use futures_util::{StreamExt, stream};
use generated::event_ingest_client::EventIngestClient;
use generated::{Ack, Event, Status};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request};

#[allow(missing_docs, unused_qualifications, dead_code, clippy::all)]
mod generated {
    include!("../../src/grpc/generated/audiotab.events.v1.rs");
}

type Client = EventIngestClient<Channel>;

async fn connect(address: std::net::SocketAddr) -> Client {
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    EventIngestClient::new(channel.connect().await.unwrap())
}

fn kind(kind: &str) -> Event {
    Event { kind: kind.into(), ..Event::default() }
}

async fn publish(client: &mut Client, events: Vec<Event>) -> Vec<Ack> {
    let acks = client.publish(stream::iter(events)).await.unwrap().into_inner();
    timeout(Duration::from_secs(20), acks.map(Result::unwrap).collect()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_taken_and_answered_in_order_on_the_same_port() {
    let site = running(unlimited()).await;
    let mut client = connect(site.address).await;
    let full = Event {
        id: "7d444840-9dc0-41d1-b245-5ffdce74fad2".into(),
        kind: "door.opened".into(),
        source: "engine".into(),
        message: "open".into(),
        severity: "warning".into(),
        ts_ns: Some(1_764_417_600_123_456_789),
        frame: Some(480),
        session: "00000000000000aa".into(),
        audio_ch: vec![0, 2],
        payload_json: json!({"n": u64::MAX}).to_string(),
        ..Event::default()
    };
    let seed = json!({"ts": 5, "node": 3, "event": {"type": "Swim", "data": {"node": 1, "kind": {"kind": "Suspect"}}}});
    let verbatim = Event { json: seed.to_string(), ..Event::default() };
    let events =
        vec![full.clone(), kind(""), verbatim, full.clone(), Event { message: "other".into(), ..full }];
    let acks = publish(&mut client, events).await;
    let told: Vec<_> = acks.iter().map(|ack| (ack.status(), ack.seq, ack.code)).collect();
    assert_eq!(
        told,
        [
            (Status::Recorded, STARTED + 1, 0),
            (Status::Refused, 0, 400),
            (Status::Recorded, STARTED + 2, 0),
            (Status::Duplicate, STARTED + 1, 0),
            (Status::Refused, 0, 409)
        ]
    );
    assert!(acks[1].reason.contains("kind"), "{}", acks[1].reason);
    let events = site.bus.after(STARTED, 9).events;
    let first = &events[0];
    assert_eq!(
        (&*first.source, first.frame, &*first.audio_ch),
        ("external:engine", Some(480), &[0_u16, 2][..])
    );
    assert_eq!((first.ts_ns, &first.payload["n"]), (1_764_417_600_123_456_789, &json!(u64::MAX)));
    assert_eq!((&*events[1].kind, &*events[1].source), ("swim.suspect", "external:node-3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_events_are_answered_and_the_stream_goes_on() {
    let site = running(unlimited()).await;
    let mut client = connect(site.address).await;
    let events = vec![
        Event { json: "{".into(), ..Event::default() },
        Event { json: "{}".into(), kind: "a".into(), ..Event::default() },
        Event { payload_json: "[".into(), ..kind("a") },
        Event { payload_json: "[]".into(), ..kind("a") },
        Event { id: "7".into(), ..kind("a") },
        Event { ts_ns: Some(-1), ..kind("a") },
        Event { message: "x".repeat(65_537), ..kind("a") },
        kind("fine"),
    ];
    let codes: Vec<_> = publish(&mut client, events).await.iter().map(|ack| ack.code).collect();
    assert_eq!(codes, [400, 400, 400, 400, 400, 400, 413, 0]);
    // Longer than any event can be: this call ends, the connection does not.
    let huge = client.publish(stream::iter([Event { message: "x".repeat(1 << 20), ..kind("a") }])).await;
    if let Ok(acks) = huge {
        let acks: Vec<_> =
            timeout(Duration::from_secs(20), acks.into_inner().collect::<Vec<_>>()).await.unwrap();
        assert!(acks.is_empty());
    }
    assert_eq!(publish(&mut client, vec![kind("a")]).await[0].seq, STARTED + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn script_injections_come_back_as_data() {
    let site = running(unlimited()).await;
    let mut client = connect(site.address).await;
    let list =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/injections.json"));
    let texts: Vec<String> = serde_json::from_str(&list.unwrap()).unwrap();
    let event = |text: &String| Event {
        message: text.clone(),
        source: text.clone(),
        payload_json: json!({"t": text}).to_string(),
        ..kind("a")
    };
    publish(&mut client, texts.iter().map(event).collect()).await;
    let events = site.bus.after(STARTED, 100).events;
    assert_eq!(events.len(), 25);
    for (event, text) in events.iter().zip(&texts) {
        assert_eq!((&event.message, event.payload["t"].as_str()), (text, Some(&**text)));
        assert!(!event.source.contains('<'), "{}", event.source);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_refuses_in_words_of_grpc() {
    let site = Site::new();
    let mut client = EventIngestClient::new(site.router.clone());
    let asked = |authorization: Option<String>| {
        let mut request = Request::new(stream::iter([kind("a")]));
        request.metadata_mut().insert("host", MetadataValue::from_static("127.0.0.1:9090"));
        if let Some(authorization) = authorization {
            request.metadata_mut().insert("authorization", authorization.parse().unwrap());
        }
        request
    };
    for wrong in [None, Some("Bearer wrong".to_owned())] {
        assert_eq!(client.publish(asked(wrong)).await.unwrap_err().code(), Code::Unauthenticated);
    }
    let mut foreign = asked(Some(site.bearer()));
    foreign.metadata_mut().insert("host", MetadataValue::from_static("evil.example"));
    assert_eq!(client.publish(foreign).await.unwrap_err().code(), Code::PermissionDenied);
    let token = audiotab_server::producer_token(site.access.token().reveal(), "door").unwrap();
    let acks = client.publish(asked(Some(format!("Bearer {token}")))).await.unwrap().into_inner();
    let acks: Vec<_> = acks.collect().await;
    assert_eq!(acks[0].as_ref().unwrap().seq, 1);
    assert_eq!(site.bus.after(0, 1).events[0].source, "external:door");
}
