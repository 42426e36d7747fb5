//! Events from outside, by every way in.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

mod cut;
mod grpc;
mod http;
#[cfg(unix)]
mod local;
mod proto;
mod site;
mod socket;
mod webhooks;
