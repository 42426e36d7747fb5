//! The whole program is killed while it captures and takes events. `AUDIOTAB_CRASH_ROUNDS` says how often.

use super::{World, number, rounds, serving, steps, until};
use crate::common::serving::post;
use audiotab_events::journal::MOST_PER_PAGE;
use audiotab_events::{Event, JournalReader, LogQuery};
use std::thread;
use std::time::Duration;

/// Programs that send at the same time, and events in one message of theirs.
const AUTHORS: u64 = 3;
const LIST: u64 = 60;

/// Sends until the server is gone; how many events were called safe.
fn send(host: &str, author: &str) -> u64 {
    let mut safe = 0;
    loop {
        match post(host, &steps(author, safe..safe + LIST)) {
            Ok(answers) if answers.iter().all(|answer| answer["durable"] == true) => safe += LIST,
            Ok(answers) => panic!("not safe, with a disk that has room: {answers:?}"),
            Err(_) => return safe,
        }
    }
}

/// The newest that are recorded from outside, oldest first: more than one life sends.
fn newest(reader: &JournalReader) -> Vec<Event> {
    let kinds = vec!["job.step".to_owned()];
    let page = reader.query(&LogQuery { kinds, limit: MOST_PER_PAGE, ..LogQuery::default() }).unwrap();
    page.events.into_iter().rev().collect()
}

/// The numbers of one author among them.
fn numbers(events: &[Event], author: &str) -> Vec<u64> {
    let own = events.iter().filter(|event| event.source.ends_with(author));
    own.map(|event| event.payload["n"].as_u64().unwrap()).collect()
}

#[test]
fn killed_at_any_moment_it_loses_nothing_it_called_safe_and_begins_again() {
    let world = World::new();
    let rounds = rounds("AUDIOTAB_CRASH_ROUNDS", 4);
    let mut all_safe = 0;
    for round in 0..rounds {
        let serving = serving(&world, "signal:sine?channels=2", &[]);
        if round > 0 {
            // Told once per kill, and recorded like everything else.
            let all = || Some(serving.log("journal.recovered")).filter(|told| told.len() as u64 >= round);
            let told = until("the news", all);
            assert_eq!(told.len() as u64, round);
            assert!(told.iter().all(|event| event["payload"]["reason"] == "crash"), "{told:?}");
        }
        let name = |author: u64| format!("r{round}a{author}x");
        let senders: Vec<_> = (0..AUTHORS)
            .map(|author| {
                let (host, name) = (serving.host().to_owned(), name(author));
                thread::spawn(move || send(&host, &name))
            })
            .collect();
        thread::sleep(Duration::from_micros(150_000 + round * 7_919_000 % 250_000));
        let session = serving.json("/api/session");
        assert_eq!((&session["state"], number(&session, "overruns")), (&"running".into(), 0));
        serving.kill();

        let reader = JournalReader::open(&world.path("journal")).unwrap();
        let recorded = newest(&reader);
        for (author, sender) in senders.into_iter().enumerate() {
            let safe = sender.join().unwrap();
            let found = numbers(&recorded, &name(author as u64));
            // In order, without a hole or a double; what it may lack is the end that nobody called safe.
            assert_eq!(found, (0..found.len() as u64).collect::<Vec<_>>(), "round {round}");
            assert!(found.len() as u64 >= safe, "round {round}: {} of {safe} safe ones", found.len());
            assert!(found.len() as u64 <= safe + LIST);
            all_safe += safe;
        }
        // The whole file while it is small, every 50th time and at the end.
        if round < 10 || round % 50 == 0 || round + 1 == rounds {
            let verification = reader.verify().unwrap();
            assert!(verification.is_whole(), "round {round}: {verification:?}");
        }
    }
    assert!(all_safe > 0);
    println!("{rounds} kills of the whole program, {all_safe} events called safe, 0 lost");
}
