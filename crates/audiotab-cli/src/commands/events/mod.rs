//! `audiotab events`: what happened, from the running server or from a journal.
//!
//! `server`: asked over HTTP. `show`: lines for people. `when`: times. `transfer`: export and import. `replay`: again.

mod replay;
mod server;
mod show;
mod transfer;
pub mod when;

use super::{print, print_json};
use crate::args::{Events, Log, Query, Stats, Summary, Tail, Where};
use crate::failure::Failure;
use audiotab_events::Severity;
use audiotab_events::journal::{JournalReader, LogQuery, MOST_PER_PAGE};
use serde_json::{Value, json};
use server::Server;
use std::io::BufRead;
use std::time::Duration;

/// How often a journal is looked at for new events.
const LOOK: Duration = Duration::from_millis(250);

/// # Errors
/// One sentence.
pub fn run(events: &Events) -> Result<(), Failure> {
    match events {
        Events::Tail(args) => tail(args),
        Events::Query(args) => query(args),
        Events::Stats(args) => stats(args),
        Events::Summary(args) => summary(args),
        Events::Export(args) => transfer::export(args),
        Events::Import(args) => transfer::import(args),
        Events::Replay(args) => replay::replay(args),
    }
}

/// Where the events are.
enum Place {
    Server(Server),
    Journal(JournalReader),
}

impl Place {
    fn of(place: &Where) -> Result<Self, Failure> {
        match &place.data {
            Some(dir) => Ok(Self::Journal(JournalReader::open(dir)?)),
            None => Ok(Self::Server(Server::new(place.port)?)),
        }
    }
}

fn value(document: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(document).map_err(|error| Failure::failed(error.to_string()))
}

fn list(document: &Value, name: &str) -> Vec<Value> {
    document[name].as_array().cloned().unwrap_or_default()
}

fn print_event(event: &Value, json: bool) {
    print(&(if json { event.to_string() } else { show::line(event) } + "\n"));
}

fn tail(args: &Tail) -> Result<(), Failure> {
    let place = Place::of(&args.place)?;
    let newest = |limit: usize| -> Result<Vec<Value>, Failure> {
        let mut events = match &place {
            Place::Server(server) => {
                list(&server.get("/api/events", &[("limit", limit.to_string())])?, "events")
            }
            Place::Journal(reader) if limit > 0 => {
                list(&value(reader.query(&LogQuery { limit, ..LogQuery::default() })?)?, "events")
            }
            Place::Journal(_) => Vec::new(),
        };
        events.reverse();
        Ok(events)
    };
    let mut last = 0;
    let mut show = |event: &Value| {
        last = event["seq"].as_u64().unwrap_or(last);
        print_event(event, args.json);
        last
    };
    let mut seen = 0;
    for event in newest(args.lines.min(MOST_PER_PAGE))? {
        seen = show(&event);
    }
    if !args.follow {
        return Ok(());
    }
    match &place {
        Place::Server(server) => {
            // A first event that is not shown has a place after 0, too.
            let after = if seen > 0 { Some(seen) } else { None };
            for line in server.lines("/api/events/stream", &[], after)?.lines() {
                let line = line.map_err(|error| Failure::failed(format!("The server went away: {error}")))?;
                if let Some(event) =
                    line.strip_prefix("data:").and_then(|text| serde_json::from_str(text).ok())
                {
                    show(&event);
                }
            }
            Err(Failure::failed("The server has stopped"))
        }
        Place::Journal(_) => loop {
            std::thread::sleep(LOOK);
            for event in newest(MOST_PER_PAGE)? {
                if event["seq"].as_u64() > Some(seen) {
                    seen = show(&event);
                }
            }
        },
    }
}

