//! A wire that is cut again and again: what was sent is stored once and heard once, in order.
//!
//! In short the wire holds for some thousand bytes. With `AUDIOTAB_CUT_SECONDS` it holds for one to five seconds, and
//! events are sent for so long.

use super::site::unlimited;
use audiotab_engine::{Engine, EngineOptions, Observation};
use audiotab_events::{BusOptions, Draft, JournalOptions, LogQuery};
use audiotab_server::{ServeOptions, Server};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

const EVENTS: u64 = 2_000;
/// Events sent and not answered yet.
const WINDOW: u64 = 64;
/// Between events in the long form: 200 a second.
const PACE: Duration = Duration::from_millis(5);
/// Against hanging only.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the wires hold. What is between the cuts is drawn from a seed.
#[derive(Clone)]
struct Cuts {
    long: bool,
    drawn: Arc<AtomicU64>,
    made: Arc<AtomicU64>,
}

impl Cuts {
    fn draw(&self, from: u64, to: u64) -> u64 {
        let n = self.drawn.fetch_add(1, Ordering::Relaxed) + 1;
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        from + (mixed ^ (mixed >> 29)) % (to - from)
    }

    /// Passes bytes on in both directions until the wire is cut, in the middle of whatever is being said.
    async fn pass(&self, mut near: TcpStream, server: SocketAddr) {
        let Ok(mut far) = TcpStream::connect(server).await else { return };
        let (up_bytes, down_bytes, holds_for) = if self.long {
            (u64::MAX, u64::MAX, Duration::from_millis(self.draw(1_000, 5_000)))
        } else {
            (self.draw(2_000, 20_000), self.draw(2_000, 60_000), PATIENCE)
        };
        let ((near_read, mut near_write), (far_read, mut far_write)) = (near.split(), far.split());
        let (mut up, mut down) = (near_read.take(up_bytes), far_read.take(down_bytes));
        tokio::select! {
            _ = copy(&mut up, &mut far_write) => {}
            _ = copy(&mut down, &mut near_write) => {}
            () = sleep(holds_for) => {}
        }
        self.made.fetch_add(1, Ordering::Relaxed);
    }
}

async fn proxy(server: SocketAddr, cuts: Cuts) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let cuts = cuts.clone();
            tokio::spawn(async move { cuts.pass(near, server).await });
        }
    });
    address
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(proxy: SocketAddr, path: &str) -> Socket {
    loop {
        // A wire may be cut while hands are being shaken.
        if let Ok((socket, _)) = connect_async(format!("ws://{proxy}{path}")).await {
            return socket;
        }
    }
}

/// None when the wire was cut.
async fn hear(socket: &mut Socket) -> Option<Value> {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("a message or a cut in time") {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return None,
        }
    }
}

/// Sends events until `enough`, each again until it is answered. How many were sent, and how often one was there already.
async fn produce(proxy: SocketAddr, pace: Duration, enough: impl Fn(u64) -> bool) -> (Vec<Uuid>, u64) {
    let (mut ids, mut answered, mut again) = (Vec::new(), 0_u64, 0_u64);
    while !enough(answered) {
        let mut socket = connect(proxy, "/ws/ingest").await;
        let mut sent = answered;
        'wire: loop {
            while sent < answered + WINDOW && !(sent == ids.len() as u64 && enough(sent)) {
                if sent == ids.len() as u64 {
                    ids.push(Uuid::now_v7());
                }
                let event = json!({"id": ids[sent as usize], "kind": "door.opened", "payload": {"n": sent}});
                if socket.send(Message::text(event.to_string())).await.is_err() {
                    break 'wire;
                }
                sent += 1;
                if !pace.is_zero() {
                    sleep(pace).await;
                }
            }
            if answered == sent {
                break;
            }
            let Some(message) = hear(&mut socket).await else { break };
            for answer in message["answers"].as_array().unwrap() {
                assert!(answer["status"] == "recorded" || answer["status"] == "duplicate", "{answer}");
                assert_eq!(answer["id"], json!(ids[answered as usize]), "answers come in order");
                again += u64::from(answer["status"] == "duplicate");
                answered += 1;
            }
        }
    }
    assert_eq!(answered, ids.len() as u64);
    (ids, again)
}

