//! Whose page may have the ring.

/// The bundled page, as Tauri serves it on Linux.
const OWN_ORIGIN: &str = "tauri://localhost";

/// Whether `uri` lies in our own origin.
pub(crate) fn is_own(uri: &str) -> bool {
    uri.strip_prefix(OWN_ORIGIN).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_the_bundled_page_is_ours() {
        for uri in ["tauri://localhost", "tauri://localhost/", "tauri://localhost/index.html?x#y"] {
            assert!(is_own(uri), "{uri}");
        }
        for uri in [
            "",
            "about:blank",
            "http://localhost/",
            "https://tauri.localhost/",
            "tauri://localhost.evil.example/",
            "tauri://localhost:80/",
            "tauri://localhost@evil.example/",
            "TAURI://LOCALHOST/",
            "file:///tauri://localhost/",
        ] {
            assert!(!is_own(uri), "{uri}");
        }
    }
}
