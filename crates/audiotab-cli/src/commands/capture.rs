//! `audiotab capture`.

use super::print;
use crate::args::Capture as Args;
use crate::failure::Failure;
use crate::progress::StatusLine;
use crate::stop;
use audiotab_engine::capture::{
    self, Capture, CaptureEvent, CaptureState, CaptureStatus, Input, InputAddress, Pace,
};
use audiotab_engine::ring::{RingSpec, RingWriter};
use audiotab_engine::sentence;
use std::time::Duration;

/// Runs a capture until the input ends, the duration is over, or the user stops it.
///
/// # Errors
/// One sentence if the input, the ring or the settings are wrong, or the input breaks.
pub fn run(args: &Args) -> Result<(), Failure> {
    let input: Input = args.input.parse()?;
    check_fast(args, &input)?;
    // A rate and a channel count that always fit: this judges the two settings of the command line alone.
    RingSpec::new(48_000, 1, args.history, 64).map_err(|error| Failure::usage(error.to_string()))?;
    RingSpec::new(48_000, 1, 600.0, args.block).map_err(|error| Failure::usage(error.to_string()))?;

    let runtime = stop::runtime()?;
    let _inside = runtime.enter();
    let stop = stop::requested()?;

    let opened = capture::open(&input)?;
    let format = opened.format().clone();
    let spec = RingSpec::new(u64::from(format.sample_rate_hz), format.channels, args.history, args.block)?;
    let ring = match &args.ring {
        Some(path) => RingWriter::create_file(path, spec)?,
        None => RingWriter::create_default(spec, "")?,
    };
    let path = ring.path().map(|path| path.display().to_string()).unwrap_or_default();
    let limit_frames = args.duration.map(|s| ((s * f64::from(format.sample_rate_hz)).round() as u64).max(1));
    let pace = if args.fast { Pace::Fast } else { Pace::RealTime };
    // Kept to the end, so that the default ring does not vanish before the last line is printed.
    let _reader = ring.reader();
    let capture = opened.start(ring, pace, limit_frames, Box::new(tell))?;
    print(&format!(
        "Writing {} ({} ch, {} Hz) to {path}\n",
        format.label, format.channels, format.sample_rate_hz
    ));

    let seconds = |frames: u64| frames as f64 / f64::from(format.sample_rate_hz);
    let status = runtime.block_on(watch(capture, stop, |status| {
        let of = limit_frames.map(|limit| format!(" of {:.1}", seconds(limit))).unwrap_or_default();
        let waiting = match &status.state {
            CaptureState::Waiting { device } => format!(" · waiting for {device}"),
            _ => String::new(),
        };
        format!(
            "{:.1}{of} s · {} frames · lost {} · overruns {}{waiting}",
            seconds(status.frames_written),
            status.frames_written,
            status.lost_frames,
            status.xruns
        )
    }));
    if let CaptureState::Failed(reason) = &status.state {
        return Err(Failure::failed(reason));
    }
    eprintln!(
        "audiotab: {} frames ({:.3} s) written, {} lost in {} overruns.",
        status.frames_written,
        seconds(status.frames_written),
        status.lost_frames,
        status.xruns
    );
    Ok(())
}

/// As fast as possible and without end would only burn the processor, and a device has one pace.
fn check_fast(args: &Args, input: &Input) -> Result<(), Failure> {
    match &input.address {
        _ if !args.fast => Ok(()),
        InputAddress::Default | InputAddress::Device { .. } => {
            Err(Failure::usage("--fast is for files and signals; a device has one pace"))
        }
        InputAddress::File { repeat: false, .. } => Ok(()),
        _ if args.duration.is_some() => Ok(()),
        _ => Err(Failure::usage(
            "--fast needs --duration with an input that never ends; a file ends with ?loop=0",
        )),
    }
}

async fn watch(
    capture: Capture,
    stop: impl Future<Output = ()>,
    line: impl Fn(&CaptureStatus) -> String,
) -> CaptureStatus {
    let shown = StatusLine::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return capture.stop(),
            _ = ticks.tick() => {
                if capture.is_finished() {
                    return capture.status();
                }
                shown.show(line(&capture.status()));
            }
        }
    }
}

/// Says on stderr what the user may have to act on; the counters are in the status line.
fn tell(event: CaptureEvent) {
    match event {
        CaptureEvent::DeviceLost { device, reason, .. } => {
            eprintln!("audiotab: {device} went away ({reason}); waiting for it, Ctrl-C ends.");
        }
        CaptureEvent::DeviceBack { device, frames, .. } => {
            eprintln!("audiotab: {device} is back after {frames} frames.");
        }
        CaptureEvent::Silence { .. } => {
            eprintln!("audiotab: The input delivers nothing but zeros; it may be muted or not permitted.");
        }
        CaptureEvent::Notice { message } => eprintln!("audiotab: {}", sentence(&message)),
        _ => {}
    }
}
