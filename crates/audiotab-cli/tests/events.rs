//! `audiotab events`: the same questions to a journal and to a running server.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod common;

use audiotab_events::{Bus, Draft, Journal, JournalOptions};
use common::World;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A journal with ten events of known kinds.
fn filled(world: &World) -> String {
    let dir = world.name("data");
    let bus = Bus::default();
    let journal = Journal::open(dir.as_ref(), &bus, JournalOptions::default()).unwrap();
    for n in 0..8_u64 {
        bus.emit(Draft::new("audio.clip", "engine").at(n * 1_000).with("count", n).with("peak_dbfs", -0.5));
    }
    bus.emit(Draft::new("device.lost", "engine").with("device", "Desk \u{1b}[2J mic"));
    let last = bus.emit(Draft::new("job.started", "external:forge").saying("Nightly build"));
    assert!(journal.wait_durable(last.seq, Duration::from_secs(60)));
    dir
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A server with a journal of its own.
struct Serving {
    child: Child,
    port: String,
}

impl Serving {
    fn begin(world: &World) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_audiotab"))
            .args(["serve", "--port", "0", "--no-open", "--input", "signal:sine?channels=1"])
            .args(["--data", &world.name("data")])
            .env("XDG_RUNTIME_DIR", world.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().trim().to_owned();
        Self { child, port }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_last_ten_and_the_statistics_of_a_journal() {
    let world = World::new();
    let data = filled(&world);
    let shown = world.ok(&["events", "tail", "-n", "10", "--data", &data]);
    assert_eq!(shown.lines().count(), 10);
    let last = shown.lines().last().unwrap();
    assert!(last.contains("job.started") && last.contains("Nightly build"), "{last}");
    assert!(!shown.contains('\u{1b}'), "an event steers the terminal: {shown:?}");
    let two = lines(&world.ok(&["events", "tail", "-n", "2", "--json", "--data", &data]));
    assert_eq!((two.len(), &two[0]["kind"]), (2, &Value::from("device.lost")));

    let stats = world.json(&["events", "stats", "--json", "--verify", "--data", &data]);
    assert_eq!(stats["events"], 10);
    assert_eq!(stats["event_types"]["audio.clip"], 8);
    assert_eq!(stats["event_sources"]["external:forge"], 1);
    assert_eq!(stats["verification"]["damaged"], Value::Array(vec![]));
    assert!(world.ok(&["events", "stats", "--data", &data]).contains("event_types.audio.clip"));
}

#[test]
fn the_log_of_a_journal_by_filter_page_and_sql() {
    let world = World::new();
    let data = filled(&world);
    let page = |more: &[&str]| world.json(&[&["events", "query", "--json", "--data", &data], more].concat());
    assert_eq!(page(&["--kinds", "audio.*,device.*"])["events"].as_array().unwrap().len(), 9);
    assert_eq!(page(&["--severity", "error"])["events"][0]["kind"], "device.lost");
    assert_eq!(page(&["--channels", "level", "--limit", "3"])["events"].as_array().unwrap().len(), 3);
    assert_eq!(page(&["--text", "nightly", "--from", "1h"])["events"].as_array().unwrap().len(), 1);
    assert_eq!(page(&["--to", "2001-01-01"])["events"].as_array().unwrap().len(), 0);
    let first = page(&["--limit", "4"]);
    let before = first["next_before"].to_string();
    assert_eq!(page(&["--before", &before])["events"].as_array().unwrap().len(), 6);

    let sql = "SELECT kind, count(*) AS events FROM battle_log GROUP BY kind ORDER BY 2 DESC";
    let table = world.ok(&["events", "query", "--sql", sql, "--data", &data]);
    assert_eq!(table.lines().next().unwrap(), "kind         events");
    assert_eq!(table.lines().nth(1).unwrap(), "audio.clip   8");
    world.fails(&["events", "query", "--sql", "DELETE FROM events", "--data", &data], 1, "only read");
    world.fails(&["events", "query", "--from-frame", "3", "--data", &data], 2, "--session");
    world.fails(&["events", "query", "--from", "someday", "--data", &data], 2, "--from");
    world.fails(&["events", "query", "--limit", "0", "--data", &data], 2, "1 to 10000");
}

#[test]
fn a_summary_an_export_and_an_import_of_a_journal() {
    let world = World::new();
    let data = filled(&world);
    let summary = world.json(&["events", "summary", "--days", "7", "--json", "--data", &data]);
    let level = summary["days"].as_array().unwrap().iter().find(|day| day["channel"] == "level").unwrap();
    assert_eq!((&level["events"], &level["warning"]), (&Value::from(8), &Value::from(8)));

    let (out, other) = (world.name("log.jsonl"), world.name("other"));
    let said = world.ok(&["events", "export", "--output", &out, "--data", &data]);
    assert!(said.starts_with("10 events written"), "{said}");
    let exported = fs::read_to_string(&out).unwrap();
    assert_eq!(lines(&exported)[0]["frame"], 0); // oldest first
    let imported = world.json(&["events", "import", &out, "--json", "--data", &other]);
    assert_eq!((&imported["events"], &imported["duplicates"]), (&Value::from(10), &Value::from(0)));
    assert_eq!(world.ok(&["events", "export", "--data", &other]), exported);
    let again = world.ok(&["events", "replay", "--since", "1h", "--json", "--data", &other]);
    assert_eq!(lines(&again).len(), 10);
    let paced =
        world.ok(&["events", "replay", "--speed", "1000", "--since", "1h", "--json", "--data", &other]);
    assert_eq!(paced, again, "the same at a pace");
    world.fails(&["events", "replay", "--speed", "0", "--data", &other], 2, "from 0.01 to 1000");

    fs::write(world.path("bad.jsonl"), "{}\n").unwrap();
    world.fails(&["events", "import", &world.name("bad.jsonl"), "--data", &other], 1, "Line 1 is no event");
    world.fails(&["events", "tail", "--data", &world.name("nowhere")], 1, "There is no journal");
}

#[test]
fn the_running_server_is_asked_the_same_questions() {
    let world = World::new();
    filled(&world);
    let export = world.name("before.jsonl");
    world.ok(&["events", "export", "--output", &export, "--data", &world.name("data")]);
    let serving = Serving::begin(&world);
    let port = &serving.port.clone();
    let ask = |args: &[&str]| world.ok(&[&["events"], args, &["--port", port]].concat());
    let json =
        |args: &[&str]| -> Value { serde_json::from_str(&ask(&[args, &["--json"]].concat())).unwrap() };

    assert_eq!(
        json(&["query", "--kinds", "audio.clip", "--limit", "5"])["events"].as_array().unwrap().len(),
        5
    );
    assert_eq!(json(&["query", "--text", "nightly"])["events"][0]["source"], "external:forge");
    let sql = "SELECT count(*) FROM events WHERE kind = 'audio.clip'";
    assert_eq!(json(&["query", "--sql", sql])["rows"][0][0], 8);
    assert!(json(&["summary"])["days"].as_array().unwrap().iter().any(|day| day["channel"] == "level"));
    assert!(json(&["stats"])["version"].is_string());

    assert_eq!(json(&["replay"])["replayed"], 10);
    let live = lines(&ask(&["tail", "-n", "200", "--json"]));
    assert_eq!(live.iter().filter(|event| event["replayed"] == true).count(), 10);
    let paced = json(&["replay", "--speed", "1000"]);
    assert_eq!(paced["replayed"], 10);
    assert!(paced["length_ms"].is_u64(), "{paced}");
    let again = |live: &[Value]| live.iter().filter(|event| event["replayed"] == true).count();
    let begun = Instant::now();
    while again(&lines(&ask(&["tail", "-n", "200", "--json"]))) < 20 {
        assert!(begun.elapsed() < Duration::from_secs(60), "not all came again");
    }
    assert_eq!(json(&["replay", "--stop"])["replayed"], 0);

    let out = world.name("server.jsonl");
    ask(&["export", "--output", &out]);
    let clips = |path: &str| {
        let text = fs::read_to_string(path).unwrap();
        text.lines().filter(|line| line.contains("audio.clip")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(clips(&out), clips(&export));

    let imported = json(&["import", &export]);
    assert_eq!((&imported["events"], &imported["duplicates"]), (&Value::from(0), &Value::from(10)));
    world.fails(&["events", "query", "--sql", "DROP TABLE events", "--port", port], 2, "only read");
    drop(serving);
    world.fails(&["events", "tail", "--port", port], 1, "audiotab serve");
}

#[test]
fn following_a_server_shows_what_comes() {
    let world = World::new();
    let serving = Serving::begin(&world);
    let mut following = Command::new(env!("CARGO_BIN_EXE_audiotab"))
        .args(["events", "tail", "-n", "0", "--follow", "--json", "--port", &serving.port])
        .env("XDG_RUNTIME_DIR", world.path(""))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut shown = BufReader::new(following.stdout.take().unwrap()).lines();
    let event = fs::File::create(world.path("one.jsonl")).unwrap();
    drop(event);
    // The level taps and the journal talk all the time; what is sent now comes as well.
    let send = |n: usize| {
        let id = format!("0197a000-0000-7000-8000-{n:012}");
        let event = serde_json::json!({ "kind": "job.started", "id": id, "message": "Nightly build" });
        fs::write(world.path("one.jsonl"), event.to_string() + "\n").unwrap();
        world.ok(&["events", "import", &world.name("one.jsonl"), "--port", &serving.port]);
    };
    let mut found = None;
    for n in 0..100 {
        send(n); // the follower may not have begun yet
        found = shown
            .by_ref()
            .take(20)
            .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
            .find(|event| event["kind"] == "job.started");
        if found.is_some() {
            break;
        }
    }
    following.kill().unwrap();
    following.wait().unwrap();
    let found = found.expect("the event among what came");
    assert_eq!(found["message"], "Nightly build");
    assert!(found["source"].as_str().unwrap().starts_with("external:"));
}

#[test]
fn no_sound_is_in_any_event() {
    let world = World::new();
    let serving = Serving::begin(&world);
    let port = &serving.port;
    let mut live = Vec::new();
    while !live.iter().any(|event: &Value| event["kind"] == "stream.started") {
        live = lines(&world.ok(&["events", "tail", "-n", "500", "--json", "--port", port]));
    }
    live.extend(lines(&world.ok(&["events", "export", "--port", port])));
    for event in live {
        // One channel runs: a list of more than one number would be samples.
        for value in event["payload"].as_object().unwrap().values() {
            assert!(value.as_array().is_none_or(|list| list.len() <= 1), "{event}");
        }
        assert!(event["payload"].to_string().len() < 1_000, "{event}");
    }
}
