//! gRPC: `audiotab.events.v1.EventIngest/Publish`, a stream of events and a stream of answers.
//!
//! * `publish`: the service. `words`: our refusals in gRPC's terms. `generated`: what `proto/` says, made by
//!   `tests/ways_in/proto.rs`, so that building needs no compiler of proto files.

mod publish;
mod words;

#[allow(
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    dead_code,
    clippy::all,
    clippy::pedantic
)]
mod generated {
    include!("generated/audiotab.events.v1.rs");
}

pub use publish::{PUBLISH, routes};
pub use words::in_grpc;
