//! The live feeds of the window's page.

use audiotab_engine::Engine;
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
    /// told while its filter lets them through.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(
        &self,
        engine: Engine,
        say: impl Fn(ServerMessage) -> bool + Send + 'static,
    ) -> std::io::Result<u64> {
        let options = FeedOptions::default();
        let window = options.window;
        let line = Line { feed: Feed::new(engine.bus().clone(), options), answers: Vec::new(), over: false };
        let line = Arc::new(Mutex::new(line));
        let its = Arc::clone(&line);
        std::thread::Builder::new().name("audiotab-feed".to_owned()).spawn(move || {
            let mut levels = None;
            loop {
                let (said, has_more, wants_levels) = {
                    let mut line = lock(&its);
                    if line.over {
                        return;
                    }
                    let mut said = std::mem::take(&mut line.answers);
                    said.extend(line.feed.tick(Instant::now()));
                    (said, line.feed.has_more(), line.feed.wants_levels())
                };
                if wants_levels != levels.is_some() {
                    levels = wants_levels.then(|| engine.tap_levels());
                }
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

    fn listen(feeds: &Feeds, engine: &Engine) -> (u64, Receiver<Value>) {
        let (say, said) = channel();
        let number = feeds
            .open(engine.clone(), move |message| say.send(serde_json::to_value(message).unwrap()).is_ok());
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
        let (feeds, engine) = (Feeds::default(), Engine::new(EngineOptions::default()));
        let bus = engine.bus();
        let (number, said) = listen(&feeds, &engine);
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
        let (feeds, engine) = (Feeds::default(), Engine::new(EngineOptions::default()));
        let (number, said) = listen(&feeds, &engine);
        let (_, other) = listen(&feeds, &engine);
        next(&said, "connected");
        feeds.close(number);
        // The sender goes with the thread.
        while said.recv_timeout(Duration::from_secs(10)).is_ok() {}
        next(&other, "connected");
        feeds.close_all();
        while other.recv_timeout(Duration::from_secs(10)).is_ok() {}
    }

    #[test]
    fn levels_come_until_the_page_says_that_it_needs_none() {
        let (feeds, engine) = (Feeds::default(), Engine::new(EngineOptions::default()));
        let (number, said) = listen(&feeds, &engine);
        engine.start("signal:sine").unwrap();
        let is_level =
            |message: &Value| message["type"] == "batch" && message["data"]["summary"].get("level").is_some();
        while !is_level(&said.recv_timeout(Duration::from_secs(10)).unwrap()) {}
        let filter = serde_json::from_value(json!({ "type": "filter", "levels": false })).unwrap();
        feeds.hear(number, Ok(filter));
        let samples = || engine.bus().snapshot("level").len();
        // One may be on its way; after that a second of sound brings none.
        std::thread::sleep(Duration::from_millis(300));
        let count = samples();
        let gauges = engine.bus().snapshot("engine").len();
        while engine.bus().snapshot("engine").len() < gauges + 2 {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(count > 0 && samples() <= count + 1, "{count} {}", samples());
    }
}
