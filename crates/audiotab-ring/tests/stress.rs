//! Readers in other processes against a writer that never waits: no torn frame is ever accepted.
//!
//! Every sample says which channel and frame it is. `AUDIOTAB_STRESS_FRAMES` sets how many frames are written in
//! all (20 million unless given; 10⁹ for the long run).
#![cfg(all(target_os = "linux", not(loom)))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use audiotab_ring::{ReadError, RingReader, RingSpec, RingWriter, StreamState};
use support::sample;

const READERS: u64 = 4;
const CHANNELS: u32 = 2;
/// Set by the parent: the ring to read and a seed.
const CHILD_PATH: &str = "AUDIOTAB_STRESS_PATH";
const CHILD_SEED: &str = "AUDIOTAB_STRESS_SEED";

fn frames_wanted() -> u64 {
    let given = std::env::var("AUDIOTAB_STRESS_FRAMES").ok();
    given.map_or(20_000_000, |text| text.parse().expect("AUDIOTAB_STRESS_FRAMES is a number"))
}

/// Small, so that the writer laps its readers all the time; the capacity is no multiple of the block.
fn spec() -> RingSpec {
    RingSpec::new(10_007, CHANNELS, 1.0, 512).unwrap()
}

fn start_reader(path: &Path, seed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_reads", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD_PATH, path)
        .env(CHILD_SEED, seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Writes `frames` at full speed while readers of other processes watch, and prints what they saw.
fn run(name: &str, mut writer: RingWriter, frames: u64) {
    let path = writer.path().unwrap().to_owned();
    let children: Vec<_> = (1..=READERS).map(|seed| start_reader(&path, seed)).collect();
    let block = u64::from(spec().samples_per_write);
    let mut samples = vec![vec![0.0; block as usize]; CHANNELS as usize];
    let begun = Instant::now();
    while writer.frames_written() < frames {
        let start = writer.frames_written();
        for (channel, values) in (0..).zip(&mut samples) {
            let first = sample(channel, start);
            for (nth, value) in values.iter_mut().enumerate() {
                *value = first + nth as f64;
            }
        }
        writer.write(&[&samples[0], &samples[1]]);
    }
    writer.finish(&[]);
    let seconds = begun.elapsed().as_secs_f64();
    let mut totals = [0u64; 4];
    for child in children {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "a reader failed: {} {text}", output.status);
        let line = text.lines().find_map(|line| line.strip_prefix("stress ")).expect("a reader reports");
        for (total, number) in totals.iter_mut().zip(line.split(' ')) {
            *total += number.parse::<u64>().unwrap();
        }
    }
    let [accepted, torn, overwritten, retries] = totals;
    println!(
        "ring stress, {name}: {frames} frames x {CHANNELS} ch in {seconds:.1} s, {READERS} reader processes: \
         {accepted} frames accepted, {torn} torn, {overwritten} copies refused as overwritten, {retries} retries"
    );
    assert_eq!(torn, 0, "torn frames were accepted");
    assert!(accepted > 0, "nothing was read, so nothing was shown");
}

#[test]
fn no_torn_frame_through_a_mapping() {
    run("mapped", RingWriter::create_sealed(spec(), None).unwrap(), frames_wanted());
}

#[test]
fn no_torn_frame_through_positioned_reads() {
    let dir = tempfile::tempdir_in("/dev/shm").unwrap();
    let path = dir.path().join("ring");
    run("file", RingWriter::create_file(path, spec()).unwrap(), frames_wanted() / 4);
}

#[test]
#[ignore = "runs in a child process"]
fn child_reads() {
    let (Ok(path), Ok(seed)) = (std::env::var(CHILD_PATH), std::env::var(CHILD_SEED)) else {
        return;
    };
    let reader = RingReader::open(path).unwrap();
    let mut random = seed.parse::<u64>().unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below.max(1)
    };
    let (mut accepted, mut torn, mut overwritten) = (0u64, 0u64, 0u64);
    let mut dest = vec![0.0; 8192];
    while reader.header().state == StreamState::Running {
        let range = reader.header().readable();
        let available = range.end - range.start;
        if available == 0 {
            continue;
        }
        // Mostly at the old end, where the writer is about to arrive.
        let offset = if next(4) == 0 { next(available) } else { next(available.min(64)) };
        let length = (1 + next(4096)).min(available - offset);
        let (start, channel) = (range.start + offset, next(u64::from(CHANNELS)) as u32);
        let dest = &mut dest[..length as usize];
        match reader.copy_into(channel, start, dest) {
            Ok(()) => {
                accepted += length;
                torn += (start..start + length)
                    .zip(dest.iter())
                    .filter(|(frame, value)| **value != sample(channel, *frame))
                    .count() as u64;
            }
            Err(ReadError::Overwritten { .. }) => overwritten += 1,
            Err(error) => panic!("{error}"),
        }
    }
    // The test harness has begun a line.
    println!("\nstress {accepted} {torn} {overwritten} {}", reader.retries());
}
