//! Characters that a reader does not see, or takes for others.
//!
//! [`hidden`] finds invisible and direction-changing characters and decodes the messages
//! that tag characters, variation selectors and zero-width bits carry. [`homoglyphs`] finds
//! letters that look like Latin ones. Both only say what is there; whether the neighbours
//! explain it (emoji, Arabic, Indic scripts) is part of the fact.
//!
//! Code points: <https://www.unicode.org/reports/tr36/>, <https://www.unicode.org/reports/tr51/>,
//! property `Default_Ignorable_Code_Point`.

mod decode;
mod homoglyphs;
mod kind;
mod neighbours;

pub use homoglyphs::{Homoglyphs, LookAlike, homoglyphs};
pub use kind::HiddenKind;

/// Runs that [`hidden`] returns at most.
pub const RUNS: usize = 10_000;

/// Consecutive hidden characters of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenRun {
    /// What they are.
    pub kind: HiddenKind,
    /// Byte offset of the first.
    pub offset: usize,
    /// Bytes they take.
    pub bytes: usize,
    /// Number of characters.
    pub count: usize,
    /// The message they carry, if they carry one.
    pub decoded: Option<String>,
    /// The characters around explain them: an emoji sequence, a script that needs joiners.
    pub legitimate: bool,
}

/// Finds hidden characters, up to [`RUNS`] runs of them.
#[must_use]
pub fn hidden(text: &str) -> Vec<HiddenRun> {
    hidden_up_to(text, RUNS)
}

/// Finds hidden characters; stops after `runs` runs.
#[must_use]
pub fn hidden_up_to(text: &str, runs: usize) -> Vec<HiddenRun> {
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut before = None;
    while let Some((offset, character)) = characters.next() {
        let kind = HiddenKind::of(character);
        let byte_order_mark = offset == 0 && character == '\u{feff}';
        let Some(kind) = kind.filter(|_| !byte_order_mark) else {
            before = (!byte_order_mark).then_some(character);
            continue;
        };
        if found.len() >= runs {
            break;
        }
        let mut count = 1_usize;
        let mut last = character;
        while let Some((_, next)) =
            characters.next_if(|(_, next)| HiddenKind::of(*next) == Some(kind))
        {
            count = count.saturating_add(1);
            last = next;
        }
        let end = characters.peek().map_or(text.len(), |(at, _)| *at);
        let after = characters.peek().map(|(_, next)| *next);
        let run = text.get(offset..end).unwrap_or_default();
        found.push(HiddenRun {
            kind,
            offset,
            bytes: run.len(),
            count,
            decoded: decode::message(kind, run),
            legitimate: neighbours::explain(kind, run, count, before, after),
        });
        before = Some(last);
    }
    found
}

#[cfg(test)]
mod tests;
