//! `devices`, `capture`, `ring info` and `ring dump`: results and failures.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod common;

use common::{World, npy};
use std::fs;

#[test]
fn devices_are_listed() {
    let world = World::new();
    assert!(!world.ok(&["devices"]).is_empty());
    let list = world.json(&["devices", "--json"]);
    for device in list.as_array().unwrap() {
        for field in ["id", "name", "host", "channels", "sample_rates_hz", "default"] {
            assert!(!device[field].is_null(), "{field} is missing in {device}");
        }
    }
}

#[test]
fn wrong_command_lines_are_usage_errors() {
    let world = World::new();
    for args in [
        &[][..],
        &["dance"],
        &["capture"],
        &["capture", "--input", "signal:sine", "--duration", "0"],
        &["capture", "--input", "signal:sine", "--duration", "nan"],
        &["capture", "--input", "signal:sine", "--block", "many"],
        &["devices", "--yaml"],
        &["ring", "info"],
        &["ring", "dump", "x", "--out", "x.npy"],
        &["stft", "x", "--channel", "-1", "--out", "x.npy"],
        &["waveform", "x", "--channel", "0", "--points", "0", "--out", "x.npy"],
        &["serve", "--port", "65536"],
        &["serve", "--bind", "localhost"],
    ] {
        let output = world.audiotab(args).assert().code(2).get_output().clone();
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    assert!(world.ok(&["--version"]).starts_with("audiotab "));
    assert!(world.ok(&["--help"]).contains("waveform"));
}

#[test]
fn a_capture_fills_a_ring_that_stays() {
    let world = World::new();
    let ring = world.name("a.ring");
    let input = "signal:sine?freq=440&channels=2&rate=44100";
    let said = world.ok(&[
        "capture",
        "--input",
        input,
        "--ring",
        &ring,
        "--history",
        "2",
        "--block",
        "500",
        "--duration",
        "3.5",
        "--fast",
    ]);
    assert!(said.contains(&ring) && said.matches('\n').count() == 1, "{said}");

    let info = world.json(&["ring", "info", &ring, "--json"]);
    for (field, value) in [
        ("version", 1),
        ("sample_rate_hz", 44_100),
        ("channels", 2),
        ("capacity_frames", 88_200),
        ("write_sequence", 309), // 154,350 frames in blocks of 500, the last one filled up
        ("samples_per_write", 500),
        ("claim_sequence", 309),
        ("lost_frames", 0),
        ("first_frame", 66_800), // the oldest block gives way to one that may be written at any moment
        ("end_frame", 154_350),
    ] {
        assert_eq!(info[field], value, "{field} in {info}");
    }
    assert_eq!(info["state"], "ended");
    assert!(info["start_time_unix_ns"].as_u64().unwrap() > 1_600_000_000_000_000_000);
    assert!(info["stream_id"].as_u64().is_some());
    assert_eq!(info.as_object().unwrap().len(), 13);
    let text = world.ok(&["ring", "info", &ring]);
    assert!(text.contains("44100 Hz") && text.contains("ended"), "{text}");
    assert_eq!(fs::metadata(&ring).unwrap().len(), 4096 + 2 * 88_200 * 8);

    // A finished ring is replaced; any other file is not.
    world.ok(&["capture", "--input", "signal:white", "--ring", &ring, "--duration", "0.1", "--fast"]);
    let precious = world.name("precious.txt");
    fs::write(&precious, "keep me").unwrap();
    world.fails(&["capture", "--input", "signal:sine", "--ring", &precious], 1, "precious.txt");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "keep me");
}

#[test]
fn without_a_path_the_ring_is_private_and_goes_with_the_capture() {
    let world = World::new();
    let said = world.ok(&["capture", "--input", "signal:sine", "--duration", "0.1", "--fast"]);
    let path = said.trim().rsplit(' ').next().unwrap();
    assert!(path.starts_with(&world.name("audiotab/audiotab_ringbuf")), "{said}");
    assert!(fs::symlink_metadata(path).is_err());
}

