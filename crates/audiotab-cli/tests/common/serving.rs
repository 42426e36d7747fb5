//! A running `audiotab serve`, and asking it.
#![allow(dead_code)] // each test file uses its own part

use super::World;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The process; killed when dropped.
pub struct Serving {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    pub url: String,
}

impl Serving {
    pub fn begin(world: &World, more: &[&str]) -> Self {
        Self::begin_in(world, more, &[])
    }

    pub fn begin_in(world: &World, more: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_audiotab"))
            .args(["serve", "--port", "0", "--no-open"])
            .args(more)
            .env("XDG_RUNTIME_DIR", world.path(""))
            .env("XDG_DATA_HOME", world.path("data"))
            .env_remove("RUST_LOG")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.strip_prefix("AudioTab ready: ").expect("the ready line").trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Self { child, stdout, url }
    }

    pub fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap().split('/').next().unwrap()
    }

    pub fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n",
            self.host()
        )
        .unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        String::from_utf8_lossy(&reply).into_owned()
    }

    /// What a server without access control answers.
    pub fn json(&self, path: &str) -> Value {
        let reply = self.ask("GET", path, "");
        assert!(reply.starts_with("HTTP/1.1 200"), "{path}: {reply}");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Sends events and returns the answer to each.
    pub fn post(&self, events: &Value) -> Vec<Value> {
        post(self.host(), events).unwrap()
    }

    /// Everything recorded of these kinds, oldest first.
    pub fn log(&self, kinds: &str) -> Vec<Value> {
        let (mut found, mut before) = (Vec::new(), String::new());
        loop {
            let page = self.json(&format!("/api/log?limit=1000&kinds={kinds}{before}"));
            found.extend(page["events"].as_array().unwrap().iter().cloned());
            match page["next_before"].as_u64() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        found.reverse();
        found
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by its name.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// SIGKILL; returns when it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it with SIGTERM; returns what else it printed to stdout, and stderr.
    pub fn end(mut self) -> (String, String) {
        self.signal("TERM");
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (stdout, stderr)
    }
}

/// Sends a list of events to a server without access control; the answer to each. Fails when the server goes meanwhile.
pub fn post(host: &str, events: &Value) -> std::io::Result<Vec<Value>> {
    let body = events.to_string();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "POST /api/event HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let answer = reply.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str::<Value>(body).ok());
    let mut answer = answer.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    match answer["answers"].take() {
        Value::Array(answers) => Ok(answers),
        _ => panic!("not taken: {reply}"),
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
