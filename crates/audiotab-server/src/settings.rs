//! Settings from the environment, checked before anything starts.

use crate::error::ServerError;
use std::ops::RangeInclusive;

/// The port when nobody says otherwise.
pub const DEFAULT_PORT: u16 = 9090;

/// What the environment says. A variable that is unset gives its default, a bad one refuses to start. Each has two
/// names, `AUDIOTAB_BUS_…` and `VIZD_…`; the first one counts where both are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// `AUDIOTAB_BUS_PORT`, `VIZD_PORT`; 0 picks a free one; default 9090.
    pub port: u16,
    /// `AUDIOTAB_BUS_BUFFER_MINUTES`, `VIZD_BUFFER_MINUTES`: minutes of events kept in memory, 1 to 1440; default 60.
    pub buffer_minutes: u32,
    /// `AUDIOTAB_BUS_COALESCE_MS`, `VIZD_COALESCE_MS`: milliseconds of events per batch, 1 to 1000; default 50.
    pub coalesce_ms: u32,
}

impl Environment {
    /// Reads the process environment.
    ///
    /// # Errors
    /// [`ServerError::Environment`] naming the first variable with a bad value.
    pub fn read() -> Result<Self, ServerError> {
        Self::from(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn from(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ServerError> {
        let number = |names: [&'static str; 2], range: RangeInclusive<u32>, default| {
            let Some((name, value)) = names.into_iter().find_map(|name| Some((name, lookup(name)?))) else {
                return Ok(default);
            };
            let digits = value.bytes().all(|c| c.is_ascii_digit());
            value.parse::<u32>().ok().filter(|n| range.contains(n) && digits).ok_or_else(|| {
                let expected = format!("a whole number from {} to {}", range.start(), range.end());
                ServerError::Environment { name, value, expected }
            })
        };
        let port = number(["AUDIOTAB_BUS_PORT", "VIZD_PORT"], 0..=u32::from(u16::MAX), DEFAULT_PORT.into())?;
        let minutes = ["AUDIOTAB_BUS_BUFFER_MINUTES", "VIZD_BUFFER_MINUTES"];
        let coalesce = ["AUDIOTAB_BUS_COALESCE_MS", "VIZD_COALESCE_MS"];
        Ok(Self {
            port: u16::try_from(port).unwrap_or(DEFAULT_PORT),
            buffer_minutes: number(minutes, 1..=1440, 60)?,
            coalesce_ms: number(coalesce, 1..=1000, 50)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<Environment, ServerError> {
        Environment::from(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn unset_variables_give_the_defaults_and_good_ones_are_taken() {
        let defaults = Environment { port: 9090, buffer_minutes: 60, coalesce_ms: 50 };
        assert_eq!(Environment::from(|_| None).unwrap(), defaults);
        assert_eq!(with("VIZD_PORT", "0").unwrap().port, 0);
        assert_eq!(with("VIZD_PORT", "65535").unwrap().port, 65535);
        assert_eq!(with("VIZD_BUFFER_MINUTES", "1440").unwrap().buffer_minutes, 1440);
        assert_eq!(with("VIZD_COALESCE_MS", "1").unwrap().coalesce_ms, 1);
        assert_eq!(with("AUDIOTAB_BUS_PORT", "8420").unwrap().port, 8420);
        assert_eq!(with("AUDIOTAB_BUS_BUFFER_MINUTES", "5").unwrap().buffer_minutes, 5);
        assert_eq!(with("AUDIOTAB_BUS_COALESCE_MS", "100").unwrap().coalesce_ms, 100);
        let both =
            Environment::from(|name| Some(if name == "AUDIOTAB_BUS_PORT" { "1" } else { "2" }.to_owned()));
        assert_eq!(both.unwrap(), Environment { port: 1, buffer_minutes: 2, coalesce_ms: 2 });
    }

    #[test]
    fn a_bad_value_is_refused_and_its_variable_named() {
        for (name, value) in [
            ("VIZD_PORT", ""),
            ("VIZD_PORT", "65536"),
            ("VIZD_PORT", "-1"),
            ("VIZD_PORT", "+80"),
            ("VIZD_PORT", "90 90"),
            ("VIZD_PORT", "http"),
            ("AUDIOTAB_BUS_PORT", "seven"),
            ("AUDIOTAB_BUS_BUFFER_MINUTES", "-5"),
            ("AUDIOTAB_BUS_COALESCE_MS", "0"),
            ("VIZD_BUFFER_MINUTES", "0"),
            ("VIZD_BUFFER_MINUTES", "1441"),
            ("VIZD_BUFFER_MINUTES", "1.5"),
            ("VIZD_COALESCE_MS", "0"),
            ("VIZD_COALESCE_MS", "1001"),
            ("VIZD_COALESCE_MS", "99999999999999999999"),
        ] {
            let text = with(name, value).unwrap_err().to_string();
            assert!(text.starts_with(name) && text.contains(&format!("{value:?}")), "{text}");
        }
    }
}
