//! cpal, and nothing else in this crate knows it: hosts, devices, formats, the stream and its callback.
//!
//! On Linux the PulseAudio host (PipeWire's server too) comes before ALSA; elsewhere cpal's default host is the
//! only one. Every function here may block for as long as a sound system likes: [`crate::session`] calls them on
//! threads of their own.
//!
//! Long because cpal renames much from one release to the next, and this is the only file that has to follow.

use std::str::FromStr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use cpal::SampleFormat;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, DeviceId, ErrorKind, FromSample, Host, HostId, InputCallbackInfo, SizedSample};

use crate::device_info::{DeviceInfo, PresentDevice, PresentDevices};
use crate::error::CaptureError;
use crate::formats::{self, Range};
use crate::linux::{hardware_channels, source_speakers};
use crate::queue::{CallTimes, Intake};
use crate::session::{Chosen, Wish};
use crate::speakers;

/// Time for a stream to be made; on ALSA, how often a silent stream is checked for a lost device.
const STREAM_TIME: Duration = Duration::from_secs(1);

/// What a device would be opened with.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) rate_hz: u32,
    pub(crate) stream_channels: u32,
    /// Index in the stream of each channel of the device.
    pub(crate) route: Vec<u32>,
    pub(crate) channel_names: Vec<String>,
    pub(crate) sample: SampleFormat,
}

/// A running stream; dropping it closes it.
pub(crate) struct Stream {
    _stream: cpal::Stream,
}

/// Connections to sound servers are kept: cpal leaves a thread and a socket behind for each one it makes.
static SERVER: Mutex<Option<Arc<Host>>> = Mutex::new(None);

fn is_server(id: HostId) -> bool {
    id.to_string() == "pulseaudio"
}

fn is_alsa(id: HostId) -> bool {
    id.to_string() == "alsa"
}

fn connect(id: HostId) -> Option<Arc<Host>> {
    if !is_server(id) {
        return cpal::host_from_id(id).ok().map(Arc::new);
    }
    let mut kept = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let lives = |host: &Arc<Host>| host.devices().is_ok();
    if !kept.as_ref().is_some_and(lives) {
        *kept = cpal::host_from_id(id).ok().map(Arc::new);
    }
    kept.clone()
}

/// The sound systems to look at, the preferred one first.
fn hosts() -> Vec<(HostId, Arc<Host>)> {
    let mut ids = cpal::available_hosts();
    if cfg!(target_os = "linux") {
        ids.sort_by_key(|id| !is_server(*id));
    } else {
        ids = vec![cpal::default_host().id()];
    }
    ids.into_iter().filter_map(|id| connect(id).map(|host| (id, host))).collect()
}

fn id_of(device: &Device) -> Option<String> {
    device.id().ok().map(|id| id.to_string())
}

/// Every input device. A device in use is listed with 0 channels; one that cannot be asked is not listed.
pub(crate) fn list() -> Vec<DeviceInfo> {
    let hosts = hosts();
    let has_server = hosts.iter().any(|(id, _)| is_server(*id));
    let default = default_device(&hosts).and_then(|device| id_of(&device));
    let mut found: Vec<DeviceInfo> = Vec::new();
    for (host_id, host) in &hosts {
        let Ok(devices) = host.input_devices() else { continue };
        let devices: Vec<(String, Device)> =
            devices.filter_map(|device| id_of(&device).map(|id| (id, device))).collect();
        let ids: Vec<&str> = devices.iter().map(|(id, _)| id.as_str()).collect();
        for (id, device) in &devices {
            if is_alsa(*host_id) && !formats::is_worth_listing(id, &ids, has_server) {
                continue;
            }
            if let Some(info) = info(*host_id, id, device) {
                found.push(DeviceInfo { is_default: default.as_deref() == Some(id), ..info });
            }
        }
    }
    found
}

/// The input devices, each once. Opens none.
pub(crate) fn present() -> Result<PresentDevices, CaptureError> {
    let hosts = hosts();
    let from_server = hosts.iter().any(|(id, _)| is_server(*id));
    let mut devices = Vec::new();
    // The devices of a server are those beneath it under other names.
    for (host_id, host) in hosts.iter().filter(|(id, _)| !from_server || is_server(*id)) {
        let found = match host.input_devices() {
            Ok(found) => found,
            // An empty list would say that all its devices are gone.
            Err(error) if is_server(*host_id) => {
                let device = "the list of devices".to_owned();
                return Err(CaptureError::Internal { device, reason: error.to_string() });
            }
            Err(_) => continue,
        };
        let found: Vec<(String, Device)> =
            found.filter_map(|device| id_of(&device).map(|id| (id, device))).collect();
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        // ALSA gives a device several names, and cannot tell its rate without opening it.
        let is_one = |id: &str| {
            !is_alsa(*host_id) || id.starts_with("alsa:hw:") && formats::is_worth_listing(id, &ids, false)
        };
        devices.extend(found.iter().filter(|(id, _)| is_one(id)).map(|(id, device)| {
            PresentDevice {
                id: id.clone(),
                name: name_of(device, id),
                sample_rate_hz: (!is_alsa(*host_id))
                    .then(|| device.default_input_config().ok())
                    .flatten()
                    .map(|config| config.sample_rate()),
            }
        }));
    }
    Ok(PresentDevices { from_server, devices })
}

