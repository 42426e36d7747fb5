//! What a session has to say beside its counters: gathered from capture events, told as one sentence.

use crate::error::sentence;
use crate::wire::Notice;
use audiotab_capture::CaptureEvent;

/// The remarks that hold at the moment. The most urgent one is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Set when the built-in test signal runs because there is no input device.
    fallback: Option<String>,
    /// Nothing but zeros comes.
    silent: bool,
    /// Samples that were no numbers.
    invalid_samples: u64,
    remark: Option<String>,
}

impl Notes {
    /// No remarks but the reason for the test signal, if it runs.
    pub(crate) fn new(fallback: Option<String>) -> Self {
        Self { fallback, ..Self::default() }
    }

    /// Takes note of an event of the capture.
    pub(crate) fn hear(&mut self, event: &CaptureEvent) {
        match event {
            CaptureEvent::Silence { .. } => self.silent = true,
            CaptureEvent::SilenceOver { .. } | CaptureEvent::DeviceBack { .. } => self.silent = false,
            CaptureEvent::InvalidSamples { samples, .. } => self.invalid_samples += samples,
            CaptureEvent::Notice { message } => self.remark = Some(message.clone()),
            _ => {}
        }
    }

    /// The sentence to show for an input called `label` that runs.
    pub(crate) fn tell(&self, label: &str) -> Option<(Notice, String)> {
        if self.silent {
            return Some((Notice::Silence, silence_sentence(label)));
        }
        if let Some(fallback) = &self.fallback {
            return Some((Notice::TestSignal, fallback.clone()));
        }
        if let Some(remark) = &self.remark {
            return Some((Notice::Note, sentence(remark)));
        }
        let text = match self.invalid_samples {
            0 => return None,
            1 => format!("1 sample of {label} was not a number and is shown as a gap."),
            n => format!("{n} samples of {label} were not numbers and are shown as gaps."),
        };
        Some((Notice::Note, text))
    }
}

/// What silence of an input called `label` may mean.
pub(crate) fn silence_sentence(label: &str) -> String {
    format!(
        "{label} delivers nothing but zeros: it may be muted, unplugged, or this program may not be allowed to listen."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_remark_is_told() {
        let mut notes = Notes::default();
        assert_eq!(notes.tell("Mic"), None);
        notes.hear(&CaptureEvent::InvalidSamples { start_frame: 5, samples: 1 });
        assert!(notes.tell("Mic").unwrap().1.starts_with("1 sample of Mic was"));
        notes.hear(&CaptureEvent::InvalidSamples { start_frame: 9, samples: 2 });
        assert!(notes.tell("Mic").unwrap().1.starts_with("3 samples of Mic were"));
        notes.hear(&CaptureEvent::Notice { message: "the file ends early".into() });
        assert_eq!(notes.tell("Mic"), Some((Notice::Note, "The file ends early.".into())));
        notes.fallback = Some("Test.".into());
        assert_eq!(notes.tell("Mic"), Some((Notice::TestSignal, "Test.".into())));
        notes.hear(&CaptureEvent::Silence { start_frame: 0 });
        assert_eq!(notes.tell("Mic").unwrap().0, Notice::Silence);
        notes.hear(&CaptureEvent::SilenceOver { start_frame: 0, frames: 100_000 });
        assert_eq!(notes.tell("Mic").unwrap().0, Notice::TestSignal);
    }
}
