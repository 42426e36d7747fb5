//! A filter made ready: names in lower case, patterns read.

use super::filter::{Filter, Name};
use crate::event::{Event, topic_of};
use crate::glob::Glob;
use crate::kinds::canonical_kind;
use serde_json::Value;

/// Lets through what a [`Filter`] asks for.
#[derive(Clone, Debug)]
pub struct Sieve {
    nodes: Vec<Name>,
    /// Families in [`bare`] letters.
    families: Vec<String>,
    kinds: Vec<Glob>,
    any_type: bool,
    shards: Vec<u64>,
    include_unscoped: bool,
    levels: bool,
}

const LEVELS: &str = "level.sample";

impl Sieve {
    /// Of a filter. A pattern that is too long fits nothing.
    pub fn new(filter: &Filter) -> Self {
        let glob = |wanted: &String| Glob::new(&canonical_kind(wanted.to_ascii_lowercase())).ok();
        Self {
            nodes: filter.nodes.clone(),
            families: filter.types.iter().map(|wanted| family(bare(wanted))).collect(),
            kinds: filter.types.iter().filter_map(glob).collect(),
            any_type: filter.types.is_empty(),
            shards: filter.shards.clone(),
            include_unscoped: filter.include_unscoped,
            levels: filter.levels,
        }
    }

    /// True when levels may pass, whatever channel they are of.
    pub fn wants_levels(&self) -> bool {
        self.levels && (self.any_type || self.admits_type(LEVELS))
    }

    /// True when this event passes all three lists.
    pub fn admits(&self, event: &Event) -> bool {
        (self.levels || event.kind != LEVELS)
            && (self.nodes.is_empty() || self.nodes.iter().any(|node| is_source_of(node, event)))
            && (self.any_type || self.admits_type(&event.kind))
            && (self.shards.is_empty() || self.admits_shard(event))
    }

    fn admits_type(&self, kind: &str) -> bool {
        let its = family(bare(topic_of(kind)));
        self.families.contains(&its) || self.kinds.iter().any(|glob| glob.matches(kind))
    }

    fn admits_shard(&self, event: &Event) -> bool {
        match event.payload.get("shard").and_then(Value::as_u64) {
            Some(shard) => self.shards.contains(&shard),
            None if event.audio_ch.is_empty() => self.include_unscoped,
            None => event.audio_ch.iter().any(|&channel| self.shards.contains(&u64::from(channel))),
        }
    }
}

fn is_source_of(node: &Name, event: &Event) -> bool {
    let name = event.source.strip_prefix("external:").unwrap_or(&event.source);
    match node {
        Name::Number(number) => {
            event.payload.get("node").and_then(Value::as_u64) == Some(*number)
                || name.strip_prefix("node-").and_then(|n| n.parse().ok()) == Some(*number)
        }
        Name::Text(text) => text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(&event.source),
    }
}

/// Letters and digits in lower case: `SlotHeat`, `slot_heat` and `slotheat` are one name.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

/// One of the families has two names.
fn family(bare: String) -> String {
    if bare == "heat" { "slotheat".to_owned() } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bus, Draft};
    use serde_json::json;

    fn passes(filter: Value, draft: Draft) -> bool {
        let filter = serde_json::from_value::<Filter>(filter).unwrap();
        Sieve::new(&filter).admits(&Bus::default().emit(draft))
    }

    #[test]
    fn types_nodes_and_shards_pass_whatever_their_case_and_alias() {
        let raft = || Draft::new("raft.leader_elected", "external:node-3").with("node", 3).with("shard", 42);
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
            (json!({"types": ["Audio.*"]}), clip(), true),
            (json!({"types": ["audio.o*"]}), clip(), false),
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
            (json!({"levels": false}), clip(), true),
            (json!({"levels": false, "types": ["level"]}), Draft::new("level.sample", "engine"), false),
        ] {
            assert_eq!(passes(filter.clone(), draft.clone()), expected, "{filter} {}", draft.kind);
        }
    }

    #[test]
    fn levels_are_wanted_unless_a_filter_keeps_them_out() {
        for (filter, wanted) in [
            (json!({}), true),
            (json!({"types": ["Level"]}), true),
            (json!({"types": ["*.sample"]}), true),
            (json!({"types": ["audio"]}), false),
            (json!({"levels": false}), false),
        ] {
            let sieve = Sieve::new(&serde_json::from_value(filter.clone()).unwrap());
            assert_eq!(sieve.wants_levels(), wanted, "{filter}");
        }
    }
}
