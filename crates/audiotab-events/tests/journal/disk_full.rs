//! A disk that is full: an 8 MiB file system in memory, where the test may mount one.

use super::{open, settle, wait_for};
use audiotab_events::{Draft, LogQuery};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A small file system, gone again at the end.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(path: &'a Path) -> Option<Self> {
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(path).output();
        mount.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_once_loses_nothing_and_mends_itself() {
    let place = tempfile::tempdir().unwrap();
    let Some(mounted) = Mounted::new(place.path()) else {
        println!("not run: mounting a file system takes rights that this user lacks");
        return;
    };
    let dir = place.path().join("data");
    let (bus, journal) = open(&dir);
    let filler = place.path().join("filler");
    fs::write(&filler, vec![0_u8; 4 << 20]).unwrap();

    let mut told = Vec::new();
    let text = "x".repeat(1_000);
    while !journal.health().degraded {
        assert!(told.len() < 200_000, "8 MiB took {} events", told.len());
        told.push(bus.emit(Draft::new("audio.gap", "engine").with("text", text.as_str())).seq);
        if told.len() % 100 == 0 {
            let _ = journal.wait_durable(*told.last().unwrap(), std::time::Duration::from_millis(20));
        }
    }
    // The capture goes on: nobody waits, and it is not told again.
    told.extend((0..500).map(|_| bus.emit(Draft::new("audio.clip", "engine")).seq));
    std::thread::sleep(std::time::Duration::from_millis(1_200)); // two retries that fail
    let degraded = bus.snapshot("journal").iter().filter(|event| event.kind == "journal.degraded").count();
    assert_eq!(degraded, 1);
    assert!(journal.health().pending >= 500);

    fs::remove_file(&filler).unwrap();
    let recovered = wait_for(&bus, "journal.recovered");
    assert_eq!(recovered.payload["missed"], 0);
    settle(&bus, &journal);
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
    assert_eq!(found, told);
    drop(journal);
    drop(mounted);
}
