//! The user interface as files inside the program.
//!
//! `ui/dist` is built before this crate (`npm start` and `npm test` do so). A checkout without it still compiles;
//! the page then says what to run. Release builds carry the files, debug builds read them from the checkout.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = "The user interface is not part of this build. Build it with: npm run build, then build audiotab again.\n";

fn find(path: &str) -> Option<EmbeddedFile> {
    let name = path.strip_prefix('/')?;
    // No percent-decoding: no file of ours needs it, and what is not decoded cannot climb.
    Files::get(if name.is_empty() { "index.html" } else { name })
}

/// True when `path` (as in a URL) is a file of the user interface.
pub fn exists(path: &str) -> bool {
    find(path).is_some()
}

/// The media type by file ending. Browsers compile WASM while it streams only under its own type.
fn media_type(path: &str, guessed: &str) -> HeaderValue {
    let fixed = match path.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        _ => guessed,
    };
    HeaderValue::from_str(fixed).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// The file at `path`, `/` being the page itself.
pub fn serve(path: &str) -> Response {
    let path = if path == "/" { "/index.html" } else { path };
    let Some(file) = find(path) else {
        let (status, text) = if path == "/index.html" {
            (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT)
        } else {
            (StatusCode::NOT_FOUND, "There is nothing at this address.\n")
        };
        return (status, text).into_response();
    };
    // Vite puts a hash of the content into every name below assets/: those never change. The rest may.
    let cache = if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, media_type(path, file.metadata.mimetype())),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (headers, Body::from(file.data.into_owned())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_and_scripts_have_the_types_browsers_insist_on() {
        assert_eq!(media_type("/assets/a.wasm", "x/y"), "application/wasm");
        assert_eq!(media_type("/assets/a.js", "x/y"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("/a.png", "image/png"), "image/png");
    }

    #[test]
    fn nothing_outside_the_folder_exists() {
        for path in
            ["/../package.json", "/..%2fpackage.json", "/assets/../../src/app.tsx", "//etc/passwd", "x", ""]
        {
            assert!(!exists(path), "{path}");
        }
    }
}
