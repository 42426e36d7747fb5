//! The private directory of default rings: who may enter, which names are taken, what is swept.
#![cfg(all(unix, not(loom)))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use audiotab_ring::{RingError, RingReader, RingWriter};
use support::files::{left_by_crash, mode, names_in};
use support::{check_all, small, write_blocks};

/// Runs the ignored test `name` of this file in its own process.
fn child(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
    command
}

#[test]
fn default_rings_live_in_a_private_directory_and_go_with_their_owner() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("audiotab");
    let mut first = RingWriter::create_in(&dir, small(1), "").unwrap();
    assert_eq!(mode(&dir), 0o700);
    let path = first.path().unwrap().to_owned();
    assert_eq!(path, dir.join("audiotab_ringbuf"));
    assert_eq!((mode(&path), path.metadata().unwrap().len()), (0o600, 12_096));
    write_blocks(&mut first, 9);

    let second = RingWriter::create_in(&dir, small(2), "").unwrap();
    let own_name = format!("audiotab_ringbuf-{}", std::process::id());
    assert_eq!(second.path(), Some(dir.join(&own_name).as_path()), "two instances do not disturb each other");
    let named = RingWriter::create_in(&dir, small(3), "studio_2").unwrap();
    assert!(matches!(RingWriter::create_in(&dir, small(3), "studio_2"), Err(RingError::InUse { .. })));
    assert_eq!(names_in(&dir), ["audiotab_ringbuf", own_name.as_str(), "audiotab_ringbuf-studio_2"]);
    assert_eq!(check_all(&RingReader::open(&path).unwrap()), 576);

    let reader = first.reader();
    drop((first, second, named));
    assert_eq!(names_in(&dir), ["audiotab_ringbuf"], "a reader of this process still holds it");
    assert_eq!(check_all(&RingReader::open(&path).unwrap()), 576);
    let again = RingWriter::create_in(&dir, small(1), "").unwrap();
    assert_eq!(again.path(), Some(path.as_path()), "an ended ring makes room");
    drop(reader);
    assert!(path.exists(), "the old owner leaves the new ring alone");
    drop(again);
    assert_eq!(names_in(&dir), [""; 0]);
    for instance in ["a/b", "..", "x y", "é", &"x".repeat(65)] {
        assert!(matches!(RingWriter::create_in(&dir, small(1), instance), Err(RingError::Instance { .. })));
    }
}

#[test]
fn what_a_crash_left_in_the_private_directory_is_swept() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("audiotab");
    drop(RingWriter::create_in(&dir, small(1), "").unwrap());
    left_by_crash(&dir.join("audiotab_ringbuf-77"), 1);
    symlink("/proc/999999999/fd/7", dir.join("audiotab_ringbuf-78")).unwrap();
    symlink("/etc/passwd", dir.join("audiotab_ringbuf-79")).unwrap();
    fs::write(dir.join("audiotab_ringbuf.txt"), "notes").unwrap();
    fs::write(dir.join(".audiotab_ringbuf.0.tmp"), "young, maybe being made").unwrap();
    let writer = RingWriter::create_in(&dir, small(1), "").unwrap();
    assert_eq!(
        names_in(&dir),
        [".audiotab_ringbuf.0.tmp", "audiotab_ringbuf", "audiotab_ringbuf-79", "audiotab_ringbuf.txt"]
    );
    drop(writer);
}

#[test]
fn a_directory_that_others_can_enter_is_not_private() {
    let base = tempfile::tempdir().unwrap();
    let open = base.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    let link = base.path().join("link");
    symlink(base.path(), &link).unwrap();
    let file = base.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [&open, &link, &file] {
        assert!(matches!(RingWriter::create_in(path, small(1), ""), Err(RingError::NotPrivate { .. })));
    }
    assert_eq!(mode(&open), 0o755, "left as it was");
}

#[test]
fn the_environment_picks_the_place() {
    let runtime = tempfile::tempdir().unwrap();
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let printed =
        |text: &str| text.lines().find_map(|line| line.strip_prefix("ring ").map(str::to_owned)).unwrap();

    let text = run(child("child_makes_a_default_ring").env("XDG_RUNTIME_DIR", runtime.path()));
    assert_eq!(printed(&text), format!("{}/audiotab/audiotab_ringbuf 600 700", runtime.path().display()));
    // Left open by an older version or by hand: the name is ours, so it is closed.
    fs::set_permissions(runtime.path().join("audiotab"), fs::Permissions::from_mode(0o755)).unwrap();
    let text = run(child("child_makes_a_default_ring").env("XDG_RUNTIME_DIR", runtime.path()));
    assert!(printed(&text).ends_with("600 700"));
    for unusable in ["", "relative", "/nonexistent"] {
        let text = run(child("child_makes_a_default_ring").env("XDG_RUNTIME_DIR", unusable));
        let uid = rustix::process::geteuid().as_raw();
        assert!(printed(&text).contains(&format!("/audiotab-{uid}/audiotab_ringbuf")), "{text}");
    }
    let exe = std::env::current_exe().unwrap();
    for umask in ["000", "777"] {
        let script =
            format!("umask {umask}; exec \"$0\" --exact child_makes_a_default_ring --ignored --nocapture");
        let text =
            run(Command::new("sh").args(["-c", &script]).arg(&exe).env("XDG_RUNTIME_DIR", runtime.path()));
        assert!(printed(&text).ends_with("600 700"), "umask {umask}: {text}");
    }
}

#[test]
#[ignore = "runs in a child process, with its own environment"]
fn child_makes_a_default_ring() {
    let writer = RingWriter::create_default(small(1), "").unwrap();
    let path = writer.path().unwrap();
    // The test harness has begun a line.
    println!("\nring {} {:o} {:o}", path.display(), mode(path), mode(path.parent().unwrap()));
}
