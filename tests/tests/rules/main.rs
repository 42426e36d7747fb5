//! The repository's own rules, run as tests: which crate and which UI folder may use which, how long a file may be,
//! where unsafe code may stand, and words that have no place here. A rule changes here first, then in the code.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod crate_edges;
mod files;
mod ui_edges;
mod words;
