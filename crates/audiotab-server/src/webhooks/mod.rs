//! Webhooks: events posted to addresses that the user wrote into a rules file.
//!
//! * `rules`: the file. `delivery`: one event to one address, signed, tried again. `address`: what may be called.
//!
//! Every rule reads the bus behind a cursor of its own on a thread of its own: an address that is slow or gone delays
//! nothing but itself, and what it comes too late for is counted.
//!
//! Invariant: no event, and nobody who sends one, can name an address.

mod address;
mod delivery;
mod rules;

pub use rules::{Rule, Rules, RulesError};

use audiotab_events::{Bus, Draft, Event, Severity};
use delivery::Delivery;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How often a thread looks whether it should end.
const LOOK_UP: Duration = Duration::from_millis(200);
/// Events read in one go.
const TOGETHER: usize = 256;
/// Kinds that say something about webhooks, and are not sent to any.
const OWN_TOPIC: &str = "webhook";

/// The running webhooks; dropping it ends them.
#[derive(Debug)]
pub struct Webhooks {
    end: Arc<End>,
    threads: Vec<JoinHandle<()>>,
}

/// The wish to end, which also cuts waits short.
#[derive(Debug, Default)]
struct End {
    wished: AtomicBool,
    lock: Mutex<()>,
    told: Condvar,
}

impl End {
    fn is_wished(&self) -> bool {
        self.wished.load(Ordering::Acquire)
    }

    fn wish(&self) {
        self.wished.store(true, Ordering::Release);
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.told.notify_all();
    }

    fn sleep(&self, wait: Duration) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.told.wait_timeout_while(lock, wait, |()| !self.is_wished());
    }
}

impl Webhooks {
    /// Sends what happens from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(bus: &Bus, rules: Rules) -> std::io::Result<Self> {
        let mut webhooks = Self { end: Arc::default(), threads: Vec::new() };
        let from = bus.last_seq();
        for rule in rules.webhooks {
            let hook =
                Hook { bus: bus.clone(), delivery: Delivery::new(&rule), rule, end: webhooks.end.clone() };
            let thread = Builder::new().name("webhook".to_owned()).spawn(move || hook.run(from))?;
            webhooks.threads.push(thread);
        }
        Ok(webhooks)
    }
}

impl Drop for Webhooks {
    fn drop(&mut self) {
        self.end.wish();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Hook {
    bus: Bus,
    rule: Rule,
    delivery: Delivery,
    end: Arc<End>,
}

impl Hook {
    fn run(self, from: u64) {
        let (mut cursor, mut failing) = (from, false);
        while !self.end.is_wished() {
            if !self.bus.wait_past(cursor, LOOK_UP) {
                continue;
            }
            let passage = self.bus.after(cursor, TOGETHER);
            if passage.missed > 0 {
                let missed = passage.missed;
                self.tell(
                    "webhook.missed",
                    format!("A webhook was too slow and missed {missed} events"),
                    missed,
                );
            }
            for event in passage.events {
                cursor = event.seq;
                if !self.wants(&event) {
                    continue;
                }
                let failed = self.deliver(&event);
                if self.end.is_wished() {
                    return;
                }
                if let (Some(reason), false) = (&failed, failing) {
                    self.tell("webhook.failed", format!("A webhook cannot be delivered: {reason}"), 1);
                }
                failing = failed.is_some();
            }
        }
    }

    fn wants(&self, event: &Event) -> bool {
        !event.replayed
            && event.topic() != OWN_TOPIC
            && self.rule.kinds.matches(&event.kind)
            && (self.rule.severities.is_empty() || self.rule.severities.contains(&event.severity))
    }

    /// Why it could not be delivered.
    fn deliver(&self, event: &Event) -> Option<String> {
        let mut wait = self.rule.first_wait;
        for again in 0.. {
            match self.delivery.try_once(event) {
                Ok(()) => return None,
                Err(failure) if failure.is_final || again >= self.rule.retries => {
                    return Some(failure.reason);
                }
                Err(_) => self.end.sleep(wait),
            }
            if self.end.is_wished() {
                return None;
            }
            wait *= 4;
        }
        None
    }

    /// Once per outage, without the address: addresses of webhooks are often secrets.
    fn tell(&self, kind: &str, message: String, count: u64) {
        let mut draft = Draft::new(kind, "server").saying(message).with("count", count).placed_by_time();
        draft.payload.insert("host".to_owned(), self.rule.host().into());
        draft.severity = Some(Severity::Warning);
        self.bus.emit(draft);
    }
}
