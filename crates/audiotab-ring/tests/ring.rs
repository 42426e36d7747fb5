//! What is written is what is read, wherever the ring is.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use audiotab_ring::{ByteRing, ReadError, RingReader, RingSpec, RingWriter, StreamState};
use support::{check_all, planar, sample, slices, small, write_blocks};

#[test]
fn sixty_seconds_in_a_thirty_second_ring_at_44100_hz_have_no_wrong_frame() {
    // 1,323,000 frames are 1291.99 blocks, so blocks straddle the end at ever new places.
    let spec = RingSpec::new(44_100, 2, 30.0, 1024).unwrap();
    assert_ne!(spec.capacity_frames % u64::from(spec.samples_per_write), 0);
    let mut writer = RingWriter::create_heap(spec).unwrap();
    let reader = writer.reader();
    let blocks = (60 * spec.sample_rate_hz).div_ceil(1024);
    let mut block = vec![vec![0.0; 1024]; 2];
    for nth in 0..blocks {
        for (channel, samples) in (0..).zip(&mut block) {
            for (frame, value) in (nth * 1024..).zip(samples) {
                *value = sample(channel, frame);
            }
        }
        writer.write(&slices(&block));
        if nth % 500 == 0 {
            check_all(&reader);
        }
    }
    assert_eq!(check_all(&reader), spec.capacity_frames - 1024);
    assert_eq!(reader.retries(), 0);
}

#[test]
fn every_position_around_the_wrap_reads_right() {
    let mut writer = RingWriter::create_heap(small(3)).unwrap();
    let reader = writer.reader();
    for _ in 0..60 {
        write_blocks(&mut writer, 1);
        check_all(&reader);
    }
    let range = reader.header().readable();
    for start in range.start..range.end {
        for length in [1, 2, 63, 64, 65] {
            let mut dest = vec![0.0; length];
            if start + length as u64 <= range.end {
                reader.copy_into(2, start, &mut dest).unwrap();
                assert_eq!(
                    (dest[0], dest[length - 1]),
                    (sample(2, start), sample(2, start + length as u64 - 1))
                );
            }
        }
    }
}

#[test]
fn channels_are_planar_at_the_documented_offsets() {
    let spec = small(4);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, spec).unwrap();
    write_blocks(&mut writer, 20);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.len() as u64, spec.file_len_bytes());
    for channel in 0..4 {
        for frame in 500..1280 {
            let at = 4096 + channel as usize * 8000 + (frame as usize % 1000) * 8;
            let value = f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            assert_eq!(value, sample(channel, frame));
        }
    }
}

