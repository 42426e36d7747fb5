//! The stream packet in both directions.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use audiotab_ring::packet::{MAX_FRAMES, MAX_PACKET_BYTES};
use audiotab_ring::{PacketHead, PacketRequest, RingReader, RingSpec, RingWriter, write_packet};
use support::{sample, small, write_blocks};

fn answer(reader: &RingReader, request: &PacketRequest) -> (PacketHead, Vec<u8>) {
    let mut bytes = Vec::new();
    write_packet(reader, request, &mut bytes).unwrap();
    (PacketHead::parse(&bytes).unwrap(), bytes)
}

fn asking(start_frame: u64, frames: u64, channels: &[u32]) -> PacketRequest {
    PacketRequest { stream_id: None, start_frame, frames, channels: channels.to_vec() }
}

fn check_samples(head: &PacketHead, bytes: &[u8]) {
    assert_eq!(bytes.len(), head.data_offset_bytes + head.channels.len() * head.frames as usize * 8);
    for (nth, &channel) in head.channels.iter().enumerate() {
        let mut dest = vec![0.0; head.frames as usize];
        assert_eq!(head.copy_channel(bytes, nth, &mut dest), dest.len());
        for (frame, value) in (head.start_frame..).zip(dest) {
            assert_eq!(value, sample(channel, frame));
        }
    }
    assert_eq!(head.copy_channel(bytes, head.channels.len(), &mut [0.0]), 0);
}

#[test]
fn frames_arrive_as_they_were_written_in_the_order_asked_for() {
    let mut writer = RingWriter::create_heap(small(8)).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 30);
    let (head, bytes) = answer(&reader, &asking(1500, 300, &[7, 0, 3]));
    assert_eq!((head.start_frame, head.frames, head.data_offset_bytes), (1500, 300, 184));
    assert_eq!(head.channels, [7, 0, 3]);
    assert_eq!(head.header.readable(), reader.header().readable());
    check_samples(&head, &bytes);
    // The documented offsets.
    let field = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!([128, 136, 144, 152, 160, 168, 176].map(field), [1500, 300, 3, 0, 7, 0, 3]);
    assert_eq!(f64::from_bits(field(184)), sample(7, 1500));
    assert_eq!(f64::from_bits(field(184 + 300 * 8)), sample(0, 1500));
}

#[test]
fn a_request_is_clamped_to_what_is_there() {
    let mut writer = RingWriter::create_heap(small(2)).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 20);
    // Readable: 344..1280.
    for (start, frames, expected) in [
        (0, 10, (344, 0)),
        (0, 400, (344, 56)),
        (300, 5000, (344, 936)),
        (1270, 100, (1270, 10)),
        (1280, 100, (1280, 0)),
        (9999, 100, (9999, 0)),
        (u64::MAX - 1, u64::MAX, (u64::MAX - 1, 0)),
    ] {
        let (head, bytes) = answer(&reader, &asking(start, frames, &[1]));
        assert_eq!((head.start_frame, head.frames), expected, "{start} {frames}");
        check_samples(&head, &bytes);
    }
}

#[test]
fn the_header_comes_alone_when_nothing_is_asked_or_the_stream_is_another() {
    let mut writer = RingWriter::create_heap(small(2)).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 5);
    let id = reader.header().stream_id;
    for (request, frames) in [
        (PacketRequest::default(), 0),
        (asking(0, 10, &[]), 0),
        (asking(0, 0, &[0]), 0),
        (PacketRequest { stream_id: Some(id ^ 1), ..asking(0, 10, &[0]) }, 0),
        (PacketRequest { stream_id: Some(id), ..asking(0, 10, &[0]) }, 10),
    ] {
        let (head, bytes) = answer(&reader, &request);
        assert_eq!(head.frames, frames);
        assert_eq!(head.header, reader.header());
        if frames == 0 {
            assert!(head.channels.is_empty());
            assert_eq!(bytes.len(), 160);
        }
    }
    let mut out = vec![1; 9];
    let error = write_packet(&reader, &asking(0, 1, &[0, 2]), &mut out).unwrap_err().to_string();
    assert_eq!(error, "there is no channel 2: the ring has channels 0 to 1");
}

