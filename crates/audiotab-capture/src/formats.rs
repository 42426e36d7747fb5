//! Which of a device's formats to use, and which of ALSA's many names are devices.

use std::ops::RangeInclusive;

use crate::backend::SampleFormat;

/// Rates to show for a device that takes a range of them, Hz.
const USUAL_RATES_HZ: [u32; 13] = [
    8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800, 384_000,
];

/// Formats a device offers: a channel count and a sample format at a range of rates.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Range {
    pub(crate) channels: u32,
    pub(crate) rates_hz: RangeInclusive<u32>,
    pub(crate) format: SampleFormat,
}

/// Rate and sample format to open a device with: the asked rate, else 48 kHz, 44.1 kHz or the highest; and of the
/// formats at that rate the one that loses least. Hardware gives integers, so its widest come first; everything
/// else may carry levels above full scale, which only floats keep.
///
/// An error is the rest of a sentence that begins with the device.
pub(crate) fn choose(
    ranges: &[Range],
    channels: u32,
    asked_hz: Option<u32>,
    is_hardware: bool,
) -> Result<(u32, SampleFormat), String> {
    let usable: Vec<&Range> =
        ranges.iter().filter(|r| r.channels == channels && rank(r.format, is_hardware) > 0).collect();
    let Some(highest_hz) = usable.iter().map(|r| *r.rates_hz.end()).max() else {
        return Err(format!("offers no sample format that can be read with {channels} channels"));
    };
    let has = |rate_hz: &u32| usable.iter().any(|r| r.rates_hz.contains(rate_hz));
    let rate_hz = match asked_hz {
        Some(asked_hz) if !has(&asked_hz) => {
            let offered: Vec<String> =
                rates(ranges, channels, highest_hz).iter().map(u32::to_string).collect();
            return Err(format!("does not offer {asked_hz} Hz; it offers {} Hz", offered.join(", ")));
        }
        Some(asked_hz) => asked_hz,
        None => [48_000, 44_100].into_iter().find(has).unwrap_or(highest_hz),
    };
    let best =
        usable.iter().filter(|r| r.rates_hz.contains(&rate_hz)).max_by_key(|r| rank(r.format, is_hardware));
    best.map(|range| (rate_hz, range.format)).ok_or_else(|| format!("does not offer {rate_hz} Hz"))
}

/// 0 for what cannot be read.
fn rank(format: SampleFormat, is_hardware: bool) -> u8 {
    match format {
        SampleFormat::F64 => 12,
        SampleFormat::I32 if is_hardware => 11,
        SampleFormat::F32 => 10,
        SampleFormat::I32 => 9,
        SampleFormat::U32 => 8,
        SampleFormat::I24 => 7,
        SampleFormat::U24 => 6,
        SampleFormat::I16 => 5,
        SampleFormat::U16 => 4,
        SampleFormat::I8 => 3,
        SampleFormat::U8 => 2,
        _ => 0,
    }
}

/// The usual rates a device offers with so many channels, and `used_hz`, rising.
pub(crate) fn rates(ranges: &[Range], channels: u32, used_hz: u32) -> Vec<u32> {
    let mut rates: Vec<u32> = USUAL_RATES_HZ
        .into_iter()
        .filter(|rate| ranges.iter().any(|r| r.channels == channels && r.rates_hz.contains(rate)))
        .chain([used_hz])
        .collect();
    rates.sort_unstable();
    rates.dedup();
    rates
}

/// ALSA names that lead to a sound server or to what the user has configured.
const ROUTED: [&str; 3] = ["default", "pulse", "pipewire"];

/// ALSA names that are no devices: converters, discarders, playback layouts, other names of the same hardware.
const NO_DEVICES: [&str; 20] = [
    "null",
    "samplerate",
    "speexrate",
    "lavrate",
    "speex",
    "jack",
    "oss",
    "upmix",
    "vdownmix",
    "usbstream",
    "front",
    "surround",
    "iec958",
    "spdif",
    "hdmi",
    "dmix",
    "dsnoop",
    "dshare",
    "modem",
    "sysdefault",
];

/// Whether a PCM passes channels on to a server.
pub(crate) fn is_routed(pcm_id: &str) -> bool {
    ROUTED.contains(&pcm_id)
}

/// Whether the ALSA device `id` belongs in the list. `all` are the ids ALSA gave; with a sound server, the names
/// that lead to it would only repeat its devices.
pub(crate) fn is_worth_listing(id: &str, all: &[&str], has_server: bool) -> bool {
    let pcm_id = id.strip_prefix("alsa:").unwrap_or(id);
    let kind = pcm_id.split(':').next().unwrap_or(pcm_id).trim_end_matches(|c: char| c.is_ascii_digit());
    let is_numbered = |id: &str| {
        id.split_once("CARD=").is_some_and(|(_, card)| card.starts_with(|c: char| c.is_ascii_digit()))
    };
    let has_named_cards = all.iter().any(|other| other.starts_with("alsa:hw:") && !is_numbered(other));
    match kind {
        _ if is_routed(pcm_id) => !has_server,
        // Card numbers change with the order of plugging in; names do not.
        "hw" | "plughw" => !(is_numbered(id) && has_named_cards),
        _ => !NO_DEVICES.contains(&kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(channels: u32, rates_hz: RangeInclusive<u32>, format: SampleFormat) -> Range {
        Range { channels, rates_hz, format }
    }

    #[test]
    fn the_format_that_loses_least_at_the_usual_rate() {
        let offers = [
            range(2, 44_100..=44_100, SampleFormat::F64),
            range(2, 48_000..=96_000, SampleFormat::I16),
            range(2, 48_000..=96_000, SampleFormat::I32),
            range(2, 48_000..=96_000, SampleFormat::F32),
            range(8, 8_000..=8_000, SampleFormat::I16),
            range(4, 48_000..=48_000, SampleFormat::DsdU8),
        ];
        assert_eq!(choose(&offers, 2, None, true), Ok((48_000, SampleFormat::I32)));
        assert_eq!(choose(&offers, 2, None, false), Ok((48_000, SampleFormat::F32)));
        assert_eq!(choose(&offers, 2, Some(96_000), true), Ok((96_000, SampleFormat::I32)));
        assert_eq!(choose(&offers, 2, Some(44_100), true), Ok((44_100, SampleFormat::F64)));
        assert_eq!(choose(&offers, 8, None, true), Ok((8_000, SampleFormat::I16)));
        let refused = choose(&offers, 2, Some(192_000), true).unwrap_err();
        assert_eq!(refused, "does not offer 192000 Hz; it offers 44100, 48000, 88200, 96000 Hz");
        assert!(choose(&offers, 4, None, true).is_err());
        assert!(choose(&offers, 3, None, true).is_err());
    }

    #[test]
    fn alsa_names_that_are_devices() {
        let all = ["alsa:hw:CARD=PCH,DEV=0", "alsa:hw:CARD=0,DEV=0"];
        for (id, with_server, without) in [
            ("alsa:default", false, true),
            ("alsa:pulse", false, true),
            ("alsa:null", false, false),
            ("alsa:hw:CARD=PCH,DEV=0", true, true),
            ("alsa:hw:CARD=0,DEV=0", false, false),
            ("alsa:surround51:CARD=PCH,DEV=0", false, false),
            ("alsa:studio", true, true),
        ] {
            assert_eq!(is_worth_listing(id, &all, true), with_server, "{id}");
            assert_eq!(is_worth_listing(id, &all, false), without, "{id}");
        }
        assert!(is_worth_listing("alsa:hw:CARD=0,DEV=0", &all[1..], true));
    }
}
