//! Which crate of ours may depend on which, for every kind of dependency.

use super::files::root;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// (crate, what it may use of ours). Exactly the crates of the workspace.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("audiotab-ring", &[]),
    ("audiotab-dsp", &[]),
    ("audiotab-capture", &["audiotab-ring"]),
    ("audiotab-events", &[]),
    ("audiotab-engine", &["audiotab-ring", "audiotab-dsp", "audiotab-capture", "audiotab-events"]),
    ("audiotab-server", &["audiotab-engine", "audiotab-events"]),
    ("audiotab-cli", &["audiotab-engine", "audiotab-server", "audiotab-dsp", "audiotab-events"]),
    ("audiotab-wasm", &["audiotab-ring", "audiotab-dsp"]),
    ("audiotab-webext", &["audiotab-ring"]),
    ("audiotab-desktop", &["audiotab-engine", "audiotab-events", "audiotab-server", "audiotab-webext"]),
    (
        "audiotab-tests",
        &[
            "audiotab-ring",
            "audiotab-dsp",
            "audiotab-capture",
            "audiotab-events",
            "audiotab-engine",
            "audiotab-server",
        ],
    ),
];

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("a list of packages").clone()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("a name")
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let mut broken = Vec::new();
    for package in packages() {
        let Some(may_use) = allowed.get(name(&package)) else {
            broken.push(format!("{} is not in the table", name(&package)));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("a list of dependencies") {
            // A dependency with a path lies in this workspace.
            if !dependency["path"].is_null() && !may_use.contains(&name(dependency)) {
                broken.push(format!("{} must not use {}", name(&package), name(dependency)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_crate_says_in_one_sentence_what_it_is() {
    for package in packages() {
        let description = package["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.') && description.len() > 20, "{}: {description:?}", name(&package));
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{}", name(&package));
    }
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    for package in packages() {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let text = std::fs::read_to_string(manifest).expect("the manifest is there");
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest} lacks the workspace lints");
    }
}
