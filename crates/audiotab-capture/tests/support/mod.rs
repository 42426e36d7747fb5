//! A private PulseAudio server and what the tests do with it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use audiotab_capture::{Capture, CaptureEvent, Input, OpenInput, Pace, StreamFormat, open};
use audiotab_ring::{RingReader, RingSpec, RingWriter};

/// Set in the processes that run inside a server's environment.
pub const INSIDE: &str = "AUDIOTAB_TEST_INSIDE";
pub const RATE_HZ: u32 = 48_000;
pub const BLOCK: u32 = 1024;
/// Speakers of the eight-channel sink, in the order of its channels and of what is played into it.
pub const MAP: &str = "front-left,front-right,rear-left,rear-right,front-center,lfe,side-left,side-right";
/// Eight channels without speakers.
pub const AUX_MAP: &str = "aux0,aux1,aux2,aux3,aux4,aux5,aux6,aux7";
pub const STEREO: &str = "front-left,front-right";
/// The sine played on each channel, Hz, and the name the capture gives the channel with [`MAP`].
const TONES: [(&str, f64); 8] = [
    ("Front left", 200.0),
    ("Front right", 400.0),
    ("Rear left", 600.0),
    ("Rear right", 800.0),
    ("Front centre", 1000.0),
    ("LFE", 1200.0),
    ("Side left", 1400.0),
    ("Side right", 1600.0),
];
const AMPLITUDE: f64 = 0.5;

/// A server with its own socket and folders; killed when dropped.
pub struct Server {
    process: Child,
    dir: tempfile::TempDir,
}

