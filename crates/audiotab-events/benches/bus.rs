//! Speed of the bus: emitting with and without subscribers, from real-time threads, and reading. The percentiles come from
//! the example `bus_speed`.
#![allow(clippy::expect_used, reason = "a bench fails by panicking")]
#![allow(missing_docs, reason = "criterion's macro makes undocumented items")]

use audiotab_events::families::{Family, Operation};
use audiotab_events::{Bus, Draft, Glob, RtEvent};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn operation() -> Draft {
    Operation { operation: "append".into(), duration_ms: 0.2, ..Default::default() }.draft("engine")
}

fn emit(c: &mut Criterion) {
    let mut group = c.benchmark_group("emit");
    for subscribers in [0, 1, 10] {
        let bus = Bus::default();
        let subscriptions: Vec<_> = (0..subscribers)
            .map(|_| bus.subscribe(&["*"], |event| _ = black_box(event.seq)).expect("a thread"))
            .collect();
        group.bench_function(format!("{subscribers} subscribers"), |b| {
            b.iter_batched(operation, |draft| bus.emit(draft), BatchSize::SmallInput);
        });
        bus.flush();
        drop(subscriptions);
    }
    group.finish();
}

fn emit_rt(c: &mut Criterion) {
    let bus = Bus::default();
    // Large enough that it is never full while one sample of the bench runs through it.
    let mut sender = bus.rt_sender(1 << 16).expect("a thread");
    let record = RtEvent::new("audio.clip", "engine")
        .over(7, 12)
        .on_channel(3)
        .with("count", 12_u64)
        .with("peak_dbfs", -0.1);
    c.bench_function("emit_rt", |b| b.iter(|| sender.emit_rt(black_box(record))));
}

fn read(c: &mut Criterion) {
    let bus = Bus::default();
    (0..50_000).for_each(|_| drop(bus.emit(operation())));
    let middle = bus.last_seq() / 2;
    c.bench_function("100 after a cursor of 50,000", |b| b.iter(|| bus.after(black_box(middle), 100)));
    c.bench_function("range over 50,000", |b| b.iter(|| bus.range_after(black_box(0), i64::MAX, 0, 100)));
    let glob = Glob::new("audio.*").expect("a sound pattern");
    c.bench_function("glob", |b| b.iter(|| glob.matches(black_box("audio.silence_started"))));
}

criterion_group!(benches, emit, emit_rt, read);
criterion_main!(benches);
