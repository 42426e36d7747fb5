//! Readers that sleep, and who wakes whom: who emits wakes one of them at most, and they wake each other.
//!
//! Invariant: while somebody is called, a reader is on its way that wakes others when it is up. So a call made meanwhile
//! wakes nobody. Each reader is woken by name and once for a call: else those that have looked up already would be
//! woken again, and would wake each other for ever.

use std::collections::VecDeque;
use std::thread::{self, Thread};

/// How many others one that wakes wakes: with two, the last of many is not far.
const PASSED_ON: usize = 2;

#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    last_bed: u64,
    /// Fell asleep after the last call.
    asleep: VecDeque<Sleeper>,
    /// Fell asleep before it, and are to look up; nobody has woken them yet.
    called: VecDeque<Sleeper>,
    /// Woken, and not up yet.
    on_their_way: usize,
    wakes: u64,
}

#[derive(Debug)]
struct Sleeper {
    bed: u64,
    thread: Thread,
}

/// Where a reader sleeps.
#[derive(Debug)]
pub(crate) struct Bed(u64);

impl Sleepers {
    /// All are to look up. The one to wake by the caller.
    pub fn call(&mut self) -> Option<Thread> {
        self.called.append(&mut self.asleep);
        if self.on_their_way > 0 { None } else { self.wake_next() }
    }

    /// This thread is going to park.
    pub fn lie_down(&mut self) -> Bed {
        self.last_bed += 1;
        self.asleep.push_back(Sleeper { bed: self.last_bed, thread: thread::current() });
        Bed(self.last_bed)
    }

    /// It is up, for whatever reason. Those that it has to wake.
    pub fn get_up(&mut self, Bed(bed): Bed) -> impl Iterator<Item = Thread> {
        self.wakes += 1;
        let left_by_itself = [&mut self.called, &mut self.asleep].into_iter().any(|lying| {
            let at = lying.iter().position(|sleeper| sleeper.bed == bed);
            at.is_some_and(|at| lying.remove(at).is_some())
        });
        let passed_on = if left_by_itself { 0 } else { PASSED_ON };
        self.on_their_way -= usize::from(!left_by_itself);
        std::iter::from_fn(|| self.wake_next()).take(passed_on)
    }

    fn wake_next(&mut self) -> Option<Thread> {
        let next = self.called.pop_front()?;
        self.on_their_way += 1;
        Some(next.thread)
    }

    /// How often a reader got up.
    #[cfg(test)]
    pub fn wakes(&self) -> u64 {
        self.wakes
    }

    /// How many sleep, when none of them is being woken.
    #[cfg(test)]
    pub fn at_rest(&self) -> Option<usize> {
        (self.called.is_empty() && self.on_their_way == 0).then_some(self.asleep.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Bus, Draft};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    /// Against hanging, far above anything that happens.
    const PATIENCE: Duration = Duration::from_secs(120);

    #[test]
    fn ten_readers_wake_each_other_once_and_then_all_sleep() {
        const READERS: usize = 10;
        const EVENTS: u64 = 20;
        let bus = Bus::default();
        let heard = Arc::new(AtomicU64::new(0));
        let subscriptions: Vec<_> = (0..READERS)
            .map(|_| {
                let heard = heard.clone();
                bus.subscribe(&[], move |_| _ = heard.fetch_add(1, Ordering::Relaxed)).unwrap()
            })
            .collect();
        let rest = || {
            while bus.shared.state().sleepers.at_rest() != Some(READERS) {
                thread::yield_now();
            }
            bus.shared.state().sleepers.wakes()
        };
        let before = rest();
        for event in 1..=EVENTS {
            bus.emit(Draft::new("a.b", "engine"));
            while heard.load(Ordering::Relaxed) < event * READERS as u64 {
                thread::yield_now();
            }
            rest();
        }
        let after = rest();
        assert_eq!(after - before, EVENTS * READERS as u64, "once for each event");
        // Nothing happens, so nobody looks up, however long this takes.
        thread::sleep(Duration::from_millis(200));
        assert_eq!(bus.shared.state().sleepers.wakes(), after);
        drop(subscriptions);
    }

    #[test]
    fn no_wake_up_is_lost() {
        const READERS: usize = 8;
        let rounds: u64 = if cfg!(debug_assertions) { 3_000 } else { 30_000 };
        let bus = Bus::default();
        let (done, heard) = channel();
        for reader in 0..READERS {
            let (bus, done) = (bus.clone(), done.clone());
            // Some wait for ever, some wake by themselves all the time, and the last waits for every second event.
            let patience = if reader % 2 == 0 { Duration::MAX } else { Duration::from_micros(50) };
            let step = if reader == READERS - 1 { 2 } else { 1 };
            thread::spawn(move || {
                for seq in (step..=rounds).step_by(step as usize) {
                    while !bus.wait_past(seq - 1, patience) {}
                    done.send(reader).unwrap();
                }
            });
        }
        drop(done);
        let hear = |count: usize, round: u64| {
            for _ in 0..count {
                heard
                    .recv_timeout(PATIENCE)
                    .unwrap_or_else(|_| panic!("a reader sleeps through event {round}"));
            }
        };
        for round in 1..=rounds {
            // Now and then all have fallen asleep by then, now and then some are on their way.
            match round % 3 {
                0 => thread::yield_now(),
                1 => thread::sleep(Duration::from_micros(20)),
                _ => {}
            }
            bus.emit(Draft::new("a.b", "engine"));
            hear(READERS - usize::from(!round.is_multiple_of(2)), round);
        }
        assert!(heard.recv().is_err(), "all heard everything and ended");
    }
}
