//! Keeps the window library's redraw queue short.
//!
//! tao (0.37) notes every GTK draw in an unbounded queue and takes out one note per turn of its event loop. WebKit
//! draws sixty times a second without such a turn, so the queue grew by 4 MB an hour
//! (<https://github.com/tauri-apps/tao/issues/1335>). Once a second this gives the loop as many turns as there were
//! draws: 0.1 % of a core. Goes away with the release that has tao's pull request 1336.

use gtk::prelude::WidgetExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tauri::{AppHandle, Manager, RunEvent, WebviewWindow};

const PERIOD: Duration = Duration::from_secs(1);
/// A main thread busy for longer gets the rest in the next period.
const PATIENCE: Duration = Duration::from_millis(500);

/// The main thread's end: counts draws and the loop's turns.
#[derive(Debug)]
struct Turns {
    /// Draws noted and not taken out. Relaxed: a count, which publishes nothing.
    noted: Arc<AtomicUsize>,
    turned: SyncSender<()>,
}

/// Keeps the queue short from now on, with the help of [`hear`].
///
/// # Errors
/// When the window is gone.
pub fn keep_short(app: &AppHandle, window: &WebviewWindow) -> tauri::Result<()> {
    let noted = Arc::new(AtomicUsize::new(0));
    let (turned, turns) = sync_channel(1);
    let draws = noted.clone();
    window.gtk_window()?.connect_draw(move |_, _| {
        draws.fetch_add(1, Ordering::Relaxed);
        gtk::glib::Propagation::Proceed
    });
    app.manage(Turns { noted: noted.clone(), turned });
    let app = app.clone();
    std::thread::spawn(move || turn_regularly(&app, &noted, &turns));
    Ok(())
}

/// To be told every event of the loop, on its own thread.
pub fn hear(app: &AppHandle, event: &RunEvent) {
    if !matches!(event, RunEvent::MainEventsCleared) {
        return;
    }
    // After this event the loop takes one note out, whatever comes next.
    if let Some(turns) = app.try_state::<Turns>() {
        let _ = turns.noted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        let _ = turns.turned.try_send(()); // full: a turn is already told
    }
}

fn turn_regularly(app: &AppHandle, left: &AtomicUsize, turns: &Receiver<()>) {
    loop {
        std::thread::sleep(PERIOD);
        let _ = turns.try_recv(); // one that came by itself
        while left.load(Ordering::Relaxed) > 0 {
            if app.run_on_main_thread(|| {}).is_err() {
                return; // the window system is gone
            }
            if turns.recv_timeout(PATIENCE).is_err() {
                break;
            }
        }
    }
}
