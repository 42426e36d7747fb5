//! The live feeds of the window's page.

use audiotab_engine::LevelTap;
use audiotab_events::Bus;
use audiotab_events::feed::{ClientMessage, Feed, FeedOptions, ServerMessage};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Every open feed has a thread that asks it every window what there is to say.
#[derive(Debug, Default)]
pub struct Feeds {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    last_number: u64,
    feeds: HashMap<u64, Arc<Mutex<Line>>>,
}

/// A feed and what it has to answer.
#[derive(Debug)]
struct Line {
    feed: Feed,
    answers: Vec<ServerMessage>,
    over: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feeds {
    /// Opens a feed that begins now; `say` gives a message to the page, and is false once the page is gone. Levels are
    /// told as long as it is open.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(
        &self,
        bus: Bus,
        levels: LevelTap,
        say: impl Fn(ServerMessage) -> bool + Send + 'static,
    ) -> std::io::Result<u64> {
        let options = FeedOptions::default();
        let window = options.window;
        let line = Line { feed: Feed::new(bus, options), answers: Vec::new(), over: false };
        let line = Arc::new(Mutex::new(line));
        let its = Arc::clone(&line);
        std::thread::Builder::new().name("audiotab-feed".to_owned()).spawn(move || {
            let _levels = levels;
            loop {
                let (said, has_more) = {
                    let mut line = lock(&its);
                    if line.over {
                        return;
                    }
                    let mut said = std::mem::take(&mut line.answers);
                    said.extend(line.feed.tick(Instant::now()));
                    (said, line.feed.has_more())
                };
                if !said.into_iter().all(&say) {
                    return;
                }
                if !has_more {
                    std::thread::sleep(window);
                }
            }
        })?;
        let mut open = lock(&self.open);
        open.last_number += 1;
        let number = open.last_number;
        open.feeds.insert(number, line);
        Ok(number)
    }

    /// What the page says to a feed, or why it could not be understood.
    pub fn hear(&self, number: u64, message: Result<ClientMessage, String>) {
        let Some(line) = lock(&self.open).feeds.get(&number).cloned() else { return };
        let mut line = lock(&line);
        let answers = match message {
            Ok(message) => line.feed.hear(message),
            Err(reason) => vec![ServerMessage::Error { message: format!("Not understood: {reason}.") }],
        };
        line.answers.extend(answers);
    }

    /// Closes one.
    pub fn close(&self, number: u64) {
        if let Some(line) = lock(&self.open).feeds.remove(&number) {
            lock(&line).over = true;
        }
    }

    /// Closes all: the page is being loaded anew and knows none of them.
    pub fn close_all(&self) {
        for (_, line) in lock(&self.open).feeds.drain() {
            lock(&line).over = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use audiotab_engine::{Engine, EngineOptions};
    use audiotab_events::Draft;
    use serde_json::{Value, json};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    fn listen(feeds: &Feeds, bus: &Bus) -> (u64, Receiver<Value>) {
        let (say, said) = channel();
        let levels = Engine::new(EngineOptions::default()).tap_levels();
        let number = feeds.open(bus.clone(), levels, move |message| {
            say.send(serde_json::to_value(message).unwrap()).is_ok()
        });
        (number.unwrap(), said)
    }

    fn next(said: &Receiver<Value>, kind: &str) -> Value {
        loop {
            let message = said.recv_timeout(Duration::from_secs(10)).unwrap();
            if message["type"] == kind {
                return message;
            }
        }
    }

    #[test]
    fn a_page_hears_what_happens_and_is_answered() {
        let (feeds, bus) = (Feeds::default(), Bus::default());
        let (number, said) = listen(&feeds, &bus);
        assert_eq!(next(&said, "connected")["after_seq"], 0);
        bus.emit(Draft::new("audio.overrun", "engine").over(1024, 512));
        let batch = next(&said, "batch");
        let event = &batch["data"]["events"][0];
        assert_eq!((&event["kind"], &event["frame"]), (&json!("audio.overrun"), &json!(1024)));

        feeds.hear(number, Ok(ClientMessage::Ping));
        next(&said, "pong");
        feeds.hear(number, Err("no such message".to_owned()));
        assert!(next(&said, "error")["message"].as_str().unwrap().contains("no such message"));
        feeds.hear(number, Ok(ClientMessage::Pause));
        feeds.hear(number, Ok(ClientMessage::Resume { catch_up: false }));
        assert_eq!(next(&said, "gap")["missed"], 0);
        feeds.hear(999, Ok(ClientMessage::Ping)); // nobody's number
    }

    #[test]
    fn a_closed_feed_says_nothing_more_and_ends_its_thread() {
        let (feeds, bus) = (Feeds::default(), Bus::default());
        let (number, said) = listen(&feeds, &bus);
        let (_, other) = listen(&feeds, &bus);
        next(&said, "connected");
        feeds.close(number);
        // The sender goes with the thread.
        while said.recv_timeout(Duration::from_secs(10)).is_ok() {}
        next(&other, "connected");
        feeds.close_all();
        while other.recv_timeout(Duration::from_secs(10)).is_ok() {}
    }
}
