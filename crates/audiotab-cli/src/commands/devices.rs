//! `audiotab devices`.

use super::{print, print_json};
use crate::failure::Failure;
use audiotab_engine::capture::{DeviceInfo, devices};
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Device<'a> {
    id: &'a str,
    name: &'a str,
    host: &'a str,
    channels: u32,
    channel_names: &'a [String],
    sample_rates_hz: &'a [u32],
    default_sample_rate_hz: u32,
    default: bool,
}

/// Lists the input devices.
///
/// # Errors
/// One sentence when the sound system cannot be asked.
pub fn run(json: bool) -> Result<(), Failure> {
    let found = devices()?;
    if json {
        let list: Vec<_> = found.iter().map(Device::from).collect();
        return print_json(&list);
    }
    if found.is_empty() {
        print(
            "There is no input device; files (file:PATH) and test signals (signal:sine) work without one.\n",
        );
        return Ok(());
    }
    let mut text = String::new();
    for device in &found {
        let mark = if device.is_default { "  (default)" } else { "" };
        let rates: Vec<_> = device.sample_rates_hz.iter().map(u32::to_string).collect();
        // Writing into a String does not fail.
        let _ = writeln!(
            text,
            "{}{mark}\n    {} · {} · {} ch · {} Hz",
            device.id,
            device.name,
            device.host,
            device.channels,
            rates.join(", ")
        );
    }
    print(&text);
    Ok(())
}

impl<'a> From<&'a DeviceInfo> for Device<'a> {
    fn from(device: &'a DeviceInfo) -> Self {
        Self {
            id: &device.id,
            name: &device.name,
            host: &device.host,
            channels: device.channels,
            channel_names: &device.channel_names,
            sample_rates_hz: &device.sample_rates_hz,
            default_sample_rate_hz: device.default_sample_rate_hz,
            default: device.is_default,
        }
    }
}
