//! `audiotab ring info`.

use super::{print, print_json};
use crate::args::RingInfo;
use crate::failure::Failure;
use crate::ring_range;
use audiotab_engine::ring::{Header, StreamState};
use serde::Serialize;

#[derive(Serialize)]
struct Info {
    version: u64,
    sample_rate_hz: u64,
    channels: u32,
    capacity_frames: u64,
    write_sequence: u64,
    samples_per_write: u32,
    claim_sequence: u64,
    start_time_unix_ns: u64,
    stream_id: u64,
    lost_frames: u64,
    state: &'static str,
    first_frame: u64,
    end_frame: u64,
}

impl From<Header> for Info {
    fn from(header: Header) -> Self {
        let readable = header.readable();
        Self {
            version: header.version,
            sample_rate_hz: header.spec.sample_rate_hz,
            channels: header.spec.channels,
            capacity_frames: header.spec.capacity_frames,
            write_sequence: header.write_sequence,
            samples_per_write: header.spec.samples_per_write,
            claim_sequence: header.claim_sequence,
            start_time_unix_ns: header.start_time_unix_ns,
            stream_id: header.stream_id,
            lost_frames: header.lost_frames,
            state: match header.state {
                StreamState::Unknown => "unknown",
                StreamState::Running => "running",
                StreamState::Ended => "ended",
            },
            first_frame: readable.start,
            end_frame: readable.end,
        }
    }
}

/// Prints what the header says.
///
/// # Errors
/// One sentence if there is no ring at the path.
pub fn run(args: &RingInfo) -> Result<(), Failure> {
    let info = Info::from(ring_range::open_any(&args.path)?.header());
    if args.output.json {
        return print_json(&info);
    }
    let seconds = |frames: u64| frames as f64 / info.sample_rate_hz as f64;
    print(&format!(
        "version            {}\n\
         sample rate        {} Hz\n\
         channels           {}\n\
         capacity           {} frames ({:.3} s)\n\
         write sequence     {} blocks of {} frames\n\
         claim sequence     {}\n\
         start time         {} ns since 1970\n\
         stream id          {:016x}\n\
         lost               {} frames\n\
         state              {}\n\
         readable           frames {} to {} ({:.3} s)\n",
        info.version,
        info.sample_rate_hz,
        info.channels,
        info.capacity_frames,
        seconds(info.capacity_frames),
        info.write_sequence,
        info.samples_per_write,
        info.claim_sequence,
        info.start_time_unix_ns,
        info.stream_id,
        info.lost_frames,
        info.state,
        info.first_frame,
        info.end_frame,
        seconds(info.end_frame - info.first_frame),
    ));
    Ok(())
}
