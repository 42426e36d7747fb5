//! The command line, exactly as documented in the README.

mod events;

pub use events::{Events, Export, Import, Log, Query, Replay, Stats, Summary, Tail, Where};

use clap::{Args, Parser, Subcommand};
use std::net::IpAddr;
use std::path::PathBuf;

/// Live multichannel audio: capture, look, measure.
#[derive(Debug, Parser)]
#[command(name = "audiotab", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the input devices
    Devices(Json),
    /// Run a capture into a ring
    Capture(Capture),
    /// Look into a ring, live or finished
    #[command(subcommand)]
    Ring(Ring),
    /// Spectrogram of one channel: float32 [columns, bins] dBFS
    Stft(Stft),
    /// Outline of one channel: float64 [points, 2], minimum and maximum of equal parts
    Waveform(Waveform),
    /// Serve the user interface to a browser
    Serve(Serve),
    /// Print the running server's access token
    Token(Token),
    /// What happened: live from a running server, or from a journal
    #[command(subcommand)]
    Events(Events),
}

/// Output for programs.
#[derive(Debug, Args)]
pub struct Json {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `audiotab capture`.
#[derive(Debug, Args)]
pub struct Capture {
    /// default, a device id, file:PATH[?loop=0] or signal:KIND[?key=value&...]
    #[arg(long, value_name = "ADDR")]
    pub input: String,
    /// Where to make the ring; it stays after the capture. Without it: the default place, removed at the end
    #[arg(long, value_name = "PATH")]
    pub ring: Option<PathBuf>,
    /// Length of the ring, seconds, 1 to 600
    #[arg(long, value_name = "SECS", default_value_t = 30.0)]
    pub history: f64,
    /// Frames per block, 64 to 8192
    #[arg(long, value_name = "FRAMES", default_value_t = 1024)]
    pub block: u32,
    /// Stop after this long, seconds of sound
    #[arg(long, value_name = "SECS", value_parser = positive_seconds)]
    pub duration: Option<f64>,
    /// Files and signals as fast as possible instead of in real time
    #[arg(long)]
    pub fast: bool,
}

/// `audiotab ring`.
#[derive(Debug, Subcommand)]
pub enum Ring {
    /// Print what the header of a ring says
    Info(RingInfo),
    /// Write samples of one channel to a file
    Dump(RingDump),
}

/// `audiotab ring info`.
#[derive(Debug, Args)]
pub struct RingInfo {
    /// The ring
    pub path: PathBuf,
    #[command(flatten)]
    pub output: Json,
}

/// `audiotab ring dump`.
#[derive(Debug, Args)]
pub struct RingDump {
    /// The ring
    pub path: PathBuf,
    /// Channel, counted from 0
    #[arg(long, value_name = "C")]
    pub channel: u32,
    /// Only the newest seconds
    #[arg(long, value_name = "SECS", value_parser = positive_seconds, conflicts_with_all = ["start", "frames"])]
    pub last: Option<f64>,
    /// First frame, counted from the start of the stream
    #[arg(long, value_name = "F", requires = "frames")]
    pub start: Option<u64>,
    /// How many frames
    #[arg(long, value_name = "N", requires = "start", value_parser = clap::value_parser!(u64).range(1..))]
    pub frames: Option<u64>,
    /// Where to: X.npy (float64, lost frames are NaN) or X.wav (32-bit float, lost frames are silent)
    #[arg(long, value_name = "X.npy|X.wav")]
    pub out: PathBuf,
}

/// `audiotab stft`.
#[derive(Debug, Args)]
pub struct Stft {
    /// Audio file or ring
    #[arg(value_name = "IN")]
    pub path: PathBuf,
    /// Channel, counted from 0
    #[arg(long, value_name = "C")]
    pub channel: u32,
    /// hann, hamming, blackman, blackman-harris, nuttall, flat-top, kaiser:BETA or rectangular
    #[arg(long, default_value = "hann")]
    pub window: String,
    /// Window length in frames, a power of two from 256 to 32768
    #[arg(long, default_value_t = 2048)]
    pub size: usize,
    /// Frames from one column to the next, 16 to the window length
    #[arg(long, default_value_t = 512)]
    pub hop: usize,
    /// Zero padding factor: 1, 2, 4 or 8
    #[arg(long, default_value_t = 1)]
    pub pad: usize,
    /// Where to
    #[arg(long, value_name = "X.npy")]
    pub out: PathBuf,
}

/// `audiotab waveform`.
#[derive(Debug, Args)]
pub struct Waveform {
    /// Audio file or ring
    #[arg(value_name = "IN")]
    pub path: PathBuf,
    /// Channel, counted from 0
    #[arg(long, value_name = "C")]
    pub channel: u32,
    /// How many equal parts, 1 to 10,000,000
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub points: u64,
    /// Where to
    #[arg(long, value_name = "X.npy")]
    pub out: PathBuf,
}

/// `audiotab serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Input to start with; without it the default input, or a test signal where there is none
    #[arg(long, value_name = "ADDR")]
    pub input: Option<String>,
    /// Port to listen on, 0 picks a free one [default: 9090, or VIZD_PORT]
    #[arg(long)]
    pub port: Option<u16>,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Do not open a browser
    #[arg(long)]
    pub no_open: bool,
    /// Ask for no token; on loopback only
    #[arg(long)]
    pub no_auth: bool,
    /// Directory of the event journal, made if missing
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Events that one source outside may send within 30 s, 0 for as many as it likes
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub event_rate: u32,
    /// Take events from our own page only
    #[arg(long)]
    pub no_ingest: bool,
    /// Post events to the addresses of this rules file
    #[arg(long, value_name = "FILE")]
    pub webhooks: Option<PathBuf>,
}

/// `audiotab token`
#[derive(Args, Debug)]
pub struct Token {
    /// Make out a token to this producer of events: it sends events under its name and opens nothing else
    #[arg(long = "for", value_name = "NAME")]
    pub producer: Option<String>,
}

fn positive_seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e9 => Ok(seconds),
        _ => Err("give a number of seconds above 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
