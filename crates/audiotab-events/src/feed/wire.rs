//! The two encodings of the live protocol.

use super::messages::{ClientMessage, ServerMessage};

/// How the messages of one feed are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// MessagePack with named fields, in binary messages.
    #[default]
    MessagePack,
    /// JSON, in text messages.
    Json,
}

/// Deepest nesting that is read.
const DEPTH: usize = 32;

impl ServerMessage {
    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|e| unwritable(&e))
    }

    /// As MessagePack, objects as maps with their names.
    pub fn to_message_pack(&self) -> Vec<u8> {
        rmp_serde::to_vec_named(self).unwrap_or_else(|e| {
            unwritable(&e);
            Vec::new()
        })
    }
}

fn unwritable(error: &dyn std::error::Error) -> String {
    tracing::error!(%error, "a message of the live protocol could not be written");
    String::new() // cannot be: every field is a plain value and every map has text keys
}

impl ClientMessage {
    /// Reads a text message.
    ///
    /// # Errors
    /// One sentence for the client.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|e| not_understood(&e))
    }

    /// Reads a binary message.
    ///
    /// # Errors
    /// One sentence for the client.
    pub fn from_message_pack(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = rmp_serde::Deserializer::from_read_ref(bytes);
        reader.set_max_depth(DEPTH);
        serde::Deserialize::deserialize(&mut reader).map_err(|e| not_understood(&e))
    }
}

fn not_understood(error: &dyn std::error::Error) -> String {
    format!(
        "This message was not understood ({error}); say {{\"type\": \"filter\"}}, \"pause\", \"resume\", \"history\", \
         \"ping\" or \"load\"."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Feed, FeedOptions};
    use crate::{Bus, Draft};
    use serde_json::Value;
    use std::time::Instant;

    #[test]
    fn both_encodings_decode_to_the_same_object() {
        let bus = Bus::default();
        let mut feed = Feed::new(bus.clone(), FeedOptions::default());
        bus.emit(
            Draft::new("audio.clip", "engine").over(u64::MAX, 3).on_channels([0, 7]).with("peak_dbfs", -0.25),
        );
        bus.emit(Draft::new("marker.added", "ui").with("label", "Tür \u{1F6AA}").with("nested", vec![1, 2]));
        let mut messages = feed.tick(Instant::now());
        messages.extend(feed.hear(ClientMessage::Ping));
        messages.extend(feed.hear(ClientMessage::Pause));
        messages.extend(feed.hear(ClientMessage::Resume { catch_up: false }));
        messages.extend(feed.hear(ClientMessage::History { from_ms: 0, to_ms: i64::MAX }));
        messages.extend(feed.tick(Instant::now()));
        messages.push(ServerMessage::Error { message: "no".into() });
        let mut kinds = Vec::new();
        for message in messages {
            let json: Value = serde_json::from_str(&message.to_json()).unwrap();
            let packed: Value = rmp_serde::from_slice(&message.to_message_pack()).unwrap();
            assert_eq!(json, packed);
            kinds.push(json["type"].as_str().unwrap().to_owned());
        }
        assert_eq!(kinds, ["connected", "batch", "pong", "gap", "batch", "history_end", "error"]);
    }

    #[test]
    fn hostile_messages_are_refused_with_a_sentence() {
        let deep = "[".repeat(10_000);
        for text in
            ["", "{", "null", "[]", "{}", r#"{"type":"what"}"#, r#"{"type":"filter","nodes":[-1]}"#, &deep]
        {
            assert!(ClientMessage::from_json(text).unwrap_err().contains("not understood"), "{text:.40}");
        }
        // Arrays, maps, texts and bytes that claim four thousand million elements, and a deep nest.
        for bytes in [
            vec![0xdd, 255, 255, 255, 255],
            vec![0xdf, 255, 255, 255, 255, 0xa4],
            vec![0xdb, 255, 255, 255, 255],
            vec![0xc6, 255, 255, 255, 255],
            vec![0x91; 100_000],
            vec![0xc1],
            vec![],
        ] {
            assert!(ClientMessage::from_message_pack(&bytes).is_err());
        }
        let spoken = ClientMessage::Resume { catch_up: true };
        let packed = rmp_serde::to_vec_named(&spoken).unwrap();
        assert_eq!(ClientMessage::from_message_pack(&packed), Ok(spoken));
        assert_eq!(
            ClientMessage::from_json(r#"{"type":"resume"}"#),
            Ok(ClientMessage::Resume { catch_up: false })
        );
    }
}
