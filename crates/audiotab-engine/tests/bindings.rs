//! The committed TypeScript bindings equal what the Rust wire types say today.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

use audiotab_engine::wire::{
    DeviceInfo, ErrorBody, ErrorKind, Notice, SessionState, SessionStatus, StartRequest,
};
use std::path::PathBuf;
use ts_rs::{Config, TS};

fn check<T: TS + 'static>(drifted: &mut Vec<String>) {
    let name = format!("{}.ts", T::name(&Config::new()));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/host/generated").join(&name);
    let wanted = T::export_to_string(&Config::new()).unwrap();
    if std::env::var_os("AUDIOTAB_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    if std::fs::read_to_string(&path).ok().as_deref() != Some(wanted.as_str()) {
        drifted.push(name);
    }
}

#[test]
fn committed_typescript_bindings_match_the_wire_types() {
    let mut drifted = Vec::new();
    check::<DeviceInfo>(&mut drifted);
    check::<SessionState>(&mut drifted);
    check::<Notice>(&mut drifted);
    check::<SessionStatus>(&mut drifted);
    check::<ErrorKind>(&mut drifted);
    check::<ErrorBody>(&mut drifted);
    check::<StartRequest>(&mut drifted);
    assert!(
        drifted.is_empty(),
        "out of date: {drifted:?}; run AUDIOTAB_BLESS=1 cargo test -p audiotab-engine --test bindings"
    );
}
