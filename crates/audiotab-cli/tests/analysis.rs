//! `stft` and `waveform` on files and rings. The numbers themselves are checked against SciPy elsewhere; here it is
//! that the right frames go in and come out in the right shape.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod common;

use common::{World, npy};
use std::fs;

/// 1 kHz at half of full scale, and silence on the other channel.
fn tone(channel: u16, frame: u32) -> i16 {
    let phase = f64::from(frame) / 48.0 * std::f64::consts::TAU;
    if channel == 1 { (phase.sin() * 16_384.0).round() as i16 } else { 0 }
}

#[test]
fn a_tone_has_its_columns_bins_and_level() {
    let world = World::new();
    let wav = world.wav("tone.wav", 2, 48_000, tone);
    let out = world.name("tone.npy");
    world.ok(&[
        "stft",
        &wav,
        "--channel",
        "1",
        "--window",
        "flat-top",
        "--size",
        "4096",
        "--hop",
        "1000",
        "--pad",
        "2",
        "--out",
        &out,
    ]);
    let levels = npy(&out);
    assert_eq!((levels.descr.as_str(), levels.shape.as_slice()), ("<f4", &[44, 4097][..]));
    for column in levels.values.chunks(4097) {
        let (bin, level) = column.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert!((170..=171).contains(&bin), "{bin}");
        assert!((level + 6.02).abs() < 0.03, "{level}");
    }
    world.ok(&["stft", &wav, "--channel", "0", "--out", &out]);
    let silence = npy(&out);
    assert_eq!(silence.shape, [90, 1025]);
    assert!(silence.values.iter().all(|level| *level <= -200.0));
}

#[test]
fn a_file_and_the_ring_made_of_it_give_the_same() {
    let world = World::new();
    let wav = world.wav("noise.wav", 2, 40_000, |channel, frame| {
        (frame.wrapping_mul(2_654_435_761).rotate_left(u32::from(channel)) >> 17) as i16
    });
    let ring = world.name("noise.ring");
    world.ok(&["capture", "--input", &format!("file:{wav}?loop=0"), "--ring", &ring, "--fast"]);
    let both = |command: &[&str]| {
        let [a, b] = [&wav, &ring].map(|input| {
            let out = world.name("out.npy");
            world.ok(&[&[command[0], input, "--channel", "1", "--out", &out], &command[1..]].concat());
            fs::read(out).unwrap()
        });
        assert!(a == b, "{command:?} differ");
        a
    };
    let hann = both(&["stft"]);
    assert_ne!(hann, both(&["stft", "--window", "kaiser:8.6"]));
    both(&["stft", "--size", "256", "--hop", "16", "--window", "rectangular"]);
    both(&["waveform", "--points", "777"]);
}

#[test]
fn a_window_that_touches_a_gap_is_not_a_number() {
    let world = World::new();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(world.path("gap.wav"), spec).unwrap();
    for frame in 0..10_000 {
        wav.write_sample(if frame == 5000 { f32::NAN } else { 0.25 }).unwrap();
    }
    wav.finalize().unwrap();
    let (input, out) = (world.name("gap.wav"), world.name("gap.npy"));
    world.ok(&["stft", &input, "--channel", "0", "--size", "1024", "--hop", "512", "--out", &out]);
    let levels = npy(&out);
    assert_eq!(levels.shape, [18, 513]);
    for (k, column) in levels.values.chunks(513).enumerate() {
        let touches = (k * 512..k * 512 + 1024).contains(&5000);
        assert!(column.iter().all(|level| level.is_nan() == touches), "column {k}");
    }
    world.ok(&["waveform", &input, "--channel", "0", "--points", "10000", "--out", &out]);
    let outline = npy(&out);
    assert_eq!((outline.descr.as_str(), outline.shape.as_slice()), ("<f8", &[10_000, 2][..]));
    for (i, part) in outline.values.chunks(2).enumerate() {
        assert_eq!(part[0].is_nan(), i == 5000);
    }
}

#[test]
fn the_outline_keeps_a_single_sample_at_every_width() {
    let world = World::new();
    let wav = world.wav("impulse.wav", 1, 30_000, |_, frame| match frame {
        12_345 => 32_767,
        20_000 => -32_768,
        _ => 0,
    });
    let out = world.name("outline.npy");
    for points in [1, 2, 7, 1000, 30_000, 45_000] {
        world.ok(&["waveform", &wav, "--channel", "0", "--points", &points.to_string(), "--out", &out]);
        let outline = npy(&out);
        assert_eq!(outline.shape, [points, 2]);
        assert!(
            outline.values.contains(&(32_767.0 / 32_768.0)) && outline.values.contains(&-1.0),
            "{points}"
        );
    }
}

