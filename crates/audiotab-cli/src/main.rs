//! The audiotab command: devices, capture, ring, stft, waveform, serve, token, events.
//!
//! Exit code 0 when done, 1 when it could not be done, 2 when the request was wrong. Results go to stdout or to the
//! file named with `--out`, everything else to stderr; a failure is one sentence there. `AUDIOTAB_LOG=debug` logs,
//! `RUST_LOG=audiotab_server=debug` a part.
//!
//! Invariant: nothing but results is printed to stdout, and no result file is left half-written.

mod args;
mod audio_file;
mod channel;
mod commands;
mod failure;
mod npy;
mod out_file;
mod progress;
mod ring_range;
mod stop;

use args::{Cli, Command, Ring};
use clap::Parser;
use failure::Failure;
use std::io::IsTerminal;
use std::process::ExitCode;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match begin_log().and_then(|()| run(&cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("audiotab: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Devices(output) => commands::devices::run(output.json),
        Command::Capture(args) => commands::capture::run(args),
        Command::Ring(Ring::Info(args)) => commands::ring_info::run(args),
        Command::Ring(Ring::Dump(args)) => commands::ring_dump::run(args),
        Command::Stft(args) => commands::stft::run(args),
        Command::Waveform(args) => commands::waveform::run(args),
        Command::Serve(args) => commands::serve::run(args),
        Command::Token(args) => commands::serve::token(args),
        Command::Events(events) => commands::events::run(events),
    }
}

/// Warnings of our own crates by default: the log is for people who look for a fault.
fn begin_log() -> Result<(), Failure> {
    let usual = || Targets::new().with_target("audiotab", LevelFilter::WARN);
    let targets = match std::env::var("AUDIOTAB_LOG") {
        // Other programs have their say in this one, too: what is not for us is no mistake.
        Err(_) => std::env::var("RUST_LOG").ok().and_then(|text| text.parse().ok()).unwrap_or_else(usual),
        Ok(text) => Targets::new().with_default(text.parse::<LevelFilter>().map_err(|_| {
            Failure::usage(format!(
                "AUDIOTAB_LOG is {text:?}, but must be off, error, warn, info, debug or trace"
            ))
        })?),
    };
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    tracing_subscriber::registry().with(lines.with_filter(targets)).init();
    Ok(())
}
