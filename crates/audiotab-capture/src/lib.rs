//! Sound sources (devices, files, test signals) written block by block into a ring.
//!
//! ```text
//! address ─► open ─► format ─► start ─┬─ file, signal:  read ────────────────► BlockWriter ─► RingWriter
//!                                     └─ device: callback ─► queue ─► drain ─►      │
//!                                                     losses ─► gaps of NaN         └─► events, status
//! ```
//!
//! * [`Input`] is an address, parsed; [`open`] finds out what is behind it; [`OpenInput::start`] runs it.
//! * One thread per capture owns the ring writer. Frame numbers count time: what was lost is NaN, never left out.
//! * A device that goes away is waited for, by its id; the capture never moves to another one by itself.
//!
//! Invariant: cpal is named in `backend.rs` alone. Invariant: nothing resamples; a source's rate is the stream's.

mod address;
mod backend;
mod block_writer;
mod capture;
mod device_info;
mod error;
mod events;
mod file;
mod formats;
mod frame_clock;
#[cfg_attr(not(target_os = "linux"), path = "not_linux.rs")]
mod linux;
mod live;
mod pull;
mod queue;
mod session;
mod signal;
mod speakers;

pub use address::{Input, InputAddress};
pub use capture::{Capture, OpenInput, Pace, StreamFormat, open};
pub use device_info::{DeviceInfo, PresentDevice, PresentDevices};
pub use error::CaptureError;
pub use events::{
    CallbackMargins, CaptureEvent, CaptureState, CaptureStatus, DeviceShape, FrameTime, OnEvent, StatusReader,
};
pub use file::FileReader;
pub use session::{devices, present_devices};
pub use signal::{SignalShape, SignalSpec};

/// The allocation guard: in tests, allocating inside `assert_no_alloc` aborts the test.
#[cfg(test)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
