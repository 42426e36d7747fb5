//! Earlier events shown again at a pace: as far apart as they happened, divided by the speed.

use crate::state::stopped;
use audiotab_events::journal::Speed;
use audiotab_events::{Bus, Draft};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::{Instant, sleep_until};

/// The playback of a server: one at a time, and none after the server.
#[derive(Debug, Default)]
pub struct Playback {
    running: Mutex<Option<AbortHandle>>,
}

impl Playback {
    /// Ends what plays, and begins to tell `bus` these, oldest first.
    pub fn begin(&self, bus: Bus, drafts: Vec<Draft>, speed: Speed, mut stop: watch::Receiver<bool>) {
        let playing = tokio::spawn(async move {
            let began = Instant::now();
            // The bus may wait for its journal.
            let tell = move |draft| {
                let bus = bus.clone();
                async move { drop(spawn_blocking(move || bus.emit(draft)).await) }
            };
            tokio::select! {
                () = stopped(&mut stop) => {}
                () = play(drafts, speed, move |due| sleep_until(began + due), tell) => {}
            }
        });
        self.replace(Some(playing.abort_handle()));
    }

    /// Ends what plays.
    pub fn end(&self) {
        self.replace(None);
    }

    fn replace(&self, next: Option<AbortHandle>) {
        let before =
            std::mem::replace(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(before) = before {
            before.abort();
        }
    }
}

/// How long it takes until the last of them is told.
pub fn length(drafts: &[Draft], speed: Speed) -> Duration {
    speed.due(times_ns(drafts)).last().unwrap_or_default()
}

async fn play<Waited: Future<Output = ()>, Told: Future<Output = ()>>(
    drafts: Vec<Draft>,
    speed: Speed,
    until: impl Fn(Duration) -> Waited,
    tell: impl Fn(Draft) -> Told,
) {
    let due: Vec<_> = speed.due(times_ns(&drafts)).collect();
    for (draft, due) in drafts.into_iter().zip(due) {
        until(due).await;
        tell(draft).await;
    }
}

fn times_ns(drafts: &[Draft]) -> impl Iterator<Item = i64> {
    drafts.iter().map(|draft| draft.ts_ns.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test fails by panicking

    use super::*;
    use std::cell::RefCell;
    use std::future::ready;

    const S: i64 = 1_000_000_000;

    fn drafts(kinds_s: &[(&str, i64)]) -> Vec<Draft> {
        let draft = |&(kind, s): &(&str, i64)| Draft {
            ts_ns: Some(s * S),
            replayed: true,
            ..Draft::new(kind, "test")
        };
        kinds_s.iter().map(draft).collect()
    }

    /// The clock is a list: nothing is waited for.
    #[tokio::test]
    async fn each_event_waits_for_its_moment_and_the_order_stays() {
        let story = RefCell::new(Vec::new());
        let events = drafts(&[("a.first", 100), ("b.second", 104), ("c.earlier", 102), ("d.last", 110)]);
        let speed = Speed::try_from(2.0).unwrap();
        assert_eq!(length(&events, speed), Duration::from_secs(5));
        let until = |due: Duration| {
            story.borrow_mut().push(format!("{} s", due.as_secs_f64()));
            ready(())
        };
        let tell = |draft: Draft| {
            story.borrow_mut().push(draft.kind);
            ready(())
        };
        play(events, speed, until, tell).await;
        let wanted = ["0 s", "a.first", "2 s", "b.second", "2 s", "c.earlier", "5 s", "d.last"];
        assert_eq!(story.into_inner(), wanted);
    }

    async fn told(bus: &Bus, kind: &str) {
        while !bus.recent(100).iter().any(|event| event.kind == kind) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_next_one_ends_the_one_before_and_the_server_ends_all() {
        let (bus, playback) = (Bus::default(), Playback::default());
        let (stop, stopping) = watch::channel(false);
        let running = || playback.running.lock().unwrap().clone().unwrap();
        let far = drafts(&[("a.now", 0), ("a.in_days", 1_000_000)]);
        playback.begin(bus.clone(), far, Speed::try_from(1.0).unwrap(), stopping.clone());
        told(&bus, "a.now").await;
        let first = running();
        assert!(!first.is_finished());
        let other = drafts(&[("b.now", 0), ("b.in_days", 1_000_000)]);
        playback.begin(bus.clone(), other, Speed::try_from(1.0).unwrap(), stopping);
        told(&bus, "b.now").await;
        let second = running();
        while !first.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(!second.is_finished());
        stop.send(true).unwrap();
        while !second.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(bus.recent(100).iter().all(|event| event.replayed && event.kind.ends_with(".now")));
    }
}
