//! How WebKitGTK gets its picture to the screen, chosen before it starts.
//!
//! Its default hands over GPU buffers. Without a GPU each of them goes through software GL: measured with four lanes
//! in a 1440 × 900 window on two cores, 16 frames per second, against 62 through shared memory.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// WebKitGTK reads this when it starts: "1" hands pictures over in shared memory.
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// On a machine without a GPU, starts this program anew with the switch set, in the same process. Whoever set the
/// switch, to whatever value, is left alone.
///
/// Setting the variable here instead would be unsound once another thread runs, and a library may have started one.
pub fn choose() {
    if std::env::var_os(SWITCH).is_some() || has_gpu() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // Comes back only when it fails; the slower picture is no reason not to start.
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
    eprintln!("audiotab: The faster way to the screen could not be taken ({error}).");
}

/// True when the kernel offers a device to render on.
fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}
