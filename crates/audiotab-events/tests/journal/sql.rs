//! Questions in SQL read, and do nothing else.

use super::{open, settle};
use audiotab_events::{Draft, Journal};
use serde_json::json;

fn filled(dir: &std::path::Path) -> Journal {
    let (bus, journal) = open(dir);
    for n in 0..20 {
        bus.emit(Draft::new("audio.clip", "engine").at(n * 100).with("n", n));
    }
    bus.emit(Draft::new("device.lost", "engine"));
    settle(&bus, &journal);
    journal
}

#[test]
fn the_seed_s_own_query_works_and_a_day_ago_means_a_day_ago() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path());
    let sql = "SELECT channel, COUNT(*) as count, date(timestamp) FROM battle_log \
               WHERE timestamp > datetime('now', '-7 days') GROUP BY channel, date(timestamp)";
    let answer = journal.sql(sql).unwrap();
    assert_eq!(answer.columns, ["channel", "count", "date(timestamp)"]);
    assert_eq!((&answer.rows[0][0], &answer.rows[0][1]), (&json!("device"), &json!(1)));
    assert_eq!((&answer.rows[1][0], &answer.rows[1][1]), (&json!("level"), &json!(20)));
    let later = "SELECT count(*) FROM battle_log WHERE timestamp > datetime('now', '+1 hour')";
    assert_eq!(journal.sql(later).unwrap().rows, [[json!(0)]]);
    let like = "SELECT count(*) FROM battle_log WHERE kind LIKE 'AUDIO.%' AND kind GLOB 'audio.c?ip'";
    assert_eq!(journal.sql(like).unwrap().rows, [[json!(20)]]);
}

#[test]
fn nothing_but_reading_is_possible() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path());
    let target = dir.path().join("stolen.db");
    let attach = format!("ATTACH '{}' AS stolen", target.display());
    let vacuum = format!("VACUUM INTO '{}'", target.display());
    let hostile = [
        "DELETE FROM events",
        "UPDATE events SET message = 'x'",
        "INSERT INTO state VALUES ('x', 1)",
        "DROP TABLE events",
        "CREATE TEMP TABLE t (a)",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 99",
        "BEGIN EXCLUSIVE",
        "SAVEPOINT s",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT 1; DELETE FROM events",
        "EXPLAIN DELETE FROM events",
        &attach,
        &vacuum,
        "nonsense",
        "",
    ];
    for text in hostile {
        assert!(journal.sql(text).is_err(), "{text}");
    }
    assert!(!target.exists());
    assert_eq!(journal.sql("SELECT count(*) FROM events").unwrap().rows, [[json!(21)]]);
    assert!(journal.reader().verify().unwrap().is_whole());
}

#[test]
fn what_takes_for_ever_is_ended_and_what_is_long_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path());
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    assert_eq!(journal.sql(endless).unwrap_err().to_string(), "The query took longer than 2 s.");
    let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10001) SELECT i FROM n";
    let answer = journal.sql(long).unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (10_000, true));
    // Exponential for SQLite's own LIKE; the memory, for what builds a gigabyte.
    let pattern = format!("SELECT replace(hex(zeroblob(10000)), '0', 'a') LIKE '{}b'", "a%".repeat(100));
    assert_eq!(journal.sql(&pattern).unwrap().rows, [[json!(0)]]);
    assert!(journal.sql("SELECT hex(zeroblob(1000000000))").is_err());
}
