//! What the address of a request says: which events, from where on, how written.

use crate::reply::refusal;
use crate::state::Shared;
use audiotab_engine::wire::ErrorKind;
use audiotab_events::feed::{Encoding, FeedOptions, Filter};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The parameters of a live feed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listening {
    /// True for JSON in text messages; else MessagePack in binary ones.
    json: bool,
    #[serde(alias = "sources")]
    nodes: String,
    #[serde(alias = "kinds")]
    types: String,
    #[serde(alias = "channels")]
    shards: String,
    include_unscoped: Option<bool>,
    levels: Option<bool>,
    /// Go on after this place in the order of the bus.
    pub after: Option<u64>,
}

impl Listening {
    /// How messages are written.
    pub fn encoding(&self) -> Encoding {
        if self.json { Encoding::Json } else { Encoding::MessagePack }
    }

    /// The feed that was asked for.
    pub fn options(&self, shared: &Shared) -> Result<FeedOptions, Response> {
        let filter = Filter::from_lists(&self.nodes, &self.types, &self.shards).map_err(|e| usage(&e))?;
        let include_unscoped = self.include_unscoped.unwrap_or(filter.include_unscoped);
        let levels = self.levels.unwrap_or(filter.levels);
        Ok(FeedOptions {
            window: shared.window,
            after_seq: self.after,
            filter: Filter { include_unscoped, levels, ..filter },
            ..FeedOptions::default()
        })
    }
}

/// Query parameters, or a refusal with one sentence.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(usage(&reason(&rejection))),
        }
    }
}

fn reason(rejection: &QueryRejection) -> String {
    format!("The part of the address after the question mark was not understood: {}.", rejection.body_text())
}

/// 400 and one sentence.
pub fn usage(sentence: &str) -> Response {
    refusal(StatusCode::BAD_REQUEST, ErrorKind::Usage, sentence)
}
