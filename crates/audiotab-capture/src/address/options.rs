//! The part of an address behind the `?`: `key=value` pairs and channel lists.

use crate::error::CaptureError;

/// Highest channel index an address may name; a file may have more channels than a ring can hold.
const LAST_CHANNEL: u32 = 65_535;
/// Most channels one capture can have.
pub(crate) const MAX_CHANNELS: u32 = 256;

/// The pairs of one address, taken out by name so that what is left over can be named in an error.
pub(super) struct Options<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Options<'a> {
    /// Cuts an address at its last `?`. What follows counts as options if it is empty or holds a `=`; so a name
    /// that itself contains a `?` is written with one more `?` at its end.
    pub(super) fn split(address: &'a str) -> Result<(&'a str, Self), CaptureError> {
        match address.rsplit_once('?') {
            Some((name, text)) if text.is_empty() || text.contains('=') => Ok((name, Self::parse(text)?)),
            _ => Ok((address, Self { pairs: Vec::new() })),
        }
    }

    fn parse(text: &'a str) -> Result<Self, CaptureError> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                return Err(CaptureError::usage(format!(
                    "`{part}` lacks a value; options are written key=value"
                )));
            };
            if pairs.iter().any(|(seen, _)| *seen == key) {
                return Err(CaptureError::usage(format!("`{key}` is given twice; give it once")));
            }
            pairs.push((key, value));
        }
        Ok(Self { pairs })
    }

    pub(super) fn take(&mut self, key: &str) -> Option<&'a str> {
        let at = self.pairs.iter().position(|(seen, _)| *seen == key)?;
        Some(self.pairs.swap_remove(at).1)
    }

    /// The value of `key` as a finite number within `range`.
    pub(super) fn number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<f64>,
        unit: &str,
    ) -> Result<Option<f64>, CaptureError> {
        let Some(text) = self.take(key) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(value) if range.contains(&value) => Ok(Some(value)),
            _ => Err(CaptureError::usage(format!(
                "`{key}={text}` is not possible; {key} is a number from {} to {}{unit}",
                range.start(),
                range.end()
            ))),
        }
    }

    /// The value of `key` as a whole number within `range`.
    pub(super) fn whole(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<u64>,
        unit: &str,
    ) -> Result<Option<u64>, CaptureError> {
        let Some(text) = self.take(key) else { return Ok(None) };
        match text.parse::<u64>() {
            Ok(value) if range.contains(&value) => Ok(Some(value)),
            _ => Err(CaptureError::usage(format!(
                "`{key}={text}` is not possible; {key} is a whole number from {} to {}{unit}",
                range.start(),
                range.end()
            ))),
        }
    }

    /// Refuses what nobody took. `whose` names the input, `keys` are the ones it has.
    pub(super) fn finish(self, whose: &str, keys: &[&str]) -> Result<(), CaptureError> {
        let Some((key, _)) = self.pairs.first() else { return Ok(()) };
        let valid = if keys.is_empty() { "it has none".to_owned() } else { format!("it has {}", list(keys)) };
        Err(CaptureError::usage(format!("`{key}` is not an option of {whose}; {valid}")))
    }
}

/// `a, b and c`.
pub(super) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Reads `0,2-5`: channel indices from 0, in the order given, each once.
pub(super) fn parse_channels(text: &str) -> Result<Vec<u32>, CaptureError> {
    let wrong = |part: &str| {
        CaptureError::usage(format!(
            "`{part}` in `channels={text}` is not a channel; give indices from 0 and ranges, as in 0,2-5"
        ))
    };
    let index = |text: &str| text.parse::<u32>().ok().filter(|c| *c <= LAST_CHANNEL);
    let mut channels: Vec<u32> = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (Some(first), Some(last)) = (index(first), index(last)) else { return Err(wrong(part)) };
        if first > last {
            return Err(wrong(part));
        }
        for channel in first..=last {
            if channels.contains(&channel) {
                return Err(CaptureError::usage(format!(
                    "channel {channel} is picked twice in `channels={text}`; name each channel once"
                )));
            }
            if channels.len() as u32 == MAX_CHANNELS {
                return Err(CaptureError::usage(format!(
                    "`channels={text}` picks too many channels; a capture takes up to {MAX_CHANNELS}"
                )));
            }
            channels.push(channel);
        }
    }
    Ok(channels)
}

/// Writes what [`parse_channels`] reads, rising runs of three or more as a range.
pub(super) fn format_channels(channels: &[u32]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = channels;
    while let Some(&first) = rest.first() {
        let run = rest.iter().enumerate().take_while(|(i, c)| **c == first + *i as u32).count();
        let run = if run >= 3 { run } else { 1 };
        parts.push(if run == 1 { first.to_string() } else { format!("{first}-{}", rest[run - 1]) });
        rest = &rest[run..];
    }
    parts.join(",")
}
