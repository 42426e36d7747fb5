use super::*;

const N: usize = 4096;

/// Peak of the window's transform over all frequencies within `from..=to` bins, dB below its centre.
fn response_db(window: Window, bins: f64) -> f64 {
    let w = window.coefficients(N);
    let (mut re, mut im) = (0.0, 0.0);
    for (i, c) in w.iter().enumerate() {
        let angle = TAU * bins * i as f64 / N as f64;
        re += c * angle.cos();
        im += c * angle.sin();
    }
    10.0 * ((re * re + im * im) / w.iter().sum::<f64>().powi(2)).log10()
}

#[test]
fn figures_of_merit_are_those_of_the_published_table() {
    // Window, coherent gain, ENBW in bins, scalloping loss in dB.
    let table = [
        (Window::Rectangular, 1.0, 1.0, -3.92),
        (Window::Hann, 0.5, 1.5, -1.424),
        (Window::Hamming, 0.54, 1.3628, -1.751),
        (Window::Blackman, 0.42, 1.7268, -1.099),
        (Window::BlackmanHarris, 0.35875, 2.0044, -0.826),
        (Window::Nuttall, 0.36358, 1.9761, -0.851),
        (Window::FlatTop, 0.21558, 3.7702, -0.010),
        (Window::Kaiser { beta: 6.76 }, 0.47243, 1.5450, -1.366),
        (Window::Kaiser { beta: 14.0 }, 0.33187, 2.1611, -0.713),
    ];
    for (window, coherent_gain, enbw, scalloping_db) in table {
        assert!((window.coherent_gain(N) - coherent_gain).abs() < 1e-5, "{window}");
        assert!((window.enbw_bins(N) - enbw).abs() < 1e-4, "{window}");
        assert!((response_db(window, 0.5) - scalloping_db).abs() < 0.003, "{window}");
    }
}

#[test]
fn highest_sidelobes_are_those_of_the_published_table() {
    // Window, first zero of the main lobe in bins, highest sidelobe in dB.
    let table = [
        (Window::Rectangular, 1.0, -13.3),
        (Window::Hann, 2.0, -31.5),
        (Window::Hamming, 2.0, -42.7),
        (Window::Blackman, 3.0, -58.1),
        (Window::BlackmanHarris, 4.0, -92.0),
        (Window::Nuttall, 4.0, -98.2),
        (Window::FlatTop, 5.0, -93.0),
    ];
    for (window, main_lobe_bins, sidelobe_db) in table {
        let highest = (0..240).map(|step| response_db(window, main_lobe_bins + f64::from(step) / 20.0));
        let highest = highest.fold(f64::NEG_INFINITY, f64::max);
        assert!((highest - sidelobe_db).abs() < 0.15, "{window}: {highest} dB");
    }
}

#[test]
fn windows_are_periodic() {
    for window in [Window::Hann, Window::Nuttall, Window::FlatTop, Window::Kaiser { beta: 8.6 }] {
        for n in [256, 1024] {
            let w = window.coefficients(n);
            assert!((1..n).all(|i| (w[i] - w[n - i]).abs() < 1e-12), "{window}: w[i] = w[n - i]");
            assert!((w[n / 2] - 1.0).abs() < 1e-8, "{window}: the middle is 1");
        }
    }
}

#[test]
fn names_survive_the_round_trip() {
    let names = [
        "hann",
        "hamming",
        "blackman",
        "blackman-harris",
        "nuttall",
        "flat-top",
        "kaiser:8.6",
        "rectangular",
    ];
    for name in names {
        assert_eq!(name.parse::<Window>().unwrap().to_string(), name);
    }
    for wrong in
        ["", "Hann ", "hanning", "kaiser", "kaiser:", "kaiser:x", "kaiser:-1", "kaiser:nan", "kaiser:1e9"]
    {
        assert!(wrong.parse::<Window>().is_err(), "{wrong}");
    }
}
