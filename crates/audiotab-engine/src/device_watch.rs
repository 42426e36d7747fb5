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
            let mut known = Known::default();
            while end.recv_timeout(LOOK_PERIOD) == Err(RecvTimeoutError::Timeout) {
                // A sound system that hangs is asked again.
                let Ok(now) = present_devices() else { continue };
                let Some(in_use) = in_use() else { return };
                for draft in known.look(now, in_use.as_deref()) {
                    bus.emit(draft);
                }
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

/// What was there at the last look: a list for the sound server, and one for what is beneath it.
///
/// Another sound system has other names for the same devices, so nothing comes or goes when it takes over. A server that
/// was away for a moment is compared with what it had before, or what came meanwhile would never be told.
#[derive(Debug, Default)]
struct Known {
    lists: [Option<PresentDevices>; 2],
}

impl Known {
    /// What changed since the last look at the same sound system. The first look is no news.
    fn look(&mut self, now: PresentDevices, in_use: Option<&str>) -> Vec<Draft> {
        let list = &mut self.lists[usize::from(now.from_server)];
        let drafts = list.as_ref().map(|before| changes(before, &now, in_use)).unwrap_or_default();
        *list = Some(now);
        drafts
    }
}

/// What changed between two looks at one sound system.
fn changes(before: &PresentDevices, now: &PresentDevices, in_use: Option<&str>) -> Vec<Draft> {
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
    fn another_sound_system_is_no_news_and_hides_none() {
        let beneath = || PresentDevices { from_server: false, ..list(&[("hw", 48_000)]) };
        let mut known = Known::default();
        let mut look = |now: PresentDevices| {
            let told = known.look(now, None);
            told.into_iter().map(|draft| (draft.kind, draft.payload["device_id"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(look(list(&[("mic", 48_000)])), []);
        assert_eq!(look(beneath()), []);
        assert_eq!(look(beneath()), []);
        // The server was away for a moment only; what came and went meanwhile is told.
        let told = look(list(&[("new", 48_000)]));
        assert_eq!(
            told,
            [("device.disconnected", "mic"), ("device.connected", "new")]
                .map(|(kind, id)| (kind.to_owned(), id.into()))
        );
        assert_eq!(look(list(&[("new", 48_000)])), []);
    }
}
