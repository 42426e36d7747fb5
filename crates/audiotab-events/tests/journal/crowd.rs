//! One writer with all its upkeep, and twenty readers at once. `AUDIOTAB_CROWD_S` says for how many seconds.

use super::{PATIENCE, rounds, settle};
use audiotab_events::{Bus, Draft, Journal, JournalOptions, JournalReader, LogQuery};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const READERS: u64 = 20;
/// Small, so that the oldest go all the time.
const OPTIONS: JournalOptions = JournalOptions {
    retention: Duration::from_secs(7 * 24 * 3600),
    max_bytes: 4 << 20,
    batch_window: Duration::from_millis(50),
};

fn frames(reader: &JournalReader, before: Option<u64>) -> (Vec<u64>, Vec<u64>) {
    let kinds = vec!["audio.clip".to_owned()];
    let page = reader.query(&LogQuery { kinds, before, limit: 100, ..LogQuery::default() }).unwrap();
    assert!(page.damaged.is_empty(), "{:?}", page.damaged);
    page.events.iter().map(|event| (event.frame.unwrap(), event.seq)).unzip()
}

/// Asks until told to stop; how many pages that were. Each page is whole, in order and no older than what was safe.
fn read(dir: &Path, safe_frames: &AtomicU64, stop: &AtomicBool, name: u64) -> u64 {
    let mut pages = 0;
    while pages < 5 || !stop.load(Ordering::Relaxed) {
        // A new connection now and then: those that come and go disturb more.
        let reader = JournalReader::open(dir).unwrap();
        for _ in 0..20 {
            let safe = safe_frames.load(Ordering::Acquire);
            let (newest, seqs) = frames(&reader, None);
            assert!(newest.first().copied().unwrap_or(0) + 1 >= safe, "{newest:?} after {safe} were safe");
            assert!(newest.windows(2).all(|two| two[0] == two[1] + 1), "{newest:?}");
            let older = seqs.last().map(|seq| seq.saturating_sub(name * 500));
            let (older, _) = frames(&reader, older);
            assert!(older.windows(2).all(|two| two[0] == two[1] + 1), "{older:?}");
            pages += 2;
        }
    }
    pages
}

/// Open files that could write the journal of `dir`.
#[cfg(target_os = "linux")]
fn writable(dir: &Path) -> usize {
    let file = dir.join("journal.db");
    let mine = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let mine = mine.filter(|fd| fs::read_link(fd.path()).is_ok_and(|link| link == file));
    let flags = mine.filter_map(|fd| {
        let info = fs::read_to_string(Path::new("/proc/self/fdinfo").join(fd.file_name())).ok()?;
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?.trim().to_owned();
        u64::from_str_radix(&flags, 8).ok()
    });
    flags.filter(|flags| flags & 3 != 0).count()
}

#[test]
fn twenty_readers_and_all_upkeep_leave_the_journal_whole() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let bus = Bus::default();
    let journal = Journal::open(&dir, &bus, OPTIONS).unwrap();
    let time = Duration::from_secs(rounds("AUDIOTAB_CROWD_S", 2) as u64);
    let (safe_frames, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let (mut told, mut longest_log) = (0_u64, 0);
    let pages: u64 = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|name| {
                scope.spawn({
                    let (dir, safe, stop) = (&dir, &safe_frames, &stop);
                    move || read(dir, safe, stop, name)
                })
            })
            .collect();
        let began = Instant::now();
        while began.elapsed() < time || told < 10_000 {
            for _ in 0..500 {
                bus.emit(Draft::new("audio.clip", "engine").at(told).with("text", "x".repeat(900)));
                told += 1;
            }
            assert!(journal.wait_durable(bus.last_seq(), PATIENCE));
            safe_frames.store(told, Ordering::Release);
            // Counts days, lets the oldest go, folds the log in.
            journal.maintain();
            longest_log = longest_log.max(fs::metadata(dir.join("journal.db-wal")).unwrap().len());
            #[cfg(target_os = "linux")]
            assert_eq!(writable(&dir), 1, "one connection can write");
        }
        stop.store(true, Ordering::Relaxed);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    settle(&bus, &journal);
    let runs = |phase: &str| {
        let told = bus.snapshot("maintenance");
        told.iter().filter(|event| event.payload["phase"] == phase).count()
    };
    let (folded, pruned) = (runs("checkpoint"), runs("prune"));
    assert!(folded > 0 && pruned > 0, "{folded} checkpoints, {pruned} prunings");
    let health = journal.health();
    assert!(!health.degraded && health.missed == 0, "{health:?}");
    drop(journal);
    let reader = JournalReader::open(&dir).unwrap();
    let verification = reader.verify().unwrap();
    assert!(verification.is_whole(), "{verification:?}");
    assert_eq!(frames(&reader, None).0[0], told - 1);
    println!(
        "{told} events, {pages} pages to {READERS} readers, {folded} checkpoints, {pruned} prunings, a log of {longest_log} bytes at most"
    );
}
