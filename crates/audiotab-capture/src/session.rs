//! Devices without their sound system's types: what there is, what was chosen, and one open stream.
//!
//! Everything that talks to a sound system runs on a thread of its own with a time limit, because such calls can
//! hang for ever (a stopped sound server answers nothing). A thread that hangs is left behind.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::time::Duration;

use crate::backend;
use crate::capture::StreamFormat;
use crate::device_info::{DeviceInfo, PresentDevices};
use crate::error::CaptureError;
use crate::events::DeviceShape;
use crate::linux::without_noise;
use crate::queue::{Outlet, queue};

/// Sound the queue between callback and capture thread can hold, seconds.
const QUEUE_S: f64 = 0.5;
/// Time for a list, a look-up or an opening.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Time for a stream to close.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// How often an open stream's device is looked up, where the sound system may move streams between devices.
const PRESENCE_PERIOD: Duration = Duration::from_millis(500);

/// What an address asks of a device.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// `None` is the default device.
    pub(crate) id: Option<String>,
    pub(crate) channels: Option<Vec<u32>>,
    pub(crate) rate_hz: Option<u32>,
}

/// A device and the format it will be opened with.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// Stable id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) rate_hz: u32,
    /// Channels the device has.
    channels: u32,
    /// Channels the stream is opened with; a sound server may need more of them than the device has.
    pub(crate) stream_channels: u32,
    /// Indices in the stream of the channels to take, and their names.
    pub(crate) pick: Vec<u32>,
    channel_names: Vec<String>,
    pub(crate) sample: backend::SampleFormat,
    wish: Wish,
}

impl Chosen {
    pub(crate) fn new(id: String, offer: backend::Offer, wish: &Wish) -> Result<Self, CaptureError> {
        let backend::Offer { name, rate_hz, stream_channels, route, channel_names, sample } = offer;
        let channels = route.len() as u32;
        let wanted = wish.channels.clone().unwrap_or_else(|| (0..channels).collect());
        if let Some(c) = wanted.iter().find(|c| **c >= channels) {
            let problem = format!("has no channel {c}; its channels are 0 to {}", channels.saturating_sub(1));
            return Err(CaptureError::Unsupported { device: id, problem });
        }
        let pick = wanted.iter().map(|c| route[*c as usize]).collect();
        let channel_names = wanted.iter().map(|c| channel_names[*c as usize].clone()).collect();
        let wish = Wish { id: Some(id.clone()), ..wish.clone() };
        Ok(Self { id, name, rate_hz, channels, stream_channels, pick, channel_names, sample, wish })
    }

    pub(crate) fn format(&self) -> StreamFormat {
        StreamFormat {
            sample_rate_hz: self.rate_hz,
            channels: self.pick.len() as u32,
            channel_names: self.channel_names.clone(),
            label: self.name.clone(),
            device_id: Some(self.id.clone()),
        }
    }
}

/// Every input device that can be opened or is in use. Without a sound system or without devices the list is
/// empty; that is no error.
///
/// # Errors
/// One sentence if the system cannot start a thread or a sound system hangs for 5 s.
pub fn devices() -> Result<Vec<DeviceInfo>, CaptureError> {
    answered("the list of devices", || Ok(backend::list()))
}

/// The input devices that are there now, without opening or asking any: cheap enough to be called twice a second.
///
/// # Errors
/// As [`devices`].
pub fn present_devices() -> Result<PresentDevices, CaptureError> {
    answered("the list of devices", backend::present)
}

/// Looks a device up and settles the format.
pub(crate) fn choose(wish: &Wish) -> Result<Chosen, CaptureError> {
    let wish = wish.clone();
    let name = wish.id.clone().unwrap_or_else(|| "default".to_owned());
    answered(&name, move || backend::choose(&wish))
}

/// The result of `question`, asked on another thread.
fn answered<T: Send + 'static>(
    device: &str,
    question: impl FnOnce() -> Result<T, CaptureError> + Send + 'static,
) -> Result<T, CaptureError> {
    let (answer, answers) = channel();
    spawn(device, move || {
        let _ = answer.send(question());
    })?;
    answers.recv_timeout(ANSWER_TIME).unwrap_or_else(|_| Err(no_answer(device)))
}

fn no_answer(device: &str) -> CaptureError {
    CaptureError::Internal {
        device: device.to_owned(),
        reason: format!("it has not answered for {} s", ANSWER_TIME.as_secs()),
    }
}

fn spawn(device: &str, body: impl FnOnce() + Send + 'static) -> Result<(), CaptureError> {
    let spawned =
        std::thread::Builder::new().name("audiotab-device".to_owned()).spawn(|| without_noise(body));
    spawned.map(drop).map_err(|e| CaptureError::Internal { device: device.to_owned(), reason: e.to_string() })
}

