//! What several tests of the bus need.

#![allow(dead_code, reason = "not every test file uses all of it")]

use audiotab_events::{Bus, Event, Subscription};
use std::sync::{Arc, Mutex};

pub type Heard = Arc<Mutex<Vec<Arc<Event>>>>;

/// A handler that keeps what it hears.
pub fn collect(bus: &Bus, globs: &[&str]) -> (Heard, Subscription) {
    let heard = Heard::default();
    let its = heard.clone();
    let subscription = bus.subscribe(globs, move |event| its.lock().unwrap().push(event.clone())).unwrap();
    (heard, subscription)
}

pub fn kinds_of(heard: &Heard) -> Vec<String> {
    heard.lock().unwrap().iter().map(|event| event.kind.clone()).collect()
}
