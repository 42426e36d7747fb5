//! Which events a client wants to hear of.

use serde::{Deserialize, Serialize};

/// Most entries of a list: each costs time for every event.
const MOST: usize = 256;

/// Lists of what may pass; an empty list lets everything through. Letters count alike in upper and lower case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Sources: `engine`, `external:NAME` or only `NAME`; a number is the node of a cluster. Also called `sources`.
    #[serde(alias = "sources")]
    pub nodes: Vec<Name>,
    /// Families (first word of a kind: `audio`, `Raft`), kinds (`audio.clip`, `audio_clip`) or patterns over them
    /// (`audio.*`). Also called `kinds`.
    #[serde(alias = "kinds")]
    pub types: Vec<String>,
    /// Audio channels from 0, or shards of a cluster. Also called `channels`.
    #[serde(alias = "channels")]
    pub shards: Vec<u64>,
    /// Lets events about no channel in particular pass a list of `shards`.
    pub include_unscoped: bool,
    /// False: no `level.sample`. It comes twenty times a second and is measured only while somebody wants it.
    pub levels: bool,
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
        Self {
            nodes: Vec::new(),
            types: Vec::new(),
            shards: Vec::new(),
            include_unscoped: true,
            levels: true,
        }
    }
}

impl Filter {
    /// From the comma-separated lists of an address, `nodes=engine,2&types=Raft&shards=0,1`.
    ///
    /// # Errors
    /// One sentence when a shard is no number or a list is too long.
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
        let filter = Self { nodes, types: words(types), shards, ..Self::default() };
        filter.problem().map_or(Ok(filter), Err)
    }

    /// What is wrong with it, in one sentence.
    pub fn problem(&self) -> Option<String> {
        let longest = [self.nodes.len(), self.types.len(), self.shards.len()].into_iter().max().unwrap_or(0);
        (longest > MOST).then(|| format!("A filter's list has {longest} entries, at most {MOST} are taken."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_lists_of_an_address_make_the_same_filter() {
        let filter = Filter::from_lists("engine,2", " Raft ,,", "0, 7").unwrap();
        let expected = json!({"nodes": ["engine", 2], "types": ["Raft"], "shards": [0, 7]});
        assert_eq!(filter, serde_json::from_value(expected).unwrap());
        assert_eq!(Filter::from_lists("", "", "").unwrap(), Filter::default());
        let slip = serde_json::from_value::<Filter>(json!({"node": [1]}));
        assert!(slip.is_err(), "a slip of the pen is not a wide filter");
        assert!(Filter::from_lists("", &"a,".repeat(257), "").unwrap_err().contains("257"));
        assert!(Filter::from_lists("", "", "left").unwrap_err().contains("left"));
    }
}
