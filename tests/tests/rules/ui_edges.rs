//! Which folder of ui/src may import from which: downwards only, and outside packages where they belong.

use super::files::sources;

/// What one folder may import from another: values and types, or types alone.
#[derive(Clone, Copy, PartialEq)]
enum May {
    Use,
    Types,
}
use May::{Types, Use};

/// (folder, what it may import), lowest layer first. A folder may always import from itself.
const ALLOWED: [(&str, &[(&str, May)]); 8] = [
    ("base", &[]),
    ("host", &[("base", Use), ("engine", Types)]),
    ("engine", &[("base", Use), ("host", Types)]),
    ("store", &[("base", Use), ("engine", Types), ("host", Use)]),
    ("render", &[("base", Use), ("engine", Types), ("store", Use)]),
    ("views", &[("base", Use), ("engine", Types), ("store", Use), ("render", Use)]),
    (
        "components",
        &[("base", Use), ("engine", Types), ("host", Types), ("store", Use), ("render", Use), ("views", Use)],
    ),
    (
        "app",
        &[
            ("base", Use),
            ("engine", Use),
            ("host", Use),
            ("store", Use),
            ("render", Use),
            ("views", Use),
            ("components", Use),
            // Stands in for the engine during development, never in a build.
            ("testing", Use),
        ],
    ),
];

/// (package prefix, the folders that may import it).
const PACKAGES: [(&str, &[&str]); 3] =
    [("@tauri-apps/", &["host"]), ("uplot", &["views"]), ("react", &["store", "views", "components", "app"])];

#[test]
fn folders_import_downwards_only() {
    let mut broken = Vec::new();
    for (path, text) in sources("ui/src") {
        let Some(folder) = folder_of(&path) else { continue };
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == folder) else {
            broken.push(format!("{path}: the folder {folder} is not in the table"));
            continue;
        };
        for (target, types_only) in imports(&text) {
            let Some(to) = resolve(&path, &target) else { continue };
            let fine = to == folder
                || to == "wasm"
                || allowed.iter().any(|(name, may)| *name == to && (*may == Use || types_only));
            if !fine {
                broken.push(format!(
                    "{path}: must not import {target}{}",
                    if types_only { "" } else { " (as a value)" }
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn outside_packages_stay_where_they_belong() {
    let mut broken = Vec::new();
    for (path, text) in sources("ui/src") {
        let Some(folder) = folder_of(&path) else { continue };
        for (target, types_only) in imports(&text) {
            for (package, folders) in PACKAGES {
                let is_it =
                    target == package || target.starts_with(&format!("{}/", package.trim_end_matches('/')));
                if is_it && !types_only && !folders.contains(&folder.as_str()) {
                    broken.push(format!("{path}: {package} is for {}", folders.join(", ")));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reading_of_imports_is_right() {
    let text = "import a from '../base/a';\nimport type { B } from '../engine/protocol';\nimport {\n  c,\n  d,\n} from './c';\n\
                export { e } from '../host';\nimport './style.css';\nconst w = new URL('../engine/worker.ts', import.meta.url);\n\
                const late = await import('../views/late');\n// from 'nothing'\n";
    let found = imports(text);
    let expected = [
        ("../base/a", false),
        ("../engine/protocol", true),
        ("./c", false),
        ("../host", false),
        ("./style.css", false),
        ("../views/late", false),
    ];
    assert_eq!(found, expected.map(|(target, types)| (target.to_owned(), types)).to_vec());
    assert_eq!(resolve("ui/src/views/waveform/lane.ts", "../../engine/protocol").as_deref(), Some("engine"));
    assert_eq!(resolve("ui/src/views/lane.ts", "uplot"), None);
}

/// Folder of ui/src a file lies in; None for files directly in it.
fn folder_of(path: &str) -> Option<String> {
    let (folder, _) = path.strip_prefix("ui/src/")?.split_once('/')?;
    Some(folder.to_owned())
}

/// The folder of ui/src a relative import leads to; None for packages.
fn resolve(from: &str, target: &str) -> Option<String> {
    if !target.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    // ui/src/<folder>/..., or ui/wasm for the generated module.
    match parts.as_slice() {
        ["ui", "src", folder, ..] => Some((*folder).to_owned()),
        ["ui", folder, ..] => Some((*folder).to_owned()),
        _ => Some("outside".to_owned()),
    }
}

/// All imports and re-exports of a TypeScript file: (what, types only).
fn imports(text: &str) -> Vec<(String, bool)> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some((at, quote)) = rest.char_indices().find(|(_, c)| *c == '\'' || *c == '"') {
        let before = &rest[..at];
        let Some(length) = rest[at + 1..].find(quote) else { break };
        let target = &rest[at + 1..at + 1 + length];
        let lead = before.trim_end();
        let statement = lead.rsplit(';').next().unwrap_or(lead).trim();
        let is_import = (lead.ends_with(" from")
            && (statement.contains("import") || statement.contains("export")))
            || lead.ends_with("import")
            || lead.ends_with("import(");
        if is_import {
            let types_only = statement.starts_with("import type") || statement.starts_with("export type");
            found.push((target.to_owned(), types_only));
        }
        rest = &rest[at + 1 + length + 1..];
    }
    found
}
