use std::f64::consts::TAU;

use super::*;

const RATE_HZ: u32 = 48_000;

fn make(address: &str, blocks: &[usize]) -> Vec<Vec<f64>> {
    make_from(address, 0, blocks)
}

fn make_from(address: &str, first_frame: u64, blocks: &[usize]) -> Vec<Vec<f64>> {
    let input: crate::Input = address.parse().unwrap_or_else(|e| panic!("{address}: {e}"));
    let crate::InputAddress::Signal(spec) = input.address else { panic!("{address} is no signal") };
    let pick = input.channels.unwrap_or_else(|| (0..spec.channels).collect());
    let mut signal = Signal::new(&spec, pick);
    signal.frame = first_frame;
    let mut all: Vec<Vec<f64>> = Vec::new();
    for frames in blocks {
        let mut out = Planar::default();
        assert_eq!(signal.read(*frames, &mut out).unwrap(), *frames);
        all.resize(out.channels.len(), Vec::new());
        for (to, from) in all.iter_mut().zip(&out.channels) {
            to.extend(from);
        }
    }
    all
}

fn largest_difference(a: &[f64], b: impl Iterator<Item = f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).sqrt()
}

/// Amplitude of one frequency over whole periods.
fn level_at(samples: &[f64], hz: f64) -> f64 {
    let mut sum = (0.0, 0.0);
    for (i, sample) in samples.iter().enumerate() {
        let (sin, cos) = (TAU * (hz * i as f64 / f64::from(RATE_HZ)).fract()).sin_cos();
        sum = (sum.0 + sample * sin, sum.1 + sample * cos);
    }
    2.0 * sum.0.hypot(sum.1) / samples.len() as f64
}

#[test]
fn a_sine_is_the_sine() {
    let made = make("signal:sine?freq=997&level=0&channels=3", &[48_000]);
    let n = f64::from(RATE_HZ);
    // 997 and the rate are whole, so the phase can be reduced without rounding.
    let exact = |i: u64| (TAU * ((997 * i) % u64::from(RATE_HZ)) as f64 / n).sin();
    assert!(largest_difference(&made[0], (0..48_000).map(exact)) < 1e-14);
    assert_eq!(made[0], made[2]);
}

#[test]
fn a_sine_is_right_after_a_year() {
    let first = 48_000 * 86_400 * 365;
    let made = make_from("signal:sine?freq=997&level=0", first, &[4800]);
    let exact = |i: u64| (TAU * ((997 * i) % 48_000) as f64 / 48_000.0).sin();
    assert!(largest_difference(&made[0], (first..first + 4800).map(exact)) < 1e-14);
    // A frequency that is no whole number: 440.25 Hz is 1761 quarters.
    let made = make_from("signal:sine?freq=440.25&level=0", first, &[4800]);
    let exact = |i: u64| (TAU * ((1761 * i) % 192_000) as f64 / 192_000.0).sin();
    assert!(largest_difference(&made[0], (first..first + 4800).map(exact)) < 1e-13);
}

#[test]
fn samples_do_not_depend_on_block_sizes() {
    for kind in [
        "sine?freq=123.4",
        "multitone?channels=3",
        "chirp?period=0.1",
        "white",
        "pink",
        "impulse?period=0.001",
        "square",
    ] {
        let address = format!("signal:{kind}");
        assert_eq!(make(&address, &[1, 63, 64, 65, 1000, 7, 800]), make(&address, &[2000]), "{kind}");
    }
}

#[test]
fn multitone_channels_have_their_own_tone() {
    let made = make("signal:multitone?channels=8&level=-6.0206", &[4800]);
    for (c, samples) in made.iter().enumerate() {
        for other in 0..8 {
            let expected = if other == c { 0.5 } else { 0.0 };
            let level = level_at(samples, 200.0 * (other + 1) as f64);
            assert!((level - expected).abs() < 1e-6, "channel {c} has {level} at the tone of {other}");
        }
    }
    // Picking keeps the tones.
    let picked = make("signal:multitone?channels=7,0&level=-6.0206", &[4800]);
    assert_eq!((&picked[0], &picked[1]), (&made[7], &made[0]));
}

#[test]
fn a_multitone_of_256_channels_fits_any_rate() {
    for rate_hz in [1_000, 48_000, 1_000_000] {
        let spec = SignalSpec {
            channels: 256,
            sample_rate_hz: rate_hz,
            ..SignalSpec::new(SignalShape::Multitone { freq_hz: None })
        };
        spec.check().unwrap();
        assert!(spec.multitone_hz(1) > spec.multitone_hz(0));
    }
}

