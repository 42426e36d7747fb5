//! Tokens made out to one producer of events: `NAME.` and the HMAC-SHA256 of the name under the server's own token.
//!
//! Nothing is stored for them: whoever holds the server's token can make them out (`audiotab token --for NAME`), and
//! they end with it. They let a program send events in its own name, and do not let it listen.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Keeps these digests apart from any other use of the token.
const PURPOSE: &[u8] = b"audiotab producer ";
/// Longest name, bytes.
const NAME_BYTES: usize = 64;

/// The token of the producer `name`; None unless it has 1 to 64 letters, digits, dashes and underscores.
pub fn producer_token(server_token: &str, name: &str) -> Option<String> {
    let fits = (1..=NAME_BYTES).contains(&name.len())
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    let digest = mac(server_token, name)?.finalize().into_bytes();
    fits.then(|| format!("{name}.{}", hex(&digest)))
}

/// The name on a producer's token, if this server's token signed it.
pub(crate) fn producer_of<'a>(server_token: &str, candidate: &'a str) -> Option<&'a str> {
    let (name, digest) = candidate.split_once('.')?;
    let digest = bytes_of(digest)?;
    // Takes the same time wherever the first difference is.
    mac(server_token, name)?.verify_slice(&digest).ok()?;
    producer_token(server_token, name).map(|_| name)
}

fn mac(server_token: &str, name: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(server_token.as_bytes()).ok()?;
    mac.update(PURPOSE);
    mac.update(name.as_bytes());
    Some(mac)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_producer_and_nobody_else() {
        let token = producer_token("secret", "door-7").unwrap();
        assert_eq!(producer_of("secret", &token), Some("door-7"));
        let digest = token.split_once('.').unwrap().1;
        for bad in [
            String::new(),
            "door-7".into(),
            "door-7.".into(),
            format!("door-8.{digest}"),
            format!(".{digest}"),
            format!("door-7.{}", &digest[1..]),
            format!("door-7.{}0", &digest[..63]).replace(digest, "x"),
            format!("door-7.{}", "ü".repeat(32)),
        ] {
            assert!(producer_of("secret", &bad).is_none() || bad == token, "{bad}");
        }
        assert_eq!(producer_of("other secret", &token), None);
        for name in ["", "a.b", "a b", "<b>", &"x".repeat(65)] {
            assert_eq!(producer_token("secret", name), None, "{name}");
        }
    }
}
