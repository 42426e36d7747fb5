//! What is known of an input device before it is opened.

/// One input device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Stable id, usable as an address.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Sound system it belongs to.
    pub host: String,
    /// Channels it has; 0 if it is in use by another program and cannot be asked.
    pub channels: u32,
    /// One name per channel.
    pub channel_names: Vec<String>,
    /// Rates it offers, rising, Hz. A sound server lists only the rate the device runs at: any other would be
    /// made by resampling.
    pub sample_rates_hz: Vec<u32>,
    /// Rate used unless another is asked for, Hz; 0 if unknown.
    pub default_sample_rate_hz: u32,
    /// True for the device behind the address `default`.
    pub is_default: bool,
}

/// An input device that is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentDevice {
    /// Stable id, usable as an address.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Rate it runs at, Hz; `None` where finding out would open it.
    pub sample_rate_hz: Option<u32>,
}

/// The input devices that are there now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PresentDevices {
    /// True if a sound server was asked, which gives its devices other ids than the system beneath does.
    pub from_server: bool,
    /// The devices.
    pub devices: Vec<PresentDevice>,
}
