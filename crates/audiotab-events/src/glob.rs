//! Patterns over kinds: `*` any run, `?` one character, `[a-f]` one of these, `[!a-f]` one but these.

use crate::error::BusError;

/// Longest pattern.
const LONGEST_CHARS: usize = 256;
/// Most patterns of one list.
const MOST: usize = 64;

/// One pattern. Upper and lower case are the same; a bracket that is never closed means itself.
///
/// Matching takes at most pattern × text steps, whatever the pattern: only the last star is ever tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    AnyRun,
    AnyOne,
    One(char),
    Set { ranges: Vec<(char, char)>, negated: bool },
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is longer than 256 characters.
    pub fn new(pattern: &str) -> Result<Self, BusError> {
        let chars: Vec<char> =
            pattern.chars().take(LONGEST_CHARS + 1).map(|c| c.to_ascii_lowercase()).collect();
        if chars.len() > LONGEST_CHARS {
            return Err(BusError::GlobTooLong { most: LONGEST_CHARS });
        }
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            at += 1;
            match c {
                '*' if tokens.last() == Some(&Token::AnyRun) => {}
                '*' => tokens.push(Token::AnyRun),
                '?' => tokens.push(Token::AnyOne),
                '[' => match set(&chars[at..]) {
                    Some((token, length)) => {
                        tokens.push(token);
                        at += length;
                    }
                    None => tokens.push(Token::One('[')),
                },
                other => tokens.push(Token::One(other)),
            }
        }
        Ok(Self { tokens })
    }

    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let mut token = 0;
        // Where to go on when what follows the last star does not fit: one character later.
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            match (self.tokens.get(token), rest.clone().next()) {
                (Some(Token::AnyRun), _) => {
                    token += 1;
                    retry = Some((token, rest.clone()));
                }
                (Some(one), Some(c)) if one.takes(c) => {
                    rest.next();
                    token += 1;
                }
                (None, None) => return true,
                _ => {
                    let Some((after_star, from)) = &mut retry else { return false };
                    if from.next().is_none() {
                        return false;
                    }
                    token = *after_star;
                    rest = from.clone();
                }
            }
        }
    }
}

impl Token {
    fn takes(&self, c: char) -> bool {
        let c = c.to_ascii_lowercase();
        match self {
            Self::AnyRun => false,
            Self::AnyOne => true,
            Self::One(own) => *own == c,
            Self::Set { ranges, negated } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

/// What follows an opening bracket, and how many characters that was.
fn set(chars: &[char]) -> Option<(Token, usize)> {
    let negated = matches!(chars.first(), Some('!' | '^'));
    let start = usize::from(negated);
    // A closing bracket in the first place is one of the set.
    let end = start + 1 + chars.get(start + 1..)?.iter().position(|c| *c == ']')?;
    let mut ranges = Vec::new();
    let mut at = start;
    while at < end {
        match chars[at..end] {
            [low, '-', high, ..] => {
                ranges.push((low, high));
                at += 3;
            }
            [one, ..] => {
                ranges.push((one, one));
                at += 1;
            }
            [] => break,
        }
    }
    Some((Token::Set { ranges, negated }, end + 1))
}

/// A list of patterns; a text fits when it fits one. The empty list takes everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globs(Vec<Glob>);

impl Globs {
    /// Reads the patterns.
    ///
    /// # Errors
    /// When one is longer than 256 characters, or there are more than 64.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, BusError> {
        if patterns.len() > MOST {
            return Err(BusError::TooManyGlobs { most: MOST });
        }
        Ok(Self(patterns.iter().map(|pattern| Glob::new(pattern.as_ref())).collect::<Result<_, _>>()?))
    }

    /// Whether the text fits one of them.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|glob| glob.matches(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Glob::new(pattern).unwrap().matches(text)
    }

    #[test]
    fn stars_question_marks_and_sets() {
        let fitting = [
            ("*", ""),
            ("*", "audio.overrun"),
            ("audio.*", "audio.overrun"),
            ("level.ch[0-7]", "level.ch3"),
            ("level.ch[!0-7]", "level.ch8"),
            ("level.ch[^0-7]", "level.ch9"),
            ("*.lost", "device.lost"),
            ("d?vice.*", "device.back"),
            ("a*b*c", "aXbXbXc"),
            ("[]x]", "]"),
            ("[a", "[a"),
            ("Audio.*", "audio.clip"),
            ("[a-c-]", "-"),
        ];
        for (pattern, text) in fitting {
            assert!(fits(pattern, text), "{pattern} should take {text}");
        }
        let not_fitting = [
            ("", "a"),
            ("audio.*", "audio"),
            ("audio", "audio.overrun"),
            ("level.ch[0-7]", "level.ch8"),
            ("level.ch[!0-7]", "level.ch3"),
            ("?", ""),
            ("a*b", "abc"),
            ("[a-b]", ""),
        ];
        for (pattern, text) in not_fitting {
            assert!(!fits(pattern, text), "{pattern} should not take {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_bounded() {
        // Exponential for a matcher that tries every star again; here 256 × 10,000 steps at most.
        let stars = "a*".repeat(127) + "b";
        assert!(!fits(&stars, &"a".repeat(10_000)));
        assert!(Glob::new(&"*".repeat(257)).is_err());
        assert!(Globs::new(&["*"; 65]).is_err());
    }
}
