//! Events as lines for people.

use serde_json::Value;

/// One event on one line. What it contains cannot steer a terminal: control characters are shown as such.
pub fn line(event: &Value) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let time = text("ts_iso").replace('T', " ");
    let place = match event["frame"].as_u64() {
        Some(frame) => format!("  @ frame {frame}"),
        None => String::new(),
    };
    let again = if event["replayed"] == true { "  (again)" } else { "" };
    let line = format!(
        "{}  {:<7}  {:<10}  {}  [{}]  {}{place}{again}",
        time.trim_end_matches('Z'),
        text("severity"),
        text("channel"),
        text("kind"),
        text("source"),
        text("message"),
    );
    printable(&line)
}

/// Rows in columns.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([heads[column].chars().count()]).max().unwrap_or_default()
        })
        .collect();
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let mut text = String::new();
    for row in std::iter::once(&heads).chain(rows) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", printable(cell)));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// A value as a cell.
pub fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Control characters, and those that turn the direction of text, as \u{…}.
fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_cannot_steer_the_terminal() {
        let event = json!({
            "ts_iso": "2026-11-21T10:00:00.000Z", "severity": "info", "channel": "system", "kind": "a.b",
            "source": "external:x", "message": "\u{1b}[2J\u{202e}evil\nline", "frame": 7,
        });
        let line = line(&event);
        assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
        assert!(line.starts_with("2026-11-21 10:00:00.000  info") && line.ends_with("@ frame 7"), "{line}");
    }
}