#[test]
fn a_chirp_sweeps_and_begins_again() {
    let made = &make("signal:chirp?f0=100&f1=4100&period=0.5&level=0", &[48_000])[0];
    assert_eq!(made[..24_000], made[24_000..]);
    let exact = |i: u32| {
        let t = f64::from(i) / 48_000.0;
        (TAU * (100.0 * t + 4000.0 * t * t)).sin()
    };
    assert!(largest_difference(made, (0..24_000).map(exact)) < 1e-9);
    // Half way it is at 2100 Hz: upward zero crossings are a period apart.
    let crossings: Vec<usize> = (11_900..12_100).filter(|i| made[i - 1] < 0.0 && made[*i] >= 0.0).collect();
    let period = (crossings[crossings.len() - 1] - crossings[0]) as f64 / (crossings.len() - 1) as f64;
    assert!((48_000.0 / period - 2100.0).abs() < 25.0, "{}", 48_000.0 / period);
}

#[test]
fn white_noise_is_flat_uniform_and_its_own_on_every_channel() {
    let made = make("signal:white?channels=2&level=0&seed=3", &[200_000]);
    for samples in &made {
        let mean = samples.iter().sum::<f64>() / samples.len() as f64;
        assert!(mean.abs() < 0.005, "mean {mean}");
        assert!((rms(samples) - (1.0f64 / 3.0).sqrt()).abs() < 0.003);
        assert!(peak(samples) <= 1.0 && peak(samples) > 0.9999);
        for lag in 1..20 {
            let product: f64 = samples.iter().zip(&samples[lag..]).map(|(a, b)| a * b).sum();
            assert!((product / samples.len() as f64).abs() < 0.005, "lag {lag}");
        }
    }
    let product: f64 = made[0].iter().zip(&made[1]).map(|(a, b)| a * b).sum();
    assert!((product / 200_000.0).abs() < 0.005);
    assert_eq!(made, make("signal:white?channels=2&level=0&seed=3", &[200_000]));
    assert_ne!(made, make("signal:white?channels=2&level=0&seed=4", &[200_000]));
}

#[test]
fn pink_noise_falls_by_three_decibels_per_octave() {
    for rate_hz in [8_000, 48_000, 192_000] {
        let filter = Pink::new(0, 0, rate_hz);
        let rate = f64::from(rate_hz);
        let reference_db = filter.response_db(1000.0 / rate);
        let mut hz = 20.0;
        while hz < rate / 4.0 {
            let error_db = filter.response_db(hz / rate) - reference_db + 10.0 * (hz / 1000.0).log10();
            assert!(error_db.abs() < 0.5, "{error_db} dB at {hz} Hz, rate {rate_hz}");
            hz *= 1.05;
        }
    }
    let made = make("signal:pink?channels=2&level=0", &[480_000]);
    for samples in &made {
        let level_db = 20.0 * rms(samples).log10();
        assert!((level_db + 13.98).abs() < 0.5, "{level_db} dB");
        assert!(peak(samples) <= 1.0);
    }
    assert_ne!(made[0], made[1]);
}

#[test]
fn impulses_are_single_samples() {
    let made = &make("signal:impulse?period=0.25&level=-20", &[48_001])[0];
    for (i, sample) in made.iter().enumerate() {
        let expected = if i % 12_000 == 0 { 0.1 } else { 0.0 };
        assert!((sample - expected).abs() < 1e-15, "frame {i}");
    }
}

#[test]
fn a_square_has_odd_harmonics_and_no_aliases() {
    let made = &make("signal:square?freq=1010&level=0", &[48_000])[0];
    let first = level_at(made, 1010.0);
    for order in 1..24 {
        let expected = if order % 2 == 1 { first / f64::from(order) } else { 0.0 };
        assert!((level_at(made, 1010.0 * f64::from(order)) - expected).abs() < 1e-9, "order {order}");
    }
    // Where the 25th and 27th would fold back to.
    for hz in [48_000.0 - 25.0 * 1010.0, 48_000.0 - 27.0 * 1010.0] {
        assert!(level_at(made, hz) < 1e-9);
    }
    assert!(peak(made) <= 1.0 + 1e-12 && peak(made) > 0.98, "{}", peak(made));
    let low = &make("signal:square?freq=20&level=0", &[4800])[0];
    assert!(peak(low) <= 1.0 + 1e-12);
}

#[test]
fn levels_are_peaks() {
    for (address, expected) in [
        ("signal:sine?freq=12000&level=-40", 0.01),
        ("signal:sine?freq=1000", 10f64.powf(-0.3)),
        ("signal:silence", 0.0),
    ] {
        assert!((peak(&make(address, &[4800])[0]) - expected).abs() < 1e-9, "{address}");
    }
}
