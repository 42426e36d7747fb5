//! The local HTTP server: the same user interface in a browser, behind a token.
