//! The command line of `audiotab events`.

use super::Json;
use crate::commands::events::when::Moment;
use audiotab_events::journal::Speed;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `audiotab events`.
#[derive(Debug, Subcommand)]
pub enum Events {
    /// Print the newest events, and with --follow those that come
    Tail(Tail),
    /// Search the log, newest first
    Query(Box<Query>),
    /// Print what is counted
    Stats(Stats),
    /// Print what each day held, by channel
    Summary(Summary),
    /// Write the log as lines of JSON, oldest first
    Export(Export),
    /// Read such lines into a journal, or send them to a running server
    Import(Import),
    /// Show earlier events again in the live views of a running server, or print them from a journal
    Replay(Replay),
}

/// Where the events are.
#[derive(Debug, Args)]
pub struct Where {
    /// Directory of the journal, or its file; without it the running server is asked
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Port of the running server [default: 9090, or VIZD_PORT]
    #[arg(long, conflicts_with = "data")]
    pub port: Option<u16>,
}

/// `audiotab events tail`.
#[derive(Debug, Args)]
pub struct Tail {
    #[command(flatten)]
    pub place: Where,
    /// How many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub lines: usize,
    /// Go on with the events that come
    #[arg(short, long)]
    pub follow: bool,
    /// Print one JSON document per line
    #[arg(long)]
    pub json: bool,
}

/// `audiotab events query`.
#[derive(Debug, Args)]
pub struct Query {
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub log: Log,
    /// Answer one SELECT instead, within 2 s and 10,000 rows
    #[arg(long, value_name = "SELECT", conflicts_with = "Log")]
    pub sql: Option<String>,
    #[command(flatten)]
    pub output: Json,
}

/// Which events. A time is a date, a date and time (UTC unless it says otherwise), milliseconds since 1970, or an age
/// such as 90s, 15m, 24h or 7d.
#[derive(Debug, Args)]
pub struct Log {
    /// Channels: device,level
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub channels: Vec<String>,
    /// Patterns over kinds: audio.*,device.lost
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub kinds: Vec<String>,
    /// Of info, success, warning and error
    #[arg(long, value_delimiter = ',', value_name = "LIST", value_parser = ["info", "success", "warning", "error"])]
    pub severity: Vec<String>,
    /// Patterns over sources: engine,external:*
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub sources: Vec<String>,
    /// Happened at or after: date, date and time, ms since 1970, or an age such as 24h
    #[arg(long, value_name = "TIME")]
    pub from: Option<Moment>,
    /// Happened at or before
    #[arg(long, value_name = "TIME")]
    pub to: Option<Moment>,
    /// Of this stream
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Covers a frame at or after this one
    #[arg(long, value_name = "F", requires = "session")]
    pub from_frame: Option<u64>,
    /// Covers a frame at or before this one
    #[arg(long, value_name = "F", requires = "session")]
    pub to_frame: Option<u64>,
    /// Message, kind, source or payload hold this text
    #[arg(long)]
    pub text: Option<String>,
    /// Only events before this place in the order: the cursor for the next page
    #[arg(long, value_name = "SEQ")]
    pub before: Option<u64>,
    /// Most events, 1 to 10,000
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

/// `audiotab events stats`.
#[derive(Debug, Args)]
pub struct Stats {
    #[command(flatten)]
    pub place: Where,
    /// Read every row and hold it against its checksum
    #[arg(long, requires = "data")]
    pub verify: bool,
    #[command(flatten)]
    pub output: Json,
}

/// `audiotab events summary`.
#[derive(Debug, Args)]
pub struct Summary {
    #[command(flatten)]
    pub place: Where,
    /// How many days, today being the first, 1 to 366
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub days: u32,
    #[command(flatten)]
    pub output: Json,
}

/// From when on.
#[derive(Debug, Args)]
pub struct Since {
    /// Only what happened since: date, date and time, ms since 1970, or an age such as 24h
    #[arg(long, value_name = "TIME")]
    pub since: Option<Moment>,
}

/// `audiotab events export`.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub since: Since,
    /// Where to; without it stdout
    #[arg(short, long, value_name = "X.jsonl")]
    pub output: Option<PathBuf>,
}

/// `audiotab events import`.
#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    pub place: Where,
    /// What `audiotab events export` wrote
    #[arg(value_name = "X.jsonl")]
    pub path: PathBuf,
    #[command(flatten)]
    pub output: Json,
}

/// `audiotab events replay`.
#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub since: Since,
    /// As far apart as they happened, so many times as fast: 1, or 0.01 to 1000; without it all at once
    #[arg(long, value_name = "TIMES")]
    pub speed: Option<Speed>,
    /// End the replay that the server still plays
    #[arg(long, conflicts_with_all = ["speed", "since", "data"])]
    pub stop: bool,
    #[command(flatten)]
    pub output: Json,
}
