//! The bus against a model of it that keeps everything: whatever is done in whatever order, both say the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::{Bus, BusOptions, Draft, Event, KeeperLimits};
use proptest::prelude::*;
use std::sync::Arc;

const TOPICS: [&str; 3] = ["audio", "level", "app"];
const HISTORY: usize = 20;
const TOPIC: usize = 8;
const RECENT: usize = 5;

#[derive(Clone, Debug)]
enum Act {
    Emit {
        topic: usize,
        ts_ns: i64,
    },
    /// The wall clock plays no part: times go back and forth.
    Clear,
    Keep,
    Done {
        behind: u64,
    },
    Release,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        20 => (0..TOPICS.len(), -1000_i64..1000).prop_map(|(topic, ts_ns)| Act::Emit { topic, ts_ns }),
        1 => Just(Act::Clear),
        1 => Just(Act::Keep),
        2 => (0_u64..40).prop_map(|behind| Act::Done { behind }),
        1 => Just(Act::Release),
    ];
    prop::collection::vec(act, 0..200)
}

fn seqs(events: &[Arc<Event>]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

fn newest(of: impl DoubleEndedIterator<Item = u64>, count: usize) -> Vec<u64> {
    let mut newest: Vec<u64> = of.rev().take(count).collect();
    newest.reverse();
    newest
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bus_and_its_model_agree(acts in acts()) {
        let bus = Bus::new(BusOptions {
            history_events: HISTORY,
            topic_events: TOPIC,
            recent_events: RECENT,
            ..BusOptions::default()
        });
        // (seq, topic, time) of everything; cleared up to here; what the log dropped; where the keeper is.
        let mut all: Vec<(u64, usize, i64)> = Vec::new();
        let (mut cleared, mut dropped) = (0_u64, 0_u64);
        let mut keeper = None;
        let mut kept = u64::MAX;
        for act in acts {
            let last = all.len() as u64;
            match act {
                Act::Emit { topic, ts_ns } => {
                    let draft = Draft { ts_ns: Some(ts_ns), ..Draft::new(format!("{}.event", TOPICS[topic]), "test") };
                    prop_assert_eq!(bus.emit(draft).seq, last + 1);
                    all.push((last + 1, topic, ts_ns));
                }
                Act::Clear => {
                    bus.clear();
                    cleared = last;
                    dropped = dropped.max(last.min(kept));
                }
                Act::Keep => {
                    drop(keeper.take());
                    keeper = Some(bus.keeper(KeeperLimits::default()));
                    kept = last;
                }
                Act::Done { behind } => {
                    if let Some(keeper) = &keeper {
                        keeper.done(last.saturating_sub(behind));
                        kept = kept.max(last.saturating_sub(behind));
                        prop_assert_eq!(keeper.position(), kept);
                    }
                }
                Act::Release => {
                    drop(keeper.take());
                    kept = u64::MAX;
                }
            }
            let last = all.len() as u64;
            dropped = dropped.max(last.saturating_sub(HISTORY as u64).min(kept));
            // By cursor.
            for cursor in [0, last / 2, last.saturating_sub(3), last, last + 5] {
                let passage = bus.after(cursor, 7);
                prop_assert_eq!(passage.missed, dropped.saturating_sub(cursor));
                let expected: Vec<u64> = (cursor.max(dropped) + 1..=last).take(7).collect();
                prop_assert_eq!(seqs(&passage.events), expected);
            }
            // By topic, the newest, by time.
            let shown = || all.iter().filter(|(seq, ..)| *seq > cleared);
            for (topic, name) in TOPICS.iter().enumerate() {
                let expected = newest(shown().filter(|(_, its, _)| *its == topic).map(|(seq, ..)| *seq), TOPIC);
                prop_assert_eq!(seqs(&bus.snapshot(name)), expected);
            }
            let mut recent = seqs(&bus.recent(100));
            recent.reverse();
            prop_assert_eq!(recent, newest(shown().map(|(seq, ..)| *seq), RECENT));
            let in_history = || shown().filter(|(seq, ..)| *seq > dropped);
            let expected: Vec<u64> = in_history().filter(|(_, _, ts_ns)| (-500..=500).contains(ts_ns)).map(|(seq, ..)| *seq).collect();
            prop_assert_eq!(seqs(&bus.range(-500, 500)), expected);
            prop_assert_eq!(bus.oldest().map(|event| event.seq), in_history().next().map(|(seq, ..)| *seq));
            prop_assert_eq!(bus.newest().map(|event| event.seq), in_history().next_back().map(|(seq, ..)| *seq));
        }
    }
}
