//! A 256-bit random secret that is compared in constant time and never printed by accident.

use crate::error::ServerError;
use std::fmt;
use subtle::ConstantTimeEq;

/// A secret of 256 random bits, written as 64 lower-case hexadecimal digits.
#[derive(Clone)]
pub struct Secret {
    digits: String,
}

impl Secret {
    /// A new random secret.
    ///
    /// # Errors
    /// [`ServerError::NoRandomness`] when the system's random source fails.
    pub fn random() -> Result<Self, ServerError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|e| ServerError::NoRandomness(e.to_string()))?;
        Ok(Self { digits: bytes.iter().map(|b| format!("{b:02x}")).collect() })
    }

    /// True when `candidate` is this secret. Takes the same time wherever the first difference is.
    pub fn matches(&self, candidate: &str) -> bool {
        // Slices of different length are unequal at once: the length is no secret.
        self.digits.as_bytes().ct_eq(candidate.as_bytes()).into()
    }

    /// The digits themselves, for the token file, the printed link and the cookie: nothing else may show them.
    pub fn reveal(&self) -> &str {
        &self.digits
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_256_bits_matches_only_itself_and_hides_in_debug_output() {
        let a = Secret::random().unwrap();
        let b = Secret::random().unwrap();
        assert_eq!(a.reveal().len(), 64);
        assert!(a.reveal().bytes().all(|c| c.is_ascii_hexdigit()));
        assert!(a.matches(a.reveal()));
        assert!(!a.matches(b.reveal()));
        assert!(!a.matches(&a.reveal()[..63]));
        assert!(!a.matches(&a.reveal().to_uppercase()) || a.reveal().bytes().all(|c| c.is_ascii_digit()));
        assert!(!a.matches(""));
        assert!(!format!("{a:?}").contains(a.reveal()));
    }
}
