//! The page reads a mapped ring itself: the offsets it uses are written from `layout`, and checked here for drift.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;
use std::path::PathBuf;

use audiotab_ring::layout::{HEADER_LEN_BYTES, MAGIC, VERSION, WORD_LEN_BYTES, offset};
use audiotab_ring::{RingSpec, RingWriter, StreamState};

#[test]
fn committed_typescript_offsets_match_the_layout() {
    let words = [
        ("MAGIC", offset::MAGIC),
        ("VERSION", offset::VERSION),
        ("SAMPLE_RATE_HZ", offset::SAMPLE_RATE_HZ),
        ("CHANNELS", offset::CHANNELS),
        ("CAPACITY_FRAMES", offset::CAPACITY_FRAMES),
        ("WRITE_SEQUENCE", offset::WRITE_SEQUENCE),
        ("SAMPLES_PER_WRITE", offset::SAMPLES_PER_WRITE),
        ("CLAIM_SEQUENCE", offset::CLAIM_SEQUENCE),
        ("START_TIME_UNIX_NS", offset::START_TIME_UNIX_NS),
        ("STREAM_ID", offset::STREAM_ID),
        ("LOST_FRAMES", offset::LOST_FRAMES),
        ("STATE", offset::STATE),
        ("END_FRAME", offset::END_FRAME),
    ];
    let mut wanted = String::from("// Written by audiotab-ring's test `layout_bindings`. Do not edit.\n\n");
    writeln!(wanted, "/** The first eight bytes, read as a little-endian number. */").unwrap();
    writeln!(wanted, "export const RING_MAGIC = {:#018x}n;", u64::from_le_bytes(MAGIC)).unwrap();
    writeln!(wanted, "export const RING_VERSION = {VERSION}n;").unwrap();
    writeln!(wanted, "/** Where the first sample of channel 0 begins. */").unwrap();
    writeln!(wanted, "export const RING_HEADER_BYTES = {HEADER_LEN_BYTES};").unwrap();
    writeln!(wanted, "/** Value of the word STATE once the stream has ended. */").unwrap();
    let mut header =
        RingWriter::create_heap(RingSpec::new(48_000, 1, 1.0, 1024).unwrap()).unwrap().reader().header();
    header.state = StreamState::Ended;
    let ended = header.encode()[offset::STATE];
    writeln!(wanted, "export const RING_ENDED = {ended}n;").unwrap();
    writeln!(wanted, "/** Index of each header field among the ring's 8-byte words. */").unwrap();
    writeln!(wanted, "export const RING_WORD = {{").unwrap();
    for (name, offset_bytes) in words {
        assert_eq!(offset_bytes % WORD_LEN_BYTES, 0);
        writeln!(wanted, "  {name}: {},", offset_bytes / WORD_LEN_BYTES).unwrap();
    }
    writeln!(wanted, "}} as const;").unwrap();

    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/engine/generated/ring_layout.ts");
    if std::env::var_os("AUDIOTAB_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).ok().as_deref() == Some(wanted.as_str()),
        "out of date; run AUDIOTAB_BLESS=1 cargo test -p audiotab-ring --test layout_bindings"
    );
}
