//! The window's own observation bus, over commands and one channel: no port is open for it.
//!
//! `feeds`: who listens live. `log`: what the journal has kept.

mod feeds;
mod log;

pub use feeds::Feeds;

use crate::reply::{Reply, off_main, refusal};
use audiotab_engine::Engine;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::Event;
use audiotab_events::feed::{ClientMessage, ServerMessage};
use audiotab_events::ingest::{Author, Ingest, Refusal, RefusalKind};
use audiotab_events::journal::{DaySummary, LogPage};
use log::{LogReply, Question};
use serde_json::Value;
use std::sync::Arc;
use tauri::State;
use tauri::ipc::Channel;

/// Opens a live feed whose messages come over `channel`; returns its number.
#[tauri::command]
pub async fn events_open(
    engine: State<'_, Engine>,
    feeds: State<'_, Feeds>,
    channel: Channel<ServerMessage>,
) -> Reply<u64> {
    let say = move |message| channel.send(message).is_ok();
    feeds.open(engine.inner().clone(), say).map_err(|error| {
        refusal(ErrorKind::Internal, format!("The live events could not be opened: {error}."))
    })
}

/// Takes what the page says to one of its feeds. A feed that is closed hears nothing.
#[tauri::command]
pub async fn events_send(feeds: State<'_, Feeds>, feed: u64, message: Value) -> Reply<()> {
    // Read here, so that a slip is answered on the feed and not by the window system.
    feeds.hear(feed, serde_json::from_value::<ClientMessage>(message).map_err(|error| error.to_string()));
    Ok(())
}

/// Closes a feed.
#[tauri::command]
pub async fn events_close(feeds: State<'_, Feeds>, feed: u64) -> Reply<()> {
    feeds.close(feed);
    Ok(())
}

/// A page of everything that was recorded, newest first.
#[tauri::command]
pub async fn event_log(engine: State<'_, Engine>, query: Question) -> Reply<LogReply> {
    let observation = engine.observation().clone();
    off_main(move || {
        let journal = log::journal_of(&observation)?;
        let page: LogPage = journal.query(&query.into()).map_err(|error| log::refused(&error))?;
        Ok(page.into())
    })
    .await
}

/// Counts per day and channel, newest day first.
#[tauri::command]
pub async fn event_summary(engine: State<'_, Engine>, days: u32) -> Reply<Vec<DaySummary>> {
    let observation = engine.observation().clone();
    off_main(move || log::journal_of(&observation)?.summary(days).map_err(|error| log::refused(&error))).await
}

/// Puts what the page tells on the bus and returns the event.
#[tauri::command]
pub async fn event_emit(ingest: State<'_, Arc<Ingest>>, draft: Value) -> Reply<Arc<Event>> {
    let ingest = Arc::clone(&ingest);
    // The bus may wait for the journal.
    off_main(move || {
        let taken = ingest.take(&Author::Page, draft).map_err(|error| not_taken(&error))?;
        taken.event.ok_or_else(|| refusal(ErrorKind::Usage, "This event was told before."))
    })
    .await
}

fn not_taken(refused: &Refusal) -> audiotab_engine::wire::ErrorBody {
    let kind = match refused.kind {
        RefusalKind::Forbidden => ErrorKind::Permission,
        _ => ErrorKind::Usage,
    };
    refusal(kind, refused.message.clone())
}