/// Listens until the event `last`, every time from where it was. The ids of what doors said.
async fn consume(proxy: SocketAddr, last: impl Fn() -> u64) -> Vec<String> {
    let (mut ids, mut at) = (Vec::new(), 0);
    while at < last() {
        let mut socket = connect(proxy, &format!("/ws/events?json=true&after={at}")).await;
        while at < last() {
            let Some(message) = hear(&mut socket).await else { break };
            assert_ne!(message["type"], "gap", "{message}");
            for event in message["data"]["events"].as_array().into_iter().flatten() {
                assert_eq!(event["seq"], at + 1, "nothing twice, nothing left out");
                at += 1;
                if event["kind"] == "door.opened" {
                    ids.push(event["id"].as_str().unwrap().to_owned());
                }
            }
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_wire_that_is_cut_again_and_again_every_event_is_stored_and_heard_once() {
    let seconds = std::env::var("AUDIOTAB_CUT_SECONDS").ok().map(|seconds| seconds.parse::<u64>().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let observation =
        Observation::recorded(dir.path(), BusOptions::default(), JournalOptions::default()).unwrap();
    let (bus, journal) = (observation.bus().clone(), observation.journal().unwrap());
    let engine = Engine::observed(EngineOptions::default(), observation);
    let options = ServeOptions { port: 0, auth: false, ingest: unlimited(), ..ServeOptions::default() };
    let server = Server::bind(engine, options).await.unwrap();
    let cuts = Cuts { long: seconds.is_some(), drawn: Arc::default(), made: Arc::default() };
    let proxy = proxy(server.address(), cuts.clone()).await;
    tokio::spawn(server.run(std::future::pending()));

    // Where the consumer may stop is known when the last event was answered.
    let until = Arc::new(AtomicU64::new(u64::MAX));
    let its_until = until.clone();
    let heard = tokio::spawn(async move { consume(proxy, || its_until.load(Ordering::Relaxed)).await });
    let (pace, began) = (if seconds.is_some() { PACE } else { Duration::ZERO }, Instant::now());
    let enough = |sent| seconds.map_or(sent >= EVENTS, |seconds| began.elapsed().as_secs() >= seconds);
    let (sent, again) = produce(proxy, pace, enough).await;
    let last = bus.last_seq();
    until.store(last, Ordering::Relaxed);
    bus.emit(Draft::new("test.over", "engine")); // so that a consumer that has them all looks up
    let heard = timeout(PATIENCE, heard).await.expect("the consumer hears all in time").unwrap();

    let made = cuts.made.load(Ordering::Relaxed);
    println!("{} events, {made} cuts, {again} sent again and known", sent.len());
    let sent: Vec<String> = sent.iter().map(Uuid::to_string).collect();
    assert_eq!(heard, sent);
    assert!(made >= 5 && again > 0, "{made} cuts, {again} known: the wire held too well to show anything");
    assert!(journal.wait_durable(last, PATIENCE));
    let (mut stored, mut before) = (Vec::new(), None);
    loop {
        let kinds = vec!["door.opened".to_owned()];
        let page = journal.query(&LogQuery { kinds, before, limit: 10_000, ..LogQuery::default() }).unwrap();
        stored.extend(page.events.iter().map(|event| event.id.to_string()));
        before = page.events.last().map(|event| event.seq);
        if page.events.is_empty() {
            break;
        }
    }
    assert_eq!(stored.len(), sent.len(), "each is stored once");
    assert_eq!(stored.into_iter().collect::<HashSet<_>>(), sent.into_iter().collect());
}
