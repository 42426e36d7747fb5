//! The audiotab command.
fn main() {}
