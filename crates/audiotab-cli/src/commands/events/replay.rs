//! `audiotab events replay`: earlier events again, at once or at a pace.

use super::super::{print, print_json};
use super::{Place, print_event};
use crate::args::Replay;
use crate::failure::Failure;
use audiotab_events::Event;
use audiotab_events::journal::{LogQuery, MOST_PER_PAGE};
use serde_json::json;
use std::time::{Duration, Instant};

/// # Errors
/// One sentence.
pub fn replay(args: &Replay) -> Result<(), Failure> {
    match Place::of(&args.place)? {
        Place::Server(server) => {
            let since = args.since.since.map(|since| since.ms());
            let asked = json!({ "since": since, "speed": args.speed, "stop": args.stop });
            let replayed = server.post("/api/log/replay", &asked)?;
            if args.output.json {
                return print_json(&replayed);
            }
            print(&match (args.stop, replayed["length_ms"].as_f64()) {
                (true, _) => "Nothing is shown again any more\n".to_owned(),
                (false, None) => format!("{} events are shown again\n", replayed["replayed"]),
                (false, Some(ms)) => format!(
                    "{} events are shown again, the last in {:.1} s; --stop ends it\n",
                    replayed["replayed"],
                    ms / 1e3
                ),
            });
        }
        Place::Journal(reader) => {
            let query = LogQuery {
                from_ns: args.since.since.map(|since| since.ns),
                limit: MOST_PER_PAGE,
                ..LogQuery::default()
            };
            let events: Vec<Event> = reader.query(&query)?.events.into_iter().rev().collect();
            let began = Instant::now();
            let times_ns = events.iter().map(|event| event.ts_ns);
            let due: Vec<Duration> = match args.speed {
                Some(speed) => speed.due(times_ns).collect(),
                None => vec![Duration::ZERO; events.len()],
            };
            for (event, due) in events.iter().zip(due) {
                std::thread::sleep(due.saturating_sub(began.elapsed()));
                print_event(&super::value(event)?, args.output.json);
            }
        }
    }
    Ok(())
}
