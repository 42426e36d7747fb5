//! A ring handed to another process: what is mapped, and everything that is refused.
#![cfg(all(target_os = "linux", not(loom)))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use audiotab_ring::layout::offset;
use audiotab_ring::share::{RingMapping, RingOffer};
use audiotab_ring::{RingReader, RingWriter};
use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags};
use support::{check_all, small, write_blocks};

fn private() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    dir
}

fn offered(dir: &Path, reader: &RingReader) -> RingOffer {
    let reader = reader.clone();
    RingOffer::open_in(dir, move || Some(reader.clone())).unwrap()
}

fn refusal(socket: &Path) -> String {
    RingMapping::fetch(socket).unwrap_err().to_string()
}

/// How often this process has the memory of a ring of this length mapped.
fn mappings_of(len_bytes: usize) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let is_it = |line: &&str| {
        let range = line.split(' ').next().unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let bytes = usize::from_str_radix(to, 16).unwrap() - usize::from_str_radix(from, 16).unwrap();
        line.contains("memfd:audiotab_ringbuf")
            && line.contains(" r--s ")
            && bytes == len_bytes.next_multiple_of(4096)
    };
    maps.lines().filter(is_it).count()
}

#[test]
fn the_ring_that_runs_is_mapped_and_unmapped() {
    let dir = private();
    let mut writer = RingWriter::create_sealed(small(3), None).unwrap();
    write_blocks(&mut writer, 5);
    let offer = offered(dir.path(), &writer.reader());
    let first = RingMapping::fetch(offer.path()).unwrap();
    let second = RingMapping::fetch(offer.path()).unwrap();
    assert_eq!(first.header(), &writer.reader().header());
    assert_eq!(first.len_bytes() as u64, small(3).file_len_bytes());
    assert_eq!(first.as_ptr().addr() % 4096, 0);
    assert_ne!(first.as_ptr(), second.as_ptr(), "each caller has its own");
    let len = first.len_bytes();
    let both = mappings_of(len);
    drop(first);
    assert_eq!(mappings_of(len), both - 1);
    drop(second);
    assert_eq!(mappings_of(len), both - 2);
}

#[test]
fn the_next_stream_takes_over_and_the_old_mapping_stays() {
    let dir = private();
    let current: Arc<Mutex<Option<RingReader>>> = Arc::default();
    let asked = Arc::clone(&current);
    let offer = RingOffer::open_in(dir.path(), move || asked.lock().unwrap().clone()).unwrap();
    assert!(refusal(offer.path()).contains("nothing is being captured"));
    let mut writer = RingWriter::create_sealed(small(1), None).unwrap();
    write_blocks(&mut writer, 3);
    *current.lock().unwrap() = Some(writer.reader());
    let old = RingMapping::fetch(offer.path()).unwrap();
    let next = RingWriter::create_sealed(small(7), None).unwrap();
    *current.lock().unwrap() = Some(next.reader());
    assert_eq!(RingMapping::fetch(offer.path()).unwrap().header().spec.channels, 7);
    drop(writer);
    assert_eq!(old.header().spec.channels, 1);
    let socket = offer.path().to_owned();
    drop(offer);
    assert!(!socket.exists(), "nothing is left behind");
    assert!(refusal(&socket).contains("does not offer it"));
}

#[test]
fn a_ring_that_could_be_cut_is_not_handed_over() {
    let dir = private();
    let mut writer = RingWriter::create_file(dir.path().join("ring"), small(1)).unwrap();
    write_blocks(&mut writer, 3);
    let offer = offered(dir.path(), &writer.reader());
    assert!(refusal(offer.path()).contains("could be cut under its readers"));
    let elsewhere = offered(&private().keep(), &RingReader::open(dir.path().join("ring")).unwrap());
    assert!(refusal(elsewhere.path()).contains("could be cut under its readers"));
    assert_eq!(check_all(&writer.reader()), 192);
}

#[test]
fn another_build_is_refused() {
    use rustix::net::{
        AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketType, connect, recv, send, socket,
    };
    let dir = private();
    let writer = RingWriter::create_sealed(small(1), None).unwrap();
    let offer = offered(dir.path(), &writer.reader());
    for build in [b"audiotab 9.9.9 handshake 1".as_slice(), b"", &[0xff; 512]] {
        let peer = socket(AddressFamily::UNIX, SocketType::SEQPACKET, None).unwrap();
        connect(&peer, &SocketAddrUnix::new(offer.path()).unwrap()).unwrap();
        send(&peer, build, SendFlags::empty()).unwrap();
        let mut answer = [0; 512];
        let (_, len) = recv(&peer, &mut answer, RecvFlags::empty()).unwrap();
        let sentence = String::from_utf8_lossy(&answer[..len]).into_owned();
        assert!(sentence.starts_with('-') && sentence.contains("another build"), "{sentence}");
    }
    RingMapping::fetch(offer.path()).unwrap();
}

