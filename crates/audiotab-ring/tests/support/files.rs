//! What the tests of paths share.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use audiotab_ring::RingWriter;
use audiotab_ring::layout::offset;

use super::{small, write_blocks};

pub fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o7777
}

pub fn names_in(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A ring whose writer was killed: running by its header, but without a lock.
pub fn left_by_crash(path: &Path, heartbeat_ns: u64) {
    let mut writer = RingWriter::create_file(path, small(1)).unwrap();
    write_blocks(&mut writer, 3);
    let mut bytes = fs::read(path).unwrap();
    drop(writer);
    bytes[offset::HEARTBEAT_NS..][..8].copy_from_slice(&heartbeat_ns.to_le_bytes());
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

pub fn now_ns() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
