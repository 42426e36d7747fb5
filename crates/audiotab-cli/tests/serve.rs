//! `serve` and `token`: the ready line, access, stopping, and what keeps a server from starting.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod common;

use audiotab_events::{Bus, Journal, JournalOptions, LogQuery};
use common::World;
use common::serving::Serving;
use std::io::{Read, Write};
use std::net::TcpListener;

#[test]
fn it_serves_behind_a_token_and_leaves_nothing_behind() {
    let world = World::new();
    world.fails(&["token"], 1, "audiotab serve");
    let serving =
        Serving::begin(&world, &["--input", "signal:sine?channels=2", "--data", &world.name("data")]);
    assert!(world.path("data").is_dir());
    let token = world.ok(&["token"]).trim().to_owned();
    assert_eq!(std::fs::read_to_string(world.path("audiotab/token")).unwrap().trim(), token);
    let path =
        serving.url.split_once("/?").map(|(_, query)| format!("/?{query}")).expect("a link with a token");

    assert!(serving.ask("GET", "/health", "").starts_with("HTTP/1.1 200"));
    assert!(serving.ask("GET", "/api/session", "").starts_with("HTTP/1.1 401"));
    let status = serving.ask("GET", "/api/session", &format!("authorization: Bearer {token}\r\n"));
    assert!(status.starts_with("HTTP/1.1 200") && status.contains(r#""state":"running""#), "{status}");
    let traded = serving.ask("GET", &path, "");
    assert!(traded.starts_with("HTTP/1.1 303") && traded.contains("HttpOnly"), "{traded}");
    assert!(serving.ask("GET", &path, "").starts_with("HTTP/1.1 401"), "the link works once");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("audiotab"), mode("audiotab/token")), (0o700, 0o600));
        assert_eq!(mode("audiotab/events.sock"), 0o600);
        // Who comes in there needs no token, and has the name that the kernel gives.
        let mut local = std::os::unix::net::UnixStream::connect(world.path("audiotab/events.sock")).unwrap();
        let body = r#"{"kind":"door.opened","source":"engine"}"#;
        let head = "POST /api/event HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json";
        write!(local, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut reply = String::new();
        local.read_to_string(&mut reply).unwrap();
        let its_name = format!(":pid:{}\"", std::process::id());
        assert!(reply.starts_with("HTTP/1.1 201") && reply.contains(&its_name), "{reply}");
    }
    let (stdout, stderr) = serving.end();
    assert_eq!(stdout, "", "one line only");
    assert!(!stderr.contains("token") && !stderr.contains(&token), "{stderr}");
    assert_eq!(std::fs::read_dir(world.path("audiotab")).unwrap().count(), 0, "ring and token are removed");
    assert_eq!(
        recorded(&world.path("data")),
        ["stream.started", "server.started", "server.stopped", "stream.ended"],
        "the journal holds the whole story, closed in order"
    );
    world.fails(&["token"], 1, "No AudioTab server");
}

/// What the journal of `dir` holds of stream, server and trouble, oldest first.
fn recorded(dir: &std::path::Path) -> Vec<String> {
    let journal = Journal::open(dir, &Bus::default(), JournalOptions::default()).unwrap();
    let kinds = ["stream.*", "server.*", "journal.degraded", "journal.recovered"].map(str::to_owned).to_vec();
    let page = journal.query(&LogQuery { kinds, ..LogQuery::default() }).unwrap();
    let mut kinds: Vec<String> = page.events.into_iter().map(|event| event.kind).collect();
    kinds.reverse();
    kinds
}

#[test]
fn without_access_control_it_says_so() {
    let world = World::new();
    let serving = Serving::begin(&world, &["--input", "signal:sine", "--no-auth"]);
    assert!(serving.url.ends_with('/'), "{}", serving.url);
    assert!(serving.ask("GET", "/api/session", "").starts_with("HTTP/1.1 200"));
    assert!(
        serving.ask("DELETE", "/api/session", "origin: http://evil.example\r\n").starts_with("HTTP/1.1 403")
    );
    let (_, stderr) = serving.end();
    assert!(stderr.contains("Access control is off"), "{stderr}");
}

#[test]
fn what_keeps_it_from_starting_is_one_sentence() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let serve = |more: &[&str], code, part: &str| {
        world.fails(&[&["serve", "--no-open"], more].concat(), code, part);
    };
    serve(&["--port", &port, "--input", "signal:sine"], 1, &format!("Port {port} is in use"));
    serve(&["--port", "0", "--no-auth", "--bind", "0.0.0.0"], 2, "--no-auth is refused");
    serve(&["--port", "0", "--no-auth", "--bind", "::"], 2, "--no-auth is refused");
    serve(&["--port", "0", "--bind", "192.0.2.1"], 1, "192.0.2.1");
    serve(&["--port", "0", "--input", "nonsense"], 2, "nonsense");
    serve(&["--port", "0", "--input", "file:/nowhere.wav"], 1, "/nowhere.wav");
    let mut command = world.audiotab(&["devices"]);
    let output = command.env("AUDIOTAB_LOG", "loud").assert().code(2).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("AUDIOTAB_LOG"));
    std::fs::write(world.path("a-file"), "").unwrap();
    serve(&["--port", "0", "--data", &world.name("a-file")], 1, "a-file");
    for (name, value) in [
        ("VIZD_PORT", "http"),
        ("VIZD_BUFFER_MINUTES", "0"),
        ("VIZD_COALESCE_MS", "-5"),
        ("AUDIOTAB_BUS_PORT", "99999"),
        ("AUDIOTAB_BUS_BUFFER_MINUTES", "x"),
        ("AUDIOTAB_BUS_COALESCE_MS", "1001"),
    ] {
        let mut command = world.audiotab(&["serve", "--no-open", "--port", "0"]);
        let output = command.env(name, value).assert().code(2).get_output().clone();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(name) && text.contains(value), "{text}");
    }
    assert!(!world.path("audiotab/token").exists());
}

#[test]
fn the_port_comes_from_the_environment_too() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = world.audiotab(&["serve", "--no-open", "--input", "signal:sine"]);
    let output = command.env("VIZD_PORT", &port).assert().code(1).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains(&format!("Port {port} is in use")));
}

#[test]
fn what_happens_is_live_recorded_and_still_there_for_the_next_server() {
    let world = World::new();
    let data = world.name("journal");
    let kinds = |serving: &Serving, path: &str| {
        let reply = serving.ask("GET", path, "");
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
        let body: serde_json::Value = serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap();
        let events = body["events"].as_array().unwrap().clone();
        events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let more = ["--no-auth", "--input", "signal:sine", "--data", &data];
    let first = Serving::begin(&world, &more);
    assert!(kinds(&first, "/api/events").contains(&"server.started".to_owned()));
    first.end();

    let second = Serving::begin(&world, &more);
    let recorded = kinds(&second, "/api/log?kinds=server.*");
    let stopped = recorded.iter().position(|kind| kind == "server.stopped").expect("closed in order");
    assert_eq!(recorded[stopped + 1..], ["server.started".to_owned()], "{recorded:?}");
    second.end();
}

#[test]
fn the_log_of_one_part_can_be_asked_for() {
    let world = World::new();
    let said = |environment: &[(&str, &str)]| {
        Serving::begin_in(&world, &["--input", "signal:sine"], environment).end().1
    };
    assert!(said(&[("RUST_LOG", "audiotab_server=debug")]).contains("DEBUG audiotab_server"));
    assert!(!said(&[("RUST_LOG", "audiotab_ring=debug")]).contains("DEBUG audiotab_server"));
    assert!(!said(&[]).contains("DEBUG"));
}
