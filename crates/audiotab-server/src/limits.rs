//! Every bound of the server in one place, so that no client can take more than its share.

use std::time::Duration;

/// Connections open at a time, WebSockets included.
pub const CONNECTIONS: usize = 64;
/// Time a client has to send a request head; idle connections are closed after it too.
pub const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// Longest request head, bytes.
pub const REQUEST_HEAD_BYTES: usize = 64 << 10;
/// Longest request body, bytes.
pub const REQUEST_BODY_BYTES: usize = 64 << 10;
/// Time for one request and its answer. Opening a slow device takes a few seconds.
pub const REQUEST: Duration = Duration::from_secs(30);
/// Longest WebSocket message or frame from a client, bytes, and longest packet to one: what a client that stops
/// reading can make us keep.
pub const FRAME_BYTES: usize = 1 << 20;
/// Time a client has to take one packet before its socket is closed.
pub const SEND: Duration = Duration::from_secs(10);
/// A WebSocket that was silent for this long is asked whether it is still there ...
pub const PING: Duration = Duration::from_secs(30);
/// ... and closed when it has said nothing for this long.
pub const SILENCE: Duration = Duration::from_secs(90);
/// Time open connections have to finish when the server stops.
pub const GOODBYE: Duration = Duration::from_secs(2);
/// Length of a window of events, unless set otherwise.
pub const WINDOW: Duration = Duration::from_millis(50);
/// Longest message of the live protocol from a client, bytes.
pub const CLIENT_MESSAGE_BYTES: usize = 64 << 10;
/// A stream of events that was silent for this long says that it is still there.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// The dashboard's state is looked at this often.
pub const STATE: Duration = Duration::from_millis(100);
/// Events of a topic in one answer, unless asked otherwise.
pub const SNAPSHOT_EVENTS: usize = 1000;
/// Bytes of events in one answer, near enough; the rest is asked for again.
pub const REPLY_BYTES: usize = 16 << 20;
/// Longest list of events from outside, bytes. A single event has at most `audiotab_events::ingest::EVENT_BYTES`.
pub const EVENT_LIST_BYTES: usize = 1 << 20;
/// How long an answer waits for the journal before it says that the event is not durable yet.
pub const DURABLE: Duration = Duration::from_secs(2);
/// Calls at a time on one gRPC connection.
pub const STREAMS: u32 = 16;
