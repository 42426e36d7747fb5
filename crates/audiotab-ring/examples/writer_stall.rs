//! How long the ring keeps its writer waiting while the disk is busy, as JSON: 64 channels at 192 kHz, paced like a
//! device, into the ring's own memory and then into a ring in a file on disk.
//!
//!   cargo run --release -p audiotab-ring --example writer_stall -- [--seconds 60] [--folder FOLDER]
//!
//! The folder (the working directory if none is given) lies on the disk that is kept busy: another thread writes there
//! and waits for the disk after every 16 MB. A stall is the time of a write less what its thread waited for a free CPU
//! meanwhile (Linux says so; elsewhere nothing is taken off): that is the scheduler's, not the ring's. A period is
//! missed when a stall outlasts it.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use audiotab_ring::{RingSpec, RingWriter};

const CHANNELS: u32 = 64;
const SAMPLE_RATE_HZ: u64 = 192_000;
const BLOCK_FRAMES: usize = 1024;
/// Two laps or more in a minute: the first touch of every page and the later ones are both seen.
const HISTORY_S: f64 = 5.0;
const BUSY_CHUNK_BYTES: usize = 16 << 20;
const BUSY_FILE_BYTES: u64 = 512 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut seconds, mut folder) = (60.0, PathBuf::from("."));
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        match name.as_str() {
            "--seconds" => seconds = value.parse()?,
            "--folder" => folder = PathBuf::from(value),
            _ => return Err(format!("There is no option {name}; there are --seconds and --folder.").into()),
        }
    }
    let spec = RingSpec::new(SAMPLE_RATE_HZ, CHANNELS, HISTORY_S, BLOCK_FRAMES as u32)?;
    let busy_path = folder.join("writer-stall-busy.tmp");
    let ring_path = folder.join("writer-stall-ring.tmp");

    let memory = while_disk_is_busy(&busy_path, || Ok(paced(memory_ring(spec)?, seconds)))?;
    let file =
        while_disk_is_busy(&busy_path, || Ok(paced(RingWriter::create_file(&ring_path, spec)?, seconds)))?;
    fs::remove_file(&ring_path)?;
    println!(
        "{{\"channels\": {CHANNELS}, \"sample_rate_hz\": {SAMPLE_RATE_HZ}, \"seconds\": {seconds}, \"memory\": {}, \
         \"disk_file\": {}, \"longest_ratio\": {:.1}}}",
        memory.json(),
        file.json(),
        file.longest.as_secs_f64() / memory.longest.as_secs_f64()
    );
    Ok(())
}

fn memory_ring(spec: RingSpec) -> Result<RingWriter, audiotab_ring::RingError> {
    #[cfg(target_os = "linux")]
    return RingWriter::create_sealed(spec, None);
    #[cfg(not(target_os = "linux"))]
    return RingWriter::create_heap(spec);
}

#[derive(Default)]
struct Stalls {
    blocks: u32,
    missed_periods: u32,
    longest_write: Duration,
    longest: Duration,
    times: Vec<Duration>,
    disk_bytes: u64,
}

impl Stalls {
    fn json(&self) -> String {
        let us = |time: Duration| time.as_secs_f64() * 1e6;
        let mut times = self.times.clone();
        times.sort_unstable();
        format!(
            "{{\"blocks\": {}, \"missed_periods\": {}, \"longest_stall_us\": {:.0}, \
             \"median_stall_us\": {:.0}, \"p999_stall_us\": {:.0}, \"longest_write_us\": {:.0}, \"disk_mb_meanwhile\": {}}}",
            self.blocks,
            self.missed_periods,
            us(self.longest),
            us(times[times.len() / 2]),
            us(times[times.len() * 999 / 1000]),
            us(self.longest_write),
            self.disk_bytes >> 20
        )
    }
}

/// Writes a block whenever a device would have one, never before.
fn paced(mut writer: RingWriter, seconds: f64) -> Stalls {
    let block = vec![0.25; BLOCK_FRAMES];
    let planar = vec![block.as_slice(); CHANNELS as usize];
    let due =
        |nth: u32| Duration::from_secs_f64(f64::from(nth) * BLOCK_FRAMES as f64 / SAMPLE_RATE_HZ as f64);
    let blocks = (seconds * SAMPLE_RATE_HZ as f64) as u32 / BLOCK_FRAMES as u32;
    let mut stalls = Stalls { blocks, ..Stalls::default() };
    stalls.times.reserve(blocks as usize);
    let begun = Instant::now();
    for nth in 0..blocks {
        thread::sleep(due(nth).saturating_sub(begun.elapsed()));
        let waited = waited_for_cpu();
        let start = Instant::now();
        writer.write(&planar);
        let took = start.elapsed();
        let stall = took.saturating_sub(waited_for_cpu() - waited);
        stalls.longest_write = stalls.longest_write.max(took);
        stalls.longest = stalls.longest.max(stall);
        stalls.times.push(stall);
        stalls.missed_periods += u32::from(stall > due(1));
    }
    stalls
}

/// How long this thread has been ready to run without a CPU to run on.
fn waited_for_cpu() -> Duration {
    let Ok(text) = fs::read_to_string("/proc/thread-self/schedstat") else { return Duration::ZERO };
    let ns = text.split_whitespace().nth(1).and_then(|word| word.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}

/// Keeps the disk under `path` busy as long as `measure` runs.
fn while_disk_is_busy(
    path: &Path,
    measure: impl FnOnce() -> Result<Stalls, Box<dyn Error>>,
) -> Result<Stalls, Box<dyn Error>> {
    let stop = AtomicBool::new(false);
    let mut file = File::create(path)?;
    let result = thread::scope(|scope| {
        let busy = scope.spawn(|| keep_writing(&mut file, &stop));
        let stalls = measure();
        stop.store(true, Ordering::Relaxed);
        let disk_bytes = busy.join().map_err(|_| "the thread that keeps the disk busy failed")??;
        stalls.map(|stalls| Stalls { disk_bytes, ..stalls })
    });
    fs::remove_file(path)?;
    result
}

fn keep_writing(file: &mut File, stop: &AtomicBool) -> io::Result<u64> {
    let chunk = vec![0x5a_u8; BUSY_CHUNK_BYTES];
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        if file.stream_position()? >= BUSY_FILE_BYTES {
            file.set_len(0)?;
            file.rewind()?;
        }
        file.write_all(&chunk)?;
        // Data, length and the file system's journal.
        file.sync_all()?;
        written += chunk.len() as u64;
    }
    Ok(written)
}
