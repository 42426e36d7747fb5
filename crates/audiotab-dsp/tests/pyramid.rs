//! The min/max pyramid against brute force.

#![allow(clippy::unwrap_used)] // a test fails by panicking, its helpers too

mod common;

use audiotab_dsp::{PxGrid, Pyramid, is_lost, min_max_fine};
use common::*;
use proptest::prelude::*;

/// Minimum and maximum by definition: the sound samples among `frames` (absolute) of those in `known`.
fn brute_force(
    samples: &[f64],
    known: std::ops::Range<u64>,
    frames: std::ops::Range<i64>,
) -> Option<(f32, f32)> {
    let inside = |&n: &u64| frames.contains(&(n as i64));
    let sound = known.filter(inside).map(|n| samples[n as usize]).filter(|&x| !is_lost(x));
    sound.fold(None, |found, x| {
        let (min, max) = found.unwrap_or((x as f32, x as f32));
        Some((min.min(x as f32), max.max(x as f32)))
    })
}

fn pairs(out: &[f32]) -> impl Iterator<Item = Option<(f32, f32)>> + '_ {
    out.chunks_exact(2).map(|pair| match *pair {
        [min, max] if !min.is_nan() => Some((min, max)),
        _ => None,
    })
}

fn exact(pyramid: &Pyramid, samples: &[f64], grid: &PxGrid) -> Vec<f32> {
    let mut out = vec![0.0; 2 * grid.width_px];
    pyramid.min_max_exact(grid, &mut out, |start, dest| {
        let range = start..start + dest.len() as u64;
        assert!(range.start >= pyramid.frames().start && range.end <= pyramid.frames().end);
        dest.copy_from_slice(&samples[start as usize..][..dest.len()]);
    });
    out
}

fn check(samples: &[f64], capacity: u64, blocks: &[usize], grid: &PxGrid) {
    let mut pyramid = Pyramid::new(capacity);
    let mut start = 0;
    for length in blocks.iter().cycle() {
        let end = (start + length).min(samples.len());
        pyramid.push(start as u64, &samples[start..end]);
        start = end;
        if start == samples.len() {
            break;
        }
    }
    let known = pyramid.frames();
    assert_eq!(known, (samples.len() as u64).saturating_sub(capacity)..samples.len() as u64);

    let exact = exact(&pyramid, samples, grid);
    for (px, actual) in pairs(&exact).enumerate() {
        assert_eq!(actual, brute_force(samples, known.clone(), grid.frames_of(px)), "px {px} of {grid:?}");
    }

    let mut fine = vec![0.0; 2 * grid.width_px];
    min_max_fine(&samples[known.start as usize..], known.start, grid, &mut fine);
    assert!(fine.iter().zip(&exact).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));

    // The coarse query: everything inside counts, and nothing further outside than a bucket.
    let mut coarse = vec![0.0; 2 * grid.width_px];
    pyramid.min_max(grid, &mut coarse);
    for (px, actual) in pairs(&coarse).enumerate() {
        let frames = grid.frames_of(px);
        let inner = brute_force(samples, known.clone(), frames.clone());
        // The bucket in which the history begins may still know frames that have just left it.
        let outer_frames = frames.start.saturating_sub(63)..frames.end.saturating_add(63);
        let outer = brute_force(samples, 0..samples.len() as u64, outer_frames);
        match (inner, actual, outer) {
            (Some(inner), Some(actual), Some(outer)) => {
                assert!(actual.0 <= inner.0 && actual.1 >= inner.1, "px {px} of {grid:?} hides a sample");
                assert!(actual.0 >= outer.0 && actual.1 <= outer.1, "px {px} of {grid:?} shows a far sample");
            }
            (Some(_), None, _) | (None, Some(_), None) => panic!("px {px} of {grid:?}: {actual:?}"),
            _ => {}
        }
    }
}

