//! What was recorded, asked for over HTTP, and what the server says when it cannot be recorded.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod listening;

use audiotab_engine::{Engine, EngineOptions, Observation};
use audiotab_events::{BusOptions, Draft, JournalOptions};
use listening::{PATIENCE, Running, running, running_engine};
use serde_json::{Value, json};
use std::path::Path;

async fn recording(dir: &Path) -> Running {
    let observation = Observation::recorded(dir, BusOptions::default(), JournalOptions::default()).unwrap();
    running_engine(Engine::observed(EngineOptions::default(), observation)).await
}

impl Running {
    /// Everything that was told so far is on disk.
    fn settle(&self) {
        let journal = self.engine.observation().journal().unwrap();
        assert!(journal.wait_durable(self.bus.last_seq(), PATIENCE));
    }

    async fn ids(&self, path: &str) -> Vec<u64> {
        let page = self.json(path).await;
        page["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["payload"]["n"].as_u64().unwrap())
            .collect()
    }
}

#[tokio::test]
async fn the_log_is_filtered_searched_and_paged_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let server = recording(dir.path()).await;
    for n in 0..40_u64 {
        let kind = ["job_started", "job_failed", "audio.clip", "door.opened"][n as usize % 4];
        let draft = Draft::new(kind, if n % 2 == 0 { "engine" } else { "external:lab" }).with("n", n);
        let draft = Draft {
            ts_ns: Some((n * 1_000_000_000) as i64 + 1),
            ..draft.at(n * 100).in_session("00000000000000aa")
        };
        server.bus.emit(draft.saying(format!("number {n}")));
    }
    server.settle();
    assert_eq!(server.ids("/api/log?limit=3&to=39000").await, [39, 38, 37]);
    assert_eq!(server.ids("/api/log?channels=jobs&limit=4").await, [37, 36, 33, 32]);
    assert_eq!(server.ids("/api/log?severity=error&limit=2").await, [37, 33]);
    assert_eq!(server.ids("/api/log?kinds=door.*&sources=external:*&limit=2").await, [39, 35]);
    assert_eq!(server.ids("/api/log?from=5000&to=7999").await, [7, 6, 5]);
    assert_eq!(server.ids("/api/log?q=NUMBER%2012").await, [12]);
    let frames = "/api/log?session=00000000000000aa&from_frame=1000&to_frame=1200";
    assert_eq!(server.ids(frames).await, [12, 11, 10]);

    let (mut before, mut seen) = (Value::Null, Vec::new());
    loop {
        let cursor = before.as_u64().map_or(String::new(), |seq| format!("&before={seq}"));
        let page = server.json(&format!("/api/log?channels=jobs,system&limit=7{cursor}")).await;
        seen.extend(
            page["events"].as_array().unwrap().iter().filter_map(|event| event["payload"]["n"].as_u64()),
        );
        before = page["next_before"].clone();
        if before.is_null() {
            break;
        }
    }
    let expected: Vec<u64> = (0..40).rev().filter(|n| n % 4 != 2).collect();
    assert_eq!(seen, expected, "nothing twice, nothing left out");
}

#[tokio::test]
async fn the_old_name_answers_the_same_and_says_that_it_is_old() {
    let dir = tempfile::tempdir().unwrap();
    let server = recording(dir.path()).await;
    server
        .bus
        .emit(Draft::new("checkpoint_saved", "external:lab").with("n", 1).saying("Checkpoint 1,000 saved"));
    server.settle();
    let live = server.json("/api/events?limit=10").await;
    assert!(
        live["events"].as_array().unwrap().iter().any(|event| event["message"] == "Checkpoint 1,000 saved")
    );
    let page = server.json("/api/battle_log?channels=checkpoint&limit=10").await;
    assert_eq!(page["events"][0]["message"], "Checkpoint 1,000 saved", "both live and recorded");
    let reply = server.get("/api/battle_log").await.to_lowercase();
    assert!(reply.contains("\ndeprecation: @") && reply.contains("\nlink: </api/log>"), "{reply}");
    assert!(!server.get("/api/log").await.to_lowercase().contains("deprecation"));
}

#[tokio::test]
async fn days_are_summed_up_by_channel() {
    let dir = tempfile::tempdir().unwrap();
    let server = recording(dir.path()).await;
    for _ in 0..3 {
        server.bus.emit(Draft::new("job_failed", "external:lab"));
    }
    server.settle();
    let summary = server.json("/api/summary?days=7").await;
    let jobs = summary["days"].as_array().unwrap().iter().find(|day| day["channel"] == "jobs").unwrap();
    assert_eq!((&jobs["events"], &jobs["error"]), (&json!(3), &json!(3)), "{jobs}");
    assert_eq!(jobs["day"].as_str().unwrap().len(), "2026-11-21".len());
    assert!(server.get("/api/summary?days=0").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn questions_that_make_no_sense_and_a_missing_journal_are_said_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let server = recording(dir.path()).await;
    for question in
        ["limit=0", "limit=x", "severity=loud", "from_frame=1", "before=-1", "color=red", "from=today"]
    {
        let reply = server.get(&format!("/api/log?{question}")).await;
        assert!(
            reply.starts_with("HTTP/1.1 400") && reply.contains(r#""kind":"usage""#),
            "{question}: {reply}"
        );
    }
    let forgetful = running().await;
    let reply = forgetful.get("/api/log").await;
    assert!(reply.starts_with("HTTP/1.1 503") && reply.contains("--data"), "{reply}");
    assert_eq!(forgetful.json("/api/stats").await["journal"], Value::Null);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_told_by_health_and_the_live_events_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let blocked = dir.path().join("a file");
    std::fs::write(&blocked, "in the way").unwrap();
    let server = recording(&blocked).await;
    let mut client = server.listen("/ws/events?json=true&types=door").await;
    let health = server.json("/health").await;
    assert_eq!(health["status"], "degraded", "{health}");
    assert!(health["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{health}");
    server.bus.emit(Draft::new("door.opened", "external:door"));
    assert_eq!(client.events(1).await[0]["kind"], "door.opened");
    assert_eq!(server.json("/api/stats").await["journal"]["degraded"], json!(true));

    std::fs::remove_file(&blocked).unwrap();
    while server.json("/health").await["status"] != "ok" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.settle();
    assert_eq!(server.json("/api/log?kinds=door.opened").await["events"].as_array().unwrap().len(), 1);
}
