//! Whether a journal is whole.

use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use crate::journal::walk::{DamagedRange, walk};
use serde::Serialize;
use std::ops::ControlFlow;

/// Complaints of SQLite that are kept.
const MOST_COMPLAINTS: usize = 100;

/// What a look at every row found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Events that are what was written.
    pub events: u64,
    /// The others.
    pub damaged: Vec<DamagedRange>,
    /// What SQLite says of the file's structure; empty when all is well.
    pub complaints: Vec<String>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.complaints.is_empty()
    }
}

impl JournalReader {
    /// Reads every row and holds it against its checksum, and lets SQLite check its structure.
    ///
    /// # Errors
    /// When nothing of the file can be read at all.
    pub fn verify(&self) -> Result<Verification, JournalError> {
        self.with(|connection| {
            let mut events = 0;
            let damage = walk(connection, 0, i64::MAX, |_| {
                events += 1;
                ControlFlow::Continue(())
            })?;
            let mut complaints = Vec::new();
            let checked = connection.pragma_query(None, "integrity_check", |row| {
                let complaint: String = row.get(0)?;
                if complaint != "ok" && complaints.len() < MOST_COMPLAINTS {
                    complaints.push(complaint);
                }
                Ok(())
            });
            if let Err(error) = checked {
                complaints.push(error.to_string());
            }
            Ok(Verification { events, damaged: damage.into_ranges(), complaints })
        })
    }
}
