//! The desktop window: wiring between the engine and the webview, nothing else.
//!
//! Samples reach the page through a mapping of the ring (see `shared_memory`) or the `ring` scheme (see
//! [`ring_scheme`]), everything else through commands and one event (see [`commands`], [`events`]). No network port is
//! opened unless the user shares (see [`share`]).
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
#[cfg(target_os = "linux")]
mod environment;
mod events;
mod journal;
#[cfg(target_os = "linux")]
mod redraw_queue;
mod reply;
mod ring_scheme;
mod share;
#[cfg(target_os = "linux")]
mod shared_memory;
mod window;

use anyhow::Context;
use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::ingest::{Ingest, IngestOptions};
use clap::Parser;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::Manager;
use tauri::webview::PageLoadEvent;
use window::Transport;

/// AudioTab: see and measure sound live.
#[derive(Debug, Parser)]
#[command(name = "audiotab-desktop", version)]
struct Arguments {
    /// What to listen to: default, a device id, file:PATH, or signal:KIND?key=value.
    #[arg(long, value_name = "ADDR")]
    input: Option<String>,
    /// Seconds of sound to keep, 1 to 600.
    #[arg(long, value_name = "SECS", default_value_t = 30.0)]
    history: f64,
    /// How samples reach the page: mapped (Linux) falls back to streamed by itself; streamed keeps every hardening of
    /// the script engine.
    #[arg(long, value_enum, default_value_t)]
    transport: Transport,
    /// Folder of the journal; the user's own data folder unless given.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let prepared = window::prepare(arguments.transport);
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();

    #[cfg(unix)]
    journal::outlive_file_limits().context("the program cannot listen for signals")?;
    let options = EngineOptions { history_s: arguments.history, ..EngineOptions::default() };
    let engine = Engine::observed(options, journal::observation(arguments.data));
    let mut devices = engine
        .watch_devices()
        .inspect_err(|error| tracing::warn!("devices that come and go are not told: {error}"))
        .ok();
    let only_the_page = IngestOptions { external: false, ..IngestOptions::default() };
    let ingest =
        Arc::new(Ingest::new(engine.bus().clone(), only_the_page, Some(engine.observation().ledger())));
    let mut offer = window::offer_ring(&engine, &prepared);
    open_first_input(&engine, arguments.input);

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(engine.clone())
        .manage(ingest)
        .manage(events::Feeds::default())
        .manage(share::Sharing::default())
        .invoke_handler(tauri::generate_handler![
            commands::devices,
            commands::start,
            commands::stop,
            commands::status,
            events::events_open,
            events::events_send,
            events::events_close,
            events::event_log,
            events::event_emit,
            events::event_summary,
            share::share_start,
            share::share_stop
        ])
        .on_page_load(|webview, load| {
            if load.event() == PageLoadEvent::Started {
                webview.state::<events::Feeds>().close_all();
            }
        })
        .register_asynchronous_uri_scheme_protocol(ring_scheme::NAME, ring_scheme::answer)
        .setup(move |app| {
            window::open(app, &prepared)?;
            commands::announce_status(app.handle().clone(), app.state::<Engine>().inner().clone());
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("the window system could not be started")?;

    app.run(move |app, event| {
        #[cfg(target_os = "linux")]
        redraw_queue::hear(app, &event);
        if let tauri::RunEvent::Exit = event {
            tauri::async_runtime::block_on(app.state::<share::Sharing>().stop());
            drop(offer.take());
            drop(devices.take());
            engine.close();
            engine.observation().close();
        }
    });
    Ok(())
}

/// Opens the input in the background, so that a slow sound server does not hold back the window. A failure stays in
/// the engine's status, where the window shows it.
fn open_first_input(engine: &Engine, input: Option<String>) {
    let engine = engine.clone();
    std::thread::spawn(move || {
        if let Err(error) = engine.start(input.as_deref().unwrap_or("default")) {
            tracing::warn!("{error}");
        }
    });
}
