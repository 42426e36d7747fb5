//! Links that a user draws between events.

use crate::journal::error::JournalError;
use crate::journal::reader::JournalReader;
use rusqlite::Connection;
use serde::Serialize;
use uuid::Uuid;

/// Longest name of a relation, characters.
const LONGEST_RELATION: usize = 64;
/// How far a traversal goes at most.
pub const DEEPEST: u32 = 16;
/// Most links of one traversal.
const MOST_LINKS: u32 = 10_000;

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The event it starts from.
    pub from_id: Uuid,
    /// The event it leads to.
    pub to_id: Uuid,
    /// `associative`, `causal` or any other word.
    pub relation: String,
}

impl Link {
    /// # Errors
    /// [`JournalError::Request`].
    pub(super) fn check(&self) -> Result<(), JournalError> {
        if self.relation.is_empty() || self.relation.chars().count() > LONGEST_RELATION {
            return Err(JournalError::Request(format!("A relation has 1 to {LONGEST_RELATION} characters.")));
        }
        Ok(())
    }

    /// Writes it; a second time changes nothing.
    ///
    /// # Errors
    /// When one of the events is not in the journal, or SQLite's.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), JournalError> {
        let (from, to) = (self.from_id.as_bytes().as_slice(), self.to_id.as_bytes().as_slice());
        for (id, event) in [(from, self.from_id), (to, self.to_id)] {
            if !connection.prepare_cached("SELECT 1 FROM events WHERE id = ?1")?.exists([id])? {
                return Err(JournalError::Request(format!("There is no event {event} in the journal.")));
            }
        }
        connection
            .prepare_cached("INSERT OR IGNORE INTO links (from_id, to_id, relation) VALUES (?1, ?2, ?3)")?
            .execute((from, to, &self.relation))?;
        Ok(())
    }
}

impl JournalReader {
    /// The links within `depth` steps from an event, in both directions; no more than 10,000.
    ///
    /// # Errors
    /// When `depth` is not 1 to 16, or the file cannot be read.
    pub fn traverse(&self, id: Uuid, depth: u32) -> Result<Vec<Link>, JournalError> {
        if !(1..=DEEPEST).contains(&depth) {
            return Err(JournalError::Request(format!(
                "A traversal goes 1 to {DEEPEST} steps, not {depth}."
            )));
        }
        self.with(|connection| {
            let sql = format!(
                "WITH RECURSIVE reached(id, depth) AS (
                   SELECT ?1, 0
                   UNION
                   SELECT CASE WHEN from_id = reached.id THEN to_id ELSE from_id END, depth + 1
                   FROM reached JOIN links ON from_id = reached.id OR to_id = reached.id
                   WHERE depth < ?2
                   LIMIT {MOST_LINKS}
                 )
                 SELECT DISTINCT from_id, to_id, relation
                 FROM reached JOIN links ON (from_id = reached.id OR to_id = reached.id)
                 WHERE depth < ?2 LIMIT {MOST_LINKS}"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let links = statement.query_map((id.as_bytes().as_slice(), depth), |row| {
                let id = |index| row.get::<_, [u8; 16]>(index).map(Uuid::from_bytes);
                Ok(Link { from_id: id(0)?, to_id: id(1)?, relation: row.get(2)? })
            })?;
            Ok(links.collect::<rusqlite::Result<_>>()?)
        })
    }
}
