use super::*;
use crate::bus::BusOptions;
use crate::draft::Draft;
use ServerMessage::{Connected, Gap, HistoryEnd, Pong};

struct Client {
    bus: Bus,
    feed: Feed,
    now: Instant,
}

impl Client {
    fn with(bus: Bus, options: FeedOptions) -> Self {
        let feed = Feed::new(bus.clone(), options);
        Self { bus, feed, now: Instant::now() }
    }

    /// Connected and greeted.
    fn new(options: FeedOptions) -> Self {
        let mut client = Self::with(Bus::default(), options);
        assert!(matches!(client.tick()[..], [Connected { .. }]));
        client
    }

    fn emit(&self, kind: &str, times: usize) {
        for _ in 0..times {
            self.bus.emit(Draft::new(kind, "engine"));
        }
    }

    fn tick(&mut self) -> Vec<ServerMessage> {
        self.now += Duration::from_millis(50);
        self.feed.tick(self.now)
    }

    /// Places of the events in the next tick's batches.
    fn seqs(&mut self) -> Vec<u64> {
        seqs(&self.tick())
    }
}

fn seqs(said: &[ServerMessage]) -> Vec<u64> {
    let batches = said.iter().filter_map(|message| match message {
        ServerMessage::Batch { data, .. } => Some(data),
        _ => None,
    });
    batches.flat_map(|batch| batch.events.iter().map(|event| event.seq)).collect()
}

fn most(events: usize) -> Portion {
    Portion { events, ..Portion::MESSAGE }
}

#[test]
fn the_greeting_tells_what_memory_holds_and_null_when_it_is_empty() {
    let mut first = Client::with(Bus::default(), FeedOptions::default());
    let Connected { oldest_timestamp_ms, newest_timestamp_ms, last_seq, .. } = first.tick()[0] else {
        panic!()
    };
    assert_eq!((oldest_timestamp_ms, newest_timestamp_ms, last_seq), (None, None, 0));
    for ts_ms in [1_000, 2_000] {
        first.bus.emit(Draft { ts_ns: Some(ts_ms * 1_000_000), ..Draft::new("a.b", "engine") });
    }
    let mut second = Client::with(first.bus, FeedOptions::default());
    let Connected { oldest_timestamp_ms, newest_timestamp_ms, oldest_seq, after_seq, .. } = second.tick()[0]
    else {
        panic!()
    };
    assert_eq!((oldest_timestamp_ms, newest_timestamp_ms), (Some(1_000), Some(2_000)));
    assert_eq!((oldest_seq, after_seq), (Some(1), 2), "and begins now");
}

