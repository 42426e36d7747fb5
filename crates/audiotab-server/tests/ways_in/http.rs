use super::site::{JSON, Site};
use audiotab_server::producer_token;
use axum::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_posted_event_comes_back_as_everybody_sees_it() {
    let site = Site::new();
    let reply = site.send(json!({"kind": "training_started", "message": "Go", "details": {"step": 1}})).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(
        (&reply.body["status"], &reply.body["seq"], &reply.body["durable"]),
        (&json!("recorded"), &json!(1), &json!(false))
    );
    let event = &reply.body["event"];
    assert_eq!(
        (&event["kind"], &event["channel"], &event["severity"]),
        (&json!("training.started"), &json!("training"), &json!("info"))
    );
    assert_eq!(
        (&event["payload"], &event["seq"], &event["source"]),
        (&json!({"step": 1}), &json!(1), &json!("external:program"))
    );
    assert_eq!(serde_json::to_value(&*site.bus.after(0, 1).events[0]).unwrap(), *event);
}

#[tokio::test]
async fn the_same_event_again_is_200_and_other_content_409() {
    let site = Site::new();
    let event = |n| json!({"id": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "kind": "a", "payload": {"n": n}});
    assert_eq!(site.send(event(1)).await.status, StatusCode::CREATED);
    let again = site.send(event(1)).await;
    assert_eq!(
        (again.status, &again.body["status"], &again.body["seq"]),
        (StatusCode::OK, &json!("duplicate"), &json!(1))
    );
    let other = site.send(event(2)).await;
    assert_eq!((other.status, &other.body["kind"]), (StatusCode::CONFLICT, &json!("usage")));
    assert_eq!(site.bus.last_seq(), 1);
}

#[tokio::test]
async fn a_list_is_taken_in_order_with_an_answer_for_each() {
    let site = Site::new();
    let reply = site.send(json!([{"kind": "a"}, {"kind": 5}, {"kind": "b"}, []])).await;
    assert_eq!(reply.status, StatusCode::MULTI_STATUS);
    assert_eq!(
        (&reply.body["recorded"], &reply.body["duplicates"], &reply.body["refused"]),
        (&json!(2), &json!(0), &json!(2))
    );
    let words: Vec<_> =
        reply.body["answers"].as_array().unwrap().iter().map(|a| a["status"].clone()).collect();
    assert_eq!(words, ["recorded", "refused", "recorded", "refused"]);
    assert_eq!(
        (&reply.body["answers"][1]["code"], &reply.body["answers"][2]["seq"]),
        (&json!(400), &json!(2))
    );
    assert_eq!(site.send(json!([{"kind": "a"}])).await.status, StatusCode::OK);
    assert_eq!(site.send(json!([])).await.body["recorded"], 0);
}

