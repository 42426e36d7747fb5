//! The page's copy of the kinds table's icons equals the table.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use audiotab_events::{CHANNELS, kind_of, kinds};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// What the page also draws: events of programs that the table does not know.
const FROM_OUTSIDE: &str = "radio-tower";

/// `circle-help` → `CircleHelp`.
fn component(icon: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    icon.split('-').map(capital).collect()
}

fn generated() -> String {
    let other = kind_of("").icon;
    let icons: BTreeSet<&str> = kinds()
        .iter()
        .map(|kind| kind.icon)
        .chain(CHANNELS.iter().map(|channel| channel.icon))
        .chain([FROM_OUTSIDE, other])
        .collect();
    let mut out = String::from(
        "// Generated from the kinds table of audiotab-events by its test `icons`. Do not edit; AUDIOTAB_BLESS=1 writes it anew.\n\n",
    );
    out.push_str("import {\n");
    for icon in &icons {
        writeln!(out, "  {},", component(icon)).unwrap();
    }
    out.push_str(
        "  type LucideIcon,\n} from 'lucide-react';\n\n/** Icon by its name. */\nexport const ICONS = {\n",
    );
    for icon in &icons {
        writeln!(out, "  '{icon}': {},", component(icon)).unwrap();
    }
    out.push_str(
        "} as const satisfies Record<string, LucideIcon>;\n\nexport type IconName = keyof typeof ICONS;\n",
    );
    let mut list = |comment: &str, name: &str, rows: Vec<(&str, &str)>| {
        writeln!(out, "\n/** {comment} */\nexport const {name}: ReadonlyMap<string, IconName> = new Map([")
            .unwrap();
        for (key, icon) in rows {
            writeln!(out, "  ['{key}', '{icon}'],").unwrap();
        }
        out.push_str("]);\n");
    };
    list("Its kind's icon.", "ICON_OF_KIND", kinds().iter().map(|kind| (kind.name, kind.icon)).collect());
    list(
        "Its channel's icon.",
        "ICON_OF_CHANNEL",
        CHANNELS.iter().map(|channel| (channel.name, channel.icon)).collect(),
    );
    write!(out, "\nexport const FROM_OUTSIDE: IconName = '{FROM_OUTSIDE}';\nexport const OTHER: IconName = '{other}';\n").unwrap();
    out
}

#[test]
fn the_page_shows_the_icons_of_the_table() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/components/generated/event_icons.ts");
    let wanted = generated();
    if std::env::var_os("AUDIOTAB_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        committed == wanted,
        "out of date; run AUDIOTAB_BLESS=1 cargo test -p audiotab-events --test icons"
    );
}
