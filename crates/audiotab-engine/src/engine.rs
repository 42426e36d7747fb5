//! The engine: at most one session, and the calls every host makes.

use crate::device_watch::DeviceWatch;
use crate::error::EngineError;
use crate::level_tap::{LevelSwitch, LevelTap};
use crate::observation::Observation;
use crate::operation::timed;
use crate::session::Session;
use crate::watch::Audience;
use crate::wire::{DeviceInfo, Notice, SessionState, SessionStatus};
use audiotab_capture::{CaptureError, Input, InputAddress, OpenInput};
use audiotab_events::Bus;
use audiotab_ring::{PacketRequest, RingReader, packet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of a packet before its channel list.
const PACKET_HEAD_BYTES: usize = 160;

/// The built-in signal that runs when a computer has no input device.
pub const TEST_SIGNAL: &str = "signal:multitone?channels=2";

/// How sessions are recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineOptions {
    /// Tells the rings of several programs apart: letters, digits, `_` and `-`. Empty picks a free name.
    pub instance: String,
    /// Length of the history, seconds, 1 to 600.
    pub history_s: f64,
    /// Frames per block, 64 to 8192.
    pub block_frames: u32,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { instance: String::new(), history_s: 30.0, block_frames: 1024 }
    }
}

/// A sound system that hangs is left behind after this long.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// One recording session and its ring. Clones share it; the last one dropped stops it and removes the ring.
///
/// Every call may come from any thread. [`Engine::start`] and [`Engine::devices`] wait for the sound system, up to
/// seconds; the others return at once.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: EngineOptions,
    audience: Audience,
    session: Mutex<Option<Session>>,
    /// Why there is no session, when the last start was refused: a viewer that comes later should see it too.
    refused: Mutex<Option<SessionStatus>>,
    /// Held through a start or stop, so that they never overlap.
    changing: Mutex<()>,
    starting: AtomicBool,
    /// The status last told, counters zeroed: a difference makes a new revision.
    told: Mutex<SessionStatus>,
    /// Last, so that the journal still hears how the session ends.
    observation: Observation,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere cannot leave these half-changed: they are replaced as a whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// An engine that does nothing yet, with a bus of its own.
    pub fn new(options: EngineOptions) -> Self {
        Self::with_bus(options, Bus::default())
    }

    /// An engine that does nothing yet and will tell this bus what happens.
    pub fn with_bus(options: EngineOptions, bus: Bus) -> Self {
        Self::observed(options, Observation::live(bus))
    }

    /// An engine that does nothing yet and will tell what happens where it is kept.
    pub fn observed(options: EngineOptions, observation: Observation) -> Self {
        Self {
            shared: Arc::new(Shared {
                options,
                audience: Audience { bus: observation.bus().clone(), levels: LevelSwitch::default() },
                observation,
                session: Mutex::new(None),
                refused: Mutex::new(None),
                changing: Mutex::new(()),
                starting: AtomicBool::new(false),
                told: Mutex::new(SessionStatus::default()),
            }),
        }
    }

    /// Where this engine tells what happens.
    pub fn bus(&self) -> &Bus {
        &self.shared.audience.bus
    }

    /// The bus with its journal and dashboard.
    pub fn observation(&self) -> &Observation {
        &self.shared.observation
    }

    /// Tells the levels of every channel twenty times a second, of this input and those that follow, until it is
    /// dropped.
    pub fn tap_levels(&self) -> LevelTap {
        self.shared.audience.levels.tap()
    }

    /// Tells of devices that come and go until it is dropped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn watch_devices(&self) -> std::io::Result<DeviceWatch> {
        let engine = Arc::downgrade(&self.shared);
        DeviceWatch::start(self.bus().clone(), move || {
            Some(lock(&engine.upgrade()?.session).as_ref().and_then(Session::device_in_use))
        })
    }

    /// The input devices of this computer.
    ///
    /// # Errors
    /// One sentence when the sound system cannot be asked.
    pub fn devices(&self) -> Result<Vec<DeviceInfo>, EngineError> {
        Ok(audiotab_capture::devices()?.into_iter().map(DeviceInfo::from).collect())
    }

    /// Starts an input with a ring of its own and then stops the one before.
    ///
    /// `default` on a computer without any input device starts the built-in test signal, and the status says so.
    ///
    /// # Errors
    /// One sentence; the session before, if any, goes on untouched.
    pub fn start(&self, address: &str) -> Result<SessionStatus, EngineError> {
        let input: Input = address.trim().parse()?;
        let _changing = lock(&self.shared.changing);
        self.shared.starting.store(true, Ordering::Relaxed);
        let replaced =
            timed(self.bus(), "start", Some(address.trim().to_owned()), || self.open_and_start(input))
                .map(|started| lock(&self.shared.session).replace(started));
        self.shared.starting.store(false, Ordering::Relaxed);
        *lock(&self.shared.refused) = replaced.as_ref().err().map(|error| SessionStatus {
            state: SessionState::Failed,
            input: Some(address.trim().to_owned()),
            message: Some(error.body().message),
            notice: Some(Notice::Error),
            ..SessionStatus::default()
        });
        drop(replaced?); // outside the lock: ending a device may take a while
        Ok(self.status())
    }

    fn open_and_start(&self, input: Input) -> Result<Session, EngineError> {
        let begin = |input: &Input| {
            let (input, opened, fallback) = open(input)?;
            Session::start(input, opened, fallback, &self.shared.options, self.shared.audience.clone())
        };
        let refused = match begin(&input) {
            Err(e @ EngineError::Capture(CaptureError::DeviceBusy { .. })) => e,
            done => return done,
        };
        // The program in the way may be this one: a device that takes one listener must be let go of first.
        let rival = lock(&self.shared.session).take_if(|session| session.input().address == input.address);
        let Some(rival) = rival else { return Err(refused) };
        let before = rival.input().clone();
        drop(rival);
        begin(&input).inspect_err(|_| match begin(&before) {
            Ok(again) => *lock(&self.shared.session) = Some(again),
            Err(e) => tracing::warn!("{before} could not be started again: {e}"),
        })
    }

    /// Ends the capture. What it recorded stays readable until the next start or [`Engine::close`]: nobody loses the
    /// last seconds by pressing stop. Does nothing while idle.
    pub fn stop(&self) -> SessionStatus {
        let _changing = lock(&self.shared.changing);
        let running =
            lock(&self.shared.session).as_ref().filter(|session| !session.is_finished()).map(|session| {
                session.ask_to_stop();
                session.stream()
            });
        if let Some(stream) = running {
            // Told on the bus; whoever asked sees in the status whether it goes on.
            let _ = timed(self.bus(), "stop", Some(stream), || self.wait_for_the_end());
        }
        *lock(&self.shared.refused) = None;
        self.status()
    }

    fn wait_for_the_end(&self) -> Result<(), EngineError> {
        // Without the session's lock, so that viewers go on reading meanwhile.
        let finished = || lock(&self.shared.session).as_ref().is_none_or(Session::is_finished);
        let patience_ends = Instant::now() + STOP_PATIENCE;
        while !finished() {
            if Instant::now() >= patience_ends {
                let reason = format!("it has not stopped for {} s", STOP_PATIENCE.as_secs());
                return Err(CaptureError::Internal { device: "the input".to_owned(), reason }.into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Ends the session and removes its ring, as dropping the last clone does.
    pub fn close(&self) {
        let _changing = lock(&self.shared.changing);
        let session = lock(&self.shared.session).take();
        if let Some(session) = session {
            // Outside the session's lock: ending a device may take a while.
            let _ = timed(self.bus(), "close", Some(session.stream()), || {
                drop(session);
                Ok(())
            });
        }
        *lock(&self.shared.refused) = None;
    }

    /// The session's status now.
    pub fn status(&self) -> SessionStatus {
        let running = lock(&self.shared.session).as_ref().map(Session::status);
        let mut status = running.or_else(|| lock(&self.shared.refused).clone()).unwrap_or_default();
        let alive = matches!(status.state, SessionState::Running | SessionState::Waiting);
        if !alive && self.shared.starting.load(Ordering::Relaxed) {
            status.state = SessionState::Starting;
        }
        let mut told = lock(&self.shared.told);
        let still = SessionStatus {
            revision: told.revision,
            frames_written: 0,
            lost_frames: 0,
            overruns: 0,
            ..status.clone()
        };
        if *told != still {
            *told = SessionStatus { revision: told.revision + 1, ..still };
        }
        status.revision = told.revision;
        status
    }

    /// Answers a packet query (`stream=<16 hex>&start=<frame>&frames=<count>&channels=0,3`) into `out`, which is
    /// cleared first and stays empty while there is no session.
    ///
    /// The answer may hold fewer frames than asked, and start later when the first ones were overwritten.
    ///
    /// # Errors
    /// One sentence when the query is wrong or names a channel that does not exist.
    pub fn packet(&self, query: &str, out: &mut Vec<u8>) -> Result<(), EngineError> {
        self.packet_within(query, packet::MAX_PACKET_BYTES as usize, out)
    }

    /// [`Engine::packet`] with answers of at most `limit_bytes`, but always the header and the channel list.
    ///
    /// # Errors
    /// As [`Engine::packet`].
    pub fn packet_within(
        &self,
        query: &str,
        limit_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), EngineError> {
        out.clear();
        let mut request = PacketRequest::parse_query(query)?;
        let Some(reader) = self.reader() else { return Ok(()) };
        let channels = request.channels.len().max(1);
        let head_bytes = PACKET_HEAD_BYTES + 8 * channels;
        request.frames = request.frames.min((limit_bytes.saturating_sub(head_bytes) / (8 * channels)) as u64);
        Ok(audiotab_ring::write_packet(&reader, &request, out)?)
    }

    /// A reader of the session's ring, None while idle. It stays good for what was recorded when the session ends.
    pub fn reader(&self) -> Option<RingReader> {
        lock(&self.shared.session).as_ref().map(|session| session.reader().clone())
    }
}

/// Opens `input`. For `default` on a computer without any input device: the test signal, and the sentence that
/// says so.
fn open(input: &Input) -> Result<(Input, OpenInput, Option<String>), EngineError> {
    match audiotab_capture::open(input) {
        Err(CaptureError::NoDevice(reason)) if input.address == InputAddress::Default => {
            tracing::info!("no input device: {reason}");
            let signal: Input = TEST_SIGNAL.parse()?;
            let opened = audiotab_capture::open(&signal)?;
            let sentence = "This computer has no input device, so the built-in test signal is running; connect a \
                            device or pick a file.";
            Ok((signal, opened, Some(sentence.to_owned())))
        }
        opened => Ok((input.clone(), opened?, None)),
    }
}
