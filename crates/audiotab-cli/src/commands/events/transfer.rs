//! `audiotab events export` and `import`.

use super::server::Server;
use super::{Place, print, print_json};
use crate::args::{Export, Import};
use crate::failure::Failure;
use audiotab_events::journal;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

/// Bytes of one list of events that is sent.
const LIST_BYTES: usize = 512 << 10;
/// Longest line that is read: more than any event has.
const LONGEST_LINE_BYTES: usize = 1 << 20;

/// # Errors
/// One sentence.
pub fn export(args: &Export) -> Result<(), Failure> {
    let place = Place::of(&args.place)?;
    let Some(path) = &args.output else {
        let count = write(&place, args, &mut BufWriter::new(std::io::stdout().lock()))?;
        eprintln!("audiotab: {count} events");
        return Ok(());
    };
    // Under another name first: no half of a log is taken for the whole.
    let draft = path.with_extension("jsonl.part");
    let file = File::create(&draft).map_err(|error| Failure::io("write", &draft, &error))?;
    let written = write(&place, args, &mut BufWriter::new(file));
    let count = written.inspect_err(|_| drop(std::fs::remove_file(&draft)))?;
    std::fs::rename(&draft, path).map_err(|error| Failure::io("write", path, &error))?;
    print(&format!("{count} events written to {}\n", path.display()));
    Ok(())
}

fn write(place: &Place, args: &Export, out: &mut dyn Write) -> Result<u64, Failure> {
    let since = args.since.since;
    match place {
        Place::Journal(reader) => {
            let exported = reader.export(since.map(|since| since.ns), out)?;
            for hole in exported.damaged {
                eprintln!("audiotab: Damaged and left out: {} to {}", hole.from_seq, hole.to_seq);
            }
            Ok(exported.events)
        }
        Place::Server(server) => {
            let query: Vec<_> = since.map(|since| ("since", since.ms().to_string())).into_iter().collect();
            let failed = |error: std::io::Error| Failure::failed(format!("The export broke off: {error}"));
            let mut count = 0;
            for line in server.lines("/api/log/export", &query, None)?.lines() {
                writeln!(out, "{}", line.map_err(failed)?).map_err(failed)?;
                count += 1;
            }
            out.flush().map_err(failed)?;
            Ok(count)
        }
    }
}

/// # Errors
/// One sentence.
pub fn import(args: &Import) -> Result<(), Failure> {
    let file = File::open(&args.path).map_err(|error| Failure::io("read", &args.path, &error))?;
    let mut lines = BufReader::new(file);
    let (events, duplicates) = match &args.place.data {
        Some(dir) => {
            let imported = journal::import(dir, &mut lines)?;
            (imported.events, imported.duplicates)
        }
        None => send(&Server::new(args.place.port)?, lines)?,
    };
    if args.output.json {
        return print_json(&json!({ "events": events, "duplicates": duplicates }));
    }
    print(&format!("{events} events imported, {duplicates} were there already\n"));
    Ok(())
}

/// Sends them as any program does: the server says who sent them, and tells them to everybody.
fn send(server: &Server, mut lines: impl BufRead) -> Result<(u64, u64), Failure> {
    let (mut events, mut duplicates, mut refused, mut number) = (0, 0, 0, 0);
    let mut reason = None;
    let mut list = Vec::new();
    let mut bytes = 0;
    loop {
        let mut text = String::new();
        let failed = |number: u64, error: &dyn std::fmt::Display| {
            Failure::failed(format!("Line {number} is no event: {error}"))
        };
        number += 1;
        let length = lines.read_line(&mut text).map_err(|error| failed(number, &error))?;
        if length > LONGEST_LINE_BYTES {
            return Err(failed(number, &"it is too long"));
        }
        if !text.trim().is_empty() {
            let mut event: Value = serde_json::from_str(&text).map_err(|error| failed(number, &error))?;
            if let Some(event) = event.as_object_mut() {
                event.remove("crc32c"); // of the line, not of the event
            }
            list.push(event);
            bytes += length;
        }
        if bytes > LIST_BYTES || (length == 0 && !list.is_empty()) {
            let answer = server.post("/api/event", &Value::Array(std::mem::take(&mut list)))?;
            bytes = 0;
            let count = |name: &str| answer[name].as_u64().unwrap_or_default();
            (events, duplicates) = (events + count("recorded"), duplicates + count("duplicates"));
            refused += count("refused");
            let mut answers = answer["answers"].as_array().into_iter().flatten();
            reason = reason.or_else(|| Some(answers.find_map(|one| one["message"].as_str())?.to_owned()));
        }
        if length == 0 {
            return match reason {
                Some(reason) => Err(Failure::failed(format!(
                    "{events} events imported, {duplicates} were there already, and the server refuses {refused}: {reason}"
                ))),
                None => Ok((events, duplicates)),
            };
        }
    }
}
