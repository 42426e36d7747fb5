//! What may be replaced and opened at a path, and by whom.
#![cfg(all(unix, not(loom)))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use audiotab_ring::layout::offset;
use audiotab_ring::{RingError, RingReader, RingSpec, RingWriter, StreamState};
use support::files::{left_by_crash, mode, names_in, now_ns};
use support::{check_all, small, write_blocks};

#[test]
fn a_file_is_0600_at_full_size_and_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(2)).unwrap();
    assert_eq!((mode(&path), path.metadata().unwrap().len()), (0o600, 20_096));
    assert!(path.metadata().unwrap().blocks() * 512 >= 20_096, "really allocated");
    assert_eq!(names_in(dir.path()), ["ring"]);
    assert_eq!(writer.path(), Some(path.as_path()));
    write_blocks(&mut writer, 5);
    drop(writer);
    let reader = RingReader::open(&path).unwrap();
    assert_eq!((check_all(&reader), reader.header().state), (320, StreamState::Ended));
}

#[test]
fn nothing_but_a_ring_is_ever_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let victim = at("victim");
    fs::write(&victim, "precious").unwrap();
    fs::write(at("text"), "hello").unwrap();
    fs::write(at("empty"), "").unwrap();
    fs::write(at("other-version"), [b"AUDITAB!".as_slice(), &[2; 200]].concat()).unwrap();
    fs::hard_link(&victim, at("hard-link")).unwrap();
    symlink(&victim, at("link")).unwrap();
    symlink("/proc/self/fd/0", at("link-to-proc")).unwrap();
    symlink("/nonexistent", at("dangling-link")).unwrap();
    fs::create_dir(at("directory")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, at("fifo"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .unwrap();
    let before = names_in(dir.path());
    for name in before.iter().filter(|name| *name != "victim") {
        let error = RingWriter::create_file(at(name), small(1)).unwrap_err();
        assert!(matches!(error, RingError::Refused { .. }), "{name}: {error}");
        assert!(error.to_string().contains(name.as_str()), "names the path: {error}");
        #[cfg(target_os = "linux")]
        assert!(matches!(
            RingWriter::create_sealed(small(1), Some(&at(name))),
            Err(RingError::Refused { .. })
        ));
    }
    assert_eq!(names_in(dir.path()), before, "nothing is left behind");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    for path in [dir.path().join(""), "/".into(), "..".into(), "".into()] {
        RingWriter::create_file(&path, small(1)).unwrap_err();
    }
    let missing = RingWriter::create_file(at("no/such/ring"), small(1)).unwrap_err();
    assert!(missing.to_string().contains("no/such"), "{missing}");
}

#[test]
fn nothing_but_a_ring_is_ever_opened() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .unwrap();
    // Returns at once: a FIFO without a writer must not hold us up.
    for path in [
        fifo.as_path(),
        dir.path(),
        Path::new("/dev/zero"),
        Path::new("/dev/null"),
        Path::new("/proc/self/mem"),
    ] {
        let error = RingReader::open(path).unwrap_err().to_string();
        assert!(error.starts_with(path.to_str().unwrap()), "{error}");
    }
}

#[test]
fn a_ring_being_written_is_kept_and_an_ended_one_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(2)).unwrap();
    write_blocks(&mut writer, 5);
    let old_reader = writer.reader();
    assert!(matches!(RingWriter::create_file(&path, small(1)), Err(RingError::InUse { .. })));
    assert_eq!(names_in(dir.path()), ["ring"]);
    writer.finish(&[]);

    let mut next = RingWriter::create_file(&path, small(3)).unwrap();
    write_blocks(&mut next, 7);
    assert_eq!(RingReader::open(&path).unwrap().header().spec.channels, 3);
    assert_eq!(check_all(&old_reader), 320, "who has the old ring open keeps it");
    writer.remove().unwrap();
    assert!(path.exists(), "the path names another ring now");
    next.reader().remove().unwrap();
    assert!(!path.exists());
    next.remove().unwrap();
}

#[test]
fn the_ring_of_a_killed_writer_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    // Long ago, a moment ago, and in another boot whose clock was ahead.
    for heartbeat_ns in [1, now_ns(), u64::MAX] {
        left_by_crash(&path, heartbeat_ns);
        drop(RingWriter::create_file(&path, small(2)).unwrap());
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_writer_that_knows_no_lock_is_seen_by_its_heartbeat() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ring");
    left_by_crash(&path, now_ns());
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use std::os::unix::fs::FileExt;
            let file = fs::File::options().write(true).open(&path).unwrap();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                file.write_all_at(&now_ns().to_le_bytes(), offset::HEARTBEAT_NS as u64).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let made = RingWriter::create_file(&path, small(1));
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(matches!(made, Err(RingError::InUse { .. })));
    });
}

#[test]
fn a_ring_that_does_not_fit_is_refused_at_the_start() {
    let huge = RingSpec::new(1_000_000, 256, 600.0, 8192).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let error = RingWriter::create_file(dir.path().join("ring"), huge).unwrap_err().to_string();
    assert!(error.contains("needs 1228800004096 bytes, but only"), "{error}");
    assert_eq!(names_in(dir.path()), [""; 0]);
    let private = dir.path().join("audiotab");
    let in_memory = RingWriter::create_in(&private, huge, "").unwrap_err().to_string();
    assert!(in_memory.contains("1228800004096 bytes"), "{in_memory}");
    assert_eq!(names_in(&private), [""; 0]);
}

#[test]
fn a_file_or_directory_of_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can make one.
    }
    let base = tempfile::tempdir().unwrap();
    let nobody = rustix::fs::Uid::from_raw(65_534);
    let dir = base.path().join("audiotab");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
    rustix::fs::chown(&dir, Some(nobody), None).unwrap();
    assert!(matches!(RingWriter::create_in(&dir, small(1), ""), Err(RingError::NotPrivate { .. })));
    let path = base.path().join("ring");
    drop(RingWriter::create_file(&path, small(1)).unwrap());
    rustix::fs::chown(&path, Some(nobody), None).unwrap();
    assert!(matches!(RingWriter::create_file(&path, small(1)), Err(RingError::Refused { .. })));
}

#[test]
fn another_user_cannot_open_a_ring() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can become another user.
    }
    use std::os::unix::process::CommandExt;
    let base = tempfile::tempdir().unwrap();
    fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = base.path().join("ring");
    let writer = RingWriter::create_file(&path, small(1)).unwrap();
    #[cfg(target_os = "linux")]
    let sealed = RingWriter::create_sealed(small(1), None).unwrap();
    let mut paths = vec![writer.path().unwrap()];
    #[cfg(target_os = "linux")]
    paths.extend(sealed.path());
    for path in paths {
        let status = Command::new("cat").arg(path).uid(65_534).gid(65_534).output().unwrap().status;
        assert!(!status.success(), "{}", path.display());
    }
}
