//! The mapped way: the web process maps the ring through our extension, instead of fetching packets.
//!
//! The price is one switch in the environment that relaxes a hardening of the script engine in our own webview (it
//! may then hold memory from outside). So it is taken only for the bundled page, only when the extension is there,
//! and `--transport streamed` starts without it. Whatever is missing, the page takes the streamed way by itself.

use std::path::{Path, PathBuf};

use audiotab_engine::ring::share;
use audiotab_webext::{FOREIGN_MEMORY_ALLOWED, FOREIGN_MEMORY_SWITCH, LIBRARY};

use crate::environment::Variable;

/// Folders of the extension, seen from the program's: beside it in a build, under lib in an installed package. They
/// hold nothing else, because WebKit loads every library it finds there.
const FOLDERS: [&str; 2] = ["webext", "../lib/AudioTab/webext"];

/// A start that takes the mapped way.
#[derive(Debug)]
pub struct SharedMemory {
    /// For WebKit to load.
    pub extension_folder: PathBuf,
    variables: Vec<Variable>,
}

impl SharedMemory {
    /// None when the extension is missing, the user's environment forbids it, or there is no private directory.
    pub fn find() -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let extension_folder = folder_beside(program.parent()?)?;
        // Somebody wants the hardening, and the attempt would end the web process.
        let switch = std::env::var_os(FOREIGN_MEMORY_SWITCH);
        if switch.is_some_and(|value| value != FOREIGN_MEMORY_ALLOWED) {
            return None;
        }
        // Starting the program anew keeps its process id.
        let socket = share::socket_path(std::process::id()).ok()?;
        let variables = vec![
            (FOREIGN_MEMORY_SWITCH, FOREIGN_MEMORY_ALLOWED.into()),
            (share::SOCKET_VARIABLE, socket.into_os_string()),
        ];
        Some(Self { extension_folder, variables })
    }

    /// What the web process must find in its environment.
    pub fn variables(&self) -> Vec<Variable> {
        self.variables.clone()
    }
}

fn folder_beside(program_folder: &Path) -> Option<PathBuf> {
    let folders = FOLDERS.iter().map(|folder| program_folder.join(folder));
    folders.into_iter().find(|folder| folder.join(LIBRARY).is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{LIBRARY, folder_beside};

    #[test]
    fn the_extension_is_found_beside_the_program_or_where_packages_put_it() {
        let base = std::env::temp_dir().join(format!("audiotab-extension-{}", std::process::id()));
        let programs = base.join("bin");
        std::fs::create_dir_all(programs.join("webext")).unwrap();
        assert_eq!(folder_beside(&programs), None, "an empty folder is none");
        let installed = base.join("lib/AudioTab/webext");
        std::fs::create_dir_all(&installed).unwrap();
        std::fs::write(installed.join(LIBRARY), "").unwrap();
        assert_eq!(
            folder_beside(&programs).unwrap().canonicalize().unwrap(),
            installed.canonicalize().unwrap()
        );
        std::fs::write(programs.join("webext").join(LIBRARY), "").unwrap();
        assert_eq!(folder_beside(&programs), Some(programs.join("webext")));
        std::fs::remove_dir_all(&base).unwrap();
    }
}