#[test]
fn only_the_own_app_is_asked() {
    let dir = private();
    let writer = RingWriter::create_sealed(small(1), None).unwrap();
    let offer = offered(dir.path(), &writer.reader());
    let name = offer.path().file_name().unwrap();
    let says = |socket: PathBuf, part: &str| {
        let sentence = refusal(&socket);
        assert!(sentence.contains(part), "{}: {sentence}", socket.display());
    };
    says(dir.path().join("window-x"), "a foreign name");
    says(dir.path().join("window-4194305"), "does not offer it");
    says(PathBuf::from("/"), "no path");
    says(Path::new("/no/such/place").join(name), "no private directory");
    // A link instead of the directory, and instead of the socket.
    let links = private();
    symlink(dir.path(), links.path().join("dir")).unwrap();
    says(links.path().join("dir").join(name), "no private directory");
    symlink(offer.path(), links.path().join(name)).unwrap();
    says(links.path().join(name), "something else stands");
    let files = private();
    fs::write(files.path().join(name), "").unwrap();
    says(files.path().join(name), "something else stands");
    // Its name says that another process should answer.
    fs::rename(offer.path(), dir.path().join("window-1")).unwrap();
    says(dir.path().join("window-1"), "another program answers");
    fs::rename(dir.path().join("window-1"), offer.path()).unwrap();
    for mode in [0o755, 0o710, 0o701] {
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
        says(offer.path().to_owned(), "others may enter");
    }
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    RingMapping::fetch(offer.path()).unwrap();
    if rustix::process::geteuid().is_root() {
        let nobody = rustix::fs::Uid::from_raw(65_534);
        rustix::fs::chown(dir.path(), Some(nobody), None).unwrap();
        says(offer.path().to_owned(), "others may enter");
    }
}

#[test]
fn sockets_of_killed_apps_are_swept() {
    let dir = private();
    // The highest process id Linux can have, plus one; and one that always runs.
    for name in ["window-4194305", "window-1", "window-x", "audiotab_ringbuf"] {
        fs::write(dir.path().join(name), "").unwrap();
    }
    // Left by a program that had our process id before us.
    let own = format!("window-{}", std::process::id());
    fs::write(dir.path().join(&own), "").unwrap();
    let writer = RingWriter::create_sealed(small(1), None).unwrap();
    let offer = offered(dir.path(), &writer.reader());
    let mut wanted = vec!["audiotab_ringbuf".to_owned(), "window-1".to_owned(), own, "window-x".to_owned()];
    wanted.sort();
    assert_eq!(support::files::names_in(dir.path()), wanted);
    RingMapping::fetch(offer.path()).unwrap();
}

#[test]
fn an_app_that_hangs_is_not_waited_for() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, listen, socket};
    let dir = private();
    let path = dir.path().join(format!("window-{}", std::process::id()));
    let deaf = socket(AddressFamily::UNIX, SocketType::SEQPACKET, None).unwrap();
    bind(&deaf, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    listen(&deaf, 1).unwrap();
    assert!(refusal(&path).contains("does not answer"));
}

/// A memory file with these bytes, opened anew for reading.
fn memory_file(bytes: &[u8], seals: SealFlags) -> OwnedFd {
    let fd = rustix::fs::memfd_create("test", MemfdFlags::ALLOW_SEALING | MemfdFlags::CLOEXEC).unwrap();
    let mut file = File::from(fd);
    file.write_all(bytes).unwrap();
    rustix::fs::fcntl_add_seals(&file, seals).unwrap();
    rustix::fs::open(format!("/proc/self/fd/{}", file.as_raw_fd()), OFlags::RDONLY, Mode::empty()).unwrap()
}

#[test]
fn what_is_no_sealed_ring_is_not_mapped() {
    let dir = private();
    let path = dir.path().join("ring");
    let mut writer = RingWriter::create_file(&path, small(2)).unwrap();
    write_blocks(&mut writer, 3);
    let ring = fs::read(&path).unwrap();
    let whole = SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    let says = |file: OwnedFd, part: &str| {
        let sentence = RingMapping::of(file).unwrap_err().to_string();
        assert!(sentence.contains(part), "{sentence}");
    };
    let changed = |at: usize, value: u64| {
        let mut bytes = ring.clone();
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        memory_file(&bytes, whole)
    };
    assert_eq!(RingMapping::of(memory_file(&ring, whole)).unwrap().header().spec, small(2));
    says(memory_file(&ring, SealFlags::empty()), "could be cut");
    says(memory_file(&ring, SealFlags::GROW | SealFlags::SEAL), "could be cut");
    // Without the last seal somebody could not take seals off, but the writer would not be ours.
    says(memory_file(&ring, SealFlags::SHRINK | SealFlags::GROW), "could be cut");
    says(OwnedFd::from(File::open(&path).unwrap()), "could be cut");
    says(memory_file(&ring[..ring.len() - 1], whole), "its header describes");
    says(memory_file(&ring[..100], whole), "too few");
    says(memory_file(&[], whole), "too few");
    says(memory_file(&vec![0; ring.len()], whole), "does not begin with AUDITAB!");
    says(changed(offset::VERSION, 2), "layout version 2");
    says(changed(offset::CHANNELS, 3), "its header describes");
    says(changed(offset::CHANNELS, u64::MAX), "1 to 256 channels");
    says(changed(offset::CAPACITY_FRAMES, u64::MAX / 8), "1 to 600 seconds");
    let writable = rustix::fs::memfd_create("test", MemfdFlags::ALLOW_SEALING).unwrap();
    says(writable, "could be written");
    says(OwnedFd::from(File::open("/dev/zero").unwrap()), "could be cut");
}
