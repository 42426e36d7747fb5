//! A stream of events: taken in the order they come, answered in the same order once they are safe.
//!
//! Two steps run beside each other, so that waiting for the disk does not keep further events from being taken. Both
//! pass on what has gathered in one go, and a sender that is faster than its answers are read is not read from: what
//! one stream keeps in memory is bounded.

use super::Answer;
use crate::limits;
use audiotab_events::ingest::{Author, Ingest, Refusal};
use axum::body::Bytes;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What came in one message.
#[derive(Clone, Debug)]
pub enum Sent {
    /// JSON text: one event, or a list of them.
    Json(Bytes),
    /// One event as MessagePack.
    MessagePack(Bytes),
    /// One event.
    Event(Value),
    /// Something that could not be read even so far.
    Unreadable(Answer),
}

/// Messages, or lists of answers, that may wait between two steps.
const WAITING: usize = 64;
/// Messages taken in one go.
const TOGETHER: usize = 256;

/// Starts a line: what is put into the sender is taken in the name of `author`; the receiver gives an answer for each
/// event, in order. Dropping either end ends it.
pub fn start(ingest: Arc<Ingest>, author: Author) -> (mpsc::Sender<Sent>, mpsc::Receiver<Vec<Answer>>) {
    let (sender, sent) = mpsc::channel(TOGETHER);
    let (taken, waiting) = mpsc::channel(WAITING);
    let (answers, receiver) = mpsc::channel(WAITING);
    tokio::spawn(take(ingest.clone(), author, sent, taken));
    tokio::spawn(make_safe(ingest, waiting, answers));
    (sender, receiver)
}

async fn take(
    ingest: Arc<Ingest>,
    author: Author,
    mut sent: mpsc::Receiver<Sent>,
    taken: mpsc::Sender<Vec<Answer>>,
) {
    loop {
        let mut together = Vec::new();
        if sent.recv_many(&mut together, TOGETHER).await == 0 {
            return;
        }
        let (ingest, author) = (ingest.clone(), author.clone());
        // The bus may wait for the journal: not on the threads that serve everybody.
        let work = move || together.into_iter().flat_map(|one| take_message(&ingest, &author, one)).collect();
        let Ok(answers) = tokio::task::spawn_blocking(work).await else { return };
        if taken.send(answers).await.is_err() {
            return;
        }
    }
}

async fn make_safe(
    ingest: Arc<Ingest>,
    mut waiting: mpsc::Receiver<Vec<Answer>>,
    answers: mpsc::Sender<Vec<Answer>>,
) {
    loop {
        let mut together = Vec::new();
        if waiting.recv_many(&mut together, WAITING).await == 0 {
            return;
        }
        let safe = safe(ingest.clone(), together.concat()).await;
        if answers.send(safe).await.is_err() {
            return;
        }
    }
}

/// Takes one message; an answer for each event in it.
fn take_message(ingest: &Ingest, author: &Author, sent: Sent) -> Vec<Answer> {
    let one = |result| vec![Answer::of(result)];
    match sent {
        Sent::Json(text) if is_list(&text) => {
            take_list(ingest, author, &text).unwrap_or_else(|refusal| one(Err(refusal)))
        }
        Sent::Json(text) => one(ingest.take_json(author, &text)),
        Sent::MessagePack(bytes) => one(ingest.take_messagepack(author, &bytes)),
        Sent::Event(event) => one(ingest.take(author, event)),
        Sent::Unreadable(answer) => vec![answer],
    }
}

/// Takes a JSON list of events; an answer for each.
///
/// # Errors
/// When it is no list: then nothing was taken.
pub fn take_list(ingest: &Ingest, author: &Author, text: &[u8]) -> Result<Vec<Answer>, Refusal> {
    let events: Vec<Value> = serde_json::from_slice(text)
        .map_err(|error| Refusal::malformed(format!("This is not JSON: {error}.")))?;
    Ok(events.into_iter().map(|event| Answer::of(ingest.take(author, event))).collect())
}

/// True for a JSON list.
pub fn is_list(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'[')
}

/// Waits for the journal, as long as it is worth it.
pub async fn safe(ingest: Arc<Ingest>, mut answers: Vec<Answer>) -> Vec<Answer> {
    let Some(last) = answers.iter().filter_map(Answer::place).map(|place| place.seq).max() else {
        return answers;
    };
    let wait = move || ingest.wait_durable(last, limits::DURABLE);
    if tokio::task::spawn_blocking(wait).await.unwrap_or(false) {
        answers.iter_mut().for_each(Answer::is_durable);
    }
    answers
}
