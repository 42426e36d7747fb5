//! The handshake under every interleaving and every reordering that the memory model allows.
//!
//! Run with `RUSTFLAGS="--cfg loom" cargo test -p audiotab-ring --release --test loom`. The ring's own functions
//! must never let a torn frame pass; each variant that leaves a step out must, or the model would prove nothing.
#![cfg(loom)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use std::sync::atomic::{AtomicU64 as PlainU64, Ordering as PlainOrdering};

use audiotab_ring::protocol::{Cells, Handshake, Word, copy_frames, load_run, store_run};
use audiotab_ring::sync::{AtomicU64, Ordering, fence};
use audiotab_ring::{ReadError, RingSpec};
use loom::sync::Arc;

/// Not a multiple of the block, so that blocks straddle the end.
const CAPACITY: u64 = 5;
const BLOCK: u64 = 2;
/// There from the start.
const BLOCKS_BEFORE: u64 = 2;
/// Written while the reader reads.
const RACING_BLOCKS: u64 = 2;

const SPEC: RingSpec = RingSpec {
    sample_rate_hz: 1_000,
    channels: 1,
    capacity_frames: CAPACITY,
    samples_per_write: BLOCK as u32,
};

struct Model {
    sequence: AtomicU64,
    claim: AtomicU64,
    cells: Vec<AtomicU64>,
}

/// What frame `frame` holds.
fn sample(frame: u64) -> f64 {
    (frame + 1) as f64
}

impl Model {
    fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Self { sequence: zero(), claim: zero(), cells: (0..CAPACITY).map(|_| zero()).collect() }
    }

    fn handshake(&self) -> Handshake<'_> {
        Handshake { sequence: &self.sequence, claim: &self.claim }
    }

    fn store_block(&self, s: u64) {
        for frame in s * BLOCK..(s + 1) * BLOCK {
            store_run(&self.cells[(frame % CAPACITY) as usize..], &[sample(frame)]);
        }
    }
}

impl Cells for Model {
    fn published(&self) -> Result<(u64, u64), ReadError> {
        Ok((self.handshake().published(), 0))
    }

    fn begun(&self) -> Result<u64, ReadError> {
        Ok(self.handshake().begun())
    }

    fn copy_run<W: Word>(&self, _channel: u32, index: usize, dest: &mut [W]) -> Result<(), ReadError> {
        load_run(&self.cells[index..], dest);
        Ok(())
    }
}

/// Steps of the writer.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    /// The ring's own function.
    Real,
    /// The real steps without the release fence.
    ClaimWithoutFence,
    /// No claim; a release fence after the sequence orders it before the next block.
    FenceAfterSequence,
    /// No claim, no fence.
    NoFence,
}

/// Steps of the reader.
#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// The ring's own function.
    Real,
    NoSecondLook,
    /// Accepts frames from (S' + margin) · B − C.
    SecondLook {
        margin_blocks: u64,
        acquire_fence: bool,
    },
}

fn write(ring: &Model, writer: Writer, s: u64) {
    match writer {
        Writer::Real => ring.handshake().write_block(s, || ring.store_block(s)),
        Writer::ClaimWithoutFence => {
            ring.claim.store(s + 1, Ordering::Relaxed);
            ring.store_block(s);
            ring.sequence.store(s + 1, Ordering::Release);
        }
        Writer::FenceAfterSequence => {
            ring.store_block(s);
            ring.sequence.store(s + 1, Ordering::Release);
            fence(Ordering::Release);
        }
        Writer::NoFence => {
            ring.store_block(s);
            ring.sequence.store(s + 1, Ordering::Release);
        }
    }
}

/// Frames the reader accepted: (first frame, samples).
fn read(ring: &Model, reader: Reader) -> (u64, Vec<f64>) {
    if reader == Reader::Real {
        let s = ring.handshake().published();
        let start = ((s + 1) * BLOCK).saturating_sub(CAPACITY);
        // The oldest frames are the ones in danger.
        let mut samples = [0.0; BLOCK as usize];
        let copied = copy_frames(ring, &SPEC, 0, start, &mut samples, || {});
        return if copied.is_ok() { (start, samples.to_vec()) } else { (start, Vec::new()) };
    }
    let s = ring.sequence.load(Ordering::Acquire);
    let start = (s * BLOCK).saturating_sub(CAPACITY);
    let mut samples = Vec::new();
    for frame in start..s * BLOCK {
        let mut one = [0.0];
        load_run(&ring.cells[(frame % CAPACITY) as usize..], &mut one);
        samples.push(one[0]);
    }
    let first = match reader {
        Reader::SecondLook { margin_blocks, acquire_fence } => {
            if acquire_fence {
                fence(Ordering::Acquire);
            }
            let again = ring.sequence.load(Ordering::Relaxed);
            ((again + margin_blocks) * BLOCK).saturating_sub(CAPACITY)
        }
        _ => start,
    };
    let dropped = first.saturating_sub(start).min(samples.len() as u64);
    (start + dropped, samples.split_off(dropped as usize))
}

