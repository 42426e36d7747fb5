//! Finds WebKitGTK's library; the sys crates of our dependencies find the others.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    if let Err(error) = pkg_config::probe_library("webkit2gtk-web-extension-4.1") {
        eprintln!("WebKitGTK's development files are missing: {error}");
        std::process::exit(1);
    }
}
