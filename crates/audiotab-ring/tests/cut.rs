//! Files that are cut, grown, replaced and removed under a reader: errors, never a signal.
#![cfg(all(unix, not(loom)))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs::{self, File};
use std::sync::atomic::{AtomicBool, Ordering};

use audiotab_ring::{ReadError, RingReader, RingWriter, StreamState};
use support::{check_all, sample, small, write_blocks};

/// A finished ring in a file that anything may be done to.
fn finished(dir: &tempfile::TempDir) -> std::path::PathBuf {
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(2)).unwrap();
    write_blocks(&mut writer, 20);
    path
}

#[test]
fn a_cut_file_is_an_error_and_not_the_end_of_the_reader() {
    let dir = tempfile::tempdir().unwrap();
    let path = finished(&dir);
    let reader = RingReader::open(&path).unwrap();
    check_all(&reader);
    for length in [20_095, 12_000, 4096, 100, 8, 0] {
        File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
        let cut = reader.copy_into(1, 1270, &mut [0.0; 10]);
        // Frame 1270 of channel 1 lies at byte 4096 + 8000 + 270 · 8.
        assert_eq!(cut, if length < 14_256 { Err(ReadError::CutOff) } else { Ok(()) }, "{length}");
        assert_eq!(reader.header().spec.channels, 2);
        assert_eq!(reader.header().state, StreamState::Ended);
        let _ = reader.sequence();
        RingReader::open(&path).unwrap_err();
    }
}

#[test]
fn cutting_growing_and_replacing_while_reading_kills_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let path = finished(&dir);
    let bytes = fs::read(&path).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // One file is cut and grown in place, then replaced by name.
            for round in 0..3_000 {
                let file = File::options().write(true).open(&path).unwrap();
                file.set_len(0).unwrap();
                file.set_len([0, 100, 4096, 20_096, 50_000][round % 5]).unwrap();
                let temporary = path.with_extension("tmp");
                fs::write(&temporary, &bytes).unwrap();
                fs::rename(&temporary, &path).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        let (mut opened, mut read, mut failed) = (0, 0, 0);
        while !done.load(Ordering::Relaxed) {
            let Ok(reader) = RingReader::open(&path) else { continue };
            opened += 1;
            for _ in 0..20 {
                let mut dest = [0.0; 100];
                match reader.copy_into(1, 1100, &mut dest) {
                    Ok(()) => read += 1,
                    Err(_) => failed += 1,
                }
                let _ = reader.header();
            }
        }
        assert!(opened > 0 && read + failed > 0, "opened {opened}, read {read}, failed {failed}");
    });
}

#[test]
fn a_ring_is_whole_from_the_first_moment_its_path_exists() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..300 {
                drop(RingWriter::create_file(&path, small(1)).unwrap());
                fs::remove_file(&path).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            if let Err(error) = RingReader::open(&path) {
                assert!(error.to_string().contains("cannot open the ring"), "{error}");
            }
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_sealed_ring_cannot_be_cut_grown_or_written_by_others() {
    use std::os::unix::fs::FileExt;

    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("ring");
    let mut writer = RingWriter::create_sealed(small(2), Some(&link)).unwrap();
    write_blocks(&mut writer, 20);
    let reader = RingReader::open(&link).unwrap();
    let other = File::options().read(true).write(true).open(&link).unwrap();
    let not_permitted = rustix::io::Errno::PERM.raw_os_error();
    assert_eq!(other.set_len(0).unwrap_err().raw_os_error(), Some(not_permitted));
    assert_eq!(other.set_len(1 << 20).unwrap_err().raw_os_error(), Some(not_permitted));
    assert_eq!(other.write_at(b"x", 5000).unwrap_err().raw_os_error(), Some(not_permitted));
    File::create(&link).unwrap_err();
    write_blocks(&mut writer, 3);
    check_all(&reader);
    check_all(&RingReader::open(fs::read_link(&link).unwrap()).unwrap());

    // A reader of another mapping outlives the writer and its path.
    drop(writer);
    assert!(!link.is_symlink());
    assert_eq!(reader.header().state, StreamState::Ended);
    let mut one = [0.0];
    reader.copy_into(1, 1400, &mut one).unwrap();
    assert_eq!(one[0], sample(1, 1400));
}
