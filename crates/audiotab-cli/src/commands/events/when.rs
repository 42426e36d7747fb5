//! Times as people write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::str::FromStr;

/// A moment, Unix nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970, UTC.
    pub ns: i64,
}

impl Moment {
    /// The same in milliseconds, rounded down.
    pub fn ms(self) -> i64 {
        self.ns.div_euclid(1_000_000)
    }
}

impl FromStr for Moment {
    type Err = String;

    /// A date, a date and time (UTC unless it says otherwise), milliseconds since 1970, or an age: 90s, 15m, 24h, 7d.
    fn from_str(text: &str) -> Result<Self, String> {
        let utc = |at: DateTime| at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
        let found = age(text)
            .and_then(|age| Timestamp::now().checked_sub(age).ok())
            .or_else(|| text.parse::<i64>().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()))
            .or_else(|| text.parse::<Timestamp>().ok())
            .or_else(|| text.parse::<DateTime>().ok().and_then(utc))
            .or_else(|| {
                text.parse::<Date>().ok().and_then(|day| utc(day.to_datetime(jiff::civil::Time::midnight())))
            });
        let ns = found.and_then(|at| i64::try_from(at.as_nanosecond()).ok());
        ns.map(|ns| Self { ns }).ok_or_else(|| {
            "give a date such as 2026-11-21, a date and time, milliseconds since 1970, or an age such as 24h".to_owned()
        })
    }
}

fn age(text: &str) -> Option<Span> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
    Span::new().try_seconds(count.checked_mul(seconds)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        let ms = |text: &str| text.parse::<Moment>().map(Moment::ms);
        assert_eq!(ms("2025-11-29"), Ok(1_764_374_400_000));
        assert_eq!(ms("2025-11-29T00:00:01Z"), Ok(1_764_374_401_000));
        assert_eq!(ms("2025-11-29T01:00:01+01:00"), Ok(1_764_374_401_000));
        assert_eq!(ms("2025-11-29 00:00:01.250"), Ok(1_764_374_401_250));
        assert_eq!(ms("1764374401000"), Ok(1_764_374_401_000));
        let day_ago = Timestamp::now().as_millisecond() - ms("24h").unwrap();
        assert!((86_400_000..86_500_000).contains(&day_ago));
        for wrong in ["yesterday", "", "5x", "9999999999999d", "2025-13-01"] {
            assert!(ms(wrong).is_err(), "{wrong}");
        }
    }
}
