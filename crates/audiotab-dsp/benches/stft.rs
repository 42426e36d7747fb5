//! Columns per second of both STFT paths, frames per second of the pyramid and the decimator, pixels per second of
//! the colour table. Sizes are those of an 8-channel, 48 kHz session unless said otherwise.

use std::hint::black_box;

use audiotab_dsp::{
    Decimator, DisplayStft, PxGrid, Pyramid, RowMap, Stft, StftSettings, Window, codes, colormap,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// A chirp-like mixture with nothing special in it.
fn signal(frames: usize) -> Vec<f64> {
    (0..frames).map(|n| 0.3 * (n as f64 * 0.1).sin() + 0.2 * (n as f64 * n as f64 * 1e-6).sin()).collect()
}

fn stft(c: &mut Criterion) {
    let samples = signal(200_000);
    let mut group = c.benchmark_group("stft_columns");
    for (size, hop, pad) in
        [(512, 128, 1), (2048, 512, 1), (2048, 512, 4), (8192, 2048, 1), (32_768, 8192, 1)]
    {
        let Ok(settings) = StftSettings::new(Window::Hann, size, hop, pad) else { continue };
        let (Ok(mut display), Ok(mut exact)) = (DisplayStft::new(&settings), Stft::new(&settings)) else {
            continue;
        };
        let columns = settings.column_count(samples.len() as u64) as usize;
        let label = format!("{size}/{hop} x{pad}");
        group.throughput(Throughput::Elements(columns as u64));
        let mut out = vec![0_u16; columns * settings.bins()];
        group.bench_function(BenchmarkId::new("display", &label), |b| {
            b.iter(|| display.columns(black_box(&samples), columns, &mut out));
        });
        group.throughput(Throughput::Elements(1));
        let mut levels = vec![0.0_f64; settings.bins()];
        group.bench_function(BenchmarkId::new("f64", &label), |b| {
            b.iter(|| exact.column_dbfs(black_box(&samples[..size]), &mut levels));
        });
    }
    group.finish();
}

fn rows(c: &mut Criterion) {
    let map = RowMap::new(131_073);
    let column = vec![12_345_u16; map.bins()];
    let mut out = vec![0; map.rows()];
    let mut group = c.benchmark_group("row_map");
    group.throughput(Throughput::Elements(map.bins() as u64));
    group.bench_function("131073 bins", |b| b.iter(|| map.apply(black_box(&column), &mut out)));
    group.finish();
}

fn pyramid(c: &mut Criterion) {
    let samples = signal(1_440_000);
    let mut pyramid = Pyramid::new(1_440_000);
    pyramid.push(0, &samples);
    let mut next = samples.len() as u64;
    let mut group = c.benchmark_group("pyramid");
    group.throughput(Throughput::Elements(1024));
    group.bench_function("push 1024 frames", |b| {
        b.iter(|| {
            pyramid.push(next, black_box(&samples[..1024]));
            next += 1024;
        });
    });
    let mut out = vec![0.0; 3200];
    for frames_per_px in [64.0, 100.5, 900.0] {
        let end_px = (next as f64 / frames_per_px) as i64;
        let grid = PxGrid { first_px: end_px - 1600, frames_per_px, width_px: 1600 };
        group.throughput(Throughput::Elements(1600));
        group.bench_function(BenchmarkId::new("min_max 1600 px", frames_per_px), |b| {
            b.iter(|| pyramid.min_max(black_box(&grid), &mut out));
        });
        group.bench_function(BenchmarkId::new("min_max_exact 1600 px", frames_per_px), |b| {
            b.iter(|| {
                pyramid.min_max_exact(black_box(&grid), &mut out, |start, dest| {
                    let from = (start % 1_000_000) as usize;
                    dest.copy_from_slice(&samples[from..from + dest.len()]);
                });
            });
        });
    }
    group.finish();
}

fn decimator(c: &mut Criterion) {
    let samples = signal(48_000);
    let mut out = vec![0.0; samples.len()];
    let mut group = c.benchmark_group("decimator");
    group.throughput(Throughput::Elements(samples.len() as u64));
    for factor in [2, 8, 64] {
        let Ok(mut decimator) = Decimator::new(factor) else { continue };
        group.bench_function(BenchmarkId::from_parameter(factor), |b| {
            b.iter(|| decimator.process(black_box(&samples), &mut out));
        });
    }
    group.finish();
}

fn colours(c: &mut Criterion) {
    let Some(table) = colormap::table("viridis") else { return };
    let row: Vec<u16> = (0..65_536_u32).map(|i| codes::code_from_dbfs(i as f32 / -600.0)).collect();
    let range = colormap::DbRange { min_dbfs: -100.0, max_dbfs: 0.0 };
    let mut pixels = vec![[0; 4]; row.len()];
    let mut group = c.benchmark_group("colormap");
    group.throughput(Throughput::Elements(row.len() as u64));
    group.bench_function("paint_rgba", |b| {
        b.iter(|| colormap::paint_rgba(black_box(&row), table, range, [0; 4], &mut pixels));
    });
    group.finish();
}

criterion_group!(benches, stft, rows, pyramid, decimator, colours);
criterion_main!(benches);
