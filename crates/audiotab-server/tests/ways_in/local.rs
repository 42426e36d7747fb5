//! The private socket: programs of this user need no token and cannot choose their name.

use super::site::JSON;
use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::Bus;
use audiotab_events::ingest::IngestOptions;
use audiotab_server::{ServeOptions, Server};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::{SinkExt, StreamExt};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

struct Site {
    dir: TempDir,
    socket: Option<PathBuf>,
    bus: Bus,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

async fn serving(ingest: IngestOptions) -> Site {
    let (dir, bus) = (tempfile::tempdir().unwrap(), Bus::default());
    let engine = Engine::with_bus(EngineOptions::default(), bus.clone());
    // Without the token file, which all tests of a user would share; the command's tests have a token.
    let options = ServeOptions { port: 0, auth: false, ingest, ..ServeOptions::default() };
    let mut server = Server::bind(engine, options).await.unwrap();
    let socket = server.open_local_in(dir.path()).await.unwrap();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run(async move { drop(stopped.await) }));
    Site { dir, socket, bus, stop, done }
}

/// One request as `curl --unix-socket` makes it.
async fn ask(
    socket: &Path,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> (StatusCode, Value) {
    let stream = UnixStream::connect(socket).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let talking = tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = sender.send_request(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = reply.status();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    drop(sender);
    talking.await.unwrap().unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// What the kernel says of this process.
fn our_name() -> String {
    format!("external:uid:{}:pid:{}", rustix::process::geteuid().as_raw(), std::process::id())
}

#[tokio::test]
async fn a_program_of_this_user_needs_no_token_and_gets_its_name_from_the_kernel() {
    let site = serving(IngestOptions::default()).await;
    let socket = site.socket.as_deref().unwrap();
    let claim = json!({"kind": "door.opened", "source": "engine", "seq": 99}).to_string();
    // Whatever a request says about itself, a name in a header or a foreign page's origin, decides nothing here.
    for headers in [&[JSON][..], &[JSON, ("host", "evil.example"), ("authorization", "Bearer wrong")]] {
        let (status, reply) = ask(socket, "POST", "/api/event", headers, claim.clone()).await;
        assert_eq!((status, &reply["event"]["source"]), (StatusCode::CREATED, &json!(our_name())));
        assert_eq!(reply["event"]["actor"], "external");
    }
    let (status, recent) = ask(socket, "GET", "/api/events", &[], String::new()).await;
    assert_eq!((status, recent["events"].as_array().map(Vec::len)), (StatusCode::OK, Some(2)), "{recent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn websockets_send_and_listen_over_it() {
    let site = serving(IngestOptions::default()).await;
    let socket = site.socket.as_deref().unwrap();
    let open = async |path: &str| {
        let stream = UnixStream::connect(socket).await.unwrap();
        client_async(format!("ws://localhost{path}"), stream).await.unwrap().0
    };
    let (mut listens, mut sends) = (open("/ws/events?json=true").await, open("/ws/ingest").await);
    let greeting = listens.next().await.unwrap().unwrap();
    assert!(greeting.to_text().unwrap().contains("connected"));
    sends.send(Message::text(json!({"kind": "door.opened"}).to_string())).await.unwrap();
    let answer: Value =
        serde_json::from_str(sends.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
    assert_eq!(answer["answers"][0]["status"], "recorded");
    let batch: Value =
        serde_json::from_str(listens.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
    assert_eq!(batch["data"]["events"][0]["source"], our_name());
    assert_eq!(site.bus.last_seq(), 1);
}

#[tokio::test]
async fn without_events_from_outside_there_is_no_socket_and_after_the_server_neither() {
    let site = serving(IngestOptions { external: false, ..IngestOptions::default() }).await;
    assert_eq!((site.socket, std::fs::read_dir(site.dir.path()).unwrap().count()), (None, 0));
    let site = serving(IngestOptions::default()).await;
    assert!(site.socket.is_some_and(|socket| socket.exists()));
    site.stop.send(()).unwrap();
    site.done.await.unwrap();
    assert_eq!(std::fs::read_dir(site.dir.path()).unwrap().count(), 0);
}

/// Only root can be somebody else for a moment; without it, the modes of directory and socket are all one can see.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn another_user_is_refused_even_where_the_modes_would_let_it_in() {
    use rustix::thread::set_thread_res_uid;
    use std::fs::{Permissions, set_permissions};
    use std::io::{Read, Write};
    use std::os::unix::fs::PermissionsExt;

    let site = serving(IngestOptions::default()).await;
    let socket = site.socket.unwrap();
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    if !rustix::process::geteuid().is_root() {
        return;
    }
    set_permissions(site.dir.path(), Permissions::from_mode(0o755)).unwrap();
    set_permissions(&socket, Permissions::from_mode(0o666)).unwrap();
    let as_nobody = std::thread::spawn(move || {
        let nobody = rustix::process::Uid::from_raw(65534);
        set_thread_res_uid(nobody, nobody, nobody).unwrap();
        let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
        // It may have been turned away before it asks.
        let _ = stream.write_all(b"GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        reply
    });
    let reply = tokio::task::spawn_blocking(|| as_nobody.join().unwrap()).await.unwrap();
    assert!(!reply.contains("200 OK"), "{reply}");
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 403"), "{reply}");
}