#[tokio::test]
async fn bad_input_gets_its_status_and_a_sentence_and_the_server_lives_on() {
    let site = Site::new();
    let long = json!({"kind": "a", "payload": {"x": "x".repeat(64 << 10)}}).to_string();
    let list = json!([{"kind": "a"}, serde_json::from_str::<Value>(&long).unwrap()]).to_string();
    for (body, status) in [
        ("{", 400),
        ("", 400),
        ("[{\"kind\": \"a\"}", 400),
        ("{\"kind\": 5}", 400),
        ("{\"kind\": \"a\", \"frame\": -1}", 400),
        ("{\"kind\": \"a\", \"ts\": -1}", 400),
        ("{\"kind\": \"level.sample\", \"payload\": {\"volume\": 11}}", 400),
        (&*long, 413),
        (&*"x".repeat((1 << 20) + 1), 413),
    ] {
        let reply = site.send(body).await;
        assert_eq!(reply.status.as_u16(), status, "{}", &body[..body.len().min(60)]);
        let message = reply.body["message"].as_str().unwrap();
        assert!(message.ends_with('.'), "{message}");
    }
    assert_eq!(site.send(list).await.body["answers"][1]["code"], 413);
    assert_eq!(site.send(json!({"kind": "a"})).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_other_pages_can_send_without_asking_is_refused() {
    let site = Site::new();
    let (bearer, event) = (site.bearer(), json!({"kind": "a"}).to_string());
    let auth = ("authorization", &*bearer);
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let reply = site.post("/api/event", &[auth, ("content-type", media_type)], event.clone()).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
    }
    assert_eq!(site.post("/api/event", &[JSON], event.clone()).await.status, StatusCode::UNAUTHORIZED);
    let wrong = ("authorization", "Bearer wrong");
    assert_eq!(site.post("/api/event", &[JSON, wrong], event.clone()).await.status, StatusCode::UNAUTHORIZED);
    let foreign = ("origin", "http://localhost.evil.example");
    let reply = site.post("/api/event", &[JSON, auth, foreign], event.clone()).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert_eq!(site.bus.last_seq(), 0);
    let charset = ("content-type", "application/json; charset=utf-8");
    assert_eq!(site.post("/api/event", &[charset, auth], event).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn messagepack_is_taken_under_its_names() {
    let site = Site::new();
    let body = rmp_serde::to_vec_named(&json!({"kind": "a.b", "payload": {"x": 0.5}})).unwrap();
    for media_type in ["application/msgpack", "application/vnd.msgpack", "application/x-msgpack"] {
        let headers = [("content-type", media_type), ("authorization", &*site.bearer())];
        let reply = site.post("/api/event", &headers, body.clone()).await;
        assert_eq!((reply.status, &reply.body["event"]["payload"]["x"]), (StatusCode::CREATED, &json!(0.5)));
    }
    let bomb = [0xdd, 0xff, 0xff, 0xff, 0xff];
    let headers = [("content-type", "application/msgpack"), ("authorization", &*site.bearer())];
    assert_eq!(site.post("/api/event", &headers, bomb.to_vec()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_producers_token_speaks_in_one_name_and_opens_nothing_else() {
    let site = Site::new();
    let token = producer_token(site.access.token().reveal(), "door-7").unwrap();
    let bearer = format!("Bearer {token}");
    let headers = [JSON, ("authorization", &*bearer)];
    let claim = json!({"kind": "door.opened", "source": "engine", "seq": 99, "severity": "warning"});
    let reply = site.post("/api/event", &headers, claim.to_string()).await;
    let event = &reply.body["event"];
    assert_eq!((&event["source"], &event["seq"]), (&json!("external:door-7"), &json!(1)));
    assert_eq!((&event["actor"], &event["severity"]), (&json!("external"), &json!("warning")));
    for path in ["/api/session", "/api/stats", "/api/event/x", "/ws/events", "/ws/ring"] {
        assert_eq!(site.post(path, &headers, "{}").await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let forged = format!("Bearer {}", token.replace("door-7", "door-8"));
    let headers = [JSON, ("authorization", &*forged)];
    assert_eq!(site.post("/api/event", &headers, claim.to_string()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn our_page_speaks_as_ui_with_its_cookie_and_origin() {
    let site = Site::new();
    let path = site.access.link_path();
    let cookie = site.access.trade(path.split_once('=').unwrap().1).unwrap();
    let cookie = ("cookie", cookie.split(';').next().unwrap());
    let marker =
        json!({"kind": "marker.added", "source": "engine", "payload": {"label": "door"}}).to_string();
    let ours = ("origin", "http://127.0.0.1:9090");
    let reply = site.post("/api/event", &[JSON, cookie, ours], marker.clone()).await;
    let event = &reply.body["event"];
    assert_eq!(
        (reply.status, &event["source"], &event["actor"]),
        (StatusCode::CREATED, &json!("ui"), &json!("user"))
    );
    assert_eq!(site.post("/api/event", &[JSON, cookie], marker).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_source_that_sends_too_many_is_told_when_to_come_back() {
    let site = Site::new();
    let thousand = |n: usize| Value::Array(vec![json!({"kind": "a", "source": "loud"}); n]).to_string();
    assert_eq!(site.send(thousand(1000)).await.body["recorded"], 1000);
    let reply = site.send(json!({"kind": "a", "source": "loud"})).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((1..=31).contains(&reply.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap()));
    assert_eq!(site.send(json!({"kind": "a", "source": "quiet"})).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn script_injections_come_back_as_data() {
    let site = Site::new();
    let list =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/injections.json"));
    for text in serde_json::from_str::<Vec<String>>(&list.unwrap()).unwrap() {
        let sent = json!({"kind": "a", "message": text, "icon": text, "payload": {"t": text}});
        let event = &site.send(sent).await.body["event"];
        assert_eq!(
            (&event["message"], &event["payload"]["t"], &event["payload"]["icon"]),
            (&json!(text), &json!(text), &json!(text))
        );
        let raw = json!({"kind": text, "source": text});
        let event = &site.send(&raw).await.body["event"];
        assert_eq!((&event["kind"], &event["payload"]["raw"]), (&json!("unknown"), &raw));
    }
}
