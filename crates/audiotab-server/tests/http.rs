//! The routes and who may use them, through the router without a socket.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking

use audiotab_engine::{Engine, EngineOptions};
use audiotab_server::{Access, CONTENT_SECURITY_POLICY, router};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

const HOST: &str = "127.0.0.1:9090";
const OUR_PAGE: &str = "http://127.0.0.1:9090";

/// What needs the token: everything but the page, its assets and `/health`.
const CLOSED: [&str; 20] = [
    "/api/stats",
    "/api/devices",
    "/api/session",
    "/ws/ring",
    "/ws/events?json=true",
    "/ws/observe",
    "/api/events",
    "/api/events/stream",
    "/api/history?from=0&to=1",
    "/api/log",
    "/api/battle_log",
    "/api/summary?days=7",
    "/api/v1/viz/dashboard",
    "/api/v1/viz/topics",
    "/api/v1/viz/snapshot/audio",
    "/api/v1/viz/views",
    "/api/v1/viz/views/x",
    "/api/nothing",
    "/nothing",
    "/health/x",
];

struct Site {
    router: Router,
    access: Arc<Access>,
}

impl Site {
    fn new(required: bool) -> Self {
        let engine = Engine::new(EngineOptions { history_s: 1.0, ..EngineOptions::default() });
        let access = Arc::new(Access::new(9090, required).unwrap());
        Self { router: router(engine, access.clone()), access }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.access.token().reveal())
    }

    /// The cookie a browser has after it opened the printed link.
    async fn cookie(&self) -> String {
        let reply = self.ask(Method::GET, &self.access.link_path(), &[], "").await;
        let set = reply.headers()["set-cookie"].to_str().unwrap().to_owned();
        set.split(';').next().unwrap().to_owned()
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in headers.iter().filter(|(_, value)| *value != "(missing)") {
            request = request.header(*name, *value);
        }
        self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
    }

    async fn status(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> StatusCode {
        self.ask(method, path, headers, body).await.status()
    }
}

