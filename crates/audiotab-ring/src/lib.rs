//! The sample ring: byte layout, writer, reader; heap, file and memfd storage.
//!
//! One writer puts blocks of planar `f64` samples into a ring of the last seconds; any number of readers, in this
//! process or in others, take frames out of it without locks. Frame numbers are `u64` and count from the start of
//! the stream, so a frame number never lies: lost frames are written as NaN and keep their place.
//!
//! * [`layout`] owns every byte offset, [`RingSpec`] the limits, [`Header`] the first 128 bytes.
//! * [`RingWriter`] and [`RingReader`] are the two ends; [`ByteRing`] reads a dump held as plain bytes.
//! * `share` hands a ring to another process as an open file, on Linux.
//! * [`packet`] is the form in which frames travel to a viewer that cannot map the ring.
//!
//! Invariant: no lock, no allocation and no system call but the clock's in [`RingWriter::write`].

#[cfg(not(loom))]
mod bytes;
mod clock;
mod error;
mod header;
mod held;
pub mod layout;
mod memory;
pub mod packet;
#[cfg(loom)]
pub mod protocol;
#[cfg(not(loom))]
mod protocol;
mod reader;
#[cfg(all(target_os = "linux", not(loom)))]
pub mod share;
mod spec;
#[cfg(all(not(target_arch = "wasm32"), not(loom)))]
mod storage;
pub mod sync;
mod writer;

#[cfg(not(loom))]
pub use bytes::ByteRing;
pub use error::{ReadError, RingError};
pub use header::{Header, StreamState};
pub use packet::{LONGEST_HEAD_BYTES, PacketHead, PacketRequest, write_packet};
pub use reader::RingReader;
pub use spec::RingSpec;
#[cfg(all(not(target_arch = "wasm32"), not(loom)))]
pub use storage::place::private_dir;
pub use writer::RingWriter;
