//! Earlier events shown again in the live views.

use crate::draft::Draft;
use crate::event::Event;
use crate::journal::Journal;
use crate::journal::error::JournalError;
use crate::journal::ops::timed;
use crate::journal::query::{LogQuery, MOST_PER_PAGE};

/// Most events that are shown again at once: the newest.
pub const MOST_REPLAYED: usize = MOST_PER_PAGE;

impl Journal {
    /// Tells the bus again what happened at or after `since_ns` in earlier runs, oldest first, flagged as replayed: it
    /// is not recorded a second time. What this run told is on the bus already. Returns how many events that were.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn replay(&self, since_ns: i64) -> Result<u64, JournalError> {
        let query = LogQuery {
            from_ns: Some(since_ns),
            before: Some(self.begun_after.saturating_add(1)),
            limit: MOST_REPLAYED,
            ..LogQuery::default()
        };
        let page = timed(&self.bus, "scan", || Some("replay".to_owned()), || self.reader.query(&query))?;
        let count = page.events.len() as u64;
        for event in page.events.into_iter().rev() {
            self.bus.emit(again(event));
        }
        Ok(count)
    }
}

/// Everything as it was, but a new place in the order.
fn again(event: Event) -> Draft {
    Draft {
        kind: event.kind,
        source: event.source,
        id: Some(event.id),
        ts_ns: Some(event.ts_ns),
        frame: event.frame,
        dur_frames: event.dur_frames,
        session: event.session,
        channel: Some(event.channel),
        severity: Some(event.severity),
        audio_ch: event.audio_ch,
        message: Some(event.message),
        payload: event.payload,
        placed_by_time: false,
        replayed: true,
        sha256: None,
    }
}