#[test]
fn a_batch_is_one_window_in_the_order_of_the_bus_with_a_summary_of_what_passed() {
    let mut client = Client::new(FeedOptions::default());
    client.emit("audio.clip", 2);
    client.emit("device.lost", 1);
    let said = client.tick();
    assert_eq!(seqs(&said), [1, 2, 3]);
    let mut summed = std::collections::BTreeMap::new();
    for message in &said {
        let ServerMessage::Batch { data, history: false } = message else { panic!("{message:?}") };
        assert_eq!(data.window_end - data.window_start, 50);
        for event in &data.events {
            let observed_ms = event.observed_ns.div_euclid(1_000_000);
            assert!((data.window_start..data.window_end).contains(&observed_ms));
        }
        for (family, count) in &data.summary {
            *summed.entry(family.clone()).or_insert(0) += count;
        }
    }
    assert_eq!(summed.into_iter().collect::<Vec<_>>(), [("audio".to_owned(), 2), ("device".to_owned(), 1)]);

    client.feed.hear(ClientMessage::from_json(r#"{"type":"filter","types":["DEVICE"]}"#).unwrap());
    client.emit("audio.clip", 5);
    client.emit("device.back", 1);
    let said = client.tick();
    assert_eq!(seqs(&said), [9]);
    let ServerMessage::Batch { data, .. } = &said[0] else { panic!() };
    assert_eq!(data.summary.iter().collect::<Vec<_>>(), [(&"device".to_owned(), &1)]);
    client.feed.hear(ClientMessage::Filter(Filter::default()));
    client.emit("audio.clip", 1);
    assert_eq!(client.seqs(), [10], "an empty filter lets everything through again");
}

#[test]
fn empty_windows_are_not_sent_but_a_sign_of_life_is() {
    let mut client = Client::new(FeedOptions::default());
    let said: Vec<_> = (0..600).flat_map(|_| client.tick()).collect(); // 30 s of windows
    assert!(matches!(said[..], [Pong { .. }, Pong { .. }]), "{said:?}");
}

#[test]
fn a_page_says_how_busy_drawing_keeps_it() {
    let mut client = Client::new(FeedOptions::default());
    let mut say = |text: &str| client.feed.hear(ClientMessage::from_json(text).unwrap());
    assert_eq!(say(r#"{"type":"load","render_load":0.25}"#), []);
    for wrong in [r#"{"type":"load","render_load":-0.1}"#, r#"{"type":"load","render_load":1.5}"#] {
        assert!(
            matches!(&say(wrong)[..], [ServerMessage::Error { message }] if message.contains("give 0 to 1"))
        );
    }
    assert_eq!(client.bus.render_load().share(Instant::now()), Some(0.25));
}

#[test]
fn nothing_is_sent_while_paused_and_resume_tells_exactly_what_was_missed() {
    let mut client = Client::new(FeedOptions { tick: most(7), ..FeedOptions::default() });
    client.emit("a.b", 3);
    assert_eq!(client.seqs(), [1, 2, 3]);
    client.feed.hear(ClientMessage::Pause);
    client.emit("a.b", 20);
    assert!(client.tick().is_empty());
    let gap = client.feed.hear(ClientMessage::Resume { catch_up: false });
    assert_eq!(gap, [Gap { missed: 20, from_seq: 4, to_seq: 23 }]);
    client.emit("a.b", 1);
    assert_eq!(client.seqs(), [24]);
    assert_eq!(
        client.feed.hear(ClientMessage::Resume { catch_up: false }),
        [Gap { missed: 0, from_seq: 25, to_seq: 24 }]
    );

    client.feed.hear(ClientMessage::Pause);
    client.emit("a.b", 10);
    let gap = client.feed.hear(ClientMessage::Resume { catch_up: true });
    assert_eq!(gap, [Gap { missed: 0, from_seq: 25, to_seq: 24 }]);
    assert_eq!([client.seqs(), client.seqs()].concat(), (25..=34).collect::<Vec<_>>());

    client.feed.hear(ClientMessage::from_json(r#"{"type":"filter","types":["x"]}"#).unwrap());
    client.feed.hear(ClientMessage::Pause);
    client.emit("a.b", 4);
    client.emit("x.y", 2);
    let gap = client.feed.hear(ClientMessage::Resume { catch_up: false });
    assert_eq!(
        gap,
        [Gap { missed: 2, from_seq: 35, to_seq: 40 }],
        "only what the filter would have let through"
    );
}

#[test]
fn a_slow_client_loses_the_oldest_and_every_event_is_either_sent_or_counted() {
    let options = FeedOptions { behind_events: 50, tick: most(20), ..FeedOptions::default() };
    let mut client = Client::new(options);
    client.bus = Bus::new(BusOptions { history_events: 80, ..BusOptions::default() });
    client.feed.bus = client.bus.clone();
    let (mut sent, mut missed, mut last) = (0, 0, 0);
    for burst in [10, 60, 200, 3, 0, 0, 0, 0, 0] {
        client.emit("a.b", burst);
        for message in client.tick() {
            match message {
                Gap { missed: n, from_seq, to_seq } => {
                    assert_eq!((from_seq, to_seq - last), (last + 1, n));
                    (missed, last) = (missed + n, to_seq);
                }
                ServerMessage::Batch { data, .. } => {
                    for event in data.events {
                        assert_eq!(event.seq, last + 1);
                        (sent, last) = (sent + 1, event.seq);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((sent + missed, last), (273, 273));
    assert!(missed >= 200 - 50 && sent >= 50, "{missed} {sent}");
}

#[test]
fn a_client_that_comes_back_goes_on_where_it_was() {
    let first = Client::new(FeedOptions::default());
    first.emit("a.b", 100);
    let back =
        FeedOptions { after_seq: Some(40), behind_events: 10, tick: most(25), ..FeedOptions::default() };
    let mut client = Client::with(first.bus.clone(), back);
    let said: Vec<_> = (0..3).flat_map(|_| client.tick()).collect();
    assert_eq!(seqs(&said), (41..=100).collect::<Vec<_>>(), "asked for, so sent however far behind");
    assert!(!client.feed.has_more());
    let unknown = FeedOptions { after_seq: Some(101), ..FeedOptions::default() };
    let mut client = Client::with(first.bus, unknown);
    assert!(matches!(client.tick()[..], [Connected { after_seq: 100, .. }]), "the place is another bus's");
}

#[test]
fn the_past_comes_in_pages_between_what_is_live_and_has_an_end() {
    let mut client = Client::new(FeedOptions { tick: most(10), ..FeedOptions::default() });
    for n in 0..30 {
        client.bus.emit(Draft { ts_ns: Some(n * 1_000_000_000), ..Draft::new("a.b", "engine") });
    }
    while !client.tick().is_empty() {}
    client.feed.hear(ClientMessage::History { from_ms: 5_000, to_ms: 24_000 });
    client.emit("a.b", 1);
    let mut past = Vec::new();
    let mut live = Vec::new();
    let mut ends = 0;
    while client.feed.has_more() {
        for message in client.tick() {
            match &message {
                ServerMessage::Batch { history: true, .. } => past.extend(seqs(&[message])),
                ServerMessage::Batch { history: false, .. } => live.extend(seqs(&[message])),
                HistoryEnd { from_ms: 5_000, to_ms: 24_000, events: 20, complete: true } => ends += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((past, live, ends), ((6..=25).collect(), vec![31], 1));

    client.feed.hear(ClientMessage::History { from_ms: 0, to_ms: 1 });
    let replaced = client.feed.hear(ClientMessage::History { from_ms: 9, to_ms: 3 });
    assert_eq!(replaced, [HistoryEnd { from_ms: 0, to_ms: 1, events: 0, complete: false }]);
    let said: Vec<_> = (0..5).flat_map(|_| client.tick()).collect();
    assert_eq!(said, [HistoryEnd { from_ms: 9, to_ms: 3, events: 0, complete: true }]);
}

#[test]
fn an_event_counts_when_any_part_of_it_is_inside_and_a_forgotten_past_is_not_called_complete() {
    let bus = Bus::new(BusOptions { history_events: 2, ..BusOptions::default() });
    let mut client = Client::with(bus, FeedOptions::default());
    client.emit("a.b", 5);
    let began = jiff::Timestamp::now().as_nanosecond() as i64 - 60_000_000_000;
    client.bus.emit(Draft { ts_ns: Some(began), ..Draft::new("audio.clip", "engine").over(0, 48_000 * 60) });
    client.tick();
    let began_ms = began / 1_000_000;
    client.feed.hear(ClientMessage::History { from_ms: began_ms + 20_000, to_ms: began_ms + 30_000 });
    let said = client.tick();
    assert_eq!(seqs(&said), [6]);
    assert!(matches!(said.last(), Some(HistoryEnd { complete: false, events: 1, .. })), "{said:?}");
}
