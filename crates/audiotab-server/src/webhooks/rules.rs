//! The rules file: which events go where. It is the only place that addresses come from.
//!
//! ```json
//! {"webhooks": [{"kinds": ["audio.*", "device.lost"], "url": "https://example.org/hook", "secret": "…"}]}
//! ```

use audiotab_events::{Globs, Severity};
use axum::http::Uri;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Rules of one file.
const MOST_RULES: usize = 16;
/// Tries after the first.
const RETRIES: u32 = 3;
/// Wait before the second try; each further one is four times as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// All rules.
#[derive(Debug, Default)]
pub struct Rules {
    /// In the order of the file.
    pub webhooks: Vec<Rule>,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Which kinds.
    pub kinds: Globs,
    /// Only these; empty for all.
    pub severities: Vec<Severity>,
    /// Where to.
    pub url: Uri,
    /// Key of the signature; without one there is none.
    pub secret: Option<String>,
    /// Lets the address be on this machine or in its private network.
    pub private_network: bool,
    /// Tries after the first.
    pub retries: u32,
    /// Wait before the second try.
    pub first_wait: Duration,
}

/// What is wrong with a rules file, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("The webhook rules in {} cannot be used: {reason}", path.display())]
pub struct RulesError {
    path: PathBuf,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    webhooks: Vec<RuleForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    kinds: Vec<String>,
    #[serde(default)]
    severities: Vec<Severity>,
    url: String,
    secret: Option<String>,
    #[serde(default)]
    private_network: bool,
}

impl Rules {
    /// Reads a file.
    ///
    /// # Errors
    /// One sentence with the rule that is wrong.
    pub fn read(path: &Path) -> Result<Self, RulesError> {
        let failed = |reason: String| RulesError { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| failed(format!("{error}.")))?;
        Self::from_json(&text).map_err(failed)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// One sentence with the rule that is wrong.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let form: FileForm = serde_json::from_str(text).map_err(|error| format!("{error}."))?;
        if form.webhooks.len() > MOST_RULES {
            return Err(format!("there are more than {MOST_RULES} rules."));
        }
        let numbered = form.webhooks.into_iter().enumerate();
        let webhooks = numbered.map(|(n, rule)| rule.checked().map_err(|e| format!("rule {}: {e}", n + 1)));
        Ok(Self { webhooks: webhooks.collect::<Result<_, _>>()? })
    }
}

impl RuleForm {
    fn checked(self) -> Result<Rule, String> {
        let url: Uri = self.url.parse().map_err(|_| "the url is no address.".to_owned())?;
        if !matches!(url.scheme_str(), Some("http" | "https")) {
            return Err("the url must begin with https:// or http://.".to_owned());
        }
        let authority = url.authority().map_or("", |authority| authority.as_str());
        if authority.contains('@') || url.host().is_none_or(str::is_empty) {
            return Err("the url needs a host and no user name.".to_owned());
        }
        if self.kinds.is_empty() {
            return Err("kinds must name at least one kind, such as audio.*.".to_owned());
        }
        Ok(Rule {
            kinds: Globs::new(&self.kinds)
                .map_err(|error| format!("{}.", error.to_string().trim_end_matches('.')))?,
            severities: self.severities,
            url,
            secret: self.secret,
            private_network: self.private_network,
            retries: RETRIES,
            first_wait: FIRST_WAIT,
        })
    }
}

impl Rule {
    /// The host of the address.
    pub fn host(&self) -> &str {
        self.url.host().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rules_are_taken_and_bad_ones_named() {
        let good =
            r#"{"webhooks": [{"kinds": ["audio.*"], "url": "https://example.org/hook", "secret": "s"}]}"#;
        let rules = Rules::from_json(good).unwrap();
        assert!(
            rules.webhooks[0].kinds.matches("audio.clip") && !rules.webhooks[0].kinds.matches("device.lost")
        );
        assert_eq!((rules.webhooks[0].host(), rules.webhooks[0].private_network), ("example.org", false));
        let one =
            |kinds: &str, url: &str| format!(r#"{{"webhooks": [{{"kinds": [{kinds}], "url": "{url}"}}]}}"#);
        for bad in [
            "{}".to_owned(),
            "[]".to_owned(),
            one("", "https://example.org"),
            one("\"*\"", "file:///etc/passwd"),
            one("\"*\"", "ftp://example.org/"),
            one("\"*\"", "example.org"),
            one("\"*\"", "https://user@example.org/"),
            one("\"*\"", ""),
            one("\"*\"", "https://"),
            one("5", "https://example.org/"),
            good.replace("\"secret\"", "\"password\""),
            format!(
                r#"{{"webhooks": [{}]}}"#,
                vec![r#"{"kinds": ["*"], "url": "https://a.example"}"#; 17].join(",")
            ),
        ] {
            let reason = Rules::from_json(&bad).unwrap_err();
            assert!(reason.ends_with('.'), "{bad}: {reason}");
        }
    }
}
