//! One small ring, byte for byte, for every language that reads rings.
//!
//! `golden/ring_v1.bin`: 2 channels, 1 kHz, 1 s (C = 1000), B = 64; 20 blocks and a tail of 20 frames, so it has
//! wrapped, block 15 straddles the end, and the stream ended at frame 1300. Frame n of channel c is c + n / 4096
//! (exact in binary), but frames 1100..1110 are lost (NaN in both channels). Readable: 408..1300.
//! `AUDIOTAB_WRITE_GOLDEN=1 cargo test -p audiotab-ring --test golden` writes it anew.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use audiotab_ring::{ByteRing, Header, RingReader, RingSpec, RingWriter, StreamState, layout};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/ring_v1.bin");
const STREAM_ID: u64 = 0x0123_4567_89ab_cdef;
const START_TIME_UNIX_NS: u64 = 1_700_000_000_000_000_000;
const HEARTBEAT_NS: u64 = 5_000_000_000;

fn sample(channel: u32, frame: u64) -> f64 {
    if (1100..1110).contains(&frame) { f64::NAN } else { f64::from(channel) + frame as f64 / 4096.0 }
}

/// The ring as the writer makes it, with fixed times and stream id.
fn generate() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, RingSpec::new(1_000, 2, 1.0, 64).unwrap()).unwrap();
    writer.set_start_time_unix_ns(START_TIME_UNIX_NS);
    let frames =
        |start: u64, count: u64| [0, 1].map(|c| (start..start + count).map(|n| sample(c, n)).collect());
    for block in 0..20 {
        let [left, right]: [Vec<f64>; 2] = frames(block * 64, 64);
        writer.write(&[&left, &right]);
    }
    writer.add_lost(10);
    let [left, right]: [Vec<f64>; 2] = frames(1280, 20);
    writer.finish(&[&left, &right]);
    let mut bytes = std::fs::read(path).unwrap();
    for (at, value) in [(layout::offset::STREAM_ID, STREAM_ID), (layout::offset::HEARTBEAT_NS, HEARTBEAT_NS)]
    {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes
}

#[test]
fn the_writer_makes_the_golden_bytes() {
    let bytes = generate();
    if std::env::var_os("AUDIOTAB_WRITE_GOLDEN").is_some() {
        std::fs::write(PATH, &bytes).unwrap();
    }
    assert!(bytes == std::fs::read(PATH).unwrap(), "the layout has changed: that is a new version");
}

#[test]
fn the_header_bytes_are_the_documented_ones() {
    let bytes = std::fs::read(PATH).unwrap();
    assert_eq!(&bytes[..8], b"AUDITAB!");
    assert_eq!(u64::from_be_bytes(bytes[..8].try_into().unwrap()), 0x4155_4449_5441_4221);
    let fields: [u64; 13] =
        std::array::from_fn(|nth| u64::from_le_bytes(bytes[8 + 8 * nth..16 + 8 * nth].try_into().unwrap()));
    assert_eq!(
        fields,
        [1, 1_000, 2, 1_000, 21, 64, 21, START_TIME_UNIX_NS, STREAM_ID, 10, 2, HEARTBEAT_NS, 1_300]
    );
    assert!(bytes[112..4096].iter().all(|byte| *byte == 0));
    assert_eq!(bytes.len(), 4096 + 2 * 1000 * 8);
}

#[test]
fn both_readers_read_it() {
    let bytes = std::fs::read(PATH).unwrap();
    let (by_bytes, by_path) = (ByteRing::new(&bytes).unwrap(), RingReader::open(PATH).unwrap());
    let header = by_path.header();
    assert_eq!((&header, header.readable()), (by_bytes.header(), 408..1300));
    assert_eq!((header.state, header.stream_id), (StreamState::Ended, STREAM_ID));
    assert_eq!(Header::parse(&header.encode()).unwrap(), header);
    assert_eq!(header.encode()[..], bytes[..128]);
    for channel in 0..2 {
        let (mut one, mut other) = ([0.0; 892], [0.0; 892]);
        by_bytes.copy_into(channel, 408, &mut one).unwrap();
        by_path.copy_into(channel, 408, &mut other).unwrap();
        for (frame, (a, b)) in (408..).zip(one.into_iter().zip(other)) {
            let expected = sample(channel, frame);
            assert!(a == expected || a.is_nan() && expected.is_nan(), "channel {channel}, frame {frame}");
            assert_eq!(a.to_bits(), b.to_bits());
        }
    }
}