#[derive(Clone, Copy, PartialEq)]
enum OnTorn {
    Count,
    /// One is enough.
    Stop,
}

/// Runs every execution; (torn frames accepted, sound frames accepted).
fn explore(writer: Writer, reader: Reader, racing_blocks: u64, on_torn: OnTorn) -> (u64, u64) {
    let torn = std::sync::Arc::new(PlainU64::new(0));
    let sound = std::sync::Arc::new(PlainU64::new(0));
    let (torn_in, sound_in) = (torn.clone(), sound.clone());
    let execution = move || {
        let ring = Arc::new(Model::new());
        for s in 0..BLOCKS_BEFORE {
            write(&ring, writer, s);
        }
        let thread = {
            let ring = Arc::clone(&ring);
            let blocks = BLOCKS_BEFORE..BLOCKS_BEFORE + racing_blocks;
            loom::thread::spawn(move || blocks.for_each(|s| write(&ring, writer, s)))
        };
        let (start, samples) = read(&ring, reader);
        for (frame, value) in (start..).zip(samples) {
            let counter = if value == sample(frame) { &sound_in } else { &torn_in };
            counter.fetch_add(1, PlainOrdering::Relaxed);
            assert!(
                on_torn == OnTorn::Count || value == sample(frame),
                "expected: a torn frame was accepted"
            );
        }
        thread.join().unwrap();
    };
    // A panic is the only way out of a model before its last execution.
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| loom::model(execution)));
    assert!(ran.is_ok() || torn.load(PlainOrdering::Relaxed) > 0, "the model itself failed");
    (torn.load(PlainOrdering::Relaxed), sound.load(PlainOrdering::Relaxed))
}

fn must_hold(writer: Writer, reader: Reader) {
    let (torn, sound) = explore(writer, reader, RACING_BLOCKS, OnTorn::Count);
    assert_eq!(torn, 0, "torn frames were accepted");
    assert!(sound > 0, "nothing was ever accepted, so nothing was shown");
}

fn must_tear(writer: Writer, reader: Reader) {
    must_tear_within(writer, reader, RACING_BLOCKS);
}

fn must_tear_within(writer: Writer, reader: Reader, racing_blocks: u64) {
    let (torn, _) = explore(writer, reader, racing_blocks, OnTorn::Stop);
    assert!(torn > 0, "the model does not notice the missing step");
}

const GOOD_SECOND_LOOK: Reader = Reader::SecondLook { margin_blocks: 1, acquire_fence: true };

#[test]
fn the_ring_never_accepts_a_torn_frame() {
    must_hold(Writer::Real, Reader::Real);
}

#[test]
fn the_reader_is_safe_with_a_writer_that_makes_no_claims_but_fences() {
    must_hold(Writer::FenceAfterSequence, Reader::Real);
}

#[test]
fn one_block_of_margin_suffices_with_a_fence_after_the_sequence() {
    must_hold(Writer::FenceAfterSequence, GOOD_SECOND_LOOK);
}

#[test]
fn without_a_second_look_it_tears() {
    must_tear(Writer::FenceAfterSequence, Reader::NoSecondLook);
}

#[test]
fn without_a_margin_it_tears() {
    must_tear(Writer::FenceAfterSequence, Reader::SecondLook { margin_blocks: 0, acquire_fence: true });
}

#[test]
fn without_the_readers_fence_it_tears() {
    must_tear(Writer::FenceAfterSequence, Reader::SecondLook { margin_blocks: 1, acquire_fence: false });
}

#[test]
fn without_the_writers_fence_it_tears() {
    must_tear(Writer::NoFence, GOOD_SECOND_LOOK);
}

#[test]
fn without_the_writers_fence_two_blocks_of_margin_do_not_help() {
    // A third racing block is needed to reach beyond the margin.
    must_tear_within(Writer::NoFence, Reader::SecondLook { margin_blocks: 2, acquire_fence: true }, 3);
}

#[test]
fn a_claim_without_a_fence_tears() {
    must_tear(Writer::ClaimWithoutFence, Reader::Real);
}
