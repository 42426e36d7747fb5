//! Upkeep goes a little at a time, so that events never wait long behind it. `AUDIOTAB_PRUNE_ROWS` says how many rows.

use super::*;
use crate::bus::Bus;
use crate::journal::{batch, connection};

/// A file of as many rows as the environment says, every one of them too old by [`ALL_OLD`].
fn filled() -> (tempfile::TempDir, Connection, u64) {
    let rows = std::env::var("AUDIOTAB_PRUNE_ROWS").map_or(6_000, |rows| rows.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut connection = connection::writer(&connection::file_in(dir.path())).unwrap();
    let bus = Bus::default();
    let mut written = 0;
    for _ in 0..rows / 1_000 {
        for n in 0..1_000 {
            bus.emit(Draft::new("audio.clip", "engine").at(n).with("peak_dbfs", -0.5));
        }
        let passage = bus.after(written, 1_000);
        written = passage.events.last().unwrap().seq;
        batch::write(&mut connection, &passage.events, written).unwrap();
    }
    (dir, connection, written)
}

const ALL_OLD: JournalOptions =
    JournalOptions { retention: Duration::ZERO, max_bytes: u64::MAX, batch_window: Duration::ZERO };

/// There is no hole in them, and counting all each time would be most of the work.
fn rows(connection: &Connection) -> i64 {
    let ends = "SELECT ifnull(max(seq) - min(seq) + 1, 0) FROM events";
    connection.query_row(ends, [], |row| row.get(0)).unwrap()
}

#[test]
fn pruning_lets_the_writer_go_on_after_every_slice() {
    let (_dir, mut connection, written) = filled();
    roll_up(&mut connection).unwrap();
    let mut upkeep = Upkeep::new(&connection).unwrap();
    let mut left = rows(&connection);
    let (mut slices, mut longest) = (Vec::new(), Duration::ZERO);
    while left > 0 {
        let (begun, cpu) = (Instant::now(), cpu_time());
        upkeep.prune(&mut connection, &ALL_OLD, || true).unwrap();
        slices.push(begun.elapsed());
        longest = longest.max(cpu_time() - cpu);
        let gone = left - rows(&connection);
        assert!((1..=PRUNE_ROWS).contains(&gone), "{gone} rows at once");
        // As often as the writer does it, all that is written is folded in.
        if slices.len() % 32 == 0 {
            store::checkpoint(&connection).unwrap();
        }
        left -= gone;
    }
    slices.sort();
    let at = |permille: usize| slices[(slices.len() - 1) * permille / 1000];
    println!(
        "{written} rows pruned in {} slices: half of them held the writer up for {:?} or less, 99 % for {:?}, one for {:?}; \
         the largest took {longest:?} of work",
        slices.len(),
        at(500),
        at(990),
        at(1000)
    );
}

/// What this thread has worked, whoever else wanted the machine.
#[cfg(target_os = "linux")]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Not told elsewhere.
#[cfg(not(target_os = "linux"))]
fn cpu_time() -> Duration {
    Duration::ZERO
}
