//! Unsafe code stands in two crates; some words stand nowhere.

use super::files::{all_sources, sources};

/// This folder names the words it forbids.
const OWN_FOLDER: &str = "tests/tests/rules/";
/// Marks of unfinished work. Built from halves, so that a search for them finds only real ones.
const UNFINISHED: [(&str, &str); 5] =
    [("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("unimplemented", "!("), ("todo", "!(")];
/// Names that hide what a thing does; a real noun says it.
const EMPTY_NAMES: [&str; 5] = ["Manager", "Helper", "Util", "Processor", "Handler"];
/// Home directories: what works there works on one machine only.
const MACHINE_PATHS: [&str; 2] = ["/root/", "/Users/"];

#[test]
fn unsafe_code_stands_in_the_ring_and_at_the_c_boundary_alone() {
    let mut broken = Vec::new();
    for folder in ["crates", "src-tauri", "wasm-module", "tests"] {
        for (path, text) in sources(folder) {
            if !path.ends_with(".rs")
                || path.starts_with("crates/audiotab-ring/")
                || path.starts_with("crates/audiotab-webext/")
                || path.starts_with(OWN_FOLDER)
            {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let says_unsafe =
                    ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "allow(unsafe_code)"];
                if says_unsafe.iter().any(|mark| code.contains(mark)) {
                    broken.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    forbid(UNFINISHED.map(|(a, b)| format!("{a}{b}")).as_ref(), |line, word| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let inside_a_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            word.ends_with('(') || !(inside_a_word(before) || inside_a_word(after))
        })
    });
}

#[test]
fn no_type_or_file_has_an_empty_name() {
    forbid(&EMPTY_NAMES.map(str::to_owned), |line, word| {
        ["struct ", "enum ", "trait ", "class ", "interface ", "type "].iter().any(|kind| {
            line.split(kind).nth(1).is_some_and(|rest| {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // Web and React types of others keep their names; ours do not end like this.
                name.ends_with(word) || name.ends_with(&format!("{word}s"))
            })
        })
    });
    let mut broken = Vec::new();
    for (path, _) in all_sources() {
        let file = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        if EMPTY_NAMES.iter().any(|word| file.contains(&word.to_lowercase())) {
            broken.push(path);
        }
    }
    assert!(broken.is_empty(), "files with an empty name:\n{}", broken.join("\n"));
}

#[test]
fn no_machine_is_named() {
    forbid(&MACHINE_PATHS.map(str::to_owned), |line, word| line.contains(word));
}

fn forbid(words: &[String], says: impl Fn(&str, &str) -> bool) {
    let mut broken = Vec::new();
    for (path, text) in all_sources() {
        if path.starts_with(OWN_FOLDER) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| says(line, word)) {
                broken.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