fn info(host_id: HostId, id: &str, device: &Device) -> Option<DeviceInfo> {
    let wish = Wish { id: Some(id.to_owned()), channels: None, rate_hz: None };
    let offer = match offer(host_id, id, device, &wish) {
        Ok(offer) => Some(offer),
        Err(CaptureError::DeviceBusy { .. }) => None,
        Err(_) => return None,
    };
    let (channels, rate_hz) =
        offer.as_ref().map_or((0, 0), |offer| (offer.route.len() as u32, offer.rate_hz));
    let sample_rates_hz = match &offer {
        None => Vec::new(),
        Some(_) if is_server(host_id) => vec![rate_hz],
        Some(_) => formats::rates(&ranges(device).unwrap_or_default(), channels, rate_hz),
    };
    Some(DeviceInfo {
        id: id.to_owned(),
        name: name_of(device, id),
        host: host_id.name().to_owned(),
        channels,
        channel_names: offer.map(|offer| offer.channel_names).unwrap_or_default(),
        sample_rates_hz,
        default_sample_rate_hz: rate_hz,
        is_default: false,
    })
}

fn name_of(device: &Device, id: &str) -> String {
    device.description().map_or_else(|_| id.to_owned(), |description| description.name().to_owned())
}

/// The device the system prefers, looked up again by its id so that it is that one and not "whatever the default
/// is at the moment", which some systems exchange under a running stream.
fn default_device(hosts: &[(HostId, Arc<Host>)]) -> Option<Device> {
    hosts.iter().find_map(|(_, host)| {
        let device = host.default_input_device()?;
        let fixed = device.id().ok().and_then(|id| host.device_by_id(&id));
        Some(fixed.unwrap_or(device))
    })
}

fn find(id: &str) -> Result<(HostId, Device), CaptureError> {
    let absent = || {
        CaptureError::NoDevice(format!(
            "`{id}` is not connected, or its sound system does not run; `audiotab devices` lists what can be used"
        ))
    };
    let parsed = DeviceId::from_str(id).map_err(|_| {
        CaptureError::NoDevice(format!(
            "`{id}` belongs to a sound system this computer does not have; `audiotab devices` lists what can be used"
        ))
    })?;
    let host = connect(parsed.host()).ok_or_else(absent)?;
    let device = host.device_by_id(&parsed).or_else(|| {
        // ALSA's default is not always among the devices it lists.
        host.default_input_device().filter(|device| device.id().is_ok_and(|default| default == parsed))
    });
    Ok((parsed.host(), device.ok_or_else(absent)?))
}

/// True if the device is known to be missing, on the systems that may move its streams to another device.
pub(crate) fn has_gone(id: &str) -> bool {
    let Ok(parsed) = DeviceId::from_str(id) else { return false };
    if !is_server(parsed.host()) {
        return false;
    }
    let kept = SERVER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(mut devices) = kept.and_then(|host| host.devices().ok()) else { return false };
    !devices.any(|device| device.id().is_ok_and(|there| there == parsed))
}

/// Looks up the device of a wish and settles what it would be opened with.
pub(crate) fn choose(wish: &Wish) -> Result<Chosen, CaptureError> {
    if let Some(id) = &wish.id {
        let (host_id, device) = find(id)?;
        return Chosen::new(id.clone(), offer(host_id, id, &device, wish)?, wish);
    }
    let none = || {
        let sentence = "this computer has no sound input that can be opened; connect one, or use file:PATH or signal:multitone";
        CaptureError::NoDevice(sentence.to_owned())
    };
    let hosts = hosts();
    let has_server = hosts.iter().any(|(id, _)| is_server(*id));
    for (host_id, host) in hosts {
        let Some(device) = default_device(&[(host_id, host)]) else { continue };
        let Some(id) = id_of(&device) else { continue };
        // A server without a device: ALSA's names for it can be asked for formats, but never give a sample.
        if is_alsa(host_id) && !formats::is_worth_listing(&id, &[], has_server) {
            continue;
        }
        match offer(host_id, &id, &device, wish) {
            Ok(offer) => return Chosen::new(id, offer, wish),
            // The default is there and can be named: say what is wrong with it.
            Err(error @ (CaptureError::DeviceBusy { .. } | CaptureError::Permission { .. })) => {
                return Err(error);
            }
            Err(error @ CaptureError::Unsupported { .. }) if wish.rate_hz.is_some() => return Err(error),
            Err(_) => {}
        }
    }
    Err(none())
}

