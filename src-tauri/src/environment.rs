//! The environment WebKitGTK reads when it starts, set before it does.
//!
//! * How its picture gets to the screen. Its default hands over GPU buffers. Without a GPU each of them goes through
//!   software GL: measured with four lanes in a 1440 × 900 window on two cores, 16 frames per second, against 62
//!   through shared memory.
//! * What [`crate::shared_memory`] needs, only when it is going to be used.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// WebKitGTK reads this when it starts: "1" hands pictures over in shared memory.
const PICTURE_SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// One variable and its value.
pub type Variable = (&'static str, OsString);

/// Makes sure that these variables hold, and the switch for the picture on a machine without a GPU: starts this
/// program anew with them if need be, in the same process. False if that failed.
///
/// Setting a variable here instead would be unsound once another thread runs, and a library may have started one.
pub fn ensure(mut wanted: Vec<Variable>) -> bool {
    // Whoever set the switch, to whatever value, is left alone.
    if std::env::var_os(PICTURE_SWITCH).is_none() && !has_gpu() {
        wanted.push((PICTURE_SWITCH, "1".into()));
    }
    wanted.retain(|(name, value)| std::env::var_os(name).as_ref() != Some(value));
    if wanted.is_empty() {
        return true;
    }
    let Ok(program) = std::env::current_exe() else { return false };
    // Comes back only when it fails; a slower picture is no reason not to start.
    let error = Command::new(program).args(std::env::args_os().skip(1)).envs(wanted).exec();
    eprintln!("audiotab: The faster way to the screen could not be taken ({error}).");
    false
}

/// True when the kernel offers a device to render on.
pub fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}
