use waybill_domain::{Report, RuleInfo};

use crate::{Format, html, json, junit, markdown, sarif, text};

/// What a renderer gives: its text, or an error of the library that it writes with.
pub(crate) type Rendered = Result<String, Box<dyn std::error::Error + Send + Sync>>;

/// How to render; only the text output looks at the colour and the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Write ANSI styles. They only decorate: nothing is said by colour alone.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// List what is otherwise folded, cut or summed up: admitted artifacts, every finding, every
    /// loading step.
    pub verbose: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            colour: false,
            width: 80,
            verbose: false,
        }
    }
}

/// A report could not be written in a format.
#[derive(Debug, thiserror::Error)]
#[error("write the report as {format}")]
pub struct RenderError {
    /// The format or view that was asked for.
    pub format: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl RenderError {
    pub(crate) fn new(
        format: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self { format, source }
    }
}

/// Renders a report. `rules` are the rules that looked; the formats that carry rule pages take
/// them from there. The same arguments give the same text, byte for byte.
///
/// # Errors
/// If a serialiser or a template gives up, which no report is known to cause.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    format: Format,
    options: &Options,
) -> Result<String, RenderError> {
    match format {
        Format::Text => Ok(text::render(report, rules, options)),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report, rules),
        Format::Junit => junit::render(report),
        Format::Markdown => Ok(markdown::render(report, rules, options)),
        Format::Html => html::render(report, rules),
    }
    .map_err(|source| RenderError::new(format.as_str(), source))
}