fn samples_with_gaps(seed: u64, frames: usize, gaps: &[(usize, usize)]) -> Vec<f64> {
    let mut samples = Noise::new(seed).uniforms(1.0, frames);
    for &(start, length) in gaps {
        let lost = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][start % 3];
        samples.iter_mut().skip(start).take(length).for_each(|x| *x = lost);
    }
    samples
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn equals_brute_force_at_every_zoom(
        seed in any::<u64>(),
        frames in 1_usize..9_000,
        capacity in 1_u64..6_000,
        blocks in prop::collection::vec(1_usize..2_000, 1..8),
        gaps in prop::collection::vec((0_usize..9_000, 0_usize..700), 0..4),
        frames_per_px in prop_oneof![0.05..1.0, 1.0..64.0, 64.0..3_000.0, 3_000.0..1e7],
        position in 0.0..1.2,
        width_px in 1_usize..80,
    ) {
        let samples = samples_with_gaps(seed, frames, &gaps);
        // Views inside the history, over its ends and before frame 0.
        let first_px = (position * frames as f64 / frames_per_px) as i64 - (width_px / 2) as i64;
        check(&samples, capacity, &blocks, &PxGrid { first_px, frames_per_px, width_px });
    }

    #[test]
    fn pieces_in_any_order_make_the_same_pyramid(
        seed in any::<u64>(),
        frames in 1_usize..9_000,
        capacity in 1_u64..6_000,
        cuts in prop::collection::vec(0_usize..9_000, 0..8),
        order in any::<u64>(),
        head_frames in 1_usize..2_000,
    ) {
        let samples = samples_with_gaps(seed, frames, &[]);
        let mut edges: Vec<usize> = cuts.into_iter().filter(|&cut| cut < frames).chain([0, frames]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut pieces: Vec<_> = edges.windows(2).map(|edge| edge[0]..edge[1]).collect();
        // The live edge first, the past in any order, some of it twice.
        let mut pyramid = Pyramid::new(capacity);
        let live = frames.saturating_sub(head_frames)..frames;
        pyramid.push(live.start as u64, &samples[live]);
        let mut random = Noise::new(order);
        while !pieces.is_empty() {
            let pick = (random.uniforms(0.5, 1)[0] + 0.5) * pieces.len() as f64;
            let piece = pieces.swap_remove((pick as usize).min(pieces.len() - 1));
            pyramid.fill(piece.start as u64, &samples[piece.clone()]);
            pyramid.fill(piece.start as u64, &samples[piece]);
        }
        let mut straight = Pyramid::new(capacity);
        straight.push(0, &samples);
        prop_assert_eq!(pyramid.frames(), straight.frames());
        for frames_per_px in [64.0, 100.0, 1_000.0, 20_000.0] {
            let grid = PxGrid { first_px: -1, frames_per_px, width_px: 150 };
            let (mut filled, mut pushed) = (vec![0.0; 300], vec![0.0; 300]);
            pyramid.min_max(&grid, &mut filled);
            straight.min_max(&grid, &mut pushed);
            for px in 0..150 {
                let known = straight.frames();
                let at = |out: &[f32]| (out[2 * px].to_bits(), out[2 * px + 1].to_bits());
                // The bucket in which the history begins may know more of what has just left it.
                let at_start = grid.frames_of(px).start < known.start as i64 + 64;
                prop_assert!(at_start || at(&filled) == at(&pushed), "px {px} at {frames_per_px}");
            }
        }
    }

    #[test]
    fn one_full_scale_sample_is_never_hidden(
        frame in 0_u64..200_000,
        frames_per_px in prop_oneof![0.05..1.0, 1.0..64.0, 64.0..2e5],
    ) {
        let mut samples = Noise::new(frame).uniforms(0.01, 200_000);
        samples[frame as usize] = -1.0;
        let mut pyramid = Pyramid::new(200_000);
        samples.chunks(1024).enumerate().for_each(|(i, block)| pyramid.push(i as u64 * 1024, block));
        let px = f64::floor(frame as f64 / frames_per_px) as i64;
        let grid = PxGrid { first_px: px - 3, frames_per_px, width_px: 7 };
        let mut coarse = vec![0.0; 14];
        pyramid.min_max(&grid, &mut coarse);
        prop_assert!((0..7).any(|px| coarse[2 * px] == -1.0));
        let exact = exact(&pyramid, &samples, &grid);
        let shown: Vec<_> = (0..7).filter(|&px| exact[2 * px] == -1.0).collect();
        prop_assert!(shown.iter().all(|&px| grid.frames_of(px).contains(&(frame as i64))));
        prop_assert!(!shown.is_empty() && (frames_per_px < 1.0 || shown.len() == 1), "{shown:?}");
    }
}

#[test]
fn a_997_hz_sine_fills_the_lane_at_every_zoom() {
    let samples = sine(997.0 / RATE_HZ, 1.0, 480_000);
    let mut pyramid = Pyramid::new(480_000);
    pyramid.push(0, &samples);
    for frames_per_px in [100.0, 333.3, 1024.0, 5_000.0, 100_000.0] {
        let grid = PxGrid { first_px: 0, frames_per_px, width_px: (470_000.0 / frames_per_px) as usize };
        for pair in exact(&pyramid, &samples, &grid).chunks_exact(2) {
            // One sine period is 48.1 frames; the sampled peak is within 0.3 % of the true one in two periods.
            assert!(pair[0] < -0.997 && pair[1] > 0.997, "{pair:?} at {frames_per_px} frames per px");
        }
    }
}

