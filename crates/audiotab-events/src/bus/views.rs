//! Views beside the log: one ring per topic, so that a talkative topic never pushes out a quiet one, and the newest of all.

use crate::bus::log::Entry;
use crate::event::{Event, topic_of};
use crate::kinds::kind_of;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Most topics. Outside programs choose theirs freely; beyond this the one that was silent longest goes.
const MOST_TOPICS: usize = 1024;
/// How many events a ring gives up at once when the rings hold too much, so that the search for it pays.
const GIVEN_UP_AT_ONCE: usize = 64;

#[derive(Debug)]
pub(crate) struct Views {
    topics: HashMap<String, Ring>,
    /// The newest that are worth remembering: twenty level samples a second would leave no room for anything else.
    recent: VecDeque<Arc<Event>>,
    topic_events: usize,
    recent_events: usize,
    stranded_bytes: u64,
}

/// The newest events of one topic, oldest first.
#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<(Arc<Event>, u64)>,
    /// Bytes of those that the log no longer has.
    stranded_bytes: u64,
}

impl Views {
    pub fn new(topic_events: usize, recent_events: usize) -> Self {
        Self {
            topics: HashMap::new(),
            recent: VecDeque::new(),
            topic_events: topic_events.max(1),
            recent_events: recent_events.max(1),
            stranded_bytes: 0,
        }
    }

    /// Takes a new event; `log_first` is the oldest the log has.
    pub fn push(&mut self, entry: &Entry, log_first: u64) {
        if kind_of(&entry.event.kind).journaled {
            if self.recent.len() >= self.recent_events {
                self.recent.pop_front();
            }
            self.recent.push_back(entry.event.clone());
        }

        let topic = entry.event.topic();
        if !self.topics.contains_key(topic) {
            if self.topics.len() >= MOST_TOPICS {
                self.forget_most_silent();
            }
            self.topics.insert(topic.to_owned(), Ring::default());
        }
        let Some(ring) = self.topics.get_mut(topic) else { return };
        ring.events.push_back((entry.event.clone(), entry.bytes));
        if ring.events.len() > self.topic_events {
            self.stranded_bytes -= ring.give_up_oldest(log_first);
        }
    }

    /// The log has let this event go. What a ring still holds of it now counts here.
    pub fn left_by_log(&mut self, entry: &Entry) {
        let Some(ring) = self.topics.get_mut(topic_of(&entry.event.kind)) else { return };
        if ring.events.front().is_some_and(|(oldest, _)| oldest.seq <= entry.event.seq) {
            ring.stranded_bytes += entry.bytes;
            self.stranded_bytes += entry.bytes;
        }
    }

    /// Bytes that only the rings hold.
    pub fn stranded_bytes(&self) -> u64 {
        self.stranded_bytes
    }

    /// Gives up some of the oldest events of the ring that holds the most for itself; false when there are none.
    pub fn give_up_some(&mut self, log_first: u64) -> bool {
        let Some(ring) = self.topics.values_mut().max_by_key(|ring| ring.stranded_bytes) else {
            return false;
        };
        let before = ring.stranded_bytes;
        for _ in 0..GIVEN_UP_AT_ONCE {
            if ring.stranded_bytes > 0 {
                self.stranded_bytes -= ring.give_up_oldest(log_first);
            }
        }
        ring.stranded_bytes < before
    }

    pub fn recent(&self, limit: usize) -> Vec<Arc<Event>> {
        self.recent.iter().rev().take(limit).cloned().collect()
    }

    pub fn snapshot(&self, topic: &str) -> Vec<Arc<Event>> {
        let ring = self.topics.get(topic);
        ring.map(|ring| ring.events.iter().map(|(event, _)| event.clone()).collect()).unwrap_or_default()
    }

    pub fn topics(&self) -> Vec<String> {
        let mut names: Vec<String> = self.topics.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    pub fn clear(&mut self) {
        self.topics.clear();
        self.recent.clear();
        self.stranded_bytes = 0;
    }

    fn forget_most_silent(&mut self) {
        let newest_of = |ring: &Ring| ring.events.back().map_or(0, |(event, _)| event.seq);
        let silent = self.topics.iter().min_by_key(|(_, ring)| newest_of(ring)).map(|(name, _)| name.clone());
        if let Some(ring) = silent.and_then(|name| self.topics.remove(&name)) {
            self.stranded_bytes -= ring.stranded_bytes;
        }
    }
}

impl Ring {
    /// Lets its oldest event go; returns the bytes that nobody holds any more.
    fn give_up_oldest(&mut self, log_first: u64) -> u64 {
        let Some((event, bytes)) = self.events.pop_front() else { return 0 };
        let freed = if event.seq < log_first { bytes } else { 0 };
        self.stranded_bytes -= freed;
        freed
    }
}
