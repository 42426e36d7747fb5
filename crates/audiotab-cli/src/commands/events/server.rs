//! The running server of this user, asked over HTTP.

use crate::failure::Failure;
use audiotab_server::Environment;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body};

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest answer that is taken whole.
const LONGEST_BYTES: u64 = 256 << 20;

/// The server.
pub struct Server {
    agent: Agent,
    base: String,
    /// None where none is published, as with `--no-auth`.
    token: Option<String>,
}

impl Server {
    /// # Errors
    /// One sentence when `VIZD_PORT` is wrong.
    pub fn new(port: Option<u16>) -> Result<Self, Failure> {
        let port = match port {
            Some(port) => port,
            None => Environment::read()?.port,
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None) // never away from this machine
            .max_redirects(0)
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE));
        Ok(Self {
            agent: config.build().new_agent(),
            base: format!("http://127.0.0.1:{port}"),
            token: audiotab_server::read_token().ok(),
        })
    }

    /// What it answers to a GET; `query` are the parameters.
    ///
    /// # Errors
    /// One sentence, its own if it gave one.
    pub fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Failure> {
        self.document(self.reply(path, query, None)?)
    }

    /// What it answers to a POST.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let mut request = self.agent.post(format!("{}{path}", self.base)).content_type("application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let reply = request.send(body.to_string());
        self.document(self.fine(reply)?)
    }

    /// The lines of an endless or a very long answer.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn lines(
        &self,
        path: &str,
        query: &[(&str, String)],
        last_event_id: Option<u64>,
    ) -> Result<impl BufRead + use<>, Failure> {
        let reply = self.reply(path, query, last_event_id)?;
        Ok(BufReader::new(reply.into_body().into_reader()))
    }

    fn reply(
        &self,
        path: &str,
        query: &[(&str, String)],
        last_event_id: Option<u64>,
    ) -> Result<Response<Body>, Failure> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in query {
            request = request.query(name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id.to_string());
        }
        let reply = request.call();
        self.fine(reply)
    }

    fn fine(&self, reply: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Failure> {
        let reply = reply.map_err(|error| {
            Failure::failed(format!(
                "No server answers at {} ({error}). Start \"audiotab serve\", or name a journal with --data",
                self.base
            ))
        })?;
        let status = reply.status();
        if status.is_success() {
            return Ok(reply);
        }
        let body = self.document(reply).unwrap_or_default();
        let said = body["message"].as_str().or_else(|| body["error"]["message"].as_str()).map(str::to_owned);
        let said = said.unwrap_or_else(|| format!("The server at {} answers {status}", self.base));
        Err(if status == 400 { Failure::usage(said) } else { Failure::failed(said) })
    }

    fn document(&self, reply: Response<Body>) -> Result<Value, Failure> {
        let mut text = String::new();
        let mut body = reply.into_body().into_reader().take(LONGEST_BYTES);
        let read = body.read_to_string(&mut text).map_err(|error| error.to_string());
        read.and_then(|_| serde_json::from_str(&text).map_err(|error| error.to_string())).map_err(|error| {
            Failure::failed(format!("The answer of {} was not understood: {error}", self.base))
        })
    }
}