#[test]
fn takes_at_most_two_and_a_half_percent_of_the_ring() {
    for capacity in [48_000_u64, 1_323_000, 1_440_000, 5_760_000] {
        let share = Pyramid::new(capacity).len_bytes() as f64 / (capacity * 8) as f64;
        assert!(share <= 0.025, "{share} of {capacity} frames");
    }
}

#[test]
fn only_gap_is_nan_and_partial_gap_shows_the_sound() {
    let mut samples = vec![f64::NAN; 2048];
    samples[1500] = 0.25;
    let mut pyramid = Pyramid::new(4096);
    pyramid.push(0, &samples);
    let grid = PxGrid { first_px: 0, frames_per_px: 512.0, width_px: 5 };
    let mut out = vec![0.0; 10];
    pyramid.min_max(&grid, &mut out);
    assert!(out[..4].iter().all(|x| x.is_nan()));
    assert_eq!(out[4..6], [0.25, 0.25]);
    assert!(out[6..].iter().all(|x| x.is_nan()), "an empty half and frames not yet written");
}

#[test]
fn skipped_frames_are_a_gap_and_known_frames_are_ignored() {
    let ones = vec![1.0; 1000];
    let twos = vec![2.0; 1000];
    let mut pyramid = Pyramid::new(10_000);
    pyramid.push(1_000_000_000_000, &ones);
    pyramid.push(1_000_000_000_500, &twos);
    pyramid.push(1_000_000_000_000, &twos);
    assert_eq!(pyramid.frames(), 1_000_000_000_000..1_000_000_001_500);
    pyramid.push(1_000_000_005_000, &ones);
    let first_px = 1_000_000_000_000_i64 / 100;
    let out = {
        let grid = PxGrid { first_px, frames_per_px: 100.0, width_px: 60 };
        let mut out = vec![0.0; 120];
        pyramid.min_max(&grid, &mut out);
        out
    };
    assert_eq!(out[10], 1.0);
    assert_eq!(out[2 * 12 + 1], 2.0);
    assert!((17..49).all(|px| out[2 * px].is_nan()), "the skipped frames are a gap");
    assert_eq!(out[2 * 55], 1.0);
    // A gap longer than the history, and a push longer than the history, start anew.
    pyramid.push(2_000_000_000_000, &vec![3.0; 25_000]);
    assert_eq!(pyramid.frames(), 2_000_000_015_000..2_000_000_025_000);
    pyramid.clear();
    assert!(pyramid.frames().is_empty());
    pyramid.push(0, &ones);
    assert_eq!(pyramid.frames(), 0..1000);
}

#[test]
fn a_skipped_part_is_filled_later_and_the_stream_goes_on() {
    let mut pyramid = Pyramid::new(10_000);
    pyramid.push(4_000, &[1.0; 1_000]);
    pyramid.push(6_000, &[1.0; 1_000]);
    pyramid.fill(5_000, &[2.0; 1_000]);
    pyramid.fill(1_000, &[3.0; 3_000]);
    pyramid.fill(7_000, &[9.0; 500]);
    assert_eq!(pyramid.frames(), 1_000..7_000);
    pyramid.push(7_000, &[1.0; 6_000]);
    pyramid.fill(0, &[9.0; 3_000]);
    assert_eq!(pyramid.frames(), 3_000..13_000);
    let mut out = [0.0; 26];
    pyramid.min_max(&PxGrid { first_px: 0, frames_per_px: 1_000.0, width_px: 13 }, &mut out);
    let loudest: Vec<f32> = out.chunks_exact(2).map(|pair| pair[1]).collect();
    // A bucket of 64 frames reaches over an edge.
    assert!(loudest[..2].iter().all(|x| x.is_nan()));
    assert_eq!(loudest[3..], [3.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn nonsense_grids_give_nothing() {
    let mut pyramid = Pyramid::new(1000);
    pyramid.push(0, &[1.0; 500]);
    for frames_per_px in [0.0, -3.0, f64::NAN, f64::INFINITY] {
        for first_px in [i64::MIN, 0, i64::MAX] {
            let mut out = [7.0; 6];
            pyramid.min_max(&PxGrid { first_px, frames_per_px, width_px: 3 }, &mut out);
            assert!(out.iter().all(|x| x.is_nan()));
        }
    }
    let mut out = [7.0; 6];
    let far = PxGrid { first_px: i64::MAX, frames_per_px: 1e300, width_px: 3 };
    pyramid.min_max(&far, &mut out);
    assert!(out.iter().all(|x| x.is_nan()));
}
