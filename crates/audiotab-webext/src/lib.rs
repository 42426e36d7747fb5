//! The WebKitGTK web-process extension that maps the running ring into our own page.
//!
//! WebKit loads this library into every web process of the app. It gives the main frame of the bundled page, and no
//! other, one function: [`FUNCTION`], which takes no argument and returns a fresh `ArrayBuffer` over the ring of
//! the app that started the process, or throws an `Error` with one sentence. What may be mapped is decided in
//! `audiotab_ring::share`; this crate is the C boundary around it.
//!
//! The buffer is live and read-only: the writer goes on writing into it, and a script that stored into it would end
//! the web process. It is unmapped when the script engine lets go of it.
//!
//! Invariant: the page cannot name a path, and no panic crosses the C boundary.

#[cfg(target_os = "linux")]
mod function;
#[cfg(target_os = "linux")]
mod origin;
#[cfg(target_os = "linux")]
mod webkit;

/// File name of the library.
pub const LIBRARY: &str = "libaudiotab_webext.so";
/// Name of the function on the page's global object.
pub const FUNCTION: &std::ffi::CStr = c"audiotabMapRing";
/// WebKit's script engine takes memory from outside only when this environment variable is
/// [`FOREIGN_MEMORY_ALLOWED`]; with any other value the attempt ends the web process.
pub const FOREIGN_MEMORY_SWITCH: &str = "GIGACAGE_ENABLED";
/// See [`FOREIGN_MEMORY_SWITCH`].
pub const FOREIGN_MEMORY_ALLOWED: &str = "0";
