//! A private PulseAudio server and what the tests do with it.

mod server;
#[allow(unused_imports, reason = "each test file uses its own part")]
pub use server::*;

use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use audiotab_capture::{Capture, CaptureEvent, Input, OpenInput, Pace, StreamFormat, open};
use audiotab_ring::{RingReader, RingSpec, RingWriter};

pub const BLOCK: u32 = 1024;
/// Eight channels without speakers.
pub const AUX_MAP: &str = "aux0,aux1,aux2,aux3,aux4,aux5,aux6,aux7";
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