fn query(args: &Query) -> Result<(), Failure> {
    let place = Place::of(&args.place)?;
    if let Some(sql) = &args.sql {
        let answer = match &place {
            Place::Server(server) => server.post("/api/log/sql", &json!({ "sql": sql }))?,
            Place::Journal(reader) => value(reader.sql(sql)?)?,
        };
        if args.output.json {
            return print_json(&answer);
        }
        let heads = list(&answer, "columns");
        let heads: Vec<&str> = heads.iter().filter_map(Value::as_str).collect();
        let rows = list(&answer, "rows");
        let cells = |row: &Value| row.as_array().into_iter().flatten().map(show::cell).collect();
        print(&show::table(&heads, &rows.iter().map(cells).collect::<Vec<_>>()));
        return Ok(());
    }
    let page = match &place {
        Place::Server(server) => server.get("/api/log", &parameters(&args.log))?,
        Place::Journal(reader) => value(reader.query(&log_query(&args.log))?)?,
    };
    if args.output.json {
        return print_json(&page);
    }
    for event in list(&page, "events") {
        print_event(&event, false);
    }
    if let Some(before) = page["next_before"].as_u64() {
        eprintln!("audiotab: There is more: --before {before}");
    }
    for hole in list(&page, "damaged") {
        eprintln!("audiotab: Damaged and withheld: {} to {}", hole["from_seq"], hole["to_seq"]);
    }
    Ok(())
}

fn log_query(log: &Log) -> LogQuery {
    let known = [Severity::Info, Severity::Success, Severity::Warning, Severity::Error];
    LogQuery {
        channels: log.channels.clone(),
        kinds: log.kinds.clone(),
        severities: known
            .into_iter()
            .filter(|one| log.severity.iter().any(|word| word == one.as_str()))
            .collect(),
        sources: log.sources.clone(),
        from_ns: log.from.map(|from| from.ns),
        to_ns: log.to.map(|to| to.ns),
        session: log.session.clone(),
        from_frame: log.from_frame,
        to_frame: log.to_frame,
        text: log.text.clone(),
        before: log.before,
        limit: log.limit,
    }
}

/// The same for `/api/log`.
fn parameters(log: &Log) -> Vec<(&'static str, String)> {
    let lists = [
        ("channels", log.channels.join(",")),
        ("kinds", log.kinds.join(",")),
        ("severity", log.severity.join(",")),
        ("sources", log.sources.join(",")),
    ];
    let numbers = [
        ("from", log.from.map(|from| from.ms().to_string())),
        ("to", log.to.map(|to| to.ms().to_string())),
        ("session", log.session.clone()),
        ("from_frame", log.from_frame.map(|frame| frame.to_string())),
        ("to_frame", log.to_frame.map(|frame| frame.to_string())),
        ("q", log.text.clone()),
        ("before", log.before.map(|before| before.to_string())),
        ("limit", Some(log.limit.to_string())),
    ];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    lists.chain(numbers.into_iter().filter_map(|(name, value)| Some((name, value?)))).collect()
}

fn stats(args: &Stats) -> Result<(), Failure> {
    let stats = match Place::of(&args.place)? {
        Place::Server(server) => server.get("/api/stats", &[])?,
        Place::Journal(reader) => {
            let mut stats = value(reader.statistics()?)?;
            if args.verify {
                stats["verification"] = value(reader.verify()?)?;
            }
            stats
        }
    };
    if args.output.json {
        return print_json(&stats);
    }
    let mut rows = Vec::new();
    flatten("", &stats, &mut rows);
    print(&show::table(&["what", "value"], &rows));
    Ok(())
}

/// Nested names become `outer.inner`.
fn flatten(name: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (inner, value) in fields {
                let name = if name.is_empty() { inner.clone() } else { format!("{name}.{inner}") };
                flatten(&name, value, rows);
            }
        }
        value => rows.push(vec![name.to_owned(), show::cell(value)]),
    }
}

fn summary(args: &Summary) -> Result<(), Failure> {
    let summary = match Place::of(&args.place)? {
        Place::Server(server) => server.get("/api/summary", &[("days", args.days.to_string())])?,
        Place::Journal(reader) => json!({ "days": reader.summary(args.days)? }),
    };
    if args.output.json {
        return print_json(&summary);
    }
    let heads = ["day", "channel", "events", "info", "success", "warning", "error"];
    let cells = |day: &Value| heads.iter().map(|head| show::cell(&day[*head])).collect();
    print(&show::table(&heads, &list(&summary, "days").iter().map(cells).collect::<Vec<_>>()));
    Ok(())
}
