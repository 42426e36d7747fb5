//! Events over plain HTTP: the newest, a time range, a stream.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod listening;

use audiotab_events::{Bus, BusOptions, Draft};
use listening::{PATIENCE, Running, running, running_on};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::time::timeout;

impl Running {
    async fn stream(&self, headers: &str) -> Lines<BufReader<TcpStream>> {
        let mut lines = BufReader::new(self.begin_get("/api/events/stream", headers).await).lines();
        while !timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap().is_empty() {}
        lines
    }
}

/// The next message of the stream: (event name, id, data).
async fn message(lines: &mut Lines<BufReader<TcpStream>>) -> (String, u64, Value) {
    let (mut name, mut id, mut data) = (String::new(), 0, Value::Null);
    loop {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        match line.split_once(": ") {
            Some(("event", value)) => name = value.to_owned(),
            Some(("id", value)) => id = value.parse().unwrap(),
            Some(("data", value)) => data = serde_json::from_str(value).unwrap(),
            _ if line.is_empty() && !data.is_null() => return (name, id, data),
            _ => {} // the length of a chunk
        }
    }
}

#[tokio::test]
async fn the_newest_fifty_come_newest_first() {
    let server = running().await;
    assert_eq!(server.json("/api/events").await, json!({"events": []}));
    for n in 1..=60 {
        server.bus.emit(Draft::new("training.step", "external:lab").with("loss", n));
    }
    let events = server.json("/api/events").await["events"].as_array().unwrap().clone();
    assert_eq!((events.len(), &events[0]["seq"], &events[49]["seq"]), (50, &json!(60), &json!(11)));
    assert_eq!(events[0]["data"], json!({"loss": 60}), "also known as");
    assert_eq!((&events[0]["details"], &events[0]["payload"]), (&events[0]["data"], &events[0]["data"]));
    assert_eq!(server.json("/api/events?limit=3").await["events"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_time_range_is_cut_to_its_events_and_paged() {
    let server = running().await;
    for n in 0..30 {
        server.bus.emit(Draft { ts_ns: Some(n * 1_000_000_000), ..Draft::new("a.b", "engine") });
    }
    let reply = server.json("/api/history?from=10000&to=19999").await;
    assert_eq!((&reply["total_events"], &reply["complete"]), (&json!(10), &json!(true)));
    let batch = &reply["batches"][0];
    assert_eq!(batch["window_end"].as_i64().unwrap() - batch["window_start"].as_i64().unwrap(), 50);
    assert_eq!(batch["events"][0]["ts"], 10_000);

    let (mut after, mut seen) = (json!(0), 0);
    while !after.is_null() {
        let reply = server.json(&format!("/api/history?limit=7&after={after}")).await;
        seen += reply["total_events"].as_u64().unwrap();
        after = reply["next_after"].clone();
    }
    assert_eq!(seen, 30);
    assert_eq!(server.json("/api/history?types=x").await["total_events"], 0);
    for path in [
        "/api/history?from=yesterday",
        "/api/history?limit=0",
        "/api/history?shards=x",
        "/api/events?limit=x",
    ] {
        let reply = server.get(path).await;
        assert!(reply.starts_with("HTTP/1.1 400") && reply.contains(r#""kind":"usage""#), "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_stream_begins_now_goes_on_after_the_last_id_and_tells_a_gap() {
    let server = running().await;
    server.emit("training.step", 5);
    let mut lines = server.stream("").await;
    server.bus.emit(Draft::new("training.step", "external:lab").with("loss", 0.5));
    let (name, id, data) = message(&mut lines).await;
    assert_eq!((name.as_str(), id, &data["seq"]), ("", 6, &json!(6)));
    assert_eq!((&data["kind"], &data["data"]["loss"]), (&json!("training.step"), &json!(0.5)));

    let mut lines = server.stream("last-event-id: 3\r\n").await;
    for expected in 4..=6 {
        assert_eq!(message(&mut lines).await.1, expected);
    }
    let forgetful = running_on(Bus::new(BusOptions { history_events: 2, ..BusOptions::default() })).await;
    forgetful.emit("a.b", 10);
    let mut lines = forgetful.stream("last-event-id: 3\r\n").await;
    let (name, id, gap) = message(&mut lines).await;
    assert_eq!((name.as_str(), id), ("gap", 8));
    assert_eq!(gap, json!({"type": "gap", "missed": 5, "from_seq": 4, "to_seq": 8}));
    assert_eq!(message(&mut lines).await.1, 9);

    let refused = server.begin_get("/api/events/stream", "last-event-id: x\r\n").await;
    let mut lines = BufReader::new(refused).lines();
    assert!(lines.next_line().await.unwrap().unwrap().contains("400"));
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let server = running().await;
    let mut lines = server.stream("").await;
    server.stop.send(()).unwrap();
    let rest = async { while lines.next_line().await.is_ok_and(|line| line.is_some()) {} };
    timeout(PATIENCE, rest).await.unwrap();
    timeout(PATIENCE, server.done).await.unwrap().unwrap();
}