fn ranges(device: &Device) -> Result<Vec<Range>, cpal::Error> {
    let configs = device.supported_input_configs()?;
    Ok(configs
        .map(|config| Range {
            channels: u32::from(config.channels()),
            rates_hz: config.min_sample_rate()..=config.max_sample_rate(),
            format: config.sample_format(),
        })
        .collect())
}

fn offer(host_id: HostId, id: &str, device: &Device, wish: &Wish) -> Result<Offer, CaptureError> {
    let refuse = |e: cpal::Error| refusal(id, &e);
    let name = name_of(device, id);
    let wanted_channels = wish.channels.iter().flatten().max().map_or(0, |c| c + 1);
    if is_alsa(host_id) {
        let ranges = ranges(device).map_err(refuse)?;
        let pcm_id = id.strip_prefix("alsa:").unwrap_or(id);
        let channels = alsa_channels(pcm_id, &ranges, wanted_channels);
        let (rate_hz, format) =
            formats::choose(&ranges, channels, wish.rate_hz, pcm_id.starts_with("hw:"))
                .map_err(|problem| CaptureError::Unsupported { device: id.to_owned(), problem })?;
        let channel_names = if formats::is_routed(pcm_id) {
            speakers::plugin_names(channels)
        } else {
            speakers::plain_names(channels)
        };
        let route = (0..channels).collect();
        return Ok(Offer { name, rate_hz, stream_channels: channels, route, channel_names, sample: format });
    }
    let config = device.default_input_config().map_err(refuse)?;
    let channels = u32::from(config.channels());
    let (mut rate_hz, mut format) = (config.sample_rate(), config.sample_format());
    if let Some(asked_hz) = wish.rate_hz.filter(|asked_hz| *asked_hz != rate_hz) {
        let ranges = ranges(device).map_err(refuse)?;
        (rate_hz, format) = formats::choose(&ranges, channels, Some(asked_hz), false)
            .map_err(|problem| CaptureError::Unsupported { device: id.to_owned(), problem })?;
    }
    if !is_server(host_id) {
        return Ok(Offer {
            name,
            rate_hz,
            stream_channels: channels,
            route: (0..channels).collect(),
            channel_names: speakers::plain_names(channels),
            sample: format,
        });
    }
    let own_speakers = id.strip_prefix("pulseaudio:").and_then(source_speakers);
    let own_speakers = own_speakers
        .filter(|own| own.len() == channels as usize)
        .unwrap_or_else(|| speakers::client_speakers(channels));
    let (stream_channels, route) =
        speakers::route(&own_speakers).ok_or_else(|| CaptureError::Unsupported {
            device: id.to_owned(),
            problem:
                "has speakers that the sound server would mix; set it to a standard layout or to aux channels"
                    .to_owned(),
        })?;
    let channel_names = speakers::names(&own_speakers);
    Ok(Offer { name, rate_hz, stream_channels, route, channel_names, sample: format })
}

/// Hardware has a channel count. What only passes channels on takes any: as many as the hardware or the server
/// behind it has, or as are wanted.
fn alsa_channels(pcm_id: &str, ranges: &[Range], wanted: u32) -> u32 {
    let most = ranges.iter().map(|range| range.channels).max().unwrap_or(0);
    let behind = if pcm_id.starts_with("hw:") {
        Some(most)
    } else if let Some(card) = pcm_id.strip_prefix("plug").filter(|card| card.starts_with("hw:")) {
        hardware_channels(card)
    } else if formats::is_routed(pcm_id) {
        server_channels()
    } else {
        None
    };
    behind.unwrap_or(2).max(wanted).min(most)
}

fn server_channels() -> Option<u32> {
    let id = cpal::available_hosts().into_iter().find(|id| is_server(*id))?;
    let config = connect(id)?.default_input_device()?.default_input_config().ok()?;
    Some(u32::from(config.channels()))
}

