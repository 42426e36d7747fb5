//! A private PulseAudio server, and devices that can be plugged into it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Set in the processes that run inside a server's environment.
pub const INSIDE: &str = "AUDIOTAB_TEST_INSIDE";
pub const RATE_HZ: u32 = 48_000;
/// Speakers of the eight-channel sink, in the order of its channels and of what is played into it.
pub const MAP: &str = "front-left,front-right,rear-left,rear-right,front-center,lfe,side-left,side-right";
pub const STEREO: &str = "front-left,front-right";

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

/// How often a device is unplugged: `AUDIOTAB_PLUGS`, a hundred times in the long run.
pub fn plugs(usual: usize) -> usize {
    std::env::var("AUDIOTAB_PLUGS").map_or(usual, |text| text.parse().expect("a number"))
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

pub fn pactl(arguments: &[&str]) -> String {
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
pub struct Player(pub Child);

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
