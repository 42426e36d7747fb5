use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::signal::SignalShape;

fn parse(text: &str) -> Input {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn addresses_and_their_canonical_form() {
    for (text, canonical) in [
        ("default", "default"),
        ("default?channels=0,1,2,5", "default?channels=0-2,5"),
        ("pulseaudio:alsa_input.usb-mic?rate=96000", "pulseaudio:alsa_input.usb-mic?rate=96000"),
        ("alsa:hw:CARD=0,DEV=0?channels=3", "alsa:hw:CARD=0,DEV=0?channels=3"),
        ("alsa:odd?", "alsa:odd"),
        ("file:/tmp/a b.wav", "file:/tmp/a b.wav"),
        ("file:a.wav?loop=1", "file:a.wav"),
        ("file:a.wav?loop=0&channels=1", "file:a.wav?loop=0&channels=1"),
        ("file:what?.wav", "file:what?.wav?"),
        ("file:a?loop=0?", "file:a?loop=0?"),
        ("file:50%.wav", "file:50%.wav"),
        ("signal:sine", "signal:sine"),
        ("signal:sine?freq=440&level=-6", "signal:sine"),
        ("signal:sine?freq=997.5&channels=4&rate=96000", "signal:sine?freq=997.5&channels=4&rate=96000"),
        ("signal:multitone?channels=0,2-5", "signal:multitone?channels=0,2-5"),
        ("signal:multitone?channels=3-3", "signal:multitone?channels=3-3"),
        ("signal:pink?seed=7&level=-20", "signal:pink?level=-20&seed=7"),
        ("signal:chirp?f1=8000&f0=100&period=2", "signal:chirp?f0=100&f1=8000&period=2"),
        ("signal:silence?rate=8000", "signal:silence?rate=8000"),
    ] {
        assert_eq!(parse(text).to_string(), canonical, "{text}");
        assert_eq!(parse(canonical), parse(text), "{text}");
    }
}

#[test]
fn the_parts_of_an_address() {
    let InputAddress::Signal(spec) = parse("signal:multitone?channels=0,2-5").address else {
        panic!("a signal")
    };
    assert_eq!(spec.channels, 6);
    let file = parse("file:x?y.wav?loop=0&channels=2,0");
    assert_eq!(file.address, InputAddress::File { path: "x?y.wav".into(), repeat: false });
    assert_eq!(file.channels, Some(vec![2, 0]));
    let device = parse("coreaudio:AppleHDA:1?channels=1&rate=44100");
    assert_eq!((device.channels, device.rate_hz), (Some(vec![1]), Some(44_100)));
    assert_eq!(parse("signal:chirp?rate=8000").to_string(), "signal:chirp?rate=8000");
}

#[test]
fn every_mistake_has_its_sentence() {
    for (text, says) in [
        ("", "`` is not an input; give default, a device id"),
        ("mic", "`mic` is not an input"),
        ("signl:sine", "`signl:sine` is not an input"),
        ("alsa:", "`alsa:` is not an input"),
        ("file:", "`file:` lacks a path"),
        ("file:a.wav?loop=2", "`loop=2` is not possible; loop is 0 (play once) or 1 (repeat)"),
        ("file:a.wav?lop=0", "`lop` is not an option of a file; it has loop and channels"),
        ("file:a.wav?rate=8000", "`rate` is not an option of a file"),
        ("default?loop=0", "`loop` is not an option of a device; it has channels and rate"),
        ("default?channels=", "`` in `channels=` is not a channel"),
        ("default?channels=2-1", "`2-1` in `channels=2-1` is not a channel"),
        ("default?channels=-1", "`-1` in `channels=-1` is not a channel"),
        ("default?channels=0,0", "channel 0 is picked twice"),
        ("default?channels=0-300", "picks too many channels; a capture takes up to 256"),
        ("default?channels=99999", "is not a channel"),
        ("default?rate=1", "`rate=1` is not possible; rate is a whole number from 1000 to 1000000 Hz"),
        ("default?rate=8000&rate=9000", "`rate` is given twice"),
        ("default?rate=8000&loud", "`loud` lacks a value"),
        ("signal:", "`signal:` is not a test signal; there are sine, multitone,"),
        ("signal:sin", "`signal:sin` is not a test signal"),
        ("signal:sine?f0=1", "`f0` is not an option of signal:sine; it has freq, level, channels and rate"),
        ("signal:silence?level=0", "`level` is not an option of signal:silence; it has channels and rate"),
        ("signal:sine?freq=NaN", "`freq=NaN` is not possible; freq is a number from 0.001 to 500000 Hz"),
        ("signal:sine?freq=-1", "`freq=-1` is not possible"),
        (
            "signal:sine?freq=24000",
            "a sine of 24000 Hz does not exist at a rate of 48000 Hz; it must be below 24000 Hz",
        ),
        ("signal:multitone?freq=9000&channels=3", "the tone of the last channel of 27000 Hz does not exist"),
        ("signal:sine?level=inf", "`level=inf` is not possible; level is a number from -200 to 20 dBFS"),
        ("signal:sine?channels=0", "`channels=0` is not possible; a signal has 1 to 256 channels"),
        ("signal:sine?channels=257", "`channels=257` is not possible"),
        ("signal:sine?channels=0-300", "picks too many"),
        ("signal:sine?channels=300,0", "`channels=300,0` is not possible"),
        ("signal:white?seed=-1", "`seed=-1` is not possible; seed is a whole number"),
        ("signal:impulse?period=0.00001", "is shorter than two frames"),
        ("signal:impulse?period=0", "`period=0` is not possible"),
        ("signal:sine?rate=2000000", "`rate=2000000` is not possible"),
    ] {
        let error = text.parse::<Input>().expect_err(text);
        assert!(error.to_string().contains(says), "{text}: {error}");
        assert_eq!(error.kind(), "usage");
    }
}

fn channel_list(most: u32) -> impl Strategy<Value = Option<Vec<u32>>> {
    proptest::option::of(vec(0..most, 1..40).prop_map(|channels| {
        let mut once: Vec<u32> = Vec::new();
        for channel in channels {
            if !once.contains(&channel) {
                once.push(channel);
            }
        }
        once
    }))
}

fn shape() -> impl Strategy<Value = SignalShape> {
    let hz = || 0.001..450.0f64;
    let maybe_hz = || proptest::option::of(0.001..450.0f64);
    let period = || 0.01..3600.0f64;
    prop_oneof![
        hz().prop_map(|freq_hz| SignalShape::Sine { freq_hz }),
        proptest::option::of(0.001..1.0f64).prop_map(|freq_hz| SignalShape::Multitone { freq_hz }),
        (maybe_hz(), maybe_hz(), period()).prop_map(|(f0_hz, f1_hz, period_s)| SignalShape::Chirp {
            f0_hz,
            f1_hz,
            period_s
        }),
        any::<u64>().prop_map(|seed| SignalShape::White { seed }),
        any::<u64>().prop_map(|seed| SignalShape::Pink { seed }),
        period().prop_map(|period_s| SignalShape::Impulse { period_s }),
        hz().prop_map(|freq_hz| SignalShape::Square { freq_hz }),
        Just(SignalShape::Silence),
    ]
}

fn signal() -> impl Strategy<Value = Input> {
    (shape(), -200.0..20.0f64, 1..=256u32, 1_000..=1_000_000u32, channel_list(256)).prop_map(
        |(shape, level_dbfs, channels, sample_rate_hz, pick)| {
            let level_dbfs = if shape == SignalShape::Silence { -6.0 } else { level_dbfs };
            // A picked signal is just wide enough.
            let channels = pick.as_ref().and_then(|pick| pick.iter().max()).map_or(channels, |last| last + 1);
            let spec = SignalSpec { shape, level_dbfs, channels, sample_rate_hz };
            Input { address: InputAddress::Signal(spec), channels: pick, rate_hz: None }
        },
    )
}

fn device() -> impl Strategy<Value = Input> {
    let id = (proptest::sample::select(HOSTS.to_vec()), "[ -~]{1,30}")
        .prop_map(|(host, name)| InputAddress::Device { id: format!("{host}:{name}") });
    let address = prop_oneof![Just(InputAddress::Default), id];
    (address, channel_list(65_536), proptest::option::of(1_000..=1_000_000u32))
        .prop_map(|(address, channels, rate_hz)| Input { address, channels, rate_hz })
}

fn file() -> impl Strategy<Value = Input> {
    ("\\PC{1,40}", any::<bool>(), channel_list(65_536)).prop_map(|(path, repeat, channels)| Input {
        address: InputAddress::File { path: path.into(), repeat },
        channels,
        rate_hz: None,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(input in prop_oneof![signal(), device(), file()]) {
        let text = input.to_string();
        prop_assert_eq!(text.parse::<Input>(), Ok(input), "{}", text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = text.parse::<Input>();
        let _ = format!("signal:{text}").parse::<Input>();
        let _ = format!("signal:sine?{text}").parse::<Input>();
        let _ = format!("default?channels={text}").parse::<Input>();
    }
}