impl Server {
    /// Starts a server without a device.
    pub fn start() -> Self {
        let dir = tempfile::Builder::new().prefix("audiotab-pulse").tempdir().expect("temp dir");
        let mut command = environment("pulseaudio", dir.path());
        command
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"])
            .args(["--log-level=error", "-L", "module-native-protocol-unix auth-anonymous=1"])
            .stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|e| {
            panic!("PulseAudio is needed by this test and cannot be started ({e}): apt-get install -y pulseaudio pulseaudio-utils libasound2-plugins")
        });
        let server = Self { process, dir };
        wait_for("the sound server", || server.socket().exists());
        server
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("pulse/native")
    }

    /// Runs one of this binary's ignored tests as a process of its own in the server's environment: variables
    /// must be there before the first thread is.
    pub fn run_inside(&self, test: &str) {
        run(environment(std::env::current_exe().expect("own path"), self.dir.path()), test);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs an ignored test in an environment without a sound server.
pub fn run_without_server(test: &str) {
    let dir = tempfile::tempdir().expect("temp dir");
    run(environment(std::env::current_exe().expect("own path"), dir.path()), test);
}

fn run(mut command: Command, test: &str) {
    let output = command
        .args(["--ignored", "--exact", test, "--nocapture", "--test-threads=1"])
        .output()
        .expect("this binary starts");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{test} failed:\n{text}");
    println!("{text}");
}

fn environment(program: impl AsRef<std::ffi::OsStr>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env(INSIDE, "1")
        .env("XDG_RUNTIME_DIR", dir)
        .env("HOME", dir)
        .env("PULSE_SERVER", format!("unix:{}", dir.join("pulse/native").display()))
        .env_remove("PULSE_RUNTIME_PATH")
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

/// False, with a word, if this test was not started by its parent.
pub fn is_inside() -> bool {
    let inside = std::env::var_os(INSIDE).is_some();
    if !inside {
        println!("started by its parent test only");
    }
    inside
}

/// A source that can be plugged and unplugged, fed by the monitor of a lively sink.
pub struct Plug(String);

impl Plug {
    pub fn into(sink: &str) -> Self {
        Self(pactl(&[
            "load-module",
            "module-remap-source",
            "source_name=mic",
            &format!("master={sink}.monitor"),
            "channels=8",
            &format!("channel_map={MAP}"),
            &format!("master_channel_map={MAP}"),
            "remix=no",
        ]))
    }

    pub fn unplug(self) {
        pactl(&["unload-module", &self.0]);
    }
}

fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().expect("pactl (package pulseaudio-utils)");
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A null sink and the client that keeps it lively.
pub struct Sink {
    module: String,
    _listener: Player,
}

impl Sink {
    pub fn unload(self) {
        pactl(&["unload-module", &self.module]);
    }
}

/// Loads a null sink and makes its monitor the default source.
///
/// A fresh null sink sleeps for two seconds before it makes its first sound, unless it is suspended and resumed
/// while somebody listens with a short latency. Hardware has no such pause.
pub fn load_sink(name: &str, map: &str, rate_hz: u32) -> Sink {
    let module = pactl(&[
        "load-module",
        "module-null-sink",
        &format!("sink_name={name}"),
        &format!("rate={rate_hz}"),
        &format!("channels={}", map.split(',').count()),
        "format=float32le",
        &format!("channel_map={map}"),
    ]);
    pactl(&["set-default-sink", name]);
    pactl(&["set-default-source", &format!("{name}.monitor")]);
    let listeners = pactl(&["list", "short", "source-outputs"]).lines().count();
    let listener = Command::new("parec")
        .args([&format!("--device={name}.monitor"), "--latency-msec=20"])
        .stdout(Stdio::null())
        .spawn()
        .expect("parec (package pulseaudio-utils)");
    wait_for("a listener", || pactl(&["list", "short", "source-outputs"]).lines().count() > listeners);
    pactl(&["suspend-sink", name, "1"]);
    pactl(&["suspend-sink", name, "0"]);
    Sink { module, _listener: Player(listener) }
}

/// Something that plays until it is dropped.
pub struct Player(Child);

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Plays eight sines of amplitude 0.5 into the sink, one per channel.
pub fn play_tones(sink: &str, map: &str, seconds: u32) -> Player {
    let file = std::env::temp_dir().join(format!("audiotab-tones-{}.wav", std::process::id()));
    let spec = hound::WavSpec {
        channels: 8,
        sample_rate: RATE_HZ,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(&file, spec).expect("temp file");
    for frame in 0..u64::from(seconds * RATE_HZ) {
        for (_, hz) in TONES {
            let phase = hz * frame as f64 / f64::from(RATE_HZ);
            wav.write_sample((AMPLITUDE * (std::f64::consts::TAU * phase.fract()).sin()) as f32)
                .expect("disk");
        }
    }
    wav.finalize().expect("disk");
    let child = Command::new("paplay")
        .args([&format!("--device={sink}"), &format!("--channel-map={map}")])
        .arg(&file)
        .spawn()
        .expect("paplay (package pulseaudio-utils)");
    // It has the file open before it connects; the name is not needed any more then.
    wait_for("playback", || pactl(&["list", "short", "sink-inputs"]).lines().count() > 0);
    let _ = std::fs::remove_file(&file);
    Player(child)
}

pub fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < Duration::from_secs(10), "waited 10 s for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A capture into a heap ring.
pub struct Running {
    pub capture: Capture,
    pub format: StreamFormat,
    pub reader: RingReader,
    pub events: Receiver<CaptureEvent>,
    pub started: Instant,
}

pub fn start(address: &str) -> Running {
    let input: Input = address.parse().expect("address");
    let opened: OpenInput = open(&input).unwrap_or_else(|e| panic!("{address}: {e}"));
    let format = opened.format().clone();
    let spec = RingSpec::new(u64::from(format.sample_rate_hz), format.channels, 20.0, BLOCK).expect("spec");
    let ring = RingWriter::create_heap(spec).expect("ring");
    let reader = ring.reader();
    let (sender, events) = channel();
    let capture = opened
        .start(ring, Pace::RealTime, None, Box::new(move |event| drop(sender.send(event))))
        .unwrap_or_else(|e| panic!("{address}: {e}"));
    Running { capture, format, reader, events, started: Instant::now() }
}

impl Running {
    pub fn wait_for_frames(&self, frames: u64) {
        wait_for("frames", || self.reader.header().readable().end >= frames);
    }

    pub fn samples(&self, channel: u32, start: u64, frames: usize) -> Vec<f64> {
        let mut samples = vec![0.0; frames];
        self.reader.copy_into(channel, start, &mut samples).unwrap_or_else(|e| panic!("{e:?}"));
        samples
    }

    /// Checks that every channel holds the sine that its name promises, and no other. On a busy machine the player
    /// stumbles now and then, so one of the half seconds from `start` on must be right in everything.
    pub fn check_tones(&self, start: u64) {
        let half_s = u64::from(RATE_HZ) / 2;
        let mut wrong = Ok(());
        for attempt in 0..6 {
            let first = start + attempt * half_s;
            self.wait_for_frames(first + half_s);
            wrong = self.tones(first, half_s as usize);
            match &wrong {
                Ok(()) => return,
                Err(what) => println!("from frame {first}: {what}"),
            }
        }
        panic!("{wrong:?}");
    }

    fn tones(&self, first: u64, frames: usize) -> Result<(), String> {
        for (c, name) in self.format.channel_names.iter().enumerate() {
            let samples = self.samples(c as u32, first, frames);
            for (n, (tone, hz)) in TONES.into_iter().enumerate() {
                let level = level_at(&samples, hz);
                let is_its_own = tone == name || *name == format!("Channel {}", n + 1);
                let error_db = 20.0 * (level / AMPLITUDE).log10();
                // NaN is wrong in both cases.
                let is_right = if is_its_own { error_db.abs() < 0.02 } else { level < 1e-4 };
                if !is_right {
                    return Err(format!("{name} has {level} of the {hz} Hz of {tone}"));
                }
            }
        }
        Ok(())
    }

    /// When frame 0 was, in seconds after the start, by the earliest of some arrivals. Constant while the frame
    /// number keeps pace with time.
    pub fn zero_s(&self) -> f64 {
        let mut earliest = f64::INFINITY;
        for _ in 0..20 {
            let before = self.reader.sequence();
            let since = Instant::now();
            while self.reader.sequence() == before {
                assert!(since.elapsed() < Duration::from_secs(5), "no block for 5 s");
                std::thread::sleep(Duration::from_micros(500));
            }
            let frames = self.reader.header().readable().end as f64;
            earliest = earliest.min(self.started.elapsed().as_secs_f64() - frames / f64::from(RATE_HZ));
        }
        earliest
    }

    /// The next event that `wanted` accepts; others before it are dropped.
    pub fn event(&self, wanted: impl Fn(&CaptureEvent) -> bool) -> CaptureEvent {
        loop {
            let event = self.events.recv_timeout(Duration::from_secs(10)).expect("an event within 10 s");
            if wanted(&event) {
                return event;
            }
        }
    }
}

/// Amplitude of the sine at `hz`: a Hann-windowed sum, exact for whole numbers of periods and free of neighbours
/// 200 Hz away.
fn level_at(samples: &[f64], hz: f64) -> f64 {
    let n = samples.len() as f64;
    let (mut re, mut im) = (0.0, 0.0);
    for (i, sample) in samples.iter().enumerate() {
        let window = 1.0 - (std::f64::consts::TAU * i as f64 / n).cos();
        let angle = std::f64::consts::TAU * (hz * i as f64 / f64::from(RATE_HZ)).fract();
        re += sample * window * angle.cos();
        im += sample * window * angle.sin();
    }
    2.0 * re.hypot(im) / n
}