#[test]
fn captures_that_cannot_be_say_why() {
    let world = World::new();
    let capture = |input: &str, more: &[&str], code, part: &str| {
        let ring = world.name("never.ring");
        let args = [&["capture", "--input", input, "--ring", &ring], more].concat();
        world.fails(&args, code, part);
        assert!(!world.path("never.ring").exists(), "{args:?} left a ring");
    };
    let duration = &["--fast", "--duration", "1"][..];
    capture("nonsense", duration, 2, "nonsense");
    capture("signal:song", duration, 2, "signal:song");
    capture("signal:sine?freq=x", duration, 2, "freq=x");
    capture("signal:sine?channels=1000", duration, 2, "channels=1000");
    capture("signal:sine", &["--fast"], 2, "--duration");
    capture("default", duration, 2, "--fast");
    capture("signal:sine", &["--fast", "--duration", "1", "--history", "0.5"], 2, "1 to 600 seconds");
    capture("signal:sine", &["--fast", "--duration", "1", "--history", "601"], 2, "1 to 600 seconds");
    capture("signal:sine", &["--fast", "--duration", "1", "--block", "63"], 2, "64 to 8192");
    capture("signal:sine", &["--fast", "--duration", "1", "--block", "8193"], 2, "64 to 8192");
    capture("alsa:no-such-device", &[], 1, "no-such-device");

    let missing = world.name("missing.wav");
    capture(&format!("file:{missing}"), duration, 1, "does not exist");
    fs::write(world.path("empty.wav"), "").unwrap();
    capture(&format!("file:{}", world.name("empty.wav")), duration, 1, "is empty");
    fs::write(world.path("text.wav"), "this is not sound".repeat(100)).unwrap();
    capture(&format!("file:{}", world.name("text.wav")), duration, 1, "text.wav");
    capture(&format!("file:{}", world.name("")), duration, 1, "folder");
    let two = world.wav("two.wav", 2, 100, |_, _| 0);
    capture(&format!("file:{two}?channels=2"), duration, 2, "no channel 2");
    fs::write(world.path("none.wav"), wav_header(0)).unwrap();
    capture(&format!("file:{}", world.name("none.wav")), duration, 1, "none.wav");
    fs::write(world.path("many.wav"), wav_header(1000)).unwrap();
    capture(&format!("file:{}", world.name("many.wav")), duration, 1, "1000 channels");

    world.fails(
        &["capture", "--input", "signal:sine", "--ring", &world.name("no/such/dir.ring")],
        1,
        "no/such",
    );
}

/// A WAV file of 8,000 bytes of silence that says it has `channels` channels.
fn wav_header(channels: u16) -> Vec<u8> {
    let mut wav = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
    wav.extend(channels.to_le_bytes());
    wav.extend(48_000_u32.to_le_bytes());
    wav.extend((48_000 * 2 * u32::from(channels)).to_le_bytes());
    wav.extend((2 * channels).to_le_bytes());
    wav.extend(16_u16.to_le_bytes());
    wav.extend(b"data\x40\x1f\0\0");
    wav.extend([0; 8000]);
    wav
}

#[test]
fn rings_that_are_none_are_refused() {
    let world = World::new();
    let good = fs::read(world.ring("good.ring", "signal:sine", "0.5")).unwrap();
    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        fs::write(world.path(name), bytes).unwrap();
        world.name(name)
    };
    let put =
        |bytes: &mut Vec<u8>, at: usize, value: u64| bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    let cases = [
        (world.name("absent.ring"), "absent.ring"),
        (world.name(""), ""),
        (damaged("magic.ring", &|b| b[0] = b'X'), "not an AudioTab ring"),
        (damaged("version.ring", &|b| put(b, 8, 2)), "version 2"),
        (damaged("short.ring", &|b| b.truncate(4096 + 100)), "bytes long"),
        (damaged("head.ring", &|b| b.truncate(100)), ""),
        (damaged("zero.ring", &Vec::clear), ""),
        (damaged("long.ring", &|b| b.extend([0; 8])), "bytes long"),
        (damaged("channels.ring", &|b| put(b, 24, 0)), "1 to 256 channels"),
        (damaged("huge.ring", &|b| put(b, 24, 1 << 63)), "1 to 256 channels"),
        (damaged("rate.ring", &|b| put(b, 16, 0)), "1 kHz to 1 MHz"),
        (damaged("capacity.ring", &|b| put(b, 32, u64::MAX)), "1 to 600 seconds"),
        (damaged("block.ring", &|b| put(b, 48, 0)), "64 to 8192"),
        (damaged("sequence.ring", &|b| put(b, 40, u64::MAX - 1)), "damaged"),
        (damaged("claim.ring", &|b| put(b, 56, u64::MAX)), "damaged"),
    ];
    let out = world.name("x.npy");
    for (path, part) in &cases {
        world.fails(&["ring", "info", path], 1, part);
        world.fails(&["ring", "info", path, "--json"], 1, part);
        world.fails(&["ring", "dump", path, "--channel", "0", "--out", &out], 1, part);
        world.fails(&["stft", path, "--channel", "0", "--out", &out], 1, "");
    }
    assert!(!world.files().iter().any(|name| name.contains("npy")), "{:?}", world.files());
}

