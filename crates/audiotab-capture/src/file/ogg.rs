//! Whether an OGG file ends where it should: its last page is whole and carries the end-of-stream flag.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A page is at most 65,307 bytes long, so the last one begins in here.
const TAIL_BYTES: u64 = 65_536;
const HEADER_BYTES: usize = 27;
const END_OF_STREAM: u8 = 4;

/// True if the file is an OGG file that stops too early. Leaves the position at the start.
pub(super) fn cut_off(file: &mut File) -> io::Result<bool> {
    let mut magic = [0; 4];
    file.rewind()?;
    let is_ogg = file.read_exact(&mut magic).is_ok() && &magic == b"OggS";
    let mut tail = Vec::new();
    if is_ogg {
        let len = file.metadata()?.len();
        file.seek(SeekFrom::Start(len.saturating_sub(TAIL_BYTES)))?;
        file.read_to_end(&mut tail)?;
    }
    file.rewind()?;
    Ok(is_ogg && !ends_whole(&tail))
}

fn ends_whole(tail: &[u8]) -> bool {
    let Some(start) = tail.windows(4).rposition(|bytes| bytes == b"OggS") else { return false };
    let page = &tail[start..];
    let Some(segments) = page.get(HEADER_BYTES - 1).map(|count| usize::from(*count)) else { return false };
    let Some(lengths) = page.get(HEADER_BYTES..HEADER_BYTES + segments) else { return false };
    let body: usize = lengths.iter().map(|len| usize::from(*len)).sum();
    page[5] & END_OF_STREAM != 0 && page.len() >= HEADER_BYTES + segments + body
}
