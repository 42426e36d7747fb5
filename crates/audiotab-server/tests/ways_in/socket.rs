use super::site::{Running, STARTED, running, unlimited};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(site: &Running) -> Socket {
    connect_async(format!("ws://{}/ws/ingest", site.address)).await.unwrap().0
}

/// The next `count` answers, in order.
async fn answers(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut all = Vec::new();
    while all.len() < count {
        let message = timeout(Duration::from_secs(20), socket.next()).await.expect("an answer in time");
        if let Message::Text(text) = message.unwrap().unwrap() {
            let message: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(message["type"], "answers");
            all.extend(message["answers"].as_array().unwrap().iter().cloned());
        }
    }
    assert_eq!(all.len(), count);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_in_order_whatever_its_encoding() {
    let site = running(unlimited()).await;
    let mut socket = connect(&site).await;
    socket.send(Message::text(json!({"kind": "a"}).to_string())).await.unwrap();
    socket.send(Message::binary(rmp_serde::to_vec_named(&json!({"kind": "b"})).unwrap())).await.unwrap();
    socket.send(Message::text(json!([{"kind": "c"}, {"kind": 5}, {"kind": "d"}]).to_string())).await.unwrap();
    let answers = answers(&mut socket, 5).await;
    let told: Vec<_> = answers.iter().map(|a| a["seq"].as_u64().map(|seq| seq - STARTED)).collect();
    assert_eq!(told, [Some(1), Some(2), Some(3), None, Some(4)]);
    assert_eq!((&answers[3]["status"], &answers[3]["code"]), (&json!("refused"), &json!(400)));
    let kinds: Vec<_> = site.bus.after(STARTED, 9).events.iter().map(|event| event.kind.clone()).collect();
    assert_eq!(kinds, ["a", "b", "c", "d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_answered_and_the_connection_stays() {
    let site = running(unlimited()).await;
    let mut socket = connect(&site).await;
    let long = json!({"kind": "a", "payload": {"x": "x".repeat(64 << 10)}}).to_string();
    let bomb = Message::binary(vec![0xdd, 0xff, 0xff, 0xff, 0xff]);
    for (message, code) in [
        (Message::text("{"), 400),
        (Message::text(""), 400),
        (Message::text("[1,"), 400),
        (Message::text(long), 413),
        (bomb, 400),
        (
            Message::text(format!(
                "{{\"kind\":\"a\",\"payload\":{{\"x\":{}1{}}}}}",
                "[".repeat(9999),
                "]".repeat(9999)
            )),
            400,
        ),
    ] {
        socket.send(message).await.unwrap();
        assert_eq!(answers(&mut socket, 1).await[0]["code"], code);
    }
    socket.send(Message::text(json!({"kind": "a"}).to_string())).await.unwrap();
    assert_eq!(answers(&mut socket, 1).await[0]["seq"], STARTED + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_a_mebibyte_ends_this_connection_and_no_other() {
    let site = running(unlimited()).await;
    let (mut one, mut other) = (connect(&site).await, connect(&site).await);
    let _ = one.send(Message::text("x".repeat((1 << 20) + 1))).await;
    let closed = async {
        while let Some(Ok(message)) = one.next().await {
            if message.is_close() {
                break;
            }
        }
    };
    timeout(Duration::from_secs(20), closed).await.unwrap();
    other.send(Message::text(json!({"kind": "a"}).to_string())).await.unwrap();
    assert_eq!(answers(&mut other, 1).await[0]["seq"], STARTED + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_goodbye_when_it_stops() {
    let site = running(unlimited()).await;
    let mut socket = connect(&site).await;
    socket.send(Message::text(json!({"kind": "a"}).to_string())).await.unwrap();
    answers(&mut socket, 1).await;
    site.stop.send(()).unwrap();
    let message = timeout(Duration::from_secs(20), socket.next()).await.unwrap().unwrap().unwrap();
    let Message::Close(Some(frame)) = message else { panic!("{message:?}") };
    assert_eq!(u16::from(frame.code), 1001);
    site.done.await.unwrap();
}
