//! Moments as programs write them: milliseconds or nanoseconds since 1970, or ISO 8601.

use super::fields::Fields;
use super::refusal::Refusal;
use crate::bus::Bus;
use crate::draft::Draft;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// How far ahead of ours another machine's clock may be.
const AHEAD_NS: i64 = 3600 * 1_000_000_000;

/// Milliseconds since 1970, whole or not, as nanoseconds.
pub(super) fn ns_of_ms(fields: &mut Fields, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(value) = fields.any(name) else { return Ok(None) };
    let whole = value.as_i64().and_then(|ms| ms.checked_mul(1_000_000));
    let fraction = || value.as_f64().map(|ms| ms * 1e6).filter(|ns| ns.abs() < 9.2e18).map(|ns| ns as i64);
    let ns = if value.is_i64() { whole } else { fraction() };
    ns.map(Some).ok_or_else(|| fields.mistyped(name, "a time in milliseconds since 1970", &value))
}

/// Nanoseconds since 1970.
pub(super) fn ns(fields: &mut Fields, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(value) = fields.any(name) else { return Ok(None) };
    let ns = value.as_i64();
    ns.map(Some).ok_or_else(|| fields.mistyped(name, "a time in nanoseconds since 1970", &value))
}

/// ISO 8601; without a zone it is UTC. A number is seconds since 1970, as Python's `time.time()` gives.
pub(super) fn ns_of_iso(fields: &mut Fields, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(value) = fields.any(name) else { return Ok(None) };
    let ns = match &value {
        Value::String(text) => ns_of_text(text),
        Value::Number(seconds) => {
            seconds.as_f64().map(|s| s * 1e9).filter(|ns| ns.abs() < 9.2e18).map(|ns| ns as i64)
        }
        _ => None,
    };
    ns.map(Some).ok_or_else(|| fields.mistyped(name, "a time like 2025-11-29T12:00:00.123Z", &value))
}

fn ns_of_text(text: &str) -> Option<i64> {
    let zoned = text.parse::<Timestamp>().ok();
    let timestamp = zoned
        .or_else(|| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp()))?;
    i64::try_from(timestamp.as_nanosecond()).ok()
}

/// The wall clock.
pub(super) fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Times and frames that cannot be are refused: nothing happened before 1970 or happens tomorrow, and a frame counts in
/// a stream.
pub(super) fn check(draft: &Draft, bus: &Bus) -> Result<(), Refusal> {
    if let Some(ts_ns) = draft.ts_ns {
        if ts_ns < 0 {
            return Err(Refusal::invalid("The time of an event cannot lie before 1970."));
        }
        if ts_ns > now_ns().saturating_add(AHEAD_NS) {
            return Err(Refusal::invalid(
                "The time of an event cannot lie in the future (more than an hour ahead of this machine's clock).",
            ));
        }
    }
    if draft.frame.is_some() && draft.session.is_none() && bus.clock().session().is_none() {
        return Err(Refusal::invalid("A frame needs the session it counts in: no stream runs now."));
    }
    if draft.frame.is_none() && draft.dur_frames.is_some() {
        return Err(Refusal::invalid("dur_frames needs the frame it begins at."));
    }
    if let (Some(frame), Some(frames)) = (draft.frame, draft.dur_frames)
        && frame.checked_add(frames).is_none_or(|end| end > MAX_FRAME)
    {
        return Err(Refusal::invalid(
            "frame and dur_frames end beyond 2^53, the last frame that pages can count.",
        ));
    }
    match draft.frame {
        Some(frame) if frame > MAX_FRAME => {
            Err(Refusal::invalid("frame lies beyond 2^53, the last frame that pages can count."))
        }
        _ => Ok(()),
    }
}

/// When the frame of an event became sound: an event without a time of its own happened then, not when it was sent. None
/// without a frame, for one of another stream, and for what is still ahead.
pub(super) fn ns_of_frame(draft: &Draft, bus: &Bus) -> Option<i64> {
    let age_ns = bus.clock().age_ns(draft.session.as_deref(), draft.frame?)?;
    (age_ns > 0).then(|| now_ns().saturating_sub(age_ns))
}

/// The last whole number that JavaScript counts exactly.
const MAX_FRAME: u64 = 1 << 53;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times_with_and_without_a_zone_are_integers_in_utc() {
        let expected = Some(1_764_417_600_123_000_000);
        for text in [
            "2025-11-29T12:00:00.123Z",
            "2025-11-29T12:00:00.123",
            "2025-11-29 12:00:00.123",
            "2025-11-29T13:00:00.123+01:00",
        ] {
            assert_eq!(ns_of_text(text), expected, "{text}");
        }
        for text in ["", "today", "2025-13-01T00:00:00Z", "12:00", "9999-01-01T00:00:00Z"] {
            assert_eq!(ns_of_text(text), None, "{text}");
        }
    }
}
