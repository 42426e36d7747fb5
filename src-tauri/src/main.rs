//! The desktop window: wiring between the engine and the webview, nothing else.
//!
//! Samples reach the page through the `ring` scheme (see [`ring_scheme`]), everything else through four commands and
//! one event (see [`commands`]). No network port is opened.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
#[cfg(target_os = "linux")]
mod renderer;
mod ring_scheme;

use anyhow::Context;
use audiotab_engine::{Engine, EngineOptions};
use clap::Parser;
use tauri::{Manager, WebviewUrl, WebviewWindowBuilder};

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
}

fn main() -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    renderer::choose();
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();

    let engine = Engine::new(EngineOptions { history_s: arguments.history, ..EngineOptions::default() });
    open_first_input(&engine, arguments.input);

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(engine.clone())
        .invoke_handler(tauri::generate_handler![
            commands::devices,
            commands::start,
            commands::stop,
            commands::status
        ])
        .register_asynchronous_uri_scheme_protocol(ring_scheme::NAME, ring_scheme::answer)
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("AudioTab")
                .inner_size(1440.0, 900.0)
                .min_inner_size(1024.0, 700.0)
                .build()?;
            commands::announce_status(app.handle().clone(), app.state::<Engine>().inner().clone());
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("the window system could not be started")?;

    app.run(move |_, event| {
        if let tauri::RunEvent::Exit = event {
            engine.close();
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
