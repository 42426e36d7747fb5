//! Questions of the page about what was recorded.

use crate::reply::{Reply, refusal};
use audiotab_engine::Observation;
use audiotab_engine::wire::{ErrorBody, ErrorKind};
use audiotab_events::journal::{Journal, JournalError, LogPage, LogQuery};
use audiotab_events::{Event, Severity};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const NS_PER_MS: i64 = 1_000_000;

/// Which events; a list that is empty or missing lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Question {
    channels: Vec<String>,
    kinds: Vec<String>,
    severities: Vec<Severity>,
    sources: Vec<String>,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    session: Option<String>,
    from_frame: Option<u64>,
    /// One past the last frame.
    to_frame: Option<u64>,
    text: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

impl From<Question> for LogQuery {
    fn from(asked: Question) -> Self {
        Self {
            channels: asked.channels,
            kinds: asked.kinds,
            severities: asked.severities,
            sources: asked.sources,
            from_ns: asked.from_ms.map(|ms| ms.saturating_mul(NS_PER_MS)),
            // All of the last millisecond.
            to_ns: asked.to_ms.map(|ms| ms.saturating_mul(NS_PER_MS).saturating_add(NS_PER_MS - 1)),
            session: asked.session,
            from_frame: asked.from_frame,
            to_frame: asked.to_frame.map(|end| end.saturating_sub(1)),
            text: asked.text.filter(|text| !text.is_empty()),
            before: asked.before,
            limit: asked.limit.unwrap_or(Self::default().limit),
        }
    }
}

/// A page of the log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogReply {
    /// Newest first.
    events: Vec<Event>,
    /// `before` of the next page.
    next_before: Option<u64>,
}

impl From<LogPage> for LogReply {
    fn from(page: LogPage) -> Self {
        Self { events: page.events, next_before: page.next_before }
    }
}

/// The journal, or why there is none.
pub fn journal_of(observation: &Observation) -> Reply<Arc<Journal>> {
    observation.journal().ok_or_else(|| {
        let sentence =
            "Nothing is recorded at the moment: the journal could not be opened; the events say why.";
        refusal(ErrorKind::File, sentence)
    })
}

/// An error of the journal as the page sees it.
pub fn refused(error: &JournalError) -> ErrorBody {
    let kind = match error {
        JournalError::Request(_) | JournalError::Option(_) => ErrorKind::Usage,
        _ => ErrorKind::File,
    };
    refusal(kind, audiotab_engine::sentence(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_question_of_the_page_reads_as_the_journal_means_it() {
        let asked = json!({"severities": ["warning"], "fromMs": 1, "toMs": 2, "session": "0123456789abcdef",
            "fromFrame": 10, "toFrame": 20, "text": "", "limit": 200});
        let query = LogQuery::from(serde_json::from_value::<Question>(asked).unwrap());
        let wanted = LogQuery {
            severities: vec![Severity::Warning],
            from_ns: Some(1_000_000),
            to_ns: Some(2_999_999),
            session: Some("0123456789abcdef".into()),
            from_frame: Some(10),
            to_frame: Some(19),
            limit: 200,
            ..LogQuery::default()
        };
        assert_eq!(query, wanted);
        assert_eq!(LogQuery::from(Question::default()), LogQuery::default());
        assert!(serde_json::from_value::<Question>(json!({"chanels": []})).is_err());
    }

    #[test]
    fn without_a_journal_the_page_is_told_so() {
        let error = journal_of(&Observation::default()).unwrap_err();
        assert!(error.message.starts_with("Nothing is recorded"));
    }
}
