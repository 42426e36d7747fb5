//! The nine cases that the design of the bus was handed over with, the third and fourth made strict.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod common;

use audiotab_events::{Bus, Draft};
use common::{collect, kinds_of};
use std::sync::Arc;
use std::thread;

#[test]
fn t1_a_handler_is_told_and_the_event_is_whole() {
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    let event = bus.emit(Draft::new("terminal.command", "daemon").with("command", "ls"));
    bus.flush();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    assert_eq!((heard[0].kind.as_str(), heard[0].source.as_str()), ("terminal.command", "daemon"));
    assert_eq!((heard[0].payload["command"].as_str(), heard[0].id), (Some("ls"), event.id));
}

#[test]
fn t2_three_handlers_hear_the_very_same_event() {
    let bus = Bus::default();
    let all: Vec<_> = (0..3).map(|_| collect(&bus, &[])).collect();
    let told = bus.emit(Draft::new("test.event", "test"));
    bus.flush();
    for (heard, _) in &all {
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1);
        assert!(Arc::ptr_eq(&heard[0], &told), "the same event, not a copy");
    }
}

#[test]
fn t3_the_recent_ring_holds_the_newest_500_newest_first() {
    let bus = Bus::default();
    for index in 0..600 {
        bus.emit(Draft::new(format!("test.event_{index}"), "test").with("index", index));
    }
    let index = |events: &[Arc<audiotab_events::Event>], at: usize| events[at].payload["index"].as_u64();
    let all = bus.recent(500);
    assert_eq!((all.len(), index(&all, 0), index(&all, 499)), (500, Some(599), Some(100)));
    assert_eq!(bus.recent(usize::MAX).len(), 500);
    let hundred = bus.recent(100);
    assert_eq!((hundred.len(), index(&hundred, 0), index(&hundred, 99)), (100, Some(599), Some(500)));
    assert_eq!(bus.statistics().buffer_size, 500);
}

#[test]
fn t4_ten_threads_lose_nothing_and_keep_their_order() {
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    thread::scope(|scope| {
        for thread_id in 0..10 {
            let bus = bus.clone();
            scope.spawn(move || {
                for index in 0..50 {
                    bus.emit(
                        Draft::new("thread.event", "test").with("thread", thread_id).with("index", index),
                    );
                }
            });
        }
    });
    bus.flush();
    let heard = heard.lock().unwrap();
    let seqs: Vec<u64> = heard.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=500).collect::<Vec<u64>>());
    for thread_id in 0..10 {
        let of_thread = heard.iter().filter(|event| event.payload["thread"] == thread_id);
        let order: Vec<u64> = of_thread.map(|event| event.payload["index"].as_u64().unwrap()).collect();
        assert_eq!(order, (0..50).collect::<Vec<u64>>());
    }
}

#[test]
fn t5_nothing_after_unsubscribe() {
    let bus = Bus::default();
    let (heard, subscription) = collect(&bus, &[]);
    bus.emit(Draft::new("test1", "test"));
    bus.flush();
    assert_eq!(heard.lock().unwrap().len(), 1);
    subscription.unsubscribe();
    bus.emit(Draft::new("test2", "test"));
    bus.flush();
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert_eq!(bus.statistics().handler_count, 0);
}

#[test]
fn t6_patterns_pick_two_and_two_of_five() {
    let bus = Bus::default();
    let (terminal, _one) = collect(&bus, &["terminal.*"]);
    let (ai, _two) = collect(&bus, &["ai.*"]);
    for kind in
        ["terminal.command", "ai.user_message", "terminal.error", "ai.assistant_message", "editor.file_save"]
    {
        bus.emit(Draft::new(kind, "test"));
    }
    bus.flush();
    assert_eq!(kinds_of(&terminal), ["terminal.command", "terminal.error"]);
    assert_eq!(kinds_of(&ai), ["ai.user_message", "ai.assistant_message"]);
}

#[test]
fn t7_publishing_in_one_line() {
    let bus = Bus::default();
    let (heard, _subscription) = collect(&bus, &[]);
    // Names of envelope fields are fine: the payload is apart.
    let facts =
        [("error", "TypeError".into()), ("line", 42.into()), ("id", "mine".into()), ("seq", (-1).into())];
    let event = bus.publish_event(
        "terminal.error",
        "daemon",
        Some("/test/project"),
        facts as [(_, serde_json::Value); 4],
    );
    bus.flush();
    assert!(Arc::ptr_eq(&heard.lock().unwrap()[0], &event));
    assert_eq!((event.kind.as_str(), event.seq), ("terminal.error", 1));
    assert_eq!((&event.payload["error"], &event.payload["line"]), (&"TypeError".into(), &42.into()));
    assert_eq!((&event.payload["id"], &event.payload["seq"]), (&"mine".into(), &(-1).into()));
    assert_eq!(event.payload["project_path"], "/test/project");
}

#[test]
fn t8_statistics_count_exactly_under_their_names() {
    let bus = Bus::default();
    let _one = bus.subscribe(&[], |_| {}).unwrap();
    let _two = bus.subscribe(&[], |_| {}).unwrap();
    for (kind, source) in [
        ("terminal.command", "daemon"),
        ("terminal.command", "daemon"),
        ("terminal.error", "daemon"),
        ("ai.user_message", "browser"),
    ] {
        bus.emit(Draft::new(kind, source));
    }
    let expected = serde_json::json!({
        "enabled": true,
        "handler_count": 2,
        "buffer_size": 4,
        "buffer_max_size": 500,
        "event_types": { "terminal.command": 2, "terminal.error": 1, "ai.user_message": 1 },
        "event_sources": { "daemon": 3, "browser": 1 },
    });
    assert_eq!(serde_json::to_value(bus.statistics()).unwrap(), expected);
}

#[test]
fn t9_a_handler_that_panics_hurts_nobody() {
    let bus = Bus::default();
    let bad = bus.subscribe(&[], |event| panic!("on purpose: {}", event.kind)).unwrap();
    let (heard, _good) = collect(&bus, &[]);
    bus.emit(Draft::new("test", "test"));
    bus.emit(Draft::new("test", "test"));
    bus.flush();
    assert_eq!(heard.lock().unwrap().len(), 2);
    assert_eq!((bad.calls(), bad.panics(), bus.counts().handler_panics), (2, 2, 2));
}
