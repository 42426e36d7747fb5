//! How much is said at once.

use crate::bus::weight;
use crate::event::Event;
use std::sync::Arc;

/// A number of events and of bytes, whichever is used up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// Events.
    pub events: usize,
    /// Bytes they take in memory, about what they take on the wire. The event that passes the bound is still taken,
    /// so that a large one does not stop the rest.
    pub bytes: usize,
}

impl Portion {
    /// What one message to a client holds at most, near enough.
    pub const MESSAGE: Self = Self { events: 2000, bytes: 1 << 20 };

    /// Takes one event from it.
    pub fn take(&mut self, event: &Event) {
        self.events = self.events.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(weight(event));
    }

    /// True when nothing more fits.
    pub fn is_used_up(&self) -> bool {
        self.events == 0 || self.bytes == 0
    }

    /// Cuts a list to this portion; true when that was less than all or just so.
    pub fn cut(mut self, events: &mut Vec<Arc<Event>>) -> bool {
        let fits = events.iter().take_while(|event| {
            let more = !self.is_used_up();
            self.take(event);
            more
        });
        let fitting = fits.count();
        events.truncate(fitting);
        self.is_used_up()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bus, Draft};

    #[test]
    fn large_events_use_up_the_bytes_and_one_always_fits() {
        let bus = Bus::default();
        for _ in 0..10 {
            bus.emit(Draft::new("a.b", "engine").with("text", "x".repeat(60 << 10)));
        }
        let fitting = |events, bytes| {
            let mut list = bus.after(0, 100).events;
            let more = Portion { events, bytes }.cut(&mut list);
            (list.len(), more)
        };
        assert_eq!(fitting(100, 1), (1, true));
        assert_eq!(fitting(100, 150 << 10), (3, true));
        assert_eq!(fitting(100, 10 << 20), (10, false));
        assert_eq!(fitting(4, 10 << 20), (4, true));
    }
}
