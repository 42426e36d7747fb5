//! Who sends an event, and in whose name.

use super::refusal::Refusal;
use crate::draft::Draft;

/// Longest name of a source, characters.
const NAME_CHARS: usize = 64;
/// The name of a program that says none.
const NAMELESS: &str = "program";

/// Who sends an event, as far as the way in can tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Author {
    /// Our own page, in the window or in a browser that the user let in.
    Page,
    /// A program of the user's own. It may name itself.
    Program,
    /// A program that was given a token made out to this name, and speaks under no other.
    Producer(String),
    /// A program of this machine that the kernel has named.
    Local {
        /// Its user.
        uid: u32,
        /// Its process, where the system tells.
        pid: Option<i32>,
    },
}

impl Author {
    /// The source of what it says: `ui`, or `external:` and a name. `claimed` is what the event says about itself.
    pub(super) fn stamp(&self, claimed: &str) -> String {
        let name = match self {
            Self::Page => return "ui".to_owned(),
            Self::Program => claimed,
            Self::Producer(name) => name,
            // Colons, which no name that a program chooses can have.
            Self::Local { uid, pid: Some(pid) } => return format!("external:uid:{uid}:pid:{pid}"),
            Self::Local { uid, pid: None } => return format!("external:uid:{uid}"),
        };
        format!("external:{}", plain_name(name.strip_prefix("external:").unwrap_or(name)))
    }

    /// Whether it may say this.
    pub(super) fn check(&self, draft: &Draft) -> Result<(), Refusal> {
        let touches_marks = matches!(draft.kind.as_str(), "marker.edited" | "marker.deleted");
        if touches_marks && matches!(self, Self::Producer(_)) {
            return Err(Refusal::forbidden(
                "A producer's token adds markers but cannot change or delete them.",
            ));
        }
        Ok(())
    }
}

/// Letters, digits, dots, dashes and underscores; one dash for whatever else there was.
fn plain_name(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars().take(NAME_CHARS) {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            plain.push(c);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    let trimmed = plain.trim_matches('-');
    if trimmed.is_empty() { NAMELESS.to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_outside_speaks_in_our_name() {
        let stamp = |claimed: &str| Author::Program.stamp(claimed);
        assert_eq!(stamp("engine"), "external:engine");
        assert_eq!(stamp("external:door"), "external:door");
        assert_eq!(stamp("external:external:door"), "external:external-door");
        assert_eq!(stamp(""), "external:program");
        assert_eq!(stamp("<script>alert(1)</script>"), "external:script-alert-1-script");
        assert_eq!(stamp("Tür 7"), "external:T-r-7");
        assert_eq!(stamp(&"x".repeat(1000)).len(), "external:".len() + 64);
        assert_eq!(Author::Producer("door".into()).stamp("engine"), "external:door");
        assert_eq!(Author::Page.stamp("engine"), "ui");
        let local = Author::Local { uid: 1000, pid: Some(77) }.stamp("engine");
        assert_eq!((&*local, &*stamp(&local)), ("external:uid:1000:pid:77", "external:uid-1000-pid-77"));
    }
}
