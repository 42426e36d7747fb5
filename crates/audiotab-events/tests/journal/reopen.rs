//! A journal of many rows whose writer was killed. Opening it reads what that writer had not folded in, and never all
//! rows. `AUDIOTAB_CRASH_ROWS` says how many there are.

use super::{PATIENCE, numbers_of, open, rounds};
use audiotab_events::Draft;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const DIR: &str = "AUDIOTAB_REOPEN_DIR";
const ROWS: &str = "AUDIOTAB_CRASH_ROWS";
/// What opening may read beside the log: the schema, and the ends of a few trees.
const FEW_PAGES: u64 = 1 << 20;

fn start(test: &str, dir: &Path, rows: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .env(ROWS, rows.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child says behind `word`, as numbers.
fn said(child: &mut Child, word: &str) -> Vec<u64> {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix(word).map(str::to_owned)).unwrap();
    line.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// Bytes that this process has read from files.
fn bytes_read() -> u64 {
    let io = fs::read_to_string("/proc/self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
#[ignore = "started by the test below, and killed"]
fn filler() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let (bus, journal) = open(Path::new(&dir));
    for n in 0_u64.. {
        let seq = bus.emit(Draft::new("audio.clip", "engine").at(n).with("peak_dbfs", -0.5)).seq;
        if n + 1 == rounds(ROWS, 0) as u64 {
            assert!(journal.wait_durable(seq, PATIENCE));
            eprintln!("full {n}");
        }
    }
}

#[test]
#[ignore = "started by the test below"]
fn opener() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let (read, begun) = (bytes_read(), Instant::now());
    let _open = open(Path::new(&dir));
    let (took, read) = (begun.elapsed(), bytes_read() - read);
    let count = "SELECT count(*) FROM events WHERE kind = 'audio.clip'";
    let [rows] = numbers_of(Path::new(&dir), count);
    eprintln!("opened {read} {} {rows}", took.as_micros());
}

#[test]
fn opening_after_a_kill_reads_the_log_and_not_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    let rows = rounds(ROWS, 60_000) as u64;
    let mut filler = start("reopen::filler", dir.path(), rows);
    said(&mut filler, "full ");
    filler.kill().unwrap();
    filler.wait().unwrap();
    let bytes = |name: &str| fs::metadata(dir.path().join(name)).unwrap().len();
    let (file_bytes, log_bytes) = (bytes("journal.db"), bytes("journal.db-wal"));

    let mut opener = start("reopen::opener", dir.path(), rows);
    let opened = said(&mut opener, "opened ");
    assert!(opener.wait().unwrap().success());
    let [read_bytes, took_us, found] = opened[..] else { panic!("{opened:?}") };
    println!(
        "{found} rows, {file_bytes} bytes and a log of {log_bytes}: opened after a kill in {:.1} ms, {read_bytes} bytes read",
        took_us as f64 / 1e3
    );
    assert!(found >= rows);
    assert!(read_bytes <= log_bytes + FEW_PAGES, "{read_bytes} bytes read for a log of {log_bytes}");
}
