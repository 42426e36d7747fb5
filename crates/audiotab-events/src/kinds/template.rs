//! Filling a message template with what an event knows.

use crate::event::Event;
use serde_json::Value;

/// Longest text that one name puts into a message, characters. The payload keeps all of it.
const LONGEST_TEXT_CHARS: usize = 200;

/// The message. What a text of the payload contains is never read as a template.
pub(super) fn fill(template: &str, event: &Event) -> String {
    let mut message = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        let Some(close) = from.find(']') else { break };
        message.push_str(&filled(before, event).0);
        let (part, complete) = filled(&from[1..close], event);
        if complete {
            message.push_str(&part);
        }
        rest = &from[close + 1..];
    }
    message.push_str(&filled(rest, event).0);
    message
}

/// A part without brackets, and whether all its names are known.
fn filled(part: &str, event: &Event) -> (String, bool) {
    let (mut out, mut complete) = (String::new(), true);
    let mut rest = part;
    while let Some((before, from)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inner, after)) = from.split_once('}') else { break };
        let (name, form) = inner.split_once(':').unwrap_or((inner, ""));
        match value(name, event) {
            Some(value) => out.push_str(&shown(&value, form)),
            None => {
                complete = false;
                out.push_str("unknown");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    (out, complete)
}

fn value(name: &str, event: &Event) -> Option<Value> {
    match name {
        "frame" => event.frame.map(Value::from),
        "frames" => event.dur_frames.map(Value::from),
        "channels" if !event.audio_ch.is_empty() => {
            let names: Vec<String> =
                event.audio_ch.iter().map(|channel| (u32::from(*channel) + 1).to_string()).collect();
            Some(Value::from(names.join(", ")))
        }
        name => event.payload.get(name).filter(|value| !value.is_null()).cloned(),
    }
}

fn shown(value: &Value, form: &str) -> String {
    match (value, form.strip_prefix('.').and_then(|digits| digits.parse::<usize>().ok())) {
        (Value::Number(number), Some(decimals)) => {
            format!("{:.*}", decimals.min(12), number.as_f64().unwrap_or(f64::NAN))
        }
        (Value::Number(number), None) if form == "," => thousands(&number.to_string()),
        (Value::String(text), _) => text.chars().take(LONGEST_TEXT_CHARS).collect(),
        (other, _) => other.to_string().chars().take(LONGEST_TEXT_CHARS).collect(),
    }
}

/// 183000 → 183,000.
fn thousands(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find(['.', 'e']).unwrap_or(number.len()));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}
