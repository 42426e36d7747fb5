//! Devices that come and go while the program runs.

use audiotab_capture::{PresentDevice, PresentDevices, present_devices};
use audiotab_events::families::{DeviceChange, Family, RateChange};
use audiotab_events::{Bus, Draft};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Time between two looks. What comes or goes is told within twice this.
const LOOK_PERIOD: Duration = Duration::from_millis(400);

/// Tells the bus of devices that are connected and disconnected, until it is dropped. The device that is recorded from
/// is left to its session, which notices sooner and says more.
#[must_use = "dropping it ends the watch"]
#[derive(Debug)]
pub struct DeviceWatch {
    _wanted: Sender<()>,
}

impl DeviceWatch {
    /// `in_use` names the device that is recorded from; None when the engine is gone.
    pub(crate) fn start(
        bus: Bus,
        in_use: impl Fn() -> Option<Option<String>> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (wanted, end) = channel::<()>();
        std::thread::Builder::new().name("audiotab-devices".to_owned()).spawn(move || {
            let mut known: Option<PresentDevices> = None;
            while end.recv_timeout(LOOK_PERIOD) == Err(RecvTimeoutError::Timeout) {
                // A sound system that hangs is asked again.
                let Ok(now) = present_devices() else { continue };
                let Some(in_use) = in_use() else { return };
                if let Some(before) = &known {
                    for draft in changes(before, &now, in_use.as_deref()) {
                        bus.emit(draft);
                    }
                }
                known = Some(now);
            }
        })?;
        Ok(Self { _wanted: wanted })
    }
}

/// A device called `name` runs at another rate than before.
pub(crate) fn rate_changed(name: &str, from_hz: u32, to_hz: u32) -> Draft {
    let change = RateChange { from_hz: f64::from(from_hz), to_hz: f64::from(to_hz) };
    change.draft("engine").saying(format!("{name} runs at {to_hz} Hz now instead of {from_hz} Hz."))
}

/// What changed between two looks.
fn changes(before: &PresentDevices, now: &PresentDevices, in_use: Option<&str>) -> Vec<Draft> {
    // Another sound system has other names for the same devices: nothing came and nothing went.
    if before.from_server != now.from_server {
        return Vec::new();
    }
    let find = |list: &PresentDevices, id: &str| list.devices.iter().find(|device| device.id == id).cloned();
    let told = |device: &&PresentDevice| Some(device.id.as_str()) != in_use;
    let change = |device: &PresentDevice, kind: &str| {
        let change =
            DeviceChange { device: device.name.clone(), device_id: Some(device.id.clone()), reason: None };
        change.draft_as(kind, "engine").placed_by_time()
    };
    let gone = before.devices.iter().filter(told).filter(|device| find(now, &device.id).is_none());
    let mut drafts: Vec<Draft> = gone.map(|device| change(device, "device.disconnected")).collect();
    for device in now.devices.iter().filter(told) {
        match find(before, &device.id) {
            None => drafts.push(change(device, "device.connected")),
            Some(was) => {
                let rates = was.sample_rate_hz.zip(device.sample_rate_hz).filter(|(was, now)| was != now);
                drafts.extend(rates.map(|(was, now)| rate_changed(&device.name, was, now).placed_by_time()));
            }
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(devices: &[(&str, u32)]) -> PresentDevices {
        let device = |(id, rate_hz): &(&str, u32)| PresentDevice {
            id: (*id).to_owned(),
            name: id.to_uppercase(),
            sample_rate_hz: Some(*rate_hz),
        };
        PresentDevices { from_server: true, devices: devices.iter().map(device).collect() }
    }

    fn kinds(before: &PresentDevices, now: &PresentDevices, in_use: Option<&str>) -> Vec<(String, String)> {
        let name = |draft: &Draft| draft.payload.get("device_id").map_or("-".into(), ToString::to_string);
        changes(before, now, in_use).iter().map(|draft| (draft.kind.clone(), name(draft))).collect()
    }

    #[test]
    fn what_comes_goes_and_changes_is_told_once() {
        let before = list(&[("mic", 48_000), ("line", 48_000), ("usb", 48_000)]);
        let now = list(&[("mic", 44_100), ("usb", 48_000), ("new", 96_000)]);
        let wanted = [
            ("device.disconnected", "\"line\""),
            ("device.rate_changed", "-"),
            ("device.connected", "\"new\""),
        ];
        assert_eq!(kinds(&before, &now, None), wanted.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
        assert_eq!(kinds(&now, &now, None), []);
    }

    #[test]
    fn the_device_of_the_session_is_left_to_it() {
        let (with, without) = (list(&[("mic", 48_000)]), list(&[]));
        assert_eq!(kinds(&with, &without, Some("mic")), []);
        assert_eq!(kinds(&without, &with, Some("mic")), []);
        assert_eq!(kinds(&with, &without, Some("other")).len(), 1);
    }

    #[test]
    fn another_sound_system_is_no_news_of_devices() {
        let server = list(&[("mic", 48_000)]);
        let beneath = PresentDevices { from_server: false, ..list(&[("hw", 48_000)]) };
        assert_eq!(kinds(&server, &beneath, None), []);
    }
}
