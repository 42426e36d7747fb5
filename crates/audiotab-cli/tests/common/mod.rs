//! What the tests of the command share: running it, its files, and a reader of its NPY output.
#![allow(dead_code)] // each test file uses its own part

pub mod serving;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A private world for one test: a directory for its files, which is also its runtime directory.
pub struct World {
    dir: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn audiotab(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_audiotab"));
        command
            .args(args)
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("XDG_DATA_HOME", self.dir.path().join("data"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        for name in [
            "VIZD_PORT",
            "VIZD_BUFFER_MINUTES",
            "VIZD_COALESCE_MS",
            "AUDIOTAB_LOG",
            "RUST_LOG",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        command.timeout(std::time::Duration::from_secs(60));
        command
    }

    /// Runs it successfully and returns what it printed.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.audiotab(args).assert().success().get_output().clone();
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// Runs it in vain: the exit code must be `code`, stdout empty, and stderr one sentence with `part` in it.
    pub fn fails(&self, args: &[&str], code: i32, part: &str) {
        let output = self.audiotab(args).assert().code(code).get_output().clone();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.stdout.is_empty(), "{args:?} printed {:?}", String::from_utf8_lossy(&output.stdout));
        assert!(text.contains(part), "{args:?} said {text:?}, not {part:?}");
        assert!(!text.contains("panicked"), "{text}");
        if text.starts_with("audiotab: ") {
            assert_eq!(text.matches('\n').count(), 1, "more than one line: {text:?}");
            assert!(text.ends_with(".\n"), "no sentence: {text:?}");
        } else {
            assert!(code == 2 && text.starts_with("error: "), "neither ours nor clap's: {text:?}");
        }
    }

    /// A finished ring of a signal.
    pub fn ring(&self, name: &str, signal: &str, duration: &str) -> String {
        let path = self.name(name);
        self.ok(&["capture", "--input", signal, "--ring", &path, "--fast", "--duration", duration]);
        path
    }

    /// A WAV file with one 16-bit sample per call of `sample(channel, frame)`.
    pub fn wav(&self, name: &str, channels: u16, frames: u32, sample: impl Fn(u16, u32) -> i16) -> String {
        let spec = hound::WavSpec {
            channels,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(self.path(name), spec).unwrap();
        for frame in 0..frames {
            (0..channels).for_each(|channel| wav.write_sample(sample(channel, frame)).unwrap());
        }
        wav.finalize().unwrap();
        self.name(name)
    }

    /// Names of the files that are left, hidden ones included.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// An NPY file: its type, its shape and its numbers.
pub struct Npy {
    pub descr: String,
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

pub fn npy(path: impl AsRef<Path>) -> Npy {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let header_end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(header_end % 64, 0);
    let header = std::str::from_utf8(&bytes[10..header_end]).unwrap();
    assert!(header.contains("'fortran_order': False"), "{header}");
    let descr = header.split('\'').nth(3).unwrap().to_owned();
    let shape = header.split(['(', ')']).nth(1).unwrap();
    let shape: Vec<usize> = shape.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    let data = &bytes[header_end..];
    let values: Vec<f64> = match descr.as_str() {
        "<f4" => data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()).into()).collect(),
        "<f8" => data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect(),
        other => panic!("{other}"),
    };
    assert_eq!(values.len(), shape.iter().product::<usize>());
    Npy { descr, shape, values }
}
