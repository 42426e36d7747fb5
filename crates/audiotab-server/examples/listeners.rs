//! Load test of the reading side: many clients of `/ws/events`, all well and beside one that never reads and one that
//! reads a byte a second. The two take turns for some rounds, and who begins takes turns too: a machine that has other
//! things to do is then as slow for one as for the other.
//!
//! `cargo run --release -p audiotab-server --example listeners -- [CLIENTS] [EVENTS_PER_S] [SECONDS] [ROUNDS]`
//!
//! Prints how old an event is when a client has it (p50, p99), whether every client got every event in order, what
//! the clients that do not read were told and cost, and how far they moved the others: the median of the rounds, their
//! spread, and how far the same condition moves by itself. Ends with 1 when an event is missing or out of order.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a tool of ours that may fail by panicking

use audiotab_engine::{Engine, EngineOptions};
use audiotab_events::{Bus, Draft};
use audiotab_server::{ServeOptions, Server};
use futures_util::StreamExt;
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// The part of a message that is looked at.
#[derive(Deserialize)]
struct Heard {
    #[serde(rename = "type")]
    what: String,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    events: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    seq: u64,
    observed_ns: i64,
}

#[derive(Default)]
struct Report {
    ages_us: Vec<u32>,
    next_seq: u64,
    faults: usize,
}

fn now_ns() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as i64
}

/// Listens until the event `last`.
async fn listen(address: SocketAddr, first: u64, last: u64) -> Report {
    let (mut socket, _) = connect_async(format!("ws://{address}/ws/events")).await.unwrap();
    let mut report = Report { next_seq: first, ..Report::default() };
    while report.next_seq <= last {
        let Some(Ok(Message::Binary(bytes))) = socket.next().await else {
            report.faults += 1;
            break;
        };
        let now = now_ns();
        let heard: Heard = rmp_serde::from_slice(&bytes).unwrap();
        report.faults += usize::from(heard.what == "gap");
        for event in heard.data.into_iter().flat_map(|data| data.events) {
            report.faults += usize::from(event.seq != report.next_seq);
            report.next_seq = event.seq + 1;
            report.ages_us.push(u32::try_from((now - event.observed_ns) / 1000).unwrap_or(u32::MAX));
        }
    }
    report
}

/// Opens a WebSocket by hand and reads `bytes_per_s` of it, until it is closed.
async fn drowse(address: SocketAddr, bytes_per_s: usize) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /ws/events HTTP/1.1\r\nhost: {address}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut bytes = vec![0; bytes_per_s];
        if bytes_per_s > 0 && stream.read(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// Emits `rate_hz` events a second in steps of a millisecond.
fn speak(bus: Bus, rate_hz: u64, total: u64) {
    let began = Instant::now();
    let mut told = 0;
    while told < total {
        let due = (began.elapsed().as_secs_f64() * rate_hz as f64) as u64;
        for n in told..due.min(total) {
            bus.emit(Draft::new("audio.clip", "engine").over(n, 12).on_channels([0]).with("peak_dbfs", -0.1));
        }
        told = due.min(total);
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

async fn phase(
    name: &str,
    address: SocketAddr,
    bus: &Bus,
    clients: usize,
    rate_hz: u64,
    seconds: u64,
) -> (f64, usize) {
    let first = bus.last_seq() + 1;
    let total = rate_hz * seconds;
    let listeners: Vec<JoinHandle<Report>> =
        (0..clients).map(|_| tokio::spawn(listen(address, first, first + total - 1))).collect();
    tokio::time::sleep(Duration::from_millis(500)).await; // all are greeted
    let its = bus.clone();
    tokio::task::spawn_blocking(move || speak(its, rate_hz, total)).await.unwrap();
    let (mut ages, mut faults) = (Vec::new(), 0);
    for listener in listeners {
        let report = listener.await.unwrap();
        faults += report.faults;
        ages.extend(report.ages_us);
    }
    ages.sort_unstable();
    let at = |part: f64| f64::from(ages[((ages.len() - 1) as f64 * part) as usize]) / 1000.0;
    println!(
        "{name}: {clients} clients, {rate_hz} events/s, {seconds} s: p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms, \
         {} events heard, {faults} faults, {:.0} MiB resident",
        at(0.5),
        at(0.99),
        at(1.0),
        ages.len(),
        resident_mib()
    );
    (at(0.99), faults)
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>().unwrap());
    let (clients, rate_hz) = (numbers.next().unwrap_or(48), numbers.next().unwrap_or(1000));
    let (seconds, rounds) = (numbers.next().unwrap_or(10), numbers.next().unwrap_or(6));
    let bus = Bus::default();
    let engine = Engine::with_bus(EngineOptions::default(), bus.clone());
    let options = ServeOptions { port: 0, auth: false, ..ServeOptions::default() };
    let server = Server::bind(engine, options).await.unwrap();
    let address = server.address();
    tokio::spawn(server.run(std::future::pending()));

    let clients = clients as usize;
    phase("warm-up", address, &bus, clients, rate_hz, 2.min(seconds)).await;
    let (mut alone_ms, mut beside_ms, mut grown_mib, mut faults) = (vec![], vec![], vec![], 0);
    for round in 0..2 * rounds {
        // Alone, beside, beside, alone.
        let beside = matches!(round % 4, 1 | 2);
        let name = if beside { "beside two that do not read" } else { "all well" };
        let asleep: Vec<_> =
            (0..2).filter(|_| beside).map(|bytes| tokio::spawn(drowse(address, bytes))).collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let before = resident_mib();
        let (p99_ms, its_faults) = phase(name, address, &bus, clients, rate_hz, seconds).await;
        faults += its_faults;
        if beside {
            beside_ms.push(p99_ms);
            grown_mib.push(resident_mib() - before);
        } else {
            alone_ms.push(p99_ms);
        }
        asleep.iter().for_each(JoinHandle::abort);
    }
    let moved =
        alone_ms.iter().zip(&beside_ms).map(|(alone, beside)| 100.0 * (beside / alone - 1.0)).collect();
    let by_itself = alone_ms.windows(2).map(|two| 100.0 * (two[1] / two[0] - 1.0)).collect();
    println!("p99 beside them: {}", spread(moved, "%"));
    println!("p99 by itself, from one round to the next: {}", spread(by_itself, "%"));
    println!("resident: {}", spread(grown_mib, "MiB"));
    println!("{}", stats(address).await);
    if faults > 0 {
        std::process::exit(1);
    }
}

/// Median, least and most.
fn spread(mut values: Vec<f64>, unit: &str) -> String {
    values.sort_unstable_by(f64::total_cmp);
    match (values.first(), values.get(values.len() / 2), values.last()) {
        (Some(least), Some(median), Some(most)) => {
            format!("median {median:+.1} {unit} ({least:+.1} to {most:+.1}, {} rounds)", values.len())
        }
        _ => "too few rounds".to_owned(),
    }
}

/// What the server counted.
async fn stats(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /api/stats HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
}
