//! The live protocol over real WebSockets.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod listening;

use audiotab_events::Draft;
use futures_util::{SinkExt, StreamExt};
use listening::{running, seqs};
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, client_async};

#[tokio::test]
async fn json_and_message_pack_clients_hear_the_same_batches_in_order() {
    let server = running().await;
    let mut readable = server.listen("/ws/events?json=true").await;
    let mut packed = server.listen("/ws/events").await;
    for n in 0..100 {
        let draft = Draft::new("audio.clip", "engine").over(n * 10, 5).on_channels([0, 1]).with("count", n);
        server.bus.emit(draft);
    }
    let (heard, other) = (readable.events(100).await, packed.events(100).await);
    assert_eq!(heard, other);
    assert_eq!(seqs(&heard), (1..=100).collect::<Vec<_>>());
    assert_eq!((&heard[7]["frame"], &heard[7]["payload"]["count"]), (&json!(70), &json!(7)));
}

#[tokio::test]
async fn the_address_filters_and_a_filter_message_replaces_it() {
    let server = running().await;
    let mut client = server.listen("/ws/events?json=true&types=Raft,clip&nodes=engine&shards=1").await;
    server.bus.emit(Draft::new("raft.elected", "engine").with("shard", 1));
    server.bus.emit(Draft::new("raft.elected", "engine").with("shard", 2));
    server.bus.emit(Draft::new("audio.clip", "engine").on_channels([1]));
    server.bus.emit(Draft::new("raft.elected", "ui").with("shard", 1));
    server.bus.emit(Draft::new("raft.elected", "engine"));
    assert_eq!(seqs(&client.events(2).await), [1, 5]);
    client.say(r#"{"type":"filter","types":["AUDIO"]}"#).await;
    client.say(r#"{"type":"ping"}"#).await;
    assert_eq!(client.next().await["type"], "pong", "the filter is in place");
    server.bus.emit(Draft::new("raft.elected", "engine"));
    server.bus.emit(Draft::new("audio.clip", "ui").on_channels([7]));
    assert_eq!(seqs(&client.events(1).await), [7]);
}

#[tokio::test]
async fn pause_resume_history_and_ping_work_and_a_mistake_closes_nothing() {
    let server = running().await;
    let mut client = server.listen("/ws/events?json=true").await;
    for mistake in ["", "hello", r#"{"type":"what"}"#, r#"{"type":"filter","nodes":"x"}"#] {
        client.say(mistake).await;
        let error = client.next().await;
        assert_eq!(error["type"], "error", "{error}");
        assert!(error["message"].as_str().unwrap().contains("not understood"));
    }
    client.socket.send(Message::binary(vec![0xdf, 0xff, 0xff, 0xff, 0xff])).await.unwrap();
    assert_eq!(client.next().await["type"], "error");

    client.say(r#"{"type":"pause"}"#).await;
    client.say(r#"{"type":"ping"}"#).await;
    assert_eq!(client.next().await["type"], "pong");
    server.emit("audio.clip", 20);
    let paused = timeout(Duration::from_millis(300), client.socket.next()).await;
    assert!(paused.is_err(), "{paused:?}");
    client.say(r#"{"type":"resume"}"#).await;
    assert_eq!(client.next().await, json!({"type": "gap", "missed": 20, "from_seq": 1, "to_seq": 20}));

    client.say(&json!({"type": "history", "from_ms": 0, "to_ms": i64::MAX}).to_string()).await;
    let mut past = Vec::new();
    loop {
        let message = client.next().await;
        if message["type"] == "history_end" {
            assert_eq!((&message["events"], &message["complete"]), (&json!(20), &json!(true)));
            break;
        }
        assert_eq!((&message["type"], &message["history"]), (&json!("batch"), &json!(true)));
        past.extend(message["data"]["events"].as_array().unwrap().iter().cloned());
    }
    assert_eq!(seqs(&past), (1..=20).collect::<Vec<_>>());
    server.emit("audio.clip", 1);
    assert_eq!(seqs(&client.events(1).await), [21]);
}

#[tokio::test]
async fn a_client_that_was_cut_off_goes_on_where_it_was() {
    let server = running().await;
    let mut heard = Vec::new();
    for round in 0..5 {
        server.emit("audio.clip", 30);
        let after = heard.last().copied().unwrap_or(0);
        let mut client = server.listen(&format!("/ws/events?after={after}")).await;
        server.emit("audio.clip", 30);
        let part = 40 + 4 * round; // leaves some of it unread each time
        while heard.len() < part * (round + 1) {
            let message = client.next().await;
            heard.extend(seqs(message["data"]["events"].as_array().unwrap()));
        }
        drop(client); // without a goodbye
    }
    let expected: Vec<u64> = (1..=heard.len() as u64).collect();
    assert_eq!(heard, expected, "nothing twice, nothing left out");
}

#[tokio::test]
async fn what_an_address_or_a_message_may_not_say_is_refused() {
    let server = running().await;
    for path in
        ["/ws/events?shards=left", "/ws/events?json=maybe", "/ws/events?after=-1", "/ws/events?node=1"]
    {
        match server.connect(path).await {
            Err(Error::Http(reply)) => {
                assert_eq!(reply.status(), 400, "{path}");
                let body = String::from_utf8(reply.into_body().unwrap_or_default()).unwrap();
                assert!(body.contains(r#""kind":"usage""#), "{path}: {body}");
            }
            other => panic!("{path}: {:?}", other.err()),
        }
    }
    let mut client = server.listen("/ws/events?json=true").await;
    let _ = client.socket.send(Message::text("x".repeat((64 << 10) + 1))).await;
    let answer = timeout(listening::PATIENCE, client.socket.next()).await.unwrap();
    assert!(!matches!(answer, Some(Ok(Message::Binary(_) | Message::Text(_)))), "{answer:?}");
    assert!(server.get("/health").await.starts_with("HTTP/1.1 200"), "the others live on");
}

#[tokio::test]
async fn listeners_are_counted_and_told_when_the_server_stops() {
    let server = running().await;
    let mut client = server.listen("/ws/events").await;
    server.emit("audio.clip", 3);
    client.events(3).await;
    let reply = server.get("/api/stats").await;
    for part in [r#""connected_clients":1"#, r#""total_events_sent":3"#, r#""total_events_received":3"#] {
        assert!(reply.contains(part), "{reply}");
    }
    server.stop.send(()).unwrap();
    let last = timeout(listening::PATIENCE, client.socket.next()).await.unwrap();
    assert!(matches!(last, Some(Ok(Message::Close(Some(_))))), "{last:?}");
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_the_oldest_and_is_told_how_many() {
    let server = running().await;
    let small = TcpSocket::new_v4().unwrap();
    small.set_recv_buffer_size(4096).unwrap();
    let stream = small.connect(server.address).await.unwrap();
    let url = format!("ws://{}/ws/events", server.address);
    let (socket, _) = client_async(url, MaybeTlsStream::Plain(stream)).await.unwrap();
    let mut asleep = listening::Client { socket };
    assert_eq!(asleep.next().await["type"], "connected");
    let mut awake = server.listen("/ws/events").await;
    let total = 60_000;
    let bus = server.bus.clone();
    let told = tokio::task::spawn_blocking(move || {
        for _ in 0..total {
            bus.emit(Draft::new("audio.clip", "engine"));
        }
    });
    let (_, reached) = account(&mut awake, total).await;
    told.await.unwrap();
    assert_eq!(reached, total, "beside one that does not read");
    let (missed, reached) = account(&mut asleep, total).await;
    assert_eq!(reached, total);
    assert!(missed > 0, "more than any socket holds");
    assert!(server.get("/api/stats").await.contains(r#""total_gaps":"#));
}

/// Reads until the event `last`; every one is heard, or told as missed. How many were missed, and the last place.
async fn account(client: &mut listening::Client, last: u64) -> (u64, u64) {
    let (mut missed, mut at) = (0, 0);
    while at < last {
        let message = client.next().await;
        if message["type"] == "gap" {
            assert_eq!(message["from_seq"], at + 1);
            missed += message["missed"].as_u64().unwrap();
            at = message["to_seq"].as_u64().unwrap();
            continue;
        }
        for seq in seqs(message["data"]["events"].as_array().unwrap()) {
            assert_eq!(seq, at + 1);
            at = seq;
        }
    }
    (missed, at)
}

#[tokio::test]
async fn levels_of_eight_channels_fit_in_150_kbit_per_second() {
    let server = running().await;
    server.engine.start("signal:pink?channels=8").unwrap();
    let mut client = server.listen("/ws/events?types=level").await;
    let (mut bytes, mut periods) = (0, 0);
    while periods < 40 {
        let message = timeout(listening::PATIENCE, client.socket.next()).await.unwrap().unwrap().unwrap();
        let Message::Binary(packed) = message else { continue };
        bytes += packed.len() + FRAME_HEAD_BYTES;
        let heard: serde_json::Value = rmp_serde::from_slice(&packed).unwrap();
        for event in heard["data"]["events"].as_array().into_iter().flatten() {
            assert_eq!(event["payload"]["rms_dbfs"].as_array().unwrap().len(), 8);
            periods += 1;
        }
    }
    // Twenty periods make a second, whatever the clock says here.
    let kbit_per_s = f64::from(u32::try_from(bytes).unwrap()) * 8.0 * 20.0 / f64::from(periods) / 1000.0;
    println!("8 channels of levels: {kbit_per_s:.1} kbit/s");
    assert!(kbit_per_s <= 150.0, "{kbit_per_s:.1} kbit/s");
}

#[tokio::test]
async fn levels_are_measured_only_while_a_client_lets_them_through() {
    let server = running().await;
    server.engine.start("signal:sine").unwrap();
    let levels = || server.bus.snapshot("level").len();
    let mut client = server.listen("/ws/events?json=true&levels=false").await;
    client.hears("engine.sample", 2).await; // a second of sound lies between them
    assert_eq!(levels(), 0, "nobody wants them");
    client.say(r#"{"type":"filter"}"#).await;
    client.hears("level.sample", 3).await;
    client.say(r#"{"type":"filter","types":["engine"]}"#).await;
    client.hears("engine.sample", 1).await;
    let count = levels();
    client.hears("engine.sample", 2).await;
    assert!(levels() <= count + 1, "one may have been on its way when the filter came");
}

/// Of a WebSocket frame from a server, up to 64 KiB.
const FRAME_HEAD_BYTES: usize = 4;
