//! `signal:KIND?key=value&…` in both directions.

use std::fmt;

use super::options::{Options, format_channels, list, parse_channels};
use super::{Input, InputAddress, MAX_CHANNELS, RATES_HZ, write_options};
use crate::error::CaptureError;
use crate::signal::{SignalShape, SignalSpec};

const KINDS: [&str; 8] = ["sine", "multitone", "chirp", "white", "pink", "impulse", "square", "silence"];
const LEVELS_DBFS: std::ops::RangeInclusive<f64> = -200.0..=20.0;
const PERIODS_S: std::ops::RangeInclusive<f64> = 0.000_01..=3600.0;

pub(super) fn parse(text: &str) -> Result<Input, CaptureError> {
    let (kind, mut options) = Options::split(text)?;
    let rate_hz =
        options.whole("rate", RATES_HZ, " Hz")?.map_or(SignalSpec::DEFAULT_RATE_HZ, |rate| rate as u32);
    let (channels, pick) = take_channels(&mut options)?;

    let hz = |options: &mut Options<'_>, key| options.number(key, 0.001..=500_000.0, " Hz");
    let period = |options: &mut Options<'_>| options.number("period", PERIODS_S, " s");
    let (shape, keys): (SignalShape, &[&str]) = match kind {
        "sine" => {
            let freq_hz = hz(&mut options, "freq")?.unwrap_or(SignalSpec::SINE_HZ);
            (SignalShape::Sine { freq_hz }, &["freq"])
        }
        "multitone" => {
            let freq_hz = hz(&mut options, "freq")?;
            (SignalShape::Multitone { freq_hz }, &["freq"])
        }
        "chirp" => {
            let f0_hz = hz(&mut options, "f0")?;
            let f1_hz = hz(&mut options, "f1")?;
            let period_s = period(&mut options)?.unwrap_or(SignalSpec::CHIRP_S);
            (SignalShape::Chirp { f0_hz, f1_hz, period_s }, &["f0", "f1", "period"])
        }
        "white" | "pink" => {
            let seed = options.whole("seed", 0..=u64::MAX, "")?.unwrap_or(0);
            let shape =
                if kind == "white" { SignalShape::White { seed } } else { SignalShape::Pink { seed } };
            (shape, &["seed"])
        }
        "impulse" => {
            let period_s = period(&mut options)?.unwrap_or(SignalSpec::IMPULSE_S);
            (SignalShape::Impulse { period_s }, &["period"])
        }
        "square" => {
            let freq_hz = hz(&mut options, "freq")?.unwrap_or(SignalSpec::SQUARE_HZ);
            (SignalShape::Square { freq_hz }, &["freq"])
        }
        "silence" => (SignalShape::Silence, &[]),
        other => {
            return Err(CaptureError::usage(format!(
                "`signal:{other}` is not a test signal; there are {}",
                list(&KINDS)
            )));
        }
    };
    let mut keys = keys.to_vec();
    let mut level_dbfs = SignalSpec::DEFAULT_LEVEL_DBFS;
    if kind != "silence" {
        level_dbfs = options.number("level", LEVELS_DBFS, " dBFS")?.unwrap_or(level_dbfs);
        keys.push("level");
    }
    keys.extend(["channels", "rate"]);
    options.finish(&format!("signal:{kind}"), &keys)?;

    let spec = SignalSpec { shape, level_dbfs, channels, sample_rate_hz: rate_hz };
    spec.check()?;
    Ok(Input { address: InputAddress::Signal(spec), channels: pick, rate_hz: None })
}

/// A number says how many channels there are, a list or range picks some of a signal that is just wide enough.
fn take_channels(options: &mut Options<'_>) -> Result<(u32, Option<Vec<u32>>), CaptureError> {
    let Some(text) = options.take("channels") else { return Ok((1, None)) };
    if text.contains([',', '-']) {
        let pick = parse_channels(text)?;
        let channels = pick.iter().max().map_or(1, |last| last + 1);
        if channels <= MAX_CHANNELS {
            return Ok((channels, Some(pick)));
        }
    } else if let Ok(channels) = text.parse::<u32>()
        && (1..=MAX_CHANNELS).contains(&channels)
    {
        return Ok((channels, None));
    }
    Err(CaptureError::usage(format!(
        "`channels={text}` is not possible; a signal has 1 to {MAX_CHANNELS} channels"
    )))
}

pub(super) fn write(f: &mut fmt::Formatter<'_>, spec: &SignalSpec, pick: Option<&[u32]>) -> fmt::Result {
    let mut options: Vec<(&str, String)> = Vec::new();
    let mut number = |key, value: Option<f64>, default: f64| {
        if let Some(value) = value.filter(|value| *value != default) {
            options.push((key, value.to_string()));
        }
    };
    let kind = match spec.shape {
        SignalShape::Sine { freq_hz } => {
            number("freq", Some(freq_hz), SignalSpec::SINE_HZ);
            "sine"
        }
        SignalShape::Multitone { freq_hz } => {
            number("freq", freq_hz, f64::NAN);
            "multitone"
        }
        SignalShape::Chirp { f0_hz, f1_hz, period_s } => {
            number("f0", f0_hz, f64::NAN);
            number("f1", f1_hz, f64::NAN);
            number("period", Some(period_s), SignalSpec::CHIRP_S);
            "chirp"
        }
        SignalShape::White { .. } => "white",
        SignalShape::Pink { .. } => "pink",
        SignalShape::Impulse { period_s } => {
            number("period", Some(period_s), SignalSpec::IMPULSE_S);
            "impulse"
        }
        SignalShape::Square { freq_hz } => {
            number("freq", Some(freq_hz), SignalSpec::SQUARE_HZ);
            "square"
        }
        SignalShape::Silence => "silence",
    };
    if spec.shape != SignalShape::Silence {
        number("level", Some(spec.level_dbfs), SignalSpec::DEFAULT_LEVEL_DBFS);
    }
    if let SignalShape::White { seed } | SignalShape::Pink { seed } = spec.shape
        && seed != 0
    {
        options.push(("seed", seed.to_string()));
    }
    match pick {
        Some([only]) => options.push(("channels", format!("{only}-{only}"))),
        Some(pick) => options.push(("channels", format_channels(pick))),
        None if spec.channels != 1 => options.push(("channels", spec.channels.to_string())),
        None => {}
    }
    if spec.sample_rate_hz != SignalSpec::DEFAULT_RATE_HZ {
        options.push(("rate", spec.sample_rate_hz.to_string()));
    }
    write!(f, "signal:{kind}")?;
    write_options(f, &options)
}
