//! The journal's operations, timed and told to the bus; the failed ones, too.
//!
//! They are told as `journal.op`, which the journal itself does not record: it would never come to rest.

use crate::bus::Bus;
use crate::draft::Draft;
use crate::families::{Family, Operation};
use std::fmt::Display;
use std::time::{Duration, Instant};

/// Who tells.
pub(super) const SOURCE: &str = "journal";

/// Does something, tells how long it took, and hands its result on as it is.
pub(super) fn timed<T, E: Display>(
    bus: &Bus,
    operation: &'static str,
    item_id: impl FnOnce() -> Option<String>,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let begun = Instant::now();
    let result = work();
    let error = result.as_ref().err().map(ToString::to_string);
    bus.emit(told(operation, item_id(), begun.elapsed(), error));
    result
}

/// The event of an operation.
pub(super) fn told(
    operation: &'static str,
    item_id: Option<String>,
    took: Duration,
    error: Option<String>,
) -> Draft {
    let duration_ms = took.as_secs_f64() * 1e3;
    Operation { operation: operation.to_owned(), item_id, duration_ms, error, ..Operation::default() }
        .draft_as("journal.op", SOURCE)
}