/// Opens and starts a stream whose callback fills `intake`. What kills the stream later is sent to `trouble`.
pub(crate) fn open(
    chosen: &Chosen,
    intake: Intake,
    trouble: SyncSender<String>,
) -> Result<Stream, CaptureError> {
    use cpal::{I24, U24};
    let (host_id, device) = find(&chosen.id)?;
    let device = (host_id, &device);
    let opened = match chosen.sample {
        SampleFormat::I8 => build::<i8>(device, chosen, intake, trouble),
        SampleFormat::I16 => build::<i16>(device, chosen, intake, trouble),
        SampleFormat::I24 => build::<I24>(device, chosen, intake, trouble),
        SampleFormat::I32 => build::<i32>(device, chosen, intake, trouble),
        SampleFormat::U8 => build::<u8>(device, chosen, intake, trouble),
        SampleFormat::U16 => build::<u16>(device, chosen, intake, trouble),
        SampleFormat::U24 => build::<U24>(device, chosen, intake, trouble),
        SampleFormat::U32 => build::<u32>(device, chosen, intake, trouble),
        SampleFormat::F32 => build::<f32>(device, chosen, intake, trouble),
        SampleFormat::F64 => build::<f64>(device, chosen, intake, trouble),
        other => Err(cpal::Error::with_message(
            ErrorKind::UnsupportedConfig,
            format!("gives samples as {other}, which cannot be read"),
        )),
    };
    opened.map_err(|e| refusal(&chosen.id, &e))
}

fn build<T>(
    (host_id, device): (HostId, &Device),
    chosen: &Chosen,
    intake: Intake,
    trouble: SyncSender<String>,
) -> Result<Stream, cpal::Error>
where
    T: SizedSample,
    f64: FromSample<T>,
{
    let config = cpal::StreamConfig {
        channels: chosen.stream_channels as u16,
        sample_rate: chosen.rate_hz,
        buffer_size: buffer_size(host_id, device, chosen),
    };
    let counts = intake.counts();
    let on_error = move |error: cpal::Error| match error.kind() {
        ErrorKind::Xrun => {
            counts.backend_xruns.fetch_add(1, Relaxed);
        }
        ErrorKind::RealtimeDenied => {}
        // A stream that was carried over to another device counts as lost, too.
        _ => {
            let _ = trouble.try_send(error.to_string());
        }
    };
    let stream = device.build_input_stream(config, callback::<T>(intake), on_error, Some(STREAM_TIME))?;
    stream.play()?;
    Ok(Stream { _stream: stream })
}

/// The sound callback: converts and pushes, nothing else.
fn callback<T>(mut intake: Intake) -> impl FnMut(&[T], &InputCallbackInfo) + Send + 'static
where
    T: SizedSample,
    f64: FromSample<T>,
{
    move |data: &[T], info: &InputCallbackInfo| {
        let times = info.timestamp();
        let times = CallTimes {
            capture_ns: times.capture.as_nanos() as u64,
            callback_ns: times.callback.as_nanos() as u64,
        };
        intake.take(data, times, f64::from_sample_);
    }
}

/// On ALSA two periods of about 20 ms: cpal's default there is two of whatever the driver likes, which may be
/// 5 ms and is then lost at the first delay.
///
/// On PulseAudio about 80 ms. The server sends at least twice in that time, and keeps no more than that for a client
/// it cannot send to (on a machine loaded sixfold 20 ms lost frames and 40 ms did not). Without a wish it would keep
/// seconds, but also collect up to 2 s before it sends any.
///
/// Elsewhere the system's default.
fn buffer_size(host_id: HostId, device: &Device, chosen: &Chosen) -> cpal::BufferSize {
    let about_20_ms = (chosen.rate_hz / 47).next_power_of_two();
    if is_server(host_id) {
        return cpal::BufferSize::Fixed(4 * about_20_ms);
    }
    if !is_alsa(host_id) {
        return cpal::BufferSize::Default;
    }
    let fits = device.supported_input_configs().ok().and_then(|mut configs| {
        configs
            .find(|c| u32::from(c.channels()) == chosen.stream_channels && c.sample_format() == chosen.sample)
    });
    match fits.map(|config| *config.buffer_size()) {
        Some(cpal::SupportedBufferSize::Range { min, max }) if min <= max => {
            cpal::BufferSize::Fixed(about_20_ms.clamp(min, max))
        }
        _ => cpal::BufferSize::Default,
    }
}

fn refusal(id: &str, error: &cpal::Error) -> CaptureError {
    let device = id.to_owned();
    match error.kind() {
        ErrorKind::DeviceBusy => CaptureError::DeviceBusy { device },
        ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated | ErrorKind::DeviceChanged => {
            CaptureError::DeviceGone { device, reason: error.to_string() }
        }
        ErrorKind::HostUnavailable => CaptureError::NoDevice(format!(
            "`{id}` cannot be reached because its sound system does not run; start it or pick another input"
        )),
        ErrorKind::PermissionDenied => CaptureError::Permission { device },
        ErrorKind::UnsupportedConfig | ErrorKind::UnsupportedOperation | ErrorKind::InvalidInput => {
            let problem =
                format!("cannot be opened for recording like this ({error}); try another rate= or channels=");
            CaptureError::Unsupported { device, problem }
        }
        _ => CaptureError::Internal { device, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
