//! Why an event was not taken.

use std::fmt;
use std::time::Duration;
use uuid::Uuid;

/// What sort of refusal, so that every way in can say it in its own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// It cannot be read at all. Sending it again does not help.
    Malformed,
    /// It can be read and is no event. Sending it again does not help.
    Invalid,
    /// It is too large. Sending it again does not help.
    TooLarge,
    /// Its id belongs to another event. Sending it again does not help.
    Conflict,
    /// The author may not say this, or nobody outside may say anything.
    Forbidden,
    /// Its source sent too many. Sending it later helps.
    TooMany,
    /// The bus is switched off. Sending it later may help.
    Off,
}

/// One sentence for the author of the event; nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What sort.
    pub kind: RefusalKind,
    /// The sentence.
    pub message: String,
    /// When sending it again makes sense.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None }
    }

    /// For ways in that read lists of events themselves.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Malformed, message)
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, message)
    }

    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::TooLarge, message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Forbidden, message)
    }

    pub(super) fn closed() -> Self {
        Self::forbidden("Events from outside are switched off here.")
    }

    pub(super) fn off() -> Self {
        Self::new(RefusalKind::Off, "The event bus is switched off.")
    }

    pub(super) fn conflict(id: Uuid) -> Self {
        let message =
            format!("Another event with other content has the id {id}; a new event needs a new id.");
        Self::new(RefusalKind::Conflict, message)
    }

    pub(super) fn too_many(retry_after: Duration) -> Self {
        let seconds = retry_after.as_secs() + 1;
        let message = format!("This source sends too many events; try again in {seconds} s.");
        Self { retry_after: Some(retry_after), ..Self::new(RefusalKind::TooMany, message) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
