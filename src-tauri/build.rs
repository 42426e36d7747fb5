//! Generates the permissions of our commands, so that a window may call only what its capability names.

#[cfg(unix)]
use std::path::{Path, PathBuf};

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&[
        "devices",
        "start",
        "stop",
        "status",
        "events_open",
        "events_send",
        "events_close",
        "event_log",
        "event_emit",
        "event_summary",
        "share_start",
        "share_stop",
    ]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("the desktop build could not be prepared: {error:#}");
        std::process::exit(1);
    }
    #[cfg(unix)]
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux")
        && let Some(Err(error)) = profile_folder().map(|folder| place_extension(&folder))
    {
        // The window works without it: samples are then streamed.
        println!("cargo:warning=the web extension could not be put beside the program: {error}");
    }
}

/// Where cargo puts the program: `<target>/<profile>/build/<package>/out` is ours.
#[cfg(unix)]
fn profile_folder() -> Option<PathBuf> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR")?);
    out.ancestors().nth(3).map(Path::to_path_buf)
}

/// A folder that holds the web extension and nothing else, because WebKit loads whatever it finds there. The library is
/// built after this runs, so it is a link.
#[cfg(unix)]
fn place_extension(profile: &Path) -> std::io::Result<()> {
    const LIBRARY: &str = "libaudiotab_webext.so";
    let folder = profile.join("webext");
    std::fs::create_dir_all(&folder)?;
    let link = folder.join(LIBRARY);
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(Path::new("../deps").join(LIBRARY), &link)
}
