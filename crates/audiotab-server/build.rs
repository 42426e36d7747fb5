//! Rebuilds a release of this crate when the user interface it embeds changes. Debug builds read it from the
//! checkout while they run and need no rebuild.

fn main() {
    let embeds = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo::rerun-if-changed={}", if embeds { "../../ui/dist" } else { "build.rs" });
}
