//! The kinds table: where an event is shown and how it reads, unless its author says otherwise.

mod channels;
mod sentences;
mod table;
mod template;

pub use channels::{CHANNELS, Channel};
pub use sentences::{checkpoint_saved, job_started, take_saved};

use crate::event::{Event, Severity};
use std::collections::HashMap;
use std::sync::LazyLock;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Dotted name.
    pub name: &'static str,
    /// Where to show it.
    pub channel: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Name of its icon, from the lucide set.
    pub icon: &'static str,
    /// Message with `{names}` of the payload, `{frames}` and `{frame}`, `{n:,}` with thousands separators, `{x:.2}` with
    /// fixed decimals. A part in brackets is left out when one of its names is not known.
    pub template: &'static str,
    /// False for what would fill the journal without telling more than the sound does.
    pub journaled: bool,
}

const UNKNOWN: Kind = Kind {
    name: "",
    channel: "system",
    severity: Severity::Info,
    icon: "circle",
    template: "",
    journaled: true,
};

/// Rows by dotted name, and by the same name with underscores.
static BY_NAME: LazyLock<HashMap<String, &'static Kind>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for kind in table::TABLE {
        by_name.insert(kind.name.replace('.', "_"), kind);
        by_name.insert(kind.name.to_owned(), kind);
    }
    for (alias, name) in table::ALIASES {
        if let Some(kind) = table::TABLE.iter().find(|kind| kind.name == *name) {
            by_name.insert((*alias).to_owned(), kind);
        }
    }
    by_name
});

/// The row of a kind, dotted or with underscores; (system, info) for one that is not in the table.
pub fn kind_of(name: &str) -> &'static Kind {
    BY_NAME.get(name).copied().unwrap_or(&UNKNOWN)
}

/// All rows.
pub fn kinds() -> &'static [Kind] {
    table::TABLE
}

/// The dotted name of a kind of the table; any other name as it is, and `unknown` for none.
pub fn canonical_kind(name: String) -> String {
    match BY_NAME.get(name.as_str()) {
        Some(kind) if kind.name != name => kind.name.to_owned(),
        None if name.is_empty() => "unknown".to_owned(),
        _ => name,
    }
}

impl Kind {
    /// The template filled in.
    pub fn message_of(&self, event: &Event) -> String {
        template::fill(self.template, event)
    }
}
