//! Generates the permissions of our commands, so that a window may call only what its capability names.

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["devices", "start", "stop", "status"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("the desktop build could not be prepared: {error:#}");
        std::process::exit(1);
    }
}
