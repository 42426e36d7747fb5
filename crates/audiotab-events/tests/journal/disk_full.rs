//! A disk that is full, twice. For everybody: a process whose files may not grow, as under a quota (`EFBIG`). Where the
//! user may have a file system of their own: 8 MiB in memory (`ENOSPC`).
//!
//! Each runs in a process of its own: a limit holds for all files of a process, a mount for all that see it.

use super::{open, settle, wait_for};
use audiotab_events::{Bus, BusOptions, Draft, Journal, JournalOptions, LogQuery};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Two attempts of the writer that fail.
const TWO_RETRIES: Duration = Duration::from_millis(1_200);

/// Runs one of the ignored tests below behind the words of `wrapper`.
fn run_inside(wrapper: &[&str], test: &str) {
    let output = Command::new(wrapper[0])
        .args(&wrapper[1..])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{test}: {}\n{said}", output.status);
}

/// The signal of the limit is ignored, as the server does; what writes learns of it.
const LIMITED: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

/// From now on no file of this process grows, or all may again.
fn let_files_grow(may: bool) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = if may { maximum } else { Some(0) };
    setrlimit(Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

fn told(bus: &Bus, kind: &str) -> usize {
    bus.snapshot("journal").iter().filter(|event| event.kind == kind).count()
}

/// The seqs of all `audio.*` rows, oldest first.
fn recorded(journal: &Journal) -> Vec<u64> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let kinds = vec!["audio.*".to_owned()];
        let page = journal.query(&LogQuery { kinds, before, limit: 10_000, ..LogQuery::default() }).unwrap();
        found.extend(page.events.iter().map(|event| event.seq));
        before = page.next_before;
        if before.is_none() {
            break;
        }
    }
    found.reverse();
    found
}

fn wait_until_degraded(journal: &Journal, mut more: impl FnMut()) {
    for _ in 0..20_000 {
        if journal.health().degraded {
            return;
        }
        more();
    }
    panic!("never degraded");
}

/// Some before, many while nothing can be written; all are there when it can.
fn outage(bus: &Bus, journal: &Journal, fill: impl FnOnce(), free: impl FnOnce()) {
    let clip = |n: u64| bus.emit(Draft::new("audio.clip", "engine").at(n).with("text", "x".repeat(500))).seq;
    let mut all: Vec<u64> = (0..300).map(clip).collect();
    settle(bus, journal);

    fill();
    wait_until_degraded(journal, || {
        all.push(clip(300));
        let _ = journal.wait_durable(bus.last_seq(), Duration::from_millis(5));
    });
    let durable = journal.durable_seq();
    let meanwhile: Vec<u64> = (0..5_000).map(clip).collect();
    all.extend(&meanwhile);
    std::thread::sleep(TWO_RETRIES);
    // Told once, with what is at stake; the bus is live, and what was written can be read.
    let degraded = wait_for(bus, "journal.degraded");
    assert_eq!(told(bus, "journal.degraded"), 1);
    assert_eq!(degraded.payload["durable_seq"], durable);
    assert!(degraded.payload["waiting"].as_u64().unwrap() >= 1, "{degraded:?}");
    assert_eq!(bus.recent(1)[0].seq, *all.last().unwrap());
    let health = journal.health();
    assert!(health.degraded && health.pending >= 5_000 && health.reason.is_some(), "{health:?}");
    assert_eq!(recorded(journal), all.iter().copied().filter(|seq| *seq <= durable).collect::<Vec<_>>());

    free();
    let recovered = wait_for(bus, "journal.recovered");
    assert_eq!(recovered.payload["missed"], 0);
    assert_eq!(recovered.payload["waited"], recovered.seq - 1 - durable, "{recovered:?}");
    settle(bus, journal);
    assert_eq!(recorded(journal), all);
    let counts = ["journal.degraded", "journal.recovered"].map(|kind| told(bus, kind));
    assert_eq!(counts, [1, 1]);
    assert!(journal.reader().verify().unwrap().is_whole());
}

#[test]
fn files_that_may_not_grow_are_told_once_and_nothing_is_lost() {
    run_inside(&LIMITED, "disk_full::inside_limit");
}

#[test]
#[ignore = "started by the test above"]
fn inside_limit() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    outage(&bus, &journal, || let_files_grow(false), || let_files_grow(true));
}

#[test]
fn an_outage_longer_than_memory_is_counted_exactly() {
    run_inside(&LIMITED, "disk_full::inside_long_limit");
}

#[test]
#[ignore = "started by the test above"]
fn inside_long_limit() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Bus::new(BusOptions { history_events: 1_000, ..BusOptions::default() });
    let journal = Journal::open(dir.path(), &bus, JournalOptions::default()).unwrap();
    let clip = || bus.emit(Draft::new("audio.clip", "engine")).seq;
    let mut all: Vec<u64> = (0..300).map(|_| clip()).collect();
    settle(&bus, &journal);
    let_files_grow(false);
    wait_until_degraded(&journal, || {
        all.push(clip());
        let _ = journal.wait_durable(bus.last_seq(), Duration::from_millis(5));
    });
    let durable = journal.durable_seq();
    // More than the bus holds for a journal that is behind.
    all.extend((0..150_000).map(|_| clip()));
    let_files_grow(true);
    let recovered = wait_for(&bus, "journal.recovered");
    settle(&bus, &journal);

    let missed = recovered.payload["missed"].as_u64().unwrap();
    assert!(missed > 0 && journal.health().missed == missed, "{recovered:?}");
    let rows = recorded(&journal);
    let found: HashSet<u64> = rows.iter().copied().collect();
    // One hole, as long as was said, right behind what was safe; everything else is there.
    let hole = durable + 1..=durable + missed;
    let kept: Vec<u64> = all.iter().copied().filter(|seq| !hole.contains(seq)).collect();
    assert_eq!(rows, kept);
    assert!(found.contains(&(hole.end() + 1)), "the hole is no longer than it must be");
    println!("{} events, {missed} counted as missed, {} recorded", all.len(), rows.len());
}

#[test]
fn a_full_disk_is_told_once_loses_nothing_and_mends_itself() {
    let own = ["unshare", "--map-root-user", "--mount"];
    let may = Command::new(own[0]).args(&own[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if may.is_ok_and(|output| output.status.success()) {
        run_inside(&own, "disk_full::inside_small_disk");
    } else {
        println!("not run: this user may have no file system of their own; the two tests with a limit run");
    }
}

#[test]
#[ignore = "started by the test above"]
fn inside_small_disk() {
    let place = tempfile::tempdir().unwrap();
    let mount =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(place.path()).status();
    assert!(mount.unwrap().success());
    small_disk(place.path());
    // The mount goes with this process; the directory under it is still in the way of nobody.
    let _ = Command::new("umount").arg(place.path()).status();
}

fn small_disk(place: &Path) {
    let (bus, journal) = open(&place.join("data"));
    let filler = place.join("filler");
    let fill = || {
        let mut file = fs::File::create(&filler).unwrap();
        // Until there is no room for one more byte.
        while std::io::Write::write(&mut file, &[0_u8; 4096]).is_ok_and(|bytes| bytes > 0) {}
    };
    outage(&bus, &journal, fill, || fs::remove_file(&filler).unwrap());
}
