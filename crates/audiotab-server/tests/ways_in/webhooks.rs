//! Webhooks against an address that answers as told.

use audiotab_events::{Bus, Draft, Severity};
use audiotab_server::webhooks::{Rules, Webhooks};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

struct Call {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

/// Answers calls with these statuses in turn, the last one for ever; tells of each call.
fn address(statuses: &'static [&'static str]) -> (String, Receiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, calls) = channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                match line.trim_end().split_once(": ") {
                    Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
                    None if line.trim_end().is_empty() => break,
                    None => {}
                }
            }
            let len =
                headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
            let mut body = vec![0; len];
            stream.read_exact(&mut body).unwrap();
            let status = statuses[n.min(statuses.len() - 1)];
            let reply = format!(
                "HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: /else\r\nconnection: close\r\n\r\n"
            );
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
            if tell.send(Call { headers, body }).is_err() {
                return;
            }
        }
    });
    (url, calls)
}

fn rules(url: &str, more: &str) -> Rules {
    let text = format!(r#"{{"webhooks": [{{"kinds": ["audio.*"], "url": "{url}"{more}}}]}}"#);
    let mut rules = Rules::from_json(&text).unwrap();
    rules.webhooks[0].first_wait = Duration::from_millis(1);
    rules
}

const LOCAL: &str = r#", "private_network": true, "secret": "key""#;

/// The next event of this kind.
fn told(bus: &Bus, kind: &str) -> String {
    let mut seq = 0;
    loop {
        assert!(bus.wait_past(seq, PATIENCE), "no {kind}");
        let event = &bus.after(seq, 1).events[0];
        if event.kind == kind {
            return event.message.clone();
        }
        seq = event.seq;
    }
}

#[test]
fn matching_events_are_posted_signed_and_others_and_replayed_ones_are_not() {
    let (bus, (url, calls)) = (Bus::default(), address(&["200 OK"]));
    let _webhooks = Webhooks::start(&bus, rules(&url, LOCAL)).unwrap();
    bus.emit(Draft::new("device.lost", "engine"));
    bus.emit(Draft { replayed: true, ..Draft::new("audio.overrun", "engine") });
    let event = bus.emit(Draft::new("audio.clip", "engine").with("count", 3));
    let call = calls.recv_timeout(PATIENCE).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), serde_json::to_value(&*event).unwrap());
    assert_eq!(
        (call.header("x-audiotab-kind"), call.header("content-type")),
        ("audio.clip", "application/json")
    );
    assert_eq!(call.header("x-audiotab-delivery"), event.id.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
    mac.update(format!("{}.", call.header("x-audiotab-timestamp")).as_bytes());
    mac.update(&call.body);
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(call.header("x-audiotab-signature"), format!("sha256={expected}"));
    assert!(calls.try_recv().is_err());
}

#[test]
fn a_failed_delivery_is_tried_three_times_more_and_told_of_once_per_outage() {
    let (bus, (url, calls)) = (Bus::default(), address(&["500 Broken", "503 Busy", "200 OK", "500 Broken"]));
    let _webhooks = Webhooks::start(&bus, rules(&url, LOCAL)).unwrap();
    let first = bus.emit(Draft::new("audio.clip", "engine"));
    let ids: Vec<_> = (0..3)
        .map(|_| calls.recv_timeout(PATIENCE).unwrap().header("x-audiotab-delivery").to_owned())
        .collect();
    assert_eq!(ids, vec![first.id.to_string(); 3]);
    bus.emit(Draft::new("audio.clip", "engine"));
    bus.emit(Draft::new("audio.clip", "engine"));
    for _ in 0..8 {
        calls.recv_timeout(PATIENCE).unwrap();
    }
    assert!(told(&bus, "webhook.failed").contains("500"));
    assert!(calls.recv_timeout(Duration::from_millis(300)).is_err(), "four tries each and no more");
    let failures = bus.after(0, 99).events.iter().filter(|event| event.kind == "webhook.failed").count();
    assert_eq!(failures, 1);
}

#[test]
fn redirects_are_not_followed_and_clients_errors_not_tried_again() {
    for (status, said) in [("302 Found", "redirects"), ("410 Gone", "410")] {
        let (bus, (url, calls)) =
            (Bus::default(), address(if said == "410" { &["410 Gone"] } else { &["302 Found"] }));
        let _webhooks = Webhooks::start(&bus, rules(&url, LOCAL)).unwrap();
        bus.emit(Draft::new("audio.clip", "engine"));
        assert!(told(&bus, "webhook.failed").contains(said), "{status}");
        assert!(calls.try_iter().count() == 1, "{status}");
    }
}

#[test]
fn addresses_on_this_machine_are_not_called_unless_the_rule_says_so() {
    let (bus, (url, calls)) = (Bus::default(), address(&["200 OK"]));
    let port = url.rsplit(':').next().unwrap().to_owned();
    for url in [url.clone(), format!("http://localhost:{port}"), "http://169.254.169.254/latest".to_owned()] {
        let bus = Bus::default();
        let _webhooks = Webhooks::start(&bus, rules(&url, "")).unwrap();
        bus.emit(Draft::new("audio.clip", "engine"));
        assert!(told(&bus, "webhook.failed").contains("private network"), "{url}");
    }
    let allowed_private_is_not_link_local =
        Webhooks::start(&bus, rules("http://169.254.169.254/x", LOCAL)).unwrap();
    bus.emit(Draft::new("audio.clip", "engine"));
    assert!(told(&bus, "webhook.failed").contains("does not allow"));
    drop(allowed_private_is_not_link_local);
    assert!(calls.try_recv().is_err());
}

#[test]
fn an_address_that_never_answers_holds_up_nobody_and_severities_choose() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (bus, (url, calls)) = (Bus::default(), address(&["200 OK"]));
    let stuck = rules(&format!("http://{}/", silent.local_addr().unwrap()), LOCAL);
    let _stuck = Webhooks::start(&bus, stuck).unwrap();
    let _fine = Webhooks::start(&bus, rules(&url, &format!("{LOCAL}, \"severities\": [\"error\"]"))).unwrap();
    for _ in 0..1000 {
        bus.emit(Draft::new("audio.clip", "engine"));
    }
    bus.emit(Draft { severity: Some(Severity::Error), ..Draft::new("audio.clip", "engine") });
    let call = calls.recv_timeout(PATIENCE).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap()["seq"], 1001);
}
