//! No room for the journal, from one moment to the next: the limit on the size of files of the running process.

use super::{World, number, serving, steps, until};
use crate::common::serving::Serving;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::Value;

fn let_files_grow(serving: &Serving, may: bool) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = if may { maximum } else { Some(0) };
    let pid = Pid::from_raw(serving.pid().cast_signed());
    prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

fn journal_events(serving: &Serving, kind: &str) -> Vec<Value> {
    let topic = serving.json("/api/v1/viz/snapshot/journal");
    topic["events"].as_array().unwrap().iter().filter(|event| event["kind"] == kind).cloned().collect()
}

#[test]
fn a_full_disk_is_told_once_and_costs_neither_sound_nor_events() {
    let world = World::new();
    let serving = serving(&world, "signal:sine?channels=2", &[]);
    let durable = |answers: &[Value]| answers.iter().filter(|answer| answer["durable"] == true).count();
    assert_eq!(durable(&serving.post(&steps("job", 0..200))), 200);

    let_files_grow(&serving, false);
    let before = number(&serving.json("/api/session"), "framesWritten");
    // Taken and told live, but nobody is told that they are safe; the answer took as long as some retries.
    let answers = serving.post(&steps("job", 200..900));
    assert_eq!((answers.len(), durable(&answers)), (700, 0));
    assert!(answers.iter().all(|answer| answer["status"] == "recorded"));
    assert_eq!(serving.json("/health")["status"], "degraded");
    let degraded = journal_events(&serving, "journal.degraded");
    assert_eq!(degraded.len(), 1, "{degraded:?}");
    assert!(number(&degraded[0]["payload"], "waiting") >= 1);
    let stats = serving.json("/api/stats");
    assert!(number(&stats["journal"], "pending") >= 700, "{stats}");
    assert_eq!(serving.log("job.step").len(), 200, "what is there can be read");
    let session = serving.json("/api/session");
    assert_eq!((&session["state"], number(&session, "overruns")), (&"running".into(), 0));
    assert!(number(&session, "framesWritten") > before);

    let_files_grow(&serving, true);
    let recovered = until("the journal", || serving.log("journal.recovered").pop());
    assert_eq!(number(&recovered["payload"], "missed"), 0);
    assert!(number(&recovered["payload"], "waited") >= 700, "{recovered}");
    let rows = until("all rows", || Some(serving.log("job.step")).filter(|rows| rows.len() >= 900));
    let numbers: Vec<u64> = rows.iter().map(|row| number(&row["payload"], "n")).collect();
    assert_eq!(numbers, (0..900).collect::<Vec<_>>());
    assert_eq!(serving.log("journal.degraded").len(), 1, "it is in the log, once");
    let session = serving.json("/api/session");
    assert_eq!((number(&session, "overruns"), number(&session, "lostFrames")), (0, 0));
    serving.end();
}
