//! Events as state: the dashboard, topics, views.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod listening;

use audiotab_events::Draft;
use futures_util::StreamExt;
use listening::running;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn a_state_is_sent_when_something_changed_and_not_otherwise() {
    let server = running().await;
    let mut client = server.connect("/ws/observe").await.unwrap();
    let first = client.next().await;
    assert_eq!(first["ops"]["10s"]["ops_total"], 0);
    for n in 0..3 {
        let draft = Draft::new("recorder.op", "engine")
            .with("operation", "insert")
            .with("duration_ms", 1.5 * f64::from(n));
        server.bus.emit(draft);
    }
    let mut state = client.next().await;
    while state["ops"]["60s"]["ops_total"] != 3 {
        state = client.next().await;
    }
    assert_eq!(state["ops"]["60s"]["ops_by_type"], json!({"insert": 3}));
    // What happened leaves the window of 1 s: a state or a few more, however long it takes.
    let mut states = Vec::new();
    while states.last().is_none_or(|state: &Value| state["ops"]["1s"]["ops_total"] != 0) {
        let state = client.next().await;
        assert_ne!(states.last(), Some(&state), "nothing is said twice");
        states.push(state);
    }
    let quiet = timeout(Duration::from_secs(1), client.socket.next()).await;
    assert!(quiet.is_err(), "ten looks and no change: {quiet:?}");
    assert_eq!(server.json("/api/v1/viz/dashboard").await["ops"]["60s"]["ops_total"], 3);
}

#[tokio::test]
async fn topics_snapshots_and_views_are_listed_and_an_unknown_view_is_named() {
    let server = running().await;
    assert_eq!(server.json("/api/v1/viz/topics").await, json!({"topics": []}));
    server.emit("device.lost", 1);
    server.emit("audio.clip", 30);
    assert_eq!(server.json("/api/v1/viz/topics").await, json!({"topics": ["audio", "device"]}));
    let clips = server.json("/api/v1/viz/snapshot/audio").await;
    assert_eq!((clips["topic"].clone(), clips["events"].as_array().unwrap().len()), (json!("audio"), 30));
    assert_eq!(clips["events"][0]["seq"], 2);
    let newest = server.json("/api/v1/viz/snapshot/audio?limit=1").await;
    assert_eq!(newest["events"][0]["seq"], 31);
    assert_eq!(server.json("/api/v1/viz/snapshot/nothing").await["events"], json!([]));
    assert_eq!(server.json("/api/v1/viz/views").await, json!({"views": []}));
    let refused = server.get("/api/v1/viz/views/level.raster").await;
    assert!(refused.starts_with("HTTP/1.1 404") && refused.contains("level.raster"), "{refused}");
}