#[test]
fn a_packet_has_limits() {
    let mut writer = RingWriter::create_heap(RingSpec::new(48_000, 32, 4.0, 1024).unwrap()).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 180);
    let (head, bytes) = answer(&reader, &asking(20_000, u64::MAX, &[0]));
    assert_eq!((head.start_frame, head.frames), (20_000, MAX_FRAMES));
    check_samples(&head, &bytes);
    let all: Vec<u32> = (0..32).collect();
    let (head, bytes) = answer(&reader, &asking(20_000, u64::MAX, &all));
    assert!(bytes.len() as u64 <= MAX_PACKET_BYTES && bytes.len() as u64 > MAX_PACKET_BYTES - 8 * 32);
    check_samples(&head, &bytes);
}

#[test]
fn a_damaged_packet_is_a_sentence() {
    let mut writer = RingWriter::create_heap(small(2)).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 5);
    let (_, bytes) = answer(&reader, &asking(0, 10, &[0, 1]));
    for length in 0..bytes.len() {
        PacketHead::parse(&bytes[..length]).unwrap_err();
    }
    for (at, value, part) in [
        (136, u64::MAX, "more frames"),
        (144, 257, "more channels"),
        (160, 2, "does not have"),
        (160, 1 << 32, "does not have"),
    ] {
        let mut bytes = bytes.clone();
        bytes[at..at + 8].copy_from_slice(&u64::to_le_bytes(value));
        assert!(PacketHead::parse(&bytes).unwrap_err().to_string().contains(part));
    }
}

#[test]
fn a_fast_writer_only_shortens_the_answer() {
    let mut writer = RingWriter::create_heap(small(2)).unwrap();
    let reader = writer.reader();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2_000 {
                // From the oldest frame on: the writer is always about to take it.
                let (head, bytes) = answer(&reader, &asking(0, 1_000, &[0, 1]));
                check_samples(&head, &bytes);
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            write_blocks(&mut writer, 1);
        }
    });
}

#[test]
fn queries_are_read_and_mistakes_named() {
    let read = |query| PacketRequest::parse_query(query);
    let full = PacketRequest {
        stream_id: Some(0x00ff_00ff_00ff_00ff),
        start_frame: 123,
        frames: 456,
        channels: vec![0, 3, 7],
    };
    for query in [
        "stream=00ff00ff00ff00ff&start=123&frames=456&channels=0,3,7",
        "?channels=0%2C3%2c7&frames=456&start=123&stream=00FF00FF00FF00FF",
    ] {
        assert_eq!(read(query).unwrap(), full);
    }
    assert_eq!(read("").unwrap(), PacketRequest::default());
    assert_eq!(read("frames=10&channels=0").unwrap().frames, 0, "no start, no frames");
    assert_eq!(read("channels=").unwrap().channels, []);
    let many = format!("channels={}", vec!["0"; 257].join(","));
    for query in [
        "start=-1",
        "start=+1",
        "start=1.5",
        "start=",
        "frames=18446744073709551616",
        "stream=xyz",
        "stream=",
        "stream=00ff00ff00ff00ff0",
        "channels=1,,2",
        "channels=a",
        "channels=4294967296",
        "colour=red",
        "start",
        &many,
    ] {
        let error = read(query).unwrap_err().to_string();
        assert!(error.starts_with("packet request: cannot read"), "{query}: {error}");
    }
}

#[test]
fn channels_of_another_stream_are_no_error() {
    let ring = RingWriter::create_heap(RingSpec::new(1_000, 1, 1.0, 64).unwrap()).unwrap();
    let reader = ring.reader();
    let stale = PacketRequest { stream_id: Some(!reader.stream_id()), ..asking(0, 10, &[7]) };
    let mut packet = Vec::new();
    write_packet(&reader, &stale, &mut packet).unwrap();
    assert_eq!(PacketHead::parse(&packet).unwrap().frames, 0);
}
