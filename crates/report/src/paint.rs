use anstyle::{AnsiColor, Style};
use waybill_domain::{Severity, Verdict};

pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const CODE: Style = AnsiColor::Magenta.on_default();

/// Puts ANSI styles around words, or does not.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

impl Paint {
    pub(crate) fn with(self, style: Style, words: &str) -> String {
        if self.colour && !words.is_empty() {
            format!("{style}{words}{style:#}")
        } else {
            words.to_owned()
        }
    }
}

pub(crate) const fn verdict(verdict: Option<Verdict>) -> Style {
    match verdict {
        None => FAINT,
        Some(Verdict::Admit) => AnsiColor::Green.on_default().bold(),
        Some(Verdict::Quarantine) => AnsiColor::Yellow.on_default().bold(),
        Some(Verdict::Reject) => AnsiColor::Red.on_default().bold(),
    }
}

pub(crate) const fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::Red.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Cyan.on_default(),
        Severity::Info => FAINT,
    }
}
