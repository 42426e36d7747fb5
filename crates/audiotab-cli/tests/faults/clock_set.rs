//! Somebody sets the wall clock by an hour, back and forth, under a running program.

use super::{World, number, serving, steps, until};
use crate::common::serving::Serving;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

const HOUR_S: i64 = 3600;
const LIST: u64 = 20;

/// What moves the clock of one program, compiled by the C compiler that building this program takes anyway.
fn clock_setter(world: &World) -> PathBuf {
    let library = world.path("set_clock.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/set_clock.c");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let compiled =
        Command::new(compiler).args(["-shared", "-fPIC", "-o"]).arg(&library).args([source, "-ldl"]).status();
    assert!(compiled.expect("a C compiler").success());
    library
}

fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| number(&event["payload"], "n")).collect()
}

/// All events of the outsider that memory holds, page by page.
fn in_memory(serving: &Serving) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), Value::from(0));
    while let Some(seq) = after.as_u64() {
        let page = serving.json(&format!("/api/history?limit=7&after={seq}"));
        for batch in page["batches"].as_array().unwrap() {
            let window = batch["window_end"].as_i64().unwrap() - batch["window_start"].as_i64().unwrap();
            assert_eq!(window, 50, "no window is negative");
            let events = batch["events"].as_array().unwrap().iter();
            found.extend(events.filter(|event| event["kind"] == "job.step").cloned());
        }
        after = page["next_after"].clone();
    }
    found
}

#[test]
fn order_and_place_do_not_follow_the_wall_clock() {
    let world = World::new();
    let (offset, library) = (world.path("offset"), clock_setter(&world));
    // In place: the program has the file mapped, and must never find it empty.
    let file = fs::File::create(&offset).unwrap();
    let set = |seconds: i64| file.write_all_at(&seconds.to_ne_bytes(), 0).unwrap();
    set(0);
    let environment =
        [("AUDIOTAB_CLOCK_OFFSET", offset.to_str().unwrap()), ("LD_PRELOAD", library.to_str().unwrap())];
    let serving = serving(&world, "signal:sine", &environment);
    // Until the stream has told its clock, nobody from outside has a place on it.
    until("the clock of the sound", || {
        serving.post(&json!([{ "kind": "job.probe", "source": "job" }]));
        serving.log("job.probe").pop().filter(|probe| probe["frame"].is_u64())
    });
    for (round, seconds) in (0..).zip([0, -HOUR_S, HOUR_S, 0]) {
        set(seconds);
        sleep(Duration::from_millis(60));
        let answers = serving.post(&steps("job", round * LIST..(round + 1) * LIST));
        assert!(answers.iter().all(|answer| answer["durable"] == true));
    }

    let all: Vec<u64> = (0..4 * LIST).collect();
    let rows = serving.log("job.step");
    assert_eq!(numbers(&rows), all, "the log is in the order of the bus");
    assert!(rows.windows(2).all(|two| number(&two[0], "seq") < number(&two[1], "seq")));
    let told_ms: Vec<i64> =
        rows.iter().step_by(LIST as usize).map(|row| row["ts"].as_i64().unwrap()).collect();
    let hours: Vec<i64> =
        told_ms.windows(2).map(|two| ((two[1] - two[0]) as f64 / 3.6e6).round() as i64).collect();
    assert_eq!(hours, [-1, 2, -1], "the clock was set: {told_ms:?}");

    // The clock of the sound has only one direction.
    let frames: Vec<u64> = rows.iter().map(|row| number(row, "frame")).collect();
    assert!(frames.is_sorted(), "{frames:?}");
    let session = rows[0]["session"].as_str().unwrap();
    let (from, to) = (frames[LIST as usize], frames[2 * LIST as usize - 1]);
    let path = format!("/api/log?kinds=job.step&session={session}&from_frame={from}&to_frame={to}");
    let mut found = numbers(serving.json(&path)["events"].as_array().unwrap());
    found.reverse();
    assert_eq!(found, (LIST..2 * LIST).collect::<Vec<_>>(), "history by frame is right");

    assert_eq!(numbers(&in_memory(&serving)), all, "memory forgets nothing for it");
    let status = serving.json("/api/session");
    assert_eq!((number(&status, "overruns"), number(&status, "lostFrames")), (0, 0));
    assert_eq!(serving.log("audio.*,journal.degraded"), Vec::<Value>::new());
    serving.end();
}
