//! Handlers: apart from each other, in order, over when they are over.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod common;

use audiotab_events::{Bus, BusError, BusOptions, Draft, Subscription};
use common::{collect, kinds_of};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

fn test_event() -> Draft {
    Draft::new("test.event", "test")
}

#[test]
fn a_slow_handler_keeps_nobody_waiting_and_misses_countably() {
    let bus = Bus::new(BusOptions { history_events: 100, ..BusOptions::default() });
    let (enter, entered) = channel();
    let (leave, left) = sync_channel::<()>(0);
    let slow = bus
        .subscribe(&[], move |event| {
            if event.seq == 1 {
                enter.send(()).unwrap();
                left.recv().unwrap();
            }
        })
        .unwrap();
    bus.emit(test_event());
    entered.recv().unwrap();
    // While that one hangs in its first event, another hears a thousand.
    let (heard, _fast) = collect(&bus, &[]);
    for seq in 2..=1001 {
        bus.emit(test_event());
        if seq % 50 == 0 {
            while heard.lock().unwrap().last().map(|event| event.seq) != Some(seq) {
                thread::yield_now();
            }
        }
    }
    while heard.lock().unwrap().len() < 1000 {
        thread::yield_now();
    }
    assert_eq!((slow.calls(), slow.missed()), (1, 0));
    leave.send(()).unwrap();
    bus.flush();
    // Events 2 to 901 had left the history when it came back.
    assert_eq!((slow.calls(), slow.missed(), bus.counts().handlers_missed), (101, 900, 900));
}

#[test]
fn one_dispatcher_calls_in_the_order_of_subscribing() {
    let bus = Bus::default();
    let dispatcher = bus.dispatcher("in order").unwrap();
    let order = Arc::new(Mutex::new(Vec::new()));
    let subscriptions: Vec<Subscription> = (0..5)
        .map(|number| {
            let order = order.clone();
            dispatcher.subscribe(&[], move |event| order.lock().unwrap().push((event.seq, number))).unwrap()
        })
        .collect();
    for _ in 0..100 {
        bus.emit(test_event());
    }
    bus.flush();
    let expected: Vec<_> = (1..=100).flat_map(|seq| (0..5).map(move |number| (seq, number))).collect();
    assert_eq!(*order.lock().unwrap(), expected);
    assert_eq!((subscriptions.len(), bus.statistics().handler_count), (5, 5));
}

#[test]
fn a_handler_may_emit_subscribe_and_end_itself() {
    let bus = Bus::default();
    let (heard, _all) = collect(&bus, &["echo.*"]);
    let inner = Arc::new(Mutex::new(None));
    let itself: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let (its_bus, its_inner, its_itself) = (bus.clone(), inner.clone(), itself.clone());
    let subscription = bus
        .subscribe(&["test.*"], move |event| {
            its_bus.emit(Draft::new("echo.event", "test").with("of", event.seq));
            *its_inner.lock().unwrap() = Some(its_bus.subscribe(&[], |_| {}).unwrap());
            its_bus.flush(); // does not wait for itself
            if let Some(subscription) = its_itself.lock().unwrap().take() {
                subscription.unsubscribe(); // nor does this
            }
        })
        .unwrap();
    *itself.lock().unwrap() = Some(subscription);
    bus.emit(test_event());
    bus.flush();
    bus.emit(test_event());
    bus.flush();
    assert_eq!(kinds_of(&heard), ["echo.event"], "it was called once and then over");
    assert!(inner.lock().unwrap().is_some());
}

#[test]
fn no_call_begins_after_unsubscribe_has_returned() {
    let bus = Bus::default();
    let stop = Arc::new(AtomicBool::new(false));
    let emitter = {
        let (bus, stop) = (bus.clone(), stop.clone());
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                bus.emit(test_event());
            }
        })
    };
    for _ in 0..300 {
        let over = Arc::new(AtomicBool::new(false));
        let late = Arc::new(AtomicU64::new(0));
        let (its_over, its_late) = (over.clone(), late.clone());
        let subscription = bus
            .subscribe(&[], move |_| {
                if its_over.load(Ordering::SeqCst) {
                    its_late.fetch_add(1, Ordering::SeqCst);
                }
            })
            .unwrap();
        bus.wait_past(bus.last_seq(), std::time::Duration::from_secs(60));
        subscription.unsubscribe();
        over.store(true, Ordering::SeqCst);
        bus.wait_past(bus.last_seq() + 1, std::time::Duration::from_secs(60));
        assert_eq!(late.load(Ordering::SeqCst), 0);
    }
    stop.store(true, Ordering::Relaxed);
    emitter.join().unwrap();
    assert_eq!(bus.statistics().handler_count, 0);
}

#[test]
fn a_name_is_taken_once_and_an_unknown_one_is_no_fault() {
    let bus = Bus::default();
    let heard = Arc::new(AtomicU64::new(0));
    let count = |heard: &Arc<AtomicU64>| {
        let heard = heard.clone();
        move |_: &_| {
            heard.fetch_add(1, Ordering::Relaxed);
        }
    };
    let _first = bus.subscribe_as("mine", &[], count(&heard)).unwrap();
    let second = bus.subscribe_as("mine", &[], count(&heard));
    assert!(matches!(second, Err(BusError::NameTaken(name)) if name == "mine"));
    bus.emit(test_event());
    bus.flush();
    assert_eq!((heard.load(Ordering::Relaxed), bus.statistics().handler_count), (1, 1));
    assert!(!bus.unsubscribe("nobody"));
    assert!(bus.unsubscribe("mine") && !bus.unsubscribe("mine"));
    bus.emit(test_event());
    bus.flush();
    assert_eq!(heard.load(Ordering::Relaxed), 1);
    let _again = bus.subscribe_as("mine", &[], count(&heard)).unwrap();
}

#[test]
fn handlers_hear_only_what_comes_after_them() {
    let bus = Bus::default();
    bus.emit(test_event());
    let (heard, _subscription) = collect(&bus, &[]);
    bus.emit(test_event());
    bus.flush();
    assert_eq!(heard.lock().unwrap().iter().map(|event| event.seq).collect::<Vec<_>>(), [2]);
}

#[test]
fn unreasonable_patterns_are_refused_and_leave_nothing_behind() {
    let bus = Bus::default();
    let long = "*a".repeat(200);
    assert!(matches!(bus.subscribe(&[&long], |_| {}), Err(BusError::GlobTooLong { .. })));
    assert!(matches!(bus.subscribe(&["*"; 100], |_| {}), Err(BusError::TooManyGlobs { .. })));
    assert_eq!(bus.statistics().handler_count, 0);
    bus.emit(test_event());
    bus.flush();
}

#[test]
fn what_was_emitted_is_told_even_when_the_bus_goes_away() {
    let bus = Bus::default();
    let (told, hears) = channel();
    let subscription = bus.subscribe(&[], move |event| told.send(event.seq).unwrap()).unwrap();
    for _ in 0..1000 {
        bus.emit(test_event());
    }
    drop(bus);
    let seqs: Vec<u64> = hears.iter().take(1000).collect();
    assert_eq!(seqs, (1..=1000).collect::<Vec<u64>>());
    drop(subscription);
    // The handler and its thread are gone: nobody could send any more.
    assert!(hears.recv().is_err());
}
