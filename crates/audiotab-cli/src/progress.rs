//! Progress on stderr: only on a terminal, and only for what takes longer than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);

/// Counts frames and shows a bar once it is worth one.
#[derive(Debug)]
pub struct Progress {
    label: &'static str,
    total_frames: Option<u64>,
    done_frames: u64,
    began: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins. `total_frames` is None when nobody knows.
    pub fn new(label: &'static str, total_frames: Option<u64>) -> Self {
        Self { label, total_frames, done_frames: 0, began: Instant::now(), bar: None }
    }

    /// `frames` more are done.
    pub fn advance(&mut self, frames: u64) {
        self.done_frames += frames;
        if self.bar.is_none() && self.began.elapsed() > PATIENCE && std::io::stderr().is_terminal() {
            self.bar = Some(bar(self.label, self.total_frames));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done_frames);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(label: &'static str, total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => "{prefix} {bar:40} {percent:>3} %  {eta} left",
        None => "{prefix} {spinner} {human_pos} frames",
    };
    // The template is a constant: a mistake in it shows in the first test and falls back to the default look.
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(label);
    bar
}

/// A line on stderr that is rewritten in place; nothing unless stderr is a terminal.
#[derive(Debug)]
pub struct StatusLine {
    bar: Option<ProgressBar>,
}

impl StatusLine {
    /// An empty line.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(
                ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar
        });
        Self { bar }
    }

    /// Shows `text`.
    pub fn show(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.tick();
        }
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
