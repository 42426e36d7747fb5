//! The kinds table: where an event is shown and how it reads, unless its author says otherwise.

use crate::event::Severity;
use Severity::{Info, Warning};

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
    /// Message with `{names}` of the payload, `{frames}` and `{frame}`.
    pub template: &'static str,
}

const UNKNOWN: Kind = Kind { name: "", channel: "system", severity: Info, icon: "circle", template: "" };

const TABLE: &[Kind] = &[
    Kind {
        name: "audio.overrun",
        channel: "device",
        severity: Warning,
        icon: "unplug",
        template: "Data loss detected (buffer overrun)",
    },
    Kind { name: "marker.added", channel: "marks", severity: Info, icon: "bookmark", template: "{label}" },
];

/// The row of a kind; (system, info) for one that is not in the table.
pub fn kind_of(name: &str) -> &'static Kind {
    TABLE.iter().find(|kind| kind.name == name).unwrap_or(&UNKNOWN)
}
