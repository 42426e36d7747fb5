//! Which events a client wants to hear of.

use crate::event::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Lists of what may pass; an empty list lets everything through. Letters count alike in upper and lower case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Sources: `engine`, `external:NAME` or only `NAME`; a number is the node of a cluster. Also called `sources`.
    #[serde(alias = "sources")]
    pub nodes: Vec<Name>,
    /// Families (first word of a kind: `audio`, `Raft`) or whole kinds (`audio.clip`, `audio_clip`). Also `kinds`.
    #[serde(alias = "kinds")]
    pub types: Vec<String>,
    /// Audio channels from 0, or shards of a cluster. Also called `channels`.
    #[serde(alias = "channels")]
    pub shards: Vec<u64>,
    /// Lets events about no channel in particular pass a list of `shards`.
    pub include_unscoped: bool,
}

/// A name, or a number that stands for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// Of a node.
    Number(u64),
    /// Of a source.
    Text(String),
}

impl Default for Filter {
    fn default() -> Self {
        Self { nodes: Vec::new(), types: Vec::new(), shards: Vec::new(), include_unscoped: true }
    }
}

impl Filter {
    /// From the comma-separated lists of an address, `nodes=engine,2&types=Raft&shards=0,1`.
    ///
    /// # Errors
    /// One sentence when a shard is no number.
    pub fn from_lists(nodes: &str, types: &str, shards: &str) -> Result<Self, String> {
        let words = |list: &str| {
            list.split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let shards = words(shards)
            .iter()
            .map(|word| word.parse().map_err(|_| format!("shards must be whole numbers, {word:?} is none.")))
            .collect::<Result<_, _>>()?;
        let node = |word: String| word.parse().map_or(Name::Text(word), Name::Number);
        let nodes = words(nodes).into_iter().map(node).collect();
        Ok(Self { nodes, types: words(types), shards, ..Self::default() })
    }

    /// True when this event passes all three lists.
    pub fn admits(&self, event: &Event) -> bool {
        (self.nodes.is_empty() || self.nodes.iter().any(|node| node.is_source_of(event)))
            && (self.types.is_empty() || self.types.iter().any(|wanted| is_of_type(event, wanted)))
            && (self.shards.is_empty() || self.admits_shard(event))
    }

    fn admits_shard(&self, event: &Event) -> bool {
        match event.payload.get("shard").and_then(Value::as_u64) {
            Some(shard) => self.shards.contains(&shard),
            None if event.audio_ch.is_empty() => self.include_unscoped,
            None => event.audio_ch.iter().any(|&channel| self.shards.contains(&u64::from(channel))),
        }
    }
}

impl Name {
    fn is_source_of(&self, event: &Event) -> bool {
        let name = event.source.strip_prefix("external:").unwrap_or(&event.source);
        match self {
            Self::Number(number) => {
                event.payload.get("node").and_then(Value::as_u64) == Some(*number)
                    || name.strip_prefix("node-").and_then(|n| n.parse().ok()) == Some(*number)
            }
            Self::Text(text) => text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(&event.source),
        }
    }
}

fn is_of_type(event: &Event, wanted: &str) -> bool {
    let wanted = bare(wanted);
    let family = bare(event.topic());
    let also = ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, family)| *family);
    wanted == family || also == Some(&*family) || wanted == bare(&event.kind)
}

/// Other names of families.
const ALIASES: [(&str, &str); 2] = [("heat", "slotheat"), ("slotheat", "heat")];

/// Letters and digits in lower case: `SlotHeat`, `slot_heat` and `slotheat` are one name, `audio_clip` and
/// `audio.clip` too.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bus, Draft};
    use serde_json::json;

    fn passes(filter: Value, draft: Draft) -> bool {
        serde_json::from_value::<Filter>(filter).unwrap().admits(&Bus::default().emit(draft))
    }

    #[test]
    fn types_nodes_and_shards_pass_whatever_their_case_and_alias() {
        let raft = || {
            Draft::new("raft.leader_elected", "external:node-3")
                .with("node", 3)
                .with("shard", 42)
                .on_channels([])
        };
        let clip = || Draft::new("audio.clip", "engine").on_channels([0, 5]);
        let heat = || Draft::new("slot_heat.sample", "external:Studio");
        for (filter, draft, expected) in [
            (json!({}), raft(), true),
            (json!({"types": ["Raft", "Swim"]}), raft(), true),
            (json!({"types": ["raft"]}), raft(), true),
            (json!({"types": ["Wal"]}), raft(), false),
            (json!({"types": ["SlotHeat"]}), heat(), true),
            (json!({"types": ["heat"]}), heat(), true),
            (json!({"types": ["AUDIO"]}), clip(), true),
            (json!({"kinds": ["audio_clip"]}), clip(), true),
            (json!({"types": ["audio.overrun"]}), clip(), false),
            (json!({"nodes": [3]}), raft(), true),
            (json!({"nodes": [1, 2]}), raft(), false),
            (json!({"nodes": [1]}), clip(), false),
            (json!({"sources": ["studio"]}), heat(), true),
            (json!({"sources": ["external:STUDIO"]}), heat(), true),
            (json!({"nodes": ["ENGINE"]}), clip(), true),
            (json!({"shards": [42]}), raft(), true),
            (json!({"shards": [5]}), clip(), true),
            (json!({"channels": [5]}), clip(), true),
            (json!({"shards": [1, 2]}), clip(), false),
            (json!({"shards": [1]}), heat(), true),
            (json!({"shards": [1], "include_unscoped": false}), heat(), false),
            (json!({"types": ["audio"], "shards": [0], "nodes": ["engine"]}), clip(), true),
            (json!({"types": ["audio"], "shards": [0], "nodes": ["ui"]}), clip(), false),
        ] {
            assert_eq!(passes(filter.clone(), draft.clone()), expected, "{filter} {}", draft.kind);
        }
        assert!(
            serde_json::from_value::<Filter>(json!({"node": [1]})).is_err(),
            "a slip is not a wide filter"
        );
    }

    #[test]
    fn the_lists_of_an_address_make_the_same_filter() {
        let filter = Filter::from_lists("engine,2", " Raft ,,", "0, 7").unwrap();
        let expected = json!({"nodes": ["engine", 2], "types": ["Raft"], "shards": [0, 7]});
        assert_eq!(filter, serde_json::from_value(expected).unwrap());
        assert_eq!(Filter::from_lists("", "", "").unwrap(), Filter::default());
        assert!(Filter::from_lists("", "", "left").unwrap_err().contains("left"));
    }
}
