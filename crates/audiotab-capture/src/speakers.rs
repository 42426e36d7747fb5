//! Channels by speaker: their names, and how a sound server's client gets each channel of a device unmixed.
//!
//! A PulseAudio server hands channels over by speaker, not by number: a client that asks for other speakers than
//! the device has gets them mixed, permuted or silent. What cpal's client asks for depends on the channel count
//! alone, so the count is chosen such that every speaker of the device is among them, and the channels are then
//! picked in the order the device has them.

/// Where a channel belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// A bit of the WAVE channel mask.
    Wave(u8),
    /// The only channel.
    Mono,
    /// A channel without a place, from 0.
    Aux(u8),
}

/// Speakers in the order of the bits of a WAVE channel mask.
const WAVE_NAMES: [&str; 18] = [
    "Front left",
    "Front right",
    "Front centre",
    "LFE",
    "Rear left",
    "Rear right",
    "Left of centre",
    "Right of centre",
    "Rear centre",
    "Side left",
    "Side right",
    "Top centre",
    "Top front left",
    "Top front centre",
    "Top front right",
    "Top rear left",
    "Top rear centre",
    "Top rear right",
];

/// Most channels cpal's client of a sound server can ask for.
const MAX_CLIENT_CHANNELS: u32 = 31;

/// Channels in the order their bits are set in a WAVE channel mask. Plain numbers if the mask does not name
/// exactly `channels` of them.
pub(crate) fn names_from_mask(mask: u64, channels: u32) -> Vec<String> {
    let speakers: Vec<Speaker> = (0..64).filter(|bit| mask >> bit & 1 == 1).map(Speaker::Wave).collect();
    if speakers.len() == channels as usize { names(&speakers) } else { plain_names(channels) }
}

/// `Mono`; `Left` and `Right`; else the speakers' names, or numbers if one of them has none.
pub(crate) fn names(speakers: &[Speaker]) -> Vec<String> {
    match speakers {
        [_] => return vec!["Mono".to_owned()],
        [Speaker::Wave(0), Speaker::Wave(1)] => return vec!["Left".to_owned(), "Right".to_owned()],
        _ => {}
    }
    let name = |speaker: &Speaker| match speaker {
        Speaker::Wave(bit) => WAVE_NAMES.get(usize::from(*bit)).map(|name| (*name).to_owned()),
        Speaker::Mono | Speaker::Aux(_) => None,
    };
    let named: Option<Vec<String>> = speakers.iter().map(name).collect();
    named.unwrap_or_else(|| numbered_names(speakers.len() as u32))
}

/// Names by count alone.
pub(crate) fn plain_names(channels: u32) -> Vec<String> {
    match channels {
        1 => vec!["Mono".to_owned()],
        2 => vec!["Left".to_owned(), "Right".to_owned()],
        _ => numbered_names(channels),
    }
}

fn numbered_names(channels: u32) -> Vec<String> {
    (1..=channels).map(|n| format!("Channel {n}")).collect()
}

/// The speakers cpal's PulseAudio client asks for with so many channels.
pub(crate) fn client_speakers(channels: u32) -> Vec<Speaker> {
    let bits: &[u8] = match channels {
        1 => return vec![Speaker::Mono],
        2 => &[0, 1],
        3 => &[0, 1, 2],
        4 => &[0, 1, 4, 5],
        5 => &[0, 1, 2, 4, 5],
        6 => &[0, 1, 2, 3, 4, 5],
        7 => &[0, 1, 2, 3, 4, 5, 8],
        8 => &[0, 1, 2, 3, 4, 5, 9, 10],
        10 => &[0, 1, 2, 3, 4, 5, 9, 10, 12, 14],
        12 => &[0, 1, 2, 3, 4, 5, 9, 10, 12, 14, 15, 17],
        _ => return (0..channels as u8).map(Speaker::Aux).collect(),
    };
    bits.iter().copied().map(Speaker::Wave).collect()
}

/// Names of the channels that ALSA's PulseAudio plugin gives with so many channels.
pub(crate) fn plugin_names(channels: u32) -> Vec<String> {
    const BITS: [u8; 8] = [0, 1, 4, 5, 2, 3, 9, 10];
    match channels {
        4 | 5 | 6 | 8 => {
            names(&BITS[..channels as usize].iter().copied().map(Speaker::Wave).collect::<Vec<_>>())
        }
        _ => plain_names(channels),
    }
}

/// How many channels to ask for so that every speaker of `device` is among them, and for each channel of the device
/// its index there. `None` if no count has them all.
pub(crate) fn route(device: &[Speaker]) -> Option<(u32, Vec<u32>)> {
    let own_count = device.len() as u32;
    if own_count == 1 {
        return Some((1, vec![0]));
    }
    let indices = |count: u32| -> Option<Vec<u32>> {
        let asked = client_speakers(count);
        device.iter().map(|s| asked.iter().position(|a| a == s).map(|i| i as u32)).collect()
    };
    let counts = std::iter::once(own_count).chain(own_count + 1..=MAX_CLIENT_CHANNELS);
    counts.filter(|count| *count <= MAX_CLIENT_CHANNELS).find_map(|count| Some((count, indices(count)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(bits: &[u8]) -> Vec<Speaker> {
        bits.iter().copied().map(Speaker::Wave).collect()
    }

    fn aux(count: u8) -> Vec<Speaker> {
        (0..count).map(Speaker::Aux).collect()
    }

    #[test]
    fn masks_and_counts_give_names() {
        assert_eq!(names_from_mask(0b11, 2), ["Left", "Right"]);
        assert_eq!(names_from_mask(0b100, 1), ["Mono"]);
        assert_eq!(names_from_mask(0x60f, 6)[4], "Side left");
        assert_eq!(names_from_mask(0, 3), ["Channel 1", "Channel 2", "Channel 3"]);
        assert_eq!(names_from_mask(1 << 40 | 3, 3)[0], "Channel 1");
        assert_eq!(plain_names(1), ["Mono"]);
        assert_eq!(names(&client_speakers(8))[2..4], ["Front centre", "LFE"]);
        assert_eq!(plugin_names(8)[2..4], ["Rear left", "Rear right"]);
        assert_eq!(names(&aux(8))[7], "Channel 8");
    }

    #[test]
    fn every_speaker_of_the_device_is_asked_for() {
        assert_eq!(route(&wave(&[0, 1])), Some((2, vec![0, 1])));
        assert_eq!(route(&[Speaker::Mono]), Some((1, vec![0])));
        assert_eq!(route(&wave(&[0, 1, 4, 5, 2, 3, 9, 10])), Some((8, vec![0, 1, 4, 5, 2, 3, 6, 7])));
        // Front and centre with LFE are only all there from six on.
        assert_eq!(route(&wave(&[0, 1, 2, 3])), Some((6, vec![0, 1, 2, 3])));
        assert_eq!(route(&aux(2)), Some((9, vec![0, 1])));
        assert_eq!(route(&aux(8)), Some((9, (0..8).collect())));
        assert_eq!(route(&aux(10)).map(|r| r.0), Some(11));
        assert_eq!(route(&aux(18)).map(|r| r.0), Some(18));
        assert_eq!(route(&aux(32)), None);
        assert_eq!(route(&[Speaker::Wave(0), Speaker::Aux(0)]), None);
    }
}
