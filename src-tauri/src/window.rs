//! The one window, and how its page gets the samples.

use audiotab_engine::Engine;
use clap::ValueEnum;
use tauri::{App, WebviewUrl, WebviewWindowBuilder, Wry};

/// How samples reach the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// The page maps the ring (Linux). Falls back to `streamed` by itself.
    Mapped,
    /// The page fetches packets.
    Streamed,
}

impl Default for Transport {
    fn default() -> Self {
        if cfg!(target_os = "linux") { Self::Mapped } else { Self::Streamed }
    }
}

/// What a start has prepared for its window.
#[derive(Debug)]
pub struct Prepared {
    #[cfg(target_os = "linux")]
    shared_memory: Option<crate::shared_memory::SharedMemory>,
}

/// Before anything else runs: may start the program anew, in the same process.
pub fn prepare(transport: Transport) -> Prepared {
    #[cfg(target_os = "linux")]
    {
        let wanted =
            (transport == Transport::Mapped).then(crate::shared_memory::SharedMemory::find).flatten();
        let variables = wanted.as_ref().map(|shared| shared.variables()).unwrap_or_default();
        let holds = crate::environment::ensure(variables);
        Prepared { shared_memory: wanted.filter(|_| holds) }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = transport;
        Prepared {}
    }
}

/// Opens the window.
///
/// # Errors
/// When the window system refuses.
pub fn open(app: &App<Wry>, prepared: &Prepared) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::App(page().into()))
        .title("AudioTab")
        .inner_size(1440.0, 900.0)
        .min_inner_size(1024.0, 700.0);
    #[cfg(target_os = "linux")]
    let builder = match &prepared.shared_memory {
        Some(shared) => builder.extensions_path(&shared.extension_folder),
        None => builder,
    };
    #[cfg(not(target_os = "linux"))]
    let _ = prepared;
    let _window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::redraw_queue::keep_short(app.handle(), &_window)?;
    Ok(())
}

/// The page, told what it cannot find out: WebKitGTK calls every drawer "Apple GPU", software too.
fn page() -> &'static str {
    #[cfg(target_os = "linux")]
    if !crate::environment::has_gpu() {
        return "index.html?gpu=none";
    }
    "index.html"
}

/// Offers the ring to the window's web process until it is dropped; None when the window takes the streamed way.
#[cfg(target_os = "linux")]
pub fn offer_ring(engine: &Engine, prepared: &Prepared) -> Option<audiotab_engine::ring::share::RingOffer> {
    prepared.shared_memory.as_ref()?;
    let engine = engine.clone();
    audiotab_engine::ring::share::RingOffer::open(move || engine.reader())
        .inspect_err(|error| tracing::warn!("samples are streamed: {error}"))
        .ok()
}

/// There is nothing to offer on other systems.
#[cfg(not(target_os = "linux"))]
pub fn offer_ring(_engine: &Engine, _prepared: &Prepared) -> Option<std::convert::Infallible> {
    None
}