#[test]
fn dumps_are_the_samples() {
    let world = World::new();
    // The second channel counts frames, so that every sample tells where it belongs.
    let wav = world.wav(
        "count.wav",
        2,
        96_000,
        |channel, frame| if channel == 0 { 0 } else { (frame % 32_000) as i16 },
    );
    let ring = world.name("count.ring");
    world.ok(&[
        "capture",
        "--input",
        &format!("file:{wav}?loop=0"),
        "--ring",
        &ring,
        "--history",
        "1",
        "--fast",
    ]);
    let (first, end) = (96_000 - 48_000 + 1024, 96_000);
    let expected = |frames: std::ops::Range<u32>| -> Vec<f64> {
        frames.map(|frame| f64::from(frame % 32_000) / 32_768.0).collect()
    };
    let dump = |more: &[&str]| {
        let out = world.name("out.npy");
        let args = [&["ring", "dump", &ring, "--channel", "1", "--out", &out], more].concat();
        assert_eq!(world.ok(&args), "");
        let npy = npy(&out);
        assert_eq!((npy.descr.as_str(), npy.shape.len()), ("<f8", 1));
        npy.values
    };
    let all = dump(&[]);
    let first_readable = end - all.len() as u32;
    assert!(first_readable.abs_diff(first) <= 1024, "{first_readable}");
    assert_eq!(all, expected(first_readable..end));
    assert_eq!(dump(&["--last", "0.25"]), expected(84_000..end));
    assert_eq!(dump(&["--last", "1000"]), all);
    assert_eq!(dump(&["--start", "60000", "--frames", "5"]), expected(60_000..60_005));

    let out = world.name("out.WAV");
    world.ok(&["ring", "dump", &ring, "--channel", "1", "--last", "0.5", "--out", &out]);
    let mut read = hound::WavReader::open(&out).unwrap();
    assert_eq!((read.spec().sample_rate, read.spec().channels, read.spec().bits_per_sample), (48_000, 1, 32));
    let samples: Vec<f64> = read.samples::<f32>().map(|s| s.unwrap().into()).collect();
    assert_eq!(samples, expected(72_000..end));

    let fails = |more: &[&str], code, part: &str| {
        world.fails(&[&["ring", "dump", &ring], more].concat(), code, part);
    };
    let out = world.name("never.npy");
    fails(&["--channel", "2", "--out", &out], 1, "no channel 2");
    fails(&["--channel", "0", "--start", "0", "--frames", "10", "--out", &out], 1, "not all there");
    fails(&["--channel", "0", "--start", "95999", "--frames", "2", "--out", &out], 1, "not all there");
    fails(
        &["--channel", "0", "--start", "18446744073709551615", "--frames", "2", "--out", &out],
        1,
        "not all there",
    );
    fails(&["--channel", "0", "--start", "5", "--out", &out], 2, "--frames");
    fails(&["--channel", "0", "--frames", "5", "--out", &out], 2, "--start");
    fails(&["--channel", "0", "--last", "1", "--start", "5", "--frames", "5", "--out", &out], 2, "--last");
    fails(&["--channel", "0", "--out", &world.name("x.txt")], 2, ".npy or .wav");
    fails(&["--channel", "0", "--out", &world.name("no/dir/x.npy")], 1, "no/dir");
    assert!(!world.path("never.npy").exists());
    assert!(!world.files().iter().any(|name| name.ends_with(".part")), "{:?}", world.files());
}

#[test]
fn a_running_capture_stops_at_a_signal_and_finishes_its_ring() {
    let world = World::new();
    let ring = world.name("live.ring");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_audiotab"))
        .args(["capture", "--input", "signal:sine?channels=2", "--ring", &ring, "--history", "1"])
        .env("XDG_RUNTIME_DIR", world.path(""))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let written = || {
        let output = world.audiotab(&["ring", "info", &ring, "--json"]).output().unwrap();
        let info: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (info["state"] == "running").then(|| info["write_sequence"].as_u64().unwrap())
    };
    let began = std::time::Instant::now();
    while written().is_none_or(|blocks| blocks < 60) {
        assert!(began.elapsed().as_secs() < 20, "nothing is written");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // While it runs: another capture may not take the ring, and reading it is consistent.
    world.fails(&["capture", "--input", "signal:sine", "--ring", &ring], 1, "live.ring");
    let out = world.name("live.npy");
    world.ok(&["stft", &ring, "--channel", "1", "--out", &out]);
    assert!(npy(&out).shape[0] > 80, "{:?}", npy(&out).shape);

    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert!(child.wait().unwrap().success());
    assert_eq!(world.json(&["ring", "info", &ring, "--json"])["state"], "ended");
}
