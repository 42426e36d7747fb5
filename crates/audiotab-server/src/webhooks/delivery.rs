//! One event to one address: signed, within three seconds, without following redirects.

use super::address::Checked;
use super::rules::Rule;
use crate::producer::hex;
use audiotab_events::Event;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;

/// From the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(3);

pub struct Delivery {
    agent: Agent,
    url: String,
    secret: Option<String>,
}

/// Why a try failed.
pub struct Failure {
    pub reason: String,
    /// Trying again does not help.
    pub is_final: bool,
}

impl Delivery {
    pub fn new(rule: &Rule) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None) // a proxy would call addresses that were not checked
            .user_agent(concat!("AudioTab/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = Checked { private_network: rule.private_network };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, url: rule.url.to_string(), secret: rule.secret.clone() }
    }

    /// Posts the event. The signature covers the time too, so that an old message cannot be sent again by others.
    pub fn try_once(&self, event: &Event) -> Result<(), Failure> {
        let body = serde_json::to_vec(event)
            .map_err(|error| Failure { reason: error.to_string(), is_final: true })?;
        let sent_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let mut request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-audiotab-kind", event.kind.as_str())
            .header("x-audiotab-delivery", event.id.to_string())
            .header("x-audiotab-timestamp", sent_s.as_str());
        if let Some(secret) = &self.secret {
            request = request.header("x-audiotab-signature", signature(secret, &sent_s, &body));
        }
        match request.send(&body[..]) {
            Ok(reply) if reply.status().is_success() => Ok(()),
            Ok(reply) => {
                let status = reply.status();
                let worth_a_try = status.is_server_error() || [408, 425, 429].contains(&status.as_u16());
                let redirect = if status.is_redirection() { "; redirects are not followed" } else { "" };
                let reason = format!("it answered {}{redirect}", status.as_u16());
                Err(Failure { reason, is_final: !worth_a_try })
            }
            // The address itself may be right again the next time: names change.
            Err(error) => Err(Failure { reason: error.to_string(), is_final: false }),
        }
    }
}

/// `sha256=` and the HMAC-SHA256 of `TIMESTAMP.BODY`.
fn signature(secret: &str, sent_s: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new(); // cannot be: a key may have any length
    };
    mac.update(sent_s.as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_any_other_implementation() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
        let expected = "sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686";
        assert_eq!(signature("secret", "1700000000", br#"{"a":1}"#), expected);
    }
}
