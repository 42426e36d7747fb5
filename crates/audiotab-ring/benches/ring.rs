//! Speed of the ring: publishing blocks, and reading beside memcpy. The ratios come from the example `ring_speed`.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a bench prints its result or fails")]
#![allow(missing_docs, reason = "criterion's macro makes undocumented items")]

use std::hint::black_box;
use std::time::Duration;

use audiotab_ring::{RingReader, RingSpec, RingWriter};
use criterion::{Criterion, Throughput, criterion_group};

const BLOCK: usize = 1024;
const CHANNELS: u32 = 64;
const SAMPLE_RATE_HZ: u64 = 192_000;

/// 64 channels at 192 kHz, 2 s: 197 MB, far beyond any cache, as the real one is.
fn writer() -> RingWriter {
    let spec = RingSpec::new(SAMPLE_RATE_HZ, CHANNELS, 2.0, BLOCK as u32).expect("a sound shape");
    #[cfg(target_os = "linux")]
    let made = RingWriter::create_sealed(spec, None);
    #[cfg(not(target_os = "linux"))]
    let made = RingWriter::create_heap(spec);
    made.expect("room for the ring")
}

fn block() -> Vec<Vec<f64>> {
    (0..CHANNELS).map(|c| (0..BLOCK).map(|n| f64::from(c) + n as f64).collect()).collect()
}

/// 48 kHz, 30 s, full; the reader of this process and the one another process would have.
fn filled() -> (RingWriter, Vec<(&'static str, RingReader)>) {
    let spec = RingSpec::new(48_000, 8, 30.0, BLOCK as u32).expect("a sound shape");
    let samples = vec![0.25; BLOCK];
    let fill = |mut writer: RingWriter| {
        for _ in 0..1500 {
            writer.write(&[samples.as_slice(); 8]);
        }
        writer
    };
    #[cfg(target_os = "linux")]
    let writer = fill(RingWriter::create_sealed(spec, None).expect("room for the ring"));
    #[cfg(not(target_os = "linux"))]
    let writer = fill(RingWriter::create_heap(spec).expect("room for the ring"));
    let mut readers = vec![("own process", writer.reader())];
    if let Some(path) = writer.path() {
        readers.push(("mapped", RingReader::open(path).expect("a sound ring")));
    }
    (writer, readers)
}

fn write_block(c: &mut Criterion) {
    let (mut writer, block) = (writer(), block());
    let slices: Vec<_> = block.iter().map(Vec::as_slice).collect();
    let mut group = c.benchmark_group("write");
    group.throughput(Throughput::Elements(BLOCK as u64 * u64::from(CHANNELS)));
    group.bench_function("64 ch x 1024", |b| b.iter(|| writer.write(black_box(&slices))));
    group.finish();
}

fn read_second(c: &mut Criterion) {
    let (_writer, readers) = filled();
    let mut dest = vec![0.0; 48_000];
    let mut group = c.benchmark_group("read 1 s of 1 ch");
    group.throughput(Throughput::Elements(48_000));
    for (name, reader) in &readers {
        let start = reader.header().readable().start;
        group.bench_function(*name, |b| b.iter(|| reader.copy_into(3, black_box(start), &mut dest)));
    }
    let source = vec![0.25; 48_000];
    group.bench_function("memcpy", |b| b.iter(|| dest.copy_from_slice(black_box(&source))));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    targets = write_block, read_second
}

fn main() {
    // `cargo test --benches` only wants to see it start.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    benches();
}