/// An open stream: a thread that owns it, and the queue its callback fills.
pub(crate) struct Session {
    pub(crate) outlet: Outlet,
    trouble: Receiver<String>,
    /// Dropped to close the stream.
    open: Option<Sender<()>>,
    closed: Receiver<()>,
}

/// A stream that is being opened.
pub(crate) struct Opening {
    device: String,
    answer: Receiver<Result<Session, CaptureError>>,
    since: std::time::Instant,
}

impl Session {
    /// Opens the stream and waits for it to run.
    pub(crate) fn open(chosen: &Chosen) -> Result<Self, CaptureError> {
        let opening = Opening::begin(chosen)?;
        opening.answer.recv_timeout(ANSWER_TIME).unwrap_or_else(|_| Err(no_answer(&chosen.id)))
    }

    /// Why the stream is dead, if it is.
    pub(crate) fn trouble(&self) -> Option<String> {
        match self.trouble.try_recv() {
            Ok(reason) => Some(reason),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some("its stream ended".to_owned()),
        }
    }

    /// Closes the stream. The queue then holds the last it will ever hold, unless the sound system hangs.
    pub(crate) fn close(mut self) -> Outlet {
        self.open = None;
        let _ = self.closed.recv_timeout(CLOSE_TIME);
        self.outlet
    }
}

impl Opening {
    /// Looks the device up anew, by its id, makes sure it is still what it was, and opens it.
    pub(crate) fn begin(chosen: &Chosen) -> Result<Self, CaptureError> {
        let (answer, answers) = channel();
        let expected = chosen.clone();
        spawn(&chosen.id, move || run_stream(&expected, &answer))?;
        Ok(Self { device: chosen.id.clone(), answer: answers, since: std::time::Instant::now() })
    }

    /// The outcome, once there is one.
    pub(crate) fn poll(&self) -> Option<Result<Session, CaptureError>> {
        match self.answer.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) if self.since.elapsed() < ANSWER_TIME => None,
            Err(_) => Some(Err(no_answer(&self.device))),
        }
    }
}

/// The life of one stream, on its own thread: open, tell, keep until nobody wants it any more, close.
fn run_stream(expected: &Chosen, answer: &Sender<Result<Session, CaptureError>>) {
    let capacity_frames = (f64::from(expected.rate_hz) * QUEUE_S) as usize;
    let (intake, outlet) = queue(capacity_frames, expected.stream_channels as usize, expected.rate_hz);
    // The error callback may run on the sound thread: it must never wait for a reader.
    let (trouble, troubles) = sync_channel(4);
    let opened = backend::choose(&expected.wish)
        .and_then(|now| same_device(expected, &now))
        .and_then(|()| backend::open(expected, intake, trouble.clone()));
    let stream = match opened {
        Ok(stream) => stream,
        Err(error) => {
            let _ = answer.send(Err(error));
            return;
        }
    };
    let (open, wanted) = channel();
    let (close, closed) = channel();
    if answer.send(Ok(Session { outlet, trouble: troubles, open: Some(open), closed })).is_ok() {
        keep(expected, &wanted, &trouble);
    }
    drop(stream);
    let _ = close.send(());
}

/// Returns when the session is dropped. Meanwhile it makes sure that the device is still there: a sound server
/// that loses a device may carry its streams over to another one without a word.
fn keep(expected: &Chosen, wanted: &Receiver<()>, trouble: &SyncSender<String>) {
    loop {
        match wanted.recv_timeout(PRESENCE_PERIOD) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        if backend::has_gone(&expected.id) {
            let _ = trouble.try_send("it is no longer connected".to_owned());
        }
    }
}

fn same_device(expected: &Chosen, now: &Chosen) -> Result<(), CaptureError> {
    let shape = |chosen: &Chosen| DeviceShape { channels: chosen.channels, sample_rate_hz: chosen.rate_hz };
    let (was, now) = (shape(expected), shape(now));
    if was == now {
        return Ok(());
    }
    Err(CaptureError::Changed { device: expected.id.clone(), was, now })
}

#[cfg(test)]
impl Session {
    /// A session whose device is the test: it fills the queue itself and says what is wrong through the sender.
    pub(crate) fn synthetic(outlet: Outlet) -> (Self, SyncSender<String>) {
        let (sender, trouble) = sync_channel(1);
        (Self { outlet, trouble, open: None, closed: channel().1 }, sender)
    }
}

#[cfg(test)]
impl Chosen {
    /// A device that does not exist, all of whose channels are taken.
    pub(crate) fn synthetic(channels: u32, rate_hz: u32) -> Self {
        let id = "pulseaudio:synthetic-device".to_owned();
        Self {
            wish: Wish { id: Some(id.clone()), channels: None, rate_hz: None },
            name: id.clone(),
            id,
            rate_hz,
            channels,
            stream_channels: channels,
            pick: (0..channels).collect(),
            channel_names: crate::speakers::plain_names(channels),
            sample: backend::SampleFormat::F64,
        }
    }
}
