//! The atomics of this crate: the platform's, or loom's under `--cfg loom`. Nothing else imports atomics.

#[cfg(not(loom))]
pub use std::sync::atomic::{AtomicU64, Ordering, fence};

#[cfg(loom)]
pub use loom::sync::atomic::{AtomicU64, Ordering, fence};
