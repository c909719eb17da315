//! What loading an artifact would do, line by line.

use waybill_domain::Artifact;

use crate::neutral::{neutral_ends, neutral_start};
use crate::words::{LONGEST_NAME, LONGEST_TEXT, plural};

/// A line of the pseudo-Python.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Says in which member the next steps lie, or that steps were left out.
    Remark(String),
    /// A step.
    Step(String),
}

impl Line {
    /// The line as Python, in which a remark is a comment.
    pub(crate) fn python(&self) -> String {
        match self {
            Self::Remark(words) => format!("# {words}"),
            Self::Step(code) => code.clone(),
        }
    }
}

/// The first steps, with a remark wherever another member begins and one that counts the rest.
pub(crate) fn lines(artifact: &Artifact, longest: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut member = None;
    for effect in artifact.loading.iter().take(longest) {
        if member != effect.member.as_deref() {
            member = effect.member.as_deref();
            let name = member.unwrap_or("outside of members");
            lines.push(Line::Remark(neutral_ends(name, LONGEST_NAME)));
        }
        lines.push(Line::Step(neutral_start(&effect.does, LONGEST_TEXT)));
    }
    let rest = artifact.loading.len().saturating_sub(longest) as u64;
    if rest > 0 {
        lines.push(Line::Remark(format!("and {}", plural(rest, "more step"))));
    }
    lines
}
