//! Nothing that runs per block or per frame allocates.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use audiotab_dsp::{
    Decimator, DisplayStft, PxGrid, Pyramid, RowMap, Stft, Window, colormap, combine_level, min_max_fine,
    peak,
};
use common::*;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[test]
fn stft_columns() {
    let settings = settings(Window::Hann, 2048, 512, 2);
    let mut samples = Noise::new(41).uniforms(1.0, 40_000);
    samples[30_000] = f64::NAN;
    let columns = settings.column_count(samples.len() as u64) as usize;
    let mut display = DisplayStft::new(&settings).unwrap();
    let mut codes = vec![0; columns * settings.bins()];
    let mut levels = vec![0.0_f32; columns * settings.bins()];
    let mut stft = Stft::new(&settings).unwrap();
    let mut column = vec![0.0; settings.bins()];
    let map = RowMap::new(settings.bins());
    let mut rows = vec![0; map.rows()];
    let mut combined = vec![0; columns.div_ceil(4) * settings.bins()];
    assert_no_alloc(|| {
        display.columns(&samples, columns, &mut codes).unwrap();
        display.columns_dbfs(&samples, columns, &mut levels).unwrap();
        stft.column_dbfs(&samples[..2048], &mut column).unwrap();
        stft.column_dbfs_f32(&samples[..2048], &mut levels[..settings.bins()]).unwrap();
        stft.column_density(&samples[..2048], RATE_HZ, &mut column).unwrap();
        map.apply(&codes[..settings.bins()], &mut rows).unwrap();
        combine_level(&codes, settings.bins(), 2, &mut combined).unwrap();
        let _ = peak::strongest_near(&column, 500, 100);
    });
}

#[test]
fn pyramid_decimator_and_colours() {
    let samples = Noise::new(42).uniforms(1.0, 5_000);
    let mut pyramid = Pyramid::new(30_000);
    let mut decimator = Decimator::new(12).unwrap();
    let mut low_rate = vec![0.0; 2_000];
    let grid = PxGrid { first_px: 0, frames_per_px: 100.5, width_px: 300 };
    let mut out = vec![0.0; 600];
    let table = colormap::table("turbo").unwrap();
    let mut pixels = vec![[0; 4]; 100];
    let codes = vec![25_000; 100];
    let range = colormap::DbRange { min_dbfs: -120.0, max_dbfs: 0.0 };
    assert_no_alloc(|| {
        for block in 0..20 {
            pyramid.push(block * 7_000, &samples);
            decimator.process(&samples, &mut low_rate).unwrap();
        }
        decimator.finish(&mut low_rate).unwrap();
        pyramid.min_max(&grid, &mut out);
        pyramid.min_max_exact(&grid, &mut out, |_, dest| dest.fill(0.0));
        min_max_fine(&samples, 0, &grid, &mut out);
        pyramid.clear();
        colormap::paint_rgba(&codes, table, range, [0; 4], &mut pixels);
    });
}
