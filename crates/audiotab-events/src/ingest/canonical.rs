//! The digest by which two contents are the same: SHA-256 of canonical JSON (fields sorted by name, no space between).

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The canonical JSON of `value`.
pub(super) fn text(value: &Value) -> Vec<u8> {
    let mut text = Vec::with_capacity(512);
    write(value, &mut text);
    text
}

/// SHA-256 of a text.
pub(super) fn sha256(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            out.push(b'{');
            for (n, (name, field)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                scalar(&Value::String(name.clone()), out);
                out.push(b':');
                write(field, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        other => scalar(other, out),
    }
}

fn scalar(value: &Value, out: &mut Vec<u8>) {
    // Writing to memory does not fail, and a number or text is always JSON.
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_of_fields_and_space_do_not_count_and_everything_else_does() {
        let read = |json: &str| sha256(&text(&serde_json::from_str(json).unwrap()));
        let digest = read(r#"{"b":[1,{"d":null,"c":"ü"}],"a":1.5}"#);
        assert_eq!(digest, read(" {\"a\": 1.5, \"b\": [1, {\"c\": \"\\u00fc\", \"d\": null}]}\n"));
        for other in [json!({"a": 1.5}), json!({"a": 1.5, "b": [{"c": "ü", "d": null}, 1]}), json!([])] {
            assert_ne!(digest, sha256(&text(&other)));
        }
        assert_eq!(text(&json!({"b": [true, null], "a": "\""})), br#"{"a":"\"","b":[true,null]}"#);
    }
}