async fn json(reply: Response<Body>) -> Value {
    serde_json::from_slice(&reply.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn health_is_open_and_everything_behind_the_token_is_not() {
    let site = Site::new(true);
    let health = site.ask(Method::GET, "/health", &[], "").await;
    assert_eq!(health.status(), StatusCode::OK);
    assert_eq!(json(health).await["status"], "ok");
    for path in CLOSED {
        for headers in [
            &[][..],
            &[("authorization", "Bearer wrong")],
            &[("authorization", "Basic abc")],
            &[("authorization", "Bearer")],
            &[("authorization", "Bearer ")],
            &[("cookie", "audiotab_9090=wrong")],
            &[("cookie", "audiotab_9090=")],
        ] {
            let reply = site.ask(Method::GET, path, headers, "").await;
            assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{path} {headers:?}");
            assert_eq!(reply.headers()["www-authenticate"], "Bearer");
            assert_eq!(json(reply).await["kind"], "permission");
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        assert_eq!(
            site.status(method.clone(), "/health", &[], "").await,
            StatusCode::UNAUTHORIZED,
            "{method}"
        );
        assert_eq!(site.status(method, "/", &[], "").await, StatusCode::UNAUTHORIZED);
    }
    let bearer = site.bearer();
    let good = [("authorization", bearer.as_str())];
    let stats = json(site.ask(Method::GET, "/api/stats", &good, "").await).await;
    assert_eq!(
        (&stats["session"]["state"], &stats["connections"]["connectionLimit"]),
        (&"idle".into(), &64.into())
    );
    assert_eq!(site.status(Method::GET, "/api/nothing", &good, "").await, StatusCode::NOT_FOUND);
    // Right token in the wrong place: neither in the query nor as a cookie of its own.
    let token = site.access.token().reveal();
    let query = format!("/api/stats?token={token}");
    assert_eq!(site.status(Method::GET, &query, &[], "").await, StatusCode::UNAUTHORIZED);
    let cookie = format!("audiotab_9090={token}");
    assert_eq!(
        site.status(Method::GET, "/api/stats", &[("cookie", &cookie)], "").await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn foreign_hosts_are_refused_with_and_without_a_token() {
    for site in [Site::new(true), Site::new(false)] {
        let bearer = site.bearer();
        for host in [
            "evil.example",
            "evil.example:9090",
            "127.0.0.1.nip.io",
            "localhost.",
            "0.0.0.0:9090",
            "(missing)",
        ] {
            for path in ["/", "/health", "/api/session", "/ws/ring"] {
                let headers = [("host", host), ("authorization", bearer.as_str())];
                let status = site.status(Method::GET, path, &headers, "").await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{host} {path}");
            }
        }
        for host in ["127.0.0.1", "localhost:9090", "[::1]:9090"] {
            assert_eq!(
                site.status(Method::GET, "/health", &[("host", host)], "").await,
                StatusCode::OK,
                "{host}"
            );
        }
    }
}

#[tokio::test]
async fn foreign_origins_are_refused_before_anything_else() {
    for site in [Site::new(true), Site::new(false)] {
        let bearer = site.bearer();
        for origin in [
            "http://evil.example",
            "null",
            "http://localhost.evil.example:9090",
            "https://127.0.0.1:9090",
            OUR_PAGE,
        ] {
            let mut headers = vec![("origin", origin), ("authorization", bearer.as_str())];
            let expected = if origin == OUR_PAGE { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(site.status(Method::GET, "/api/session", &headers, "").await, expected, "{origin}");
            assert_eq!(site.status(Method::DELETE, "/api/session", &headers, "").await, expected, "{origin}");
            headers.extend([
                ("connection", "upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "13"),
                ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ]);
            let upgrade = site.status(Method::GET, "/ws/ring", &headers, "").await;
            assert_eq!(upgrade == StatusCode::FORBIDDEN, expected == StatusCode::FORBIDDEN, "{origin}");
        }
    }
}

#[tokio::test]
async fn the_link_works_once_and_gives_a_strict_cookie() {
    let site = Site::new(true);
    let link = site.access.link_path();
    assert!(!link.contains(site.access.token().reveal()), "the token itself is never in the link");
    // A preview of the link does not spend it.
    assert_eq!(site.status(Method::HEAD, &link, &[], "").await, StatusCode::UNAUTHORIZED);
    assert_eq!(site.status(Method::GET, "/?token=wrong", &[], "").await, StatusCode::UNAUTHORIZED);

    let reply = site.ask(Method::GET, &link, &[], "").await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    assert_eq!(reply.headers()["location"], "/");
    let set = reply.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["audiotab_9090=", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap();
    assert_eq!(site.status(Method::GET, &link, &[], "").await, StatusCode::UNAUTHORIZED, "spent");
    assert_eq!(site.status(Method::GET, &link, &[("cookie", cookie)], "").await, StatusCode::SEE_OTHER);
    assert_eq!(site.access.link_path(), "/");

    assert_eq!(site.status(Method::GET, "/api/session", &[("cookie", cookie)], "").await, StatusCode::OK);
    let among_others = format!("a=b; {cookie}; c=d");
    assert_eq!(
        site.status(Method::GET, "/api/session", &[("cookie", &among_others)], "").await,
        StatusCode::OK
    );
    // Another browser gets in with what `audiotab token` prints.
    let again = format!("/?token={}", site.access.token().reveal());
    assert_eq!(site.status(Method::GET, &again, &[], "").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_must_name_its_page_to_change_anything_and_a_program_need_not() {
    let site = Site::new(true);
    let cookie = site.cookie().await;
    let stop = |headers: Vec<(&'static str, String)>| {
        let site = &site;
        async move {
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            site.status(Method::DELETE, "/api/session", &headers, "").await
        }
    };
    assert_eq!(stop(vec![("cookie", cookie.clone())]).await, StatusCode::FORBIDDEN);
    assert_eq!(stop(vec![("cookie", cookie.clone()), ("origin", OUR_PAGE.into())]).await, StatusCode::OK);
    assert_eq!(stop(vec![("origin", OUR_PAGE.into())]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(stop(vec![("authorization", site.bearer())]).await, StatusCode::OK);
    let upgrade = [("cookie", cookie.as_str()), ("upgrade", "websocket"), ("connection", "upgrade")];
    assert_eq!(site.status(Method::GET, "/ws/ring", &upgrade, "").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sessions_start_and_stop_and_bad_requests_say_why() {
    let site = Site::new(true);
    let bearer = site.bearer();
    let plain = [("authorization", bearer.as_str())];
    let with_json = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let start = |body: &'static str| site.ask(Method::POST, "/api/session", &with_json, body);

    let started = start(r#"{"address": "signal:sine?channels=2"}"#).await;
    assert_eq!(started.status(), StatusCode::OK);
    let started = json(started).await;
    assert_eq!((&started["state"], &started["channels"]), (&"running".into(), &2.into()));

    for (body, status, kind) in [
        ("", StatusCode::BAD_REQUEST, "usage"),
        ("{", StatusCode::BAD_REQUEST, "usage"),
        ("{}", StatusCode::UNPROCESSABLE_ENTITY, "usage"),
        (r#"{"address": 5}"#, StatusCode::UNPROCESSABLE_ENTITY, "usage"),
        (r#"{"address": "default", "extra": 1}"#, StatusCode::UNPROCESSABLE_ENTITY, "usage"),
        (r#"{"address": "nonsense"}"#, StatusCode::BAD_REQUEST, "usage"),
        (r#"{"address": "file:/nowhere.wav"}"#, StatusCode::UNPROCESSABLE_ENTITY, "file"),
        (r#"{"address": "alsa:no-such-device"}"#, StatusCode::NOT_FOUND, "no-device"),
    ] {
        let reply = start(body).await;
        assert_eq!(reply.status(), status, "{body}");
        assert_eq!(json(reply).await["kind"], kind, "{body}");
    }
    let text = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    let form = [("authorization", bearer.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let body = r#"{"address": "signal:sine"}"#;
    for headers in [&plain[..], &text, &form] {
        let status = site.status(Method::POST, "/api/session", headers, body).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let huge = format!(r#"{{"address": "{}"}}"#, "x".repeat(70_000));
    let status = site.status(Method::POST, "/api/session", &with_json, &huge).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

    let now = json(site.ask(Method::GET, "/api/session", &plain, "").await).await;
    assert_eq!(
        (&now["state"], &now["streamId"]),
        (&"running".into(), &started["streamId"]),
        "untouched by all that"
    );
    let stopped = json(site.ask(Method::DELETE, "/api/session", &plain, "").await).await;
    assert_eq!(stopped["state"], "ended");
    let devices = json(site.ask(Method::GET, "/api/devices", &plain, "").await).await;
    assert!(devices.is_array());
}

#[tokio::test]
async fn every_reply_carries_the_security_headers_and_no_cors() {
    let site = Site::new(true);
    for (path, host) in [("/", HOST), ("/health", HOST), ("/api/stats", HOST), ("/x", "evil.example")] {
        let reply = site.ask(Method::GET, path, &[("host", host)], "").await;
        let headers = reply.headers();
        assert_eq!(headers["content-security-policy"], CONTENT_SECURITY_POLICY, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert!(headers.contains_key("cache-control"));
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
    for part in [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
    ] {
        assert!(CONTENT_SECURITY_POLICY.contains(part), "{part}");
    }
}

#[tokio::test]
async fn without_access_control_programs_need_nothing_and_foreign_pages_still_get_nowhere() {
    let site = Site::new(false);
    assert_eq!(site.access.link_path(), "/");
    assert_eq!(site.status(Method::GET, "/api/session", &[], "").await, StatusCode::OK);
    assert_eq!(site.status(Method::DELETE, "/api/session", &[], "").await, StatusCode::OK);
    let foreign = [("origin", "http://evil.example")];
    assert_eq!(site.status(Method::DELETE, "/api/session", &foreign, "").await, StatusCode::FORBIDDEN);
}
