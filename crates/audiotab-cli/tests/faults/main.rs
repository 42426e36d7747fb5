//! What a user meets when something breaks under a running server: the disk is full, the process is killed or stopped,
//! the clock is set. Always the real program with its journal and its sound.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a test fails by panicking

#[path = "../common/mod.rs"]
mod common;

mod clock_set;
mod disk_full;
mod killed;
mod stopped;

use common::World;
use common::serving::Serving;
use serde_json::{Value, json};
use std::ops::Range;
use std::time::{Duration, Instant};

/// A server that records events in `journal` of its world, while it captures.
fn serving(world: &World, input: &str, environment: &[(&str, &str)]) -> Serving {
    let data = world.name("journal");
    let options = ["--no-auth", "--event-rate", "0", "--input", input, "--data", &data];
    Serving::begin_in(world, &options, environment)
}

/// Events of an outsider, numbered.
fn steps(author: &str, numbers: Range<u64>) -> Value {
    let step = |n: u64| json!({ "kind": "job.step", "source": author, "payload": { "n": n } });
    Value::Array(numbers.map(step).collect())
}

/// What `ask` finds, as soon as it finds something. The time only ends a test that hangs.
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// How often, or how many: few by default, as many as the environment says in the long run.
fn rounds(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}