#[test]
fn inputs_shorter_than_a_window_give_no_columns() {
    let world = World::new();
    let wav = world.wav("short.wav", 1, 2047, tone);
    let out = world.name("none.npy");
    world.ok(&["stft", &wav, "--channel", "0", "--out", &out]);
    assert_eq!(npy(&out).shape, [0, 1025]);
    let wav = world.wav("enough.wav", 1, 2048, tone);
    world.ok(&["stft", &wav, "--channel", "0", "--out", &out]);
    assert_eq!(npy(&out).shape, [1, 1025]);
}

#[test]
fn a_long_file_is_read_to_its_last_frame() {
    let world = World::new();
    // Longer than the first two pieces of the reader; the last frame alone is loud.
    let frames = 5_300_000;
    let wav = world.wav("long.wav", 1, frames, |_, frame| {
        if frame + 1 == frames { 32_767 } else { (frame / 100 % 100) as i16 }
    });
    let out = world.name("long.npy");
    world.ok(&["waveform", &wav, "--channel", "0", "--points", "53000", "--out", &out]);
    for (i, part) in npy(&out).values.chunks(2).enumerate() {
        let value = (i % 100) as f64 / 32_768.0;
        let high = if i == 52_999 { 32_767.0 / 32_768.0 } else { value };
        assert_eq!(part, [value, high], "part {i}");
    }
}

#[test]
fn settings_out_of_range_are_usage_errors_and_bad_inputs_failures() {
    let world = World::new();
    let wav = world.wav("tone.wav", 1, 5000, tone);
    let out = world.name("never.npy");
    let stft = |input: &str, more: &[&str], code, part: &str| {
        world.fails(&[&["stft", input, "--out", &out], more].concat(), code, part);
    };
    let channel = ["--channel", "0"];
    for (flag, values, part) in [
        ("--size", &["128", "1000", "65536", "0"][..], "power of two from 256 to 32768"),
        ("--hop", &["15", "2049", "0"], "from 16 to"),
        ("--pad", &["0", "3", "16"], "1, 2, 4 or 8"),
        ("--window", &["hanning", "", "kaiser", "kaiser:-1", "kaiser:x", "kaiser:nan"], ""),
    ] {
        for value in values {
            stft(&wav, &[&channel[..], &[flag, value]].concat(), 2, part);
        }
    }
    stft(&wav, &["--channel", "1"], 1, "channel 1");
    stft(&world.name("missing.wav"), &channel, 1, "missing.wav");
    stft(&world.name(""), &channel, 1, "folder");
    let pipe = world.name("pipe.wav");
    if std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|made| made.success()) {
        stft(&pipe, &channel, 1, "not a regular file");
        world.fails(&["ring", "info", &pipe], 1, "pipe.wav");
    }
    fs::write(world.path("empty.wav"), "").unwrap();
    stft(&world.name("empty.wav"), &channel, 1, "empty");
    fs::write(world.path("text.flac"), "not sound".repeat(1000)).unwrap();
    stft(&world.name("text.flac"), &channel, 1, "text.flac");
    world.fails(&["stft", &wav, "--channel", "0", "--out", &wav], 2, "input itself");
    world.fails(&["stft", &wav, "--channel", "0", "--out", &world.name("")], 2, "directory");
    let nowhere = world.name("no/dir/x.npy");
    world.fails(&["waveform", &wav, "--channel", "0", "--points", "5", "--out", &nowhere], 1, "no/dir");
    assert!(!world.path("never.npy").exists());
    assert!(!world.files().iter().any(|name| name.ends_with(".part")), "{:?}", world.files());
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes_and_that_is_said() {
    let world = World::new();
    let wav = world.wav("cut.wav", 1, 10_000, tone);
    let bytes = fs::read(&wav).unwrap();
    fs::write(&wav, &bytes[..44 + 2 * 6000]).unwrap();
    let out = world.name("cut.npy");
    let output = world
        .audiotab(&["stft", &wav, "--channel", "0", "--size", "1024", "--hop", "1024", "--out", &out])
        .assert()
        .success()
        .get_output()
        .clone();
    assert_eq!(npy(&out).shape, [5, 513]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cut"), "{said:?}");
}
