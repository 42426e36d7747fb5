//! What is asked of the log, and what comes back.

use crate::event::{Event, Severity};
use crate::glob::Globs;
use crate::journal::error::JournalError;
use crate::journal::walk::DamagedRange;
use serde::Serialize;

/// Events of a page when nothing else is asked.
const USUAL_LIMIT: usize = 100;
/// Most events of one page.
pub const MOST_PER_PAGE: usize = 10_000;
/// Most values of one list.
const MOST_VALUES: usize = 64;
/// Longest text looked for, characters.
const LONGEST_TEXT: usize = 256;

/// Which events of the log. Every list takes all when empty; what is given must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// Channels of the kinds table.
    pub channels: Vec<String>,
    /// Patterns over kinds, `audio.*`.
    pub kinds: Vec<String>,
    /// Severities.
    pub severities: Vec<Severity>,
    /// Patterns over sources, `external:*`.
    pub sources: Vec<String>,
    /// Happened at or after, Unix nanoseconds.
    pub from_ns: Option<i64>,
    /// Happened at or before.
    pub to_ns: Option<i64>,
    /// Of this stream.
    pub session: Option<String>,
    /// Covers a frame at or after this one; with `session`.
    pub from_frame: Option<u64>,
    /// Covers a frame at or before this one; with `session`.
    pub to_frame: Option<u64>,
    /// Message, kind, source or payload hold this text; upper and lower case are the same.
    pub text: Option<String>,
    /// Only events before this seq: the cursor for the next page.
    pub before: Option<u64>,
    /// Most events of the page, 1 to 10,000.
    pub limit: usize,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self {
            channels: Vec::new(),
            kinds: Vec::new(),
            severities: Vec::new(),
            sources: Vec::new(),
            from_ns: None,
            to_ns: None,
            session: None,
            from_frame: None,
            to_frame: None,
            text: None,
            before: None,
            limit: USUAL_LIMIT,
        }
    }
}

/// One page of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LogPage {
    /// Newest first.
    pub events: Vec<Event>,
    /// Cursor of the next page; None when the log ends here. A page can have fewer events than asked for, even none,
    /// and yet not be the last: a search that no index helps looks through so many rows at a time.
    pub next_before: Option<u64>,
    /// Rows that cannot be read or are not what was written, and are withheld.
    pub damaged: Vec<DamagedRange>,
}

/// A query, checked.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub query: LogQuery,
    pub kinds: Globs,
    pub sources: Globs,
    /// Lower case.
    pub text: Option<String>,
}

impl LogQuery {
    /// # Errors
    /// [`JournalError::Request`] says what is wrong.
    pub(super) fn check(&self) -> Result<Wanted, JournalError> {
        let wrong = |sentence: String| Err(JournalError::Request(sentence));
        if !(1..=MOST_PER_PAGE).contains(&self.limit) {
            return wrong(format!("A page holds 1 to {MOST_PER_PAGE} events, not {}.", self.limit));
        }
        if self.channels.len() > MOST_VALUES {
            return wrong(format!("At most {MOST_VALUES} channels can be asked for at once."));
        }
        if self.session.is_none() && (self.from_frame.is_some() || self.to_frame.is_some()) {
            return wrong("Frames are counted per stream; name the session as well.".to_owned());
        }
        let text = self.text.as_deref().filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            return wrong(format!("The text to look for may have at most {LONGEST_TEXT} characters."));
        }
        let globs = |patterns: &[String]| {
            Globs::new(patterns).map_err(|error| JournalError::Request(error.to_string()))
        };
        Ok(Wanted {
            kinds: globs(&self.kinds)?,
            sources: globs(&self.sources)?,
            text: text.map(str::to_lowercase),
            query: self.clone(),
        })
    }
}

impl Wanted {
    /// The same question put to one event.
    pub fn takes(&self, event: &Event) -> bool {
        let query = &self.query;
        let listed = |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        let within = |from: Option<i64>, to: Option<i64>, at: i64| {
            from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
        };
        listed(&query.channels, &event.channel)
            && (query.severities.is_empty() || query.severities.contains(&event.severity))
            && query.before.is_none_or(|before| event.seq < before)
            && within(query.from_ns, query.to_ns, event.ts_ns)
            && query.session.as_ref().is_none_or(|session| event.session.as_ref() == Some(session))
            && self.takes_frames(event)
            && self.kinds.matches(&event.kind)
            && self.sources.matches(&event.source)
            && self.text.as_deref().is_none_or(|text| has_text(text, event))
    }

    fn takes_frames(&self, event: &Event) -> bool {
        let (from, to) = (self.query.from_frame, self.query.to_frame);
        if from.is_none() && to.is_none() {
            return true;
        }
        let Some(first) = event.frame else { return false };
        let last = first.saturating_add(event.dur_frames.unwrap_or(1).max(1) - 1);
        from.is_none_or(|from| last >= from) && to.is_none_or(|to| first <= to)
    }
}

fn has_text(lower: &str, event: &Event) -> bool {
    let payload = serde_json::to_string(&event.payload).unwrap_or_default();
    [&event.message, &event.kind, &event.source, &payload].iter().any(|one| holds(one, lower))
}

/// Whether the text holds `lower`, which is in lower case.
pub(super) fn holds(text: &str, lower: &str) -> bool {
    text.to_lowercase().contains(lower)
}
