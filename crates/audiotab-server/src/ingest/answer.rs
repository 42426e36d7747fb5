//! What is told about each event that was sent.

use audiotab_engine::wire::ErrorKind;
use audiotab_events::Event;
use audiotab_events::ingest::{Refusal, RefusalKind, Taken};
use axum::http::StatusCode;
use serde::{Serialize, Serializer};
use std::sync::Arc;
use uuid::Uuid;

/// One event's answer, the same in every way in.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Answer {
    /// It is on the bus now.
    Recorded(Place),
    /// The same event was there already, at this place.
    Duplicate(Place),
    /// It was not taken.
    Refused {
        /// HTTP status.
        code: u16,
        /// One sentence.
        message: String,
        /// Seconds after which sending it again makes sense.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
    },
}

/// Where an event is.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its place in the order of the bus.
    pub seq: u64,
    /// True when the journal has it: no crash takes it away any more.
    pub durable: bool,
    /// The event as everybody sees it, unless it is a duplicate that left the memory.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "event")]
    pub event: Option<Arc<Event>>,
}

fn event<S: Serializer>(event: &Option<Arc<Event>>, serializer: S) -> Result<S::Ok, S::Error> {
    event.as_deref().serialize(serializer)
}

impl Answer {
    /// The answer before anybody waited for the journal.
    pub fn of(result: Result<Taken, Refusal>) -> Self {
        match result {
            Ok(Taken { id, seq, duplicate, event }) => {
                let place = Place { id, seq, durable: false, event };
                if duplicate { Self::Duplicate(place) } else { Self::Recorded(place) }
            }
            Err(refusal) => Self::Refused {
                code: status(refusal.kind).as_u16(),
                retry_after_s: refusal.retry_after.map(|wait| wait.as_secs() + 1),
                message: refusal.message,
            },
        }
    }

    /// Where the event is.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Recorded(place) | Self::Duplicate(place) => Some(place),
            Self::Refused { .. } => None,
        }
    }

    /// Says that the journal has it.
    pub fn is_durable(&mut self) {
        if let Self::Recorded(place) | Self::Duplicate(place) = self {
            place.durable = true;
        }
    }

    /// Leaves the event itself out: in a stream the sender knows what it sent.
    pub fn without_event(mut self) -> Self {
        if let Self::Recorded(place) | Self::Duplicate(place) = &mut self {
            place.event = None;
        }
        self
    }

    /// 201, 200 for a duplicate, or why not.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Recorded(_) => StatusCode::CREATED,
            Self::Duplicate(_) => StatusCode::OK,
            Self::Refused { code, .. } => {
                StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Malformed | RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The word for a status in an error body.
pub fn error_kind(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::FORBIDDEN => ErrorKind::Permission,
        status if status.is_server_error() => ErrorKind::Internal,
        _ => ErrorKind::Usage,
    }
}
