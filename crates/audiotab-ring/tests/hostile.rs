//! Headers and packets that lie: always a sentence or a harmless ring, never a panic.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::PathBuf;

use audiotab_ring::layout::offset;
use audiotab_ring::{ByteRing, Header, PacketHead, PacketRequest, RingReader, RingWriter, write_packet};
use proptest::prelude::*;
use support::{small, write_blocks};

/// The bytes of a sound ring: 2 channels, C = 1000, B = 64, S = 20.
fn sound() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(2)).unwrap();
    write_blocks(&mut writer, 20);
    std::fs::read(path).unwrap()
}

fn with(fields: &[(usize, u64)]) -> Vec<u8> {
    let mut bytes = sound();
    for &(at, value) in fields {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes
}

struct OnDisk {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn on_disk(bytes: &[u8]) -> OnDisk {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    std::fs::write(&path, bytes).unwrap();
    OnDisk { _dir: dir, path }
}

#[test]
fn each_lie_is_one_sentence() {
    let huge = 1 << 63;
    let table: &[(&[(usize, u64)], &str)] = &[
        (&[(offset::MAGIC, 0x4155_4449_5441_4221)], "not an AudioTab ring"),
        (&[(offset::VERSION, 0)], "layout version 0"),
        (&[(offset::VERSION, 2)], "layout version 2"),
        (&[(offset::CHANNELS, 0)], "1 to 256 channels, not 0"),
        (&[(offset::CHANNELS, 257)], "1 to 256 channels, not 257"),
        (&[(offset::CHANNELS, huge)], "1 to 256 channels, not 9223372036854775808"),
        (&[(offset::CHANNELS, (1 << 32) + 2)], "1 to 256 channels, not 4294967298"),
        (&[(offset::SAMPLE_RATE_HZ, 0)], "1 kHz to 1 MHz, not 0 Hz"),
        (&[(offset::SAMPLE_RATE_HZ, u64::MAX)], "1 kHz to 1 MHz"),
        (&[(offset::CAPACITY_FRAMES, 0)], "1 to 600 seconds, not 0"),
        (&[(offset::CAPACITY_FRAMES, u64::MAX)], "1 to 600 seconds"),
        // Products that would wrap to a small size.
        (&[(offset::CAPACITY_FRAMES, 1 << 61), (offset::CHANNELS, 8)], "1 to 600 seconds"),
        (
            &[
                (offset::CAPACITY_FRAMES, 600_000_000),
                (offset::SAMPLE_RATE_HZ, 1_000_000),
                (offset::CHANNELS, 256),
            ],
            "20096 bytes long, but its header describes 1228800004096",
        ),
        (&[(offset::SAMPLES_PER_WRITE, 0)], "blocks of 64 to 8192 frames, not 0"),
        (&[(offset::SAMPLES_PER_WRITE, 8193)], "not 8193"),
        (&[(offset::SAMPLES_PER_WRITE, (1 << 32) + 64)], "not 4294967360"),
        (&[(offset::SAMPLES_PER_WRITE, 1024)], "do not fit twice"),
        (&[(offset::WRITE_SEQUENCE, u64::MAX)], "more than any stream can have"),
        (&[(offset::WRITE_SEQUENCE, u64::MAX / 64 - 1)], "more than any stream can have"),
        (&[(offset::CLAIM_SEQUENCE, u64::MAX)], "more than any stream can have"),
        (&[(offset::CHANNELS, 1)], "20096 bytes long, but its header describes 12096"),
        (&[(offset::CHANNELS, 3)], "20096 bytes long, but its header describes 28096"),
    ];
    for (fields, part) in table {
        let bytes = with(fields);
        let file = on_disk(&bytes);
        let by_bytes = ByteRing::new(&bytes).unwrap_err().to_string();
        let by_path = RingReader::open(&file.path).unwrap_err().to_string();
        for text in [by_bytes, by_path.clone()] {
            assert!(text.contains(part), "{fields:?}: {text}");
            assert!(!text.contains('\n') && !text.ends_with('.'), "one sentence: {text}");
        }
        assert!(by_path.starts_with(file.path.to_str().unwrap()), "names the file: {by_path}");
    }
}

#[test]
fn a_short_file_is_a_sentence() {
    let bytes = sound();
    for length in [0, 1, 7, 8, 48, 111, 127, 128, 4095, 4096, 20_095] {
        let file = on_disk(&bytes[..length]);
        RingReader::open(&file.path).unwrap_err();
        ByteRing::new(&bytes[..length]).unwrap_err();
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(RingReader::open(on_disk(&longer).path).unwrap_err().to_string().contains("20097 bytes long"));
    assert!(RingReader::open("/nonexistent/ring").unwrap_err().to_string().contains("cannot open the ring"));
}

#[test]
fn counters_that_contradict_each_other_do_no_harm() {
    let largest = u64::MAX / 64 - 2;
    let nonsense: &[&[(usize, u64)]] = &[
        &[(offset::WRITE_SEQUENCE, largest), (offset::CLAIM_SEQUENCE, largest)],
        &[(offset::CLAIM_SEQUENCE, largest)],
        &[(offset::CLAIM_SEQUENCE, 1)],
        &[(offset::CLAIM_SEQUENCE, 0)],
        &[(offset::END_FRAME, u64::MAX), (offset::STATE, 2)],
        &[(offset::END_FRAME, 1), (offset::STATE, 2)],
        &[(offset::END_FRAME, 0), (offset::STATE, 2)],
        &[(offset::END_FRAME, 1)],
        &[(offset::STATE, u64::MAX)],
        &[(offset::WRITE_SEQUENCE, 0)],
        &[
            (offset::HEARTBEAT_NS, u64::MAX),
            (offset::START_TIME_UNIX_NS, u64::MAX),
            (offset::LOST_FRAMES, u64::MAX),
        ],
    ];
    for fields in nonsense {
        let bytes = with(fields);
        exercise(&bytes);
    }
}

/// Does everything a program does with a ring. Results may be errors; panics and overruns may not be.
fn exercise(bytes: &[u8]) {
    if let Ok(ring) = ByteRing::new(bytes) {
        let range = ring.readable();
        assert!(range.start <= range.end && range.end - range.start <= ring.header().spec.capacity_frames);
        for start in [0, 1, range.start, range.end.saturating_sub(1), range.end, u64::MAX - 5, u64::MAX] {
            for length in [0, 1, 100] {
                let _ = ring.copy_into(0, start, &mut vec![0.0; length]);
            }
        }
        let _ = ring.copy_into(u32::MAX, range.start, &mut [0.0]);
        let file = on_disk(bytes);
        let reader = RingReader::open(&file.path).unwrap();
        assert_eq!(reader.header(), *ring.header());
        let mut out = Vec::new();
        for start_frame in [0, range.start, range.end, u64::MAX] {
            for frames in [0, 10, u64::MAX] {
                let request = PacketRequest { stream_id: None, start_frame, frames, channels: vec![0, 0] };
                write_packet(&reader, &request, &mut out).unwrap();
                let head = PacketHead::parse(&out).unwrap();
                assert!(head.start_frame >= start_frame && head.frames <= frames);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_headers_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Header::parse(&bytes);
        let _ = ByteRing::new(&bytes);
        let _ = PacketHead::parse(&bytes);
    }

    #[test]
    fn sound_rings_with_random_fields_never_panic(
        changes in prop::collection::vec((1usize..16, prop_oneof![any::<u64>(), 0u64..3000]), 1..4)
    ) {
        let fields: Vec<_> = changes.into_iter().map(|(word, value)| (word * 8, value)).collect();
        exercise(&with(&fields));
    }

    #[test]
    fn headers_round_trip(sequence in 0u64..1 << 50, end_frame: u64, lost_frames: u64, stream_id: u64, code in 0u64..3) {
        let bytes = with(&[
            (offset::WRITE_SEQUENCE, sequence), (offset::CLAIM_SEQUENCE, sequence + 1), (offset::END_FRAME, end_frame),
            (offset::LOST_FRAMES, lost_frames), (offset::STREAM_ID, stream_id), (offset::STATE, code),
        ]);
        prop_assert_eq!(&Header::parse(&bytes).unwrap().encode()[..], &bytes[..128]);
    }

    #[test]
    fn random_queries_never_panic(query in ".{0,200}") {
        let _ = PacketRequest::parse_query(&query);
    }

    #[test]
    fn random_packets_never_panic(tail in prop::collection::vec(any::<u8>(), 0..200), count in 0u64..300, n in 0u64..70_000) {
        let mut bytes = sound()[..128].to_vec();
        for field in [0, n, count, 0] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(tail);
        if let Ok(head) = PacketHead::parse(&bytes) {
            for nth in 0..4 {
                head.copy_channel(&bytes, nth, &mut [0.0; 8]);
            }
        }
    }
}
