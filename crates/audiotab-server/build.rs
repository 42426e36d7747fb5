//! Rebuilds this crate when the user interface changes that a release embeds. Debug builds read it from the checkout
//! while they run, but must be built again once it is there for the first time.

fn main() {
    println!("cargo::rerun-if-changed=../../ui/dist");
}
