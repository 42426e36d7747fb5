//! Percentiles of the bus's calls, one by one, as one line of JSON: `emit_rt`, `emit` alone and with ten subscribers, and a
//! real-time thread's whole share, 64 `emit_rt` per block. Beside it the bounded channel of the standard library.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "it prints its result or fails")]

use audiotab_events::families::{Family, Operation};
use audiotab_events::{Bus, RtEvent};
use serde_json::{Value, json};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// Of the queue below; it is emptied before it is full, as in life.
const QUEUE: usize = 1 << 16;

/// Median, 99.9th percentile and maximum of durations, nanoseconds.
fn percentiles(mut took_ns: Vec<u64>) -> Value {
    took_ns.sort_unstable();
    let at = |share: f64| took_ns[((took_ns.len() - 1) as f64 * share) as usize];
    json!({ "p50_ns": at(0.5), "p99_ns": at(0.99), "p99_9_ns": at(0.999), "max_ns": at(1.0), "calls": took_ns.len() })
}

fn measured(calls: usize, mut between: impl FnMut(usize), mut call: impl FnMut(usize)) -> Value {
    let mut took_ns = Vec::with_capacity(calls);
    for n in 0..calls {
        between(n);
        let begun = Instant::now();
        call(n);
        took_ns.push(begun.elapsed().as_nanos() as u64);
    }
    percentiles(took_ns)
}

fn emit_rt(per_block: usize) -> Value {
    let bus = Bus::default();
    let mut sender = bus.rt_sender(QUEUE).expect("a thread");
    let record = RtEvent::new("audio.clip", "engine").over(7, 12).on_channel(3).with("count", 12_u64);
    let mut lost = 0_u64;
    let rounds = QUEUE / per_block / 2;
    let between = |n: usize| {
        if n.is_multiple_of(rounds) {
            bus.flush();
        }
    };
    let mut result = measured(1_000_000 / per_block, between, |_| {
        for _ in 0..per_block {
            lost += u64::from(!sender.emit_rt(black_box(record)));
        }
    });
    result["lost"] = lost.into();
    result
}

/// What one would pick for the same purpose: a record of the same size through the standard channel.
fn standard_channel() -> Value {
    let (sender, receiver) = std::sync::mpsc::sync_channel(QUEUE);
    let record = RtEvent::new("audio.clip", "engine").over(7, 12).on_channel(3).with("count", 12_u64);
    let between = |n: usize| {
        if n.is_multiple_of(QUEUE / 2) {
            receiver.try_iter().for_each(drop);
        }
    };
    measured(1_000_000, between, |_| _ = sender.try_send(black_box(record)))
}

fn emit(subscribers: usize) -> Value {
    let bus = Bus::default();
    let subscriptions: Vec<_> = (0..subscribers)
        .map(|_| bus.subscribe(&["*"], |event| _ = black_box(event.seq)).expect("a thread"))
        .collect();
    let operation = Operation { operation: "append".into(), duration_ms: 0.2, ..Default::default() };
    let mut drafts: Vec<_> = (0..110_000).map(|_| operation.draft("engine")).collect();
    let mut emit = |_| _ = drafts.pop().map(|draft| bus.emit(draft));
    let burst = measured(100_000, |_| {}, &mut emit);
    bus.flush();
    // Now and then, as in life: every reader sleeps when the event comes.
    let spaced = measured(2000, |_| thread::sleep(Duration::from_millis(1)), &mut emit);
    drop(subscriptions);
    json!({ "burst": burst, "spaced": spaced })
}

fn main() {
    let clock = measured(1_000_000, |_| {}, |_| {});
    let result = json!({
        "clock": clock,
        "emit_rt": emit_rt(1),
        "emit_rt_64": emit_rt(64),
        "standard_channel": standard_channel(),
        "emit": emit(0),
        "emit_10_subscribers": emit(10),
    });
    println!("{result}");
}
