//! `ring://localhost/packet?…`: the samples of the running session for the engine worker, without a listening port.
//!
//! The page cannot name a file here: a request picks frames and channels of the one ring this process writes.

use audiotab_engine::Engine;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

/// The scheme; Windows' webview shows it to the page as `http://ring.localhost`.
pub const NAME: &str = "ring";

/// Origins our bundled page has on the systems Tauri runs on; nobody else may read a microphone.
const OWN_ORIGINS: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];

/// Answers one packet request off the main thread.
pub fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let engine = context.app_handle().state::<Engine>().inner().clone();
    let from_main_window = context.webview_label() == "main";
    tauri::async_runtime::spawn_blocking(move || {
        responder.respond(if from_main_window {
            reply(&engine, &request)
        } else {
            refusal(StatusCode::FORBIDDEN, "Only the main window may read the ring.")
        });
    });
}

fn reply(engine: &Engine, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let Some(origin) = OWN_ORIGINS.into_iter().find(|own| Some(*own) == origin) else {
        return refusal(StatusCode::FORBIDDEN, "Only AudioTab's own page may read the ring.");
    };
    if request.uri().path() != "/packet" {
        return refusal(StatusCode::NOT_FOUND, "The ring answers only at /packet.");
    }
    let mut packet = Vec::new();
    let (status, content_type) = match engine.packet(request.uri().query().unwrap_or(""), &mut packet) {
        Ok(()) => (StatusCode::OK, "application/octet-stream"),
        Err(error) => {
            packet = serde_json::to_vec(&error.body()).unwrap_or_default();
            (StatusCode::BAD_REQUEST, "application/json")
        }
    };
    let mut response = Response::new(packet);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static(origin));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

fn refusal(status: StatusCode, sentence: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(sentence.as_bytes().to_vec());
    *response.status_mut() = status;
    response
}
