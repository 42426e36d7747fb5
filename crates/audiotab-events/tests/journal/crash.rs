//! A process that is killed at any moment loses nothing it had acknowledged. `AUDIOTAB_CRASH_ROUNDS` says how often.

use super::{Numbers, PATIENCE, open, rounds, wait_for};
use audiotab_events::{Draft, JournalReader};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const DIR: &str = "AUDIOTAB_CRASH_DIR";
const RUN: &str = "AUDIOTAB_CRASH_RUN";

/// Not a test by itself: the process that is killed. Tells which events are safe.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let (Ok(dir), Ok(run)) = (std::env::var(DIR), std::env::var(RUN)) else { return };
    let (bus, journal) = open(Path::new(&dir));
    let mut out = std::io::stderr().lock();
    for n in 0_u64.. {
        let draft = Draft::new("audio.clip", "engine").at(n).in_session(run.as_str()).with("peak_dbfs", -0.5);
        let seq = bus.emit(draft).seq;
        if n % 250 == 249 {
            // Some five thousand events a second: a batch of them, then its safety is told.
            assert!(journal.wait_durable(seq, PATIENCE));
            writeln!(out, "safe {n}").unwrap();
            out.flush().unwrap();
        }
    }
}

fn start(dir: &Path, run: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .env(RUN, run)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the child a while after its first word; the last event it called safe.
fn killed(mut child: Child, after: Duration) -> u64 {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let safe = |line: &str| line.strip_prefix("safe ").map(|n| n.parse::<u64>().unwrap());
    let mut last = lines.by_ref().find_map(|line| safe(&line.unwrap())).unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it died is still in the pipe; its last line may be torn.
    for line in lines.map_while(Result::ok) {
        last = line
            .strip_prefix("safe ")
            .and_then(|n| n.parse().ok())
            .filter(|n| n % 250 == 249)
            .unwrap_or(last);
    }
    last
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let rounds = rounds("AUDIOTAB_CRASH_ROUNDS", 6);
    let mut numbers = Numbers(0xa0d1_07ab);
    let (mut safe_events, mut longest) = (0, Duration::ZERO);
    for round in 0..rounds {
        let run = format!("{round:016x}");
        let last = killed(start(dir.path(), &run), Duration::from_micros(numbers.below(150_000)));

        let begun = Instant::now();
        let (bus, journal) = open(dir.path());
        longest = longest.max(begun.elapsed());
        let told = wait_for(&bus, "journal.recovered");
        assert_eq!(told.payload["reason"], "crash");
        let count =
            format!("SELECT count(*), max(frame) FROM events WHERE session = '{run}' AND frame <= {last}");
        assert_eq!(journal.sql(&count).unwrap().rows, [[json!(last + 1), json!(last)]], "round {round}");
        drop(journal);
        safe_events += last + 1;
        // The whole file each time it is still small, and at the end.
        if round < 10 || round % 50 == 0 || round + 1 == rounds {
            let verification = JournalReader::open(dir.path()).unwrap().verify().unwrap();
            assert!(verification.is_whole(), "round {round}: {verification:?}");
        } else {
            let quick = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
            let ok: String = quick.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(ok, "ok", "round {round}");
        }
    }
    println!("{rounds} kills, {safe_events} acknowledged events, 0 lost, reopened within {longest:?}");
}