#[test]
fn every_storage_reads_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let spec = small(2);
    let mut writers =
        vec![RingWriter::create_heap(spec).unwrap(), RingWriter::create_file(&path, spec).unwrap()];
    #[cfg(target_os = "linux")]
    writers.push(RingWriter::create_sealed(spec, None).unwrap());
    for mut writer in writers {
        let mut readers = vec![writer.reader()];
        readers.extend(writer.path().map(|path| RingReader::open(path).unwrap()));
        for blocks in [0, 1, 14, 2, 40] {
            write_blocks(&mut writer, blocks);
            for reader in &readers {
                let expected = (writer.frames_written()).min(1000 - 64);
                assert_eq!(check_all(reader), expected.min(reader.header().readable().end));
                assert_eq!(reader.sequence() * 64, writer.frames_written());
                assert_eq!(reader.header().stream_id, readers[0].header().stream_id);
            }
            if let Some(path) = writer.path() {
                let bytes = std::fs::read(path).unwrap();
                let ring = ByteRing::new(&bytes).unwrap();
                assert_eq!(ring.readable(), readers[0].header().readable());
                let mut one = [0.0];
                let newest = ring.readable().end.saturating_sub(1);
                if ring.copy_into(1, newest, &mut one).is_ok() {
                    assert_eq!(one[0], sample(1, newest));
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let mut writer = RingWriter::create_heap(small(1)).unwrap();
    let reader = writer.reader();
    let mut dest = [0.0; 10];
    assert_eq!(reader.copy_into(0, 0, &mut dest), Err(ReadError::NotYetWritten { end_frame: 0 }));
    assert_eq!(reader.copy_into(0, 0, &mut []), Ok(()));
    write_blocks(&mut writer, 20);
    // (20 + 1) · 64 − 1000
    assert_eq!(reader.header().readable(), 344..1280);
    assert_eq!(reader.copy_into(0, 343, &mut dest), Err(ReadError::Overwritten { first_frame: 344 }));
    assert_eq!(reader.copy_into(0, 344, &mut dest), Ok(()));
    assert_eq!(reader.copy_into(0, 1270, &mut dest), Ok(()));
    assert_eq!(reader.copy_into(0, 1271, &mut dest), Err(ReadError::NotYetWritten { end_frame: 1280 }));
    assert_eq!(reader.copy_into(0, u64::MAX, &mut dest), Err(ReadError::NotYetWritten { end_frame: 1280 }));
    assert_eq!(reader.copy_into(1, 400, &mut dest), Err(ReadError::NoSuchChannel));
    assert_eq!(
        reader.copy_into(0, 300, &mut vec![0.0; 5000]),
        Err(ReadError::NotYetWritten { end_frame: 1280 })
    );
}

#[test]
fn the_tail_ends_the_stream_at_its_exact_frame() {
    for (blocks, tail_frames) in [(0, 0), (0, 1), (3, 0), (15, 40), (20, 63)] {
        let mut writer = RingWriter::create_heap(small(2)).unwrap();
        let reader = writer.reader();
        write_blocks(&mut writer, blocks);
        assert_eq!(reader.header().state, StreamState::Running);
        let tail = planar(writer.spec(), writer.frames_written(), tail_frames);
        writer.finish(&slices(&tail));
        writer.finish(&[]);
        let header = reader.header();
        let end = blocks * 64 + tail_frames;
        assert_eq!((header.state, header.end_frame, header.readable().end), (StreamState::Ended, end, end));
        check_all(&reader);
        assert_eq!(reader.copy_into(0, end, &mut [0.0]), Err(ReadError::NotYetWritten { end_frame: end }));
    }
}

#[test]
fn the_last_block_is_filled_up_with_nan() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(1)).unwrap();
    write_blocks(&mut writer, 15);
    writer.finish(&[&[0.5; 50]]);
    let bytes = std::fs::read(path).unwrap();
    let at = |frame: usize| f64::from_le_bytes(bytes[4096 + frame % 1000 * 8..][..8].try_into().unwrap());
    assert_eq!(at(960 + 49), 0.5);
    assert!((960 + 50..1024).all(|frame| at(frame).is_nan()));
    assert_eq!(at(24), 24.0, "the frame behind the block is untouched");
}

#[test]
fn a_dropped_writer_ends_its_stream() {
    let mut writer = RingWriter::create_heap(small(1)).unwrap();
    let reader = writer.reader();
    write_blocks(&mut writer, 3);
    drop(writer);
    assert_eq!((reader.header().state, reader.header().end_frame), (StreamState::Ended, 192));
}

#[test]
fn lost_frames_keep_their_place_as_nan() {
    let mut writer = RingWriter::create_heap(small(1)).unwrap();
    let reader = writer.reader();
    let mut block = planar(writer.spec(), 0, 64);
    block[0][10..20].fill(f64::NAN);
    writer.add_lost(10);
    writer.write(&slices(&block));
    let mut dest = [0.0; 64];
    reader.copy_into(0, 0, &mut dest).unwrap();
    assert!(dest[10..20].iter().all(|value| value.is_nan()));
    assert_eq!((dest[9], dest[20]), (sample(0, 9), sample(0, 20)));
    assert_eq!(reader.header().lost_frames, 10);
}

#[test]
fn every_bit_pattern_survives() {
    let mut writer = RingWriter::create_heap(small(1)).unwrap();
    let reader = writer.reader();
    let mut block = [0.0; 64];
    block[..7].copy_from_slice(&[
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::MIN_POSITIVE,
        5e-324,
        1e300,
    ]);
    block[7] = f64::from_bits(0xfff8_0000_dead_beef);
    writer.write(&[&block]);
    let mut dest = [0.0; 64];
    reader.copy_into(0, 0, &mut dest).unwrap();
    assert_eq!(block.map(f64::to_bits), dest.map(f64::to_bits));
}

#[test]
fn the_header_tells_the_times() {
    let mut writer = RingWriter::create_heap(small(1)).unwrap();
    let reader = writer.reader();
    assert_eq!(reader.header().start_time_unix_ns, 0);
    write_blocks(&mut writer, 1);
    let (first, heartbeat) = (reader.header().start_time_unix_ns, reader.header().heartbeat_ns);
    assert!(first > 1_600_000_000_000_000_000 && heartbeat > 0);
    write_blocks(&mut writer, 1);
    assert_eq!(reader.header().start_time_unix_ns, first);
    assert!(reader.header().heartbeat_ns >= heartbeat);
    writer.set_start_time_unix_ns(7);
    assert_eq!(reader.header().start_time_unix_ns, 7);
    let other = RingWriter::create_heap(small(1)).unwrap();
    assert_ne!(other.reader().header().stream_id, reader.header().stream_id);
}

#[test]
#[should_panic(expected = "a block is 2 channels of 64 frames")]
fn a_block_of_another_shape_is_a_mistake() {
    RingWriter::create_heap(small(2)).unwrap().write(&[&[0.0; 64]]);
}

#[test]
fn a_reader_in_a_thread_sees_only_whole_blocks() {
    let mut writer = RingWriter::create_heap(small(2)).unwrap();
    let reader = writer.reader();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut accepted = 0;
            while accepted < 2_000 {
                let range = reader.header().readable();
                // Half way into the past, where the writer arrives often but not always.
                let start = range.start + (range.end - range.start) / 2;
                let mut dest = vec![0.0; (range.end - start) as usize];
                if !dest.is_empty() && reader.copy_into(1, start, &mut dest).is_ok() {
                    accepted += 1;
                    for (frame, value) in (start..).zip(&dest) {
                        assert_eq!(*value, sample(1, frame));
                    }
                }
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            write_blocks(&mut writer, 1);
        }
    });
}
