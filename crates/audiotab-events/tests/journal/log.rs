//! What is emitted is found again, by every filter, across restarts.

use super::{numbers_of, open, rounds, settle};
use audiotab_events::{Draft, LogPage, LogQuery, Severity};

fn seqs(page: &LogPage) -> Vec<u64> {
    page.events.iter().map(|event| event.seq).collect()
}

#[test]
fn an_event_is_live_and_in_the_log_by_one_emit() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let told = bus.emit(Draft::new("audio.overrun", "engine").over(96_000, 512).on_channels([0, 1]));
    assert_eq!(bus.recent(1), std::slice::from_ref(&told));
    settle(&bus, &journal);
    let page = journal.query(&LogQuery::default()).unwrap();
    assert_eq!(page.events, [(*told).clone()]);
    assert_eq!(page.next_before, None);
}

#[test]
fn the_log_goes_on_where_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let first: Vec<u64> = (0..3).map(|_| bus.emit(Draft::new("device.lost", "engine")).seq).collect();
    drop(journal);
    let (bus, journal) = open(dir.path());
    let next = bus.emit(Draft::new("device.back", "engine")).seq;
    assert!(next > *first.last().unwrap());
    settle(&bus, &journal);
    let kinds: Vec<_> =
        journal.query(&LogQuery::default()).unwrap().events.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["device.back", "device.lost", "device.lost", "device.lost"]);
}

#[test]
fn what_says_no_more_than_the_sound_is_not_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    for kind in ["level.sample", "engine.sample", "journal.op"] {
        bus.emit(Draft::new(kind, "engine"));
    }
    bus.emit(Draft { replayed: true, ..Draft::new("audio.clip", "engine") });
    let kept = bus.emit(Draft::new("audio.clip", "engine")).seq;
    settle(&bus, &journal);
    assert_eq!(seqs(&journal.query(&LogQuery::default()).unwrap()), [kept]);
}

#[test]
fn pages_follow_the_cursor_without_gap_or_overlap() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let all: Vec<u64> = (0..25).map(|_| bus.emit(Draft::new("marker.added", "ui")).seq).collect();
    settle(&bus, &journal);
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = journal.query(&LogQuery { before, limit: 10, ..LogQuery::default() }).unwrap();
        found.extend(seqs(&page));
        before = page.next_before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(found, all.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn every_filter_finds_what_it_says_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let at = |second: i64, draft: Draft| bus.emit(Draft { ts_ns: Some(second * 1_000_000_000), ..draft }).seq;
    let session = "00000000000000aa";
    let overrun = at(10, Draft::new("audio.overrun", "engine").over(480_000, 512).in_session(session));
    let clip = at(20, Draft::new("audio.clip", "engine").over(960_000, 4).in_session(session));
    let other = at(21, Draft::new("audio.clip", "engine").over(960_000, 4).in_session("00000000000000bb"));
    let lost = at(30, Draft::new("device.lost", "engine").with("device", "Søren's Mic"));
    let outside = at(40, Draft::new("job.started", "external:forge").saying("Nightly build"));
    settle(&bus, &journal);
    let found = |query: LogQuery| seqs(&journal.query(&query).unwrap());
    let usual = LogQuery::default;
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let ns = |second: i64| Some(second * 1_000_000_000);

    assert_eq!(found(LogQuery { channels: texts(&["level"]), ..usual() }), [other, clip]);
    assert_eq!(
        found(LogQuery { channels: texts(&["level", "device"]), ..usual() }),
        [lost, other, clip, overrun]
    );
    assert_eq!(found(LogQuery { kinds: texts(&["audio.*"]), ..usual() }), [other, clip, overrun]);
    assert_eq!(found(LogQuery { kinds: texts(&["*.lost", "audio.o?errun"]), ..usual() }), [lost, overrun]);
    assert_eq!(found(LogQuery { severities: vec![Severity::Error], ..usual() }), [lost]);
    assert_eq!(found(LogQuery { severities: vec![Severity::Info], ..usual() }), [outside]);
    assert_eq!(found(LogQuery { sources: texts(&["external:*"]), ..usual() }), [outside]);
    assert_eq!(found(LogQuery { from_ns: ns(20), to_ns: ns(30), ..usual() }), [lost, other, clip]);
    assert_eq!(found(LogQuery { session: Some(session.to_owned()), ..usual() }), [clip, overrun]);
    let frames = |from, to| LogQuery {
        session: Some(session.to_owned()),
        from_frame: Some(from),
        to_frame: Some(to),
        ..usual()
    };
    assert_eq!(found(frames(480_511, 960_000)), [clip, overrun]);
    assert!(found(frames(480_512, 959_999)).is_empty());
    assert_eq!(found(LogQuery { text: Some("NIGHTLY".to_owned()), ..usual() }), [outside]);
    assert_eq!(found(LogQuery { text: Some("søren".to_owned()), ..usual() }), [lost]);
    let both = LogQuery { channels: texts(&["level"]), kinds: texts(&["audio.*"]), to_ns: ns(20), ..usual() };
    assert_eq!(found(both), [clip]);
}

#[test]
fn a_question_that_makes_no_sense_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let (_bus, journal) = open(dir.path());
    let refused = |query: LogQuery| journal.query(&query).unwrap_err().to_string();
    let usual = LogQuery::default;
    assert_eq!(refused(LogQuery { limit: 0, ..usual() }), "A page holds 1 to 10000 events, not 0.");
    assert!(refused(LogQuery { from_frame: Some(1), ..usual() }).contains("session"));
    assert!(refused(LogQuery { kinds: vec!["*a".repeat(200)], ..usual() }).contains("256"));
    assert!(refused(LogQuery { text: Some("x".repeat(257)), ..usual() }).contains("256"));
}

#[test]
fn a_burst_is_recorded_whole() {
    // More than the bus lets the journal fall behind: who emits has to wait for it.
    let dir = tempfile::tempdir().unwrap();
    let (bus, journal) = open(dir.path());
    let events = rounds("AUDIOTAB_BURST", 150_000) as u64;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let bus = bus.clone();
            scope.spawn(move || {
                for n in 0..events / 4 {
                    bus.emit(Draft::new("audio.clip", "engine").at(n * 4 + thread));
                }
            });
        }
    });
    settle(&bus, &journal);
    let count = "SELECT count(*), count(DISTINCT frame), max(frame) FROM events WHERE kind = 'audio.clip'";
    let whole = events / 4 * 4;
    assert_eq!(numbers_of(dir.path(), count), [whole, whole, whole - 1]);
    assert_eq!(journal.health().missed, 0);
}
