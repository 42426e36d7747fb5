//! Taking typed fields out of an object, so that what is mistyped or unknown is named.

use super::refusal::Refusal;
use serde_json::{Map, Value};

/// The fields of one object that were not taken yet.
#[derive(Debug)]
pub(super) struct Fields {
    /// What the object is, for sentences: "an event".
    what: String,
    left: Map<String, Value>,
}

impl Fields {
    pub(super) fn of(what: impl Into<String>, object: Map<String, Value>) -> Self {
        Self { what: what.into(), left: object }
    }

    /// A field as it is; None when it is absent or null.
    pub(super) fn any(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// A text of at most `max_chars` characters.
    pub(super) fn text(&mut self, name: &str, max_chars: usize) -> Result<Option<String>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() <= max_chars => Ok(Some(text)),
            Some(Value::String(_)) => {
                Err(Refusal::invalid(format!("{name} of {} has at most {max_chars} characters.", self.what)))
            }
            Some(other) => Err(self.mistyped(name, "a text", &other)),
        }
    }

    /// A text that must be there.
    pub(super) fn needed_text(&mut self, name: &str, max_chars: usize) -> Result<String, Refusal> {
        self.text(name, max_chars)?.ok_or_else(|| self.missing(name, "a text"))
    }

    /// A whole number from 0.
    pub(super) fn whole(&mut self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(value) => {
                value.as_u64().map(Some).ok_or_else(|| self.mistyped(name, "a whole number from 0", &value))
            }
        }
    }

    /// A whole number from 0 that must be there.
    pub(super) fn needed_whole(&mut self, name: &str) -> Result<u64, Refusal> {
        self.whole(name)?.ok_or_else(|| self.missing(name, "a whole number from 0"))
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or_else(|| self.mistyped(name, "a number", &value)),
        }
    }

    /// An object.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(other) => Err(self.mistyped(name, "an object", &other)),
        }
    }

    /// Leaves these fields out, whatever they hold.
    pub(super) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.left.remove(*name);
        }
    }

    /// Everything was taken.
    pub(super) fn end(self) -> Result<(), Refusal> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(Refusal::invalid(format!(
                "{} has no field {:?}; what is your own goes into payload.",
                capitalised(&self.what),
                shortened(name)
            ))),
        }
    }

    /// The refusal for a value of another type.
    pub(super) fn mistyped(&self, name: &str, wanted: &str, found: &Value) -> Refusal {
        let found = match found {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "true or false".to_owned(),
            Value::Number(number) => format!("the number {number}"),
            Value::String(text) => format!("the text {:?}", shortened(text)),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        Refusal::invalid(format!("{name} of {} must be {wanted}, not {found}.", self.what))
    }

    fn missing(&self, name: &str, wanted: &str) -> Refusal {
        Refusal::invalid(format!("{} needs {name}: {wanted}.", capitalised(&self.what)))
    }
}

fn capitalised(what: &str) -> String {
    let mut chars = what.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// Enough of a text to recognise it by.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
