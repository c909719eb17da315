//! Whether the lines of a text are statements, and of which language.

use super::language::Language;
use super::lines::{Mark, READERS, Reader, is_directive};

/// Of a hundred telling lines, so many have to read as statements.
const FIT_PERCENT: usize = 60;

/// The language whose statements most lines are, if there is one.
pub(super) fn recognise(text: &str) -> Option<Language> {
    let lines = statement_lines(text);
    if is_makefile(text) {
        return Some(Language::Makefile);
    }
    let scored = READERS.iter().filter_map(|(language, read)| {
        let score = Score::of(&lines, *read);
        let points = score.strong.saturating_add(score.fitting);
        score.convinces().then_some((points, *language))
    });
    scored
        .max_by_key(|(score, _)| *score)
        .map(|(_, language)| language)
}

/// How the lines of a text read in one language.
#[derive(Default)]
struct Score {
    strong: usize,
    fitting: usize,
    lines: usize,
}

impl Score {
    /// Lines inside brackets that a statement left open belong to that statement.
    fn of(lines: &[&str], read: Reader) -> Self {
        let mut score = Self::default();
        let mut open = 0_usize;
        for line in lines {
            let opened = line.matches(['(', '[', '{']).count();
            let closed = line.matches([')', ']', '}']).count();
            if open > 0 {
                open = open.saturating_add(opened).saturating_sub(closed);
                continue;
            }
            score.lines = score.lines.saturating_add(1);
            let mark = read(line);
            score.strong = score
                .strong
                .saturating_add(usize::from(mark == Mark::Strong));
            if mark != Mark::None {
                score.fitting = score.fitting.saturating_add(1);
                open = opened.saturating_sub(closed);
            }
        }
        score
    }

    fn convinces(&self) -> bool {
        let fits = self.fitting.saturating_mul(100) >= self.lines.saturating_mul(FIT_PERCENT);
        self.strong > 0 && fits
    }
}

/// Lines that are neither blank nor comments, outside Markdown's code fences and Python's
/// long strings.
fn statement_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut fenced = false;
    let mut quoted = None;
    for line in text.lines().map(str::trim) {
        if let Some(quote) = quoted {
            if line.contains(quote) {
                quoted = None;
            }
            continue;
        }
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
            // A fence is a line of prose, however much code it holds.
            lines.push("```");
            continue;
        }
        let comment = line.starts_with('#') && !is_directive(line);
        if fenced || line.is_empty() || comment || line.starts_with("//") {
            continue;
        }
        quoted = ["\"\"\"", "'''"]
            .into_iter()
            .find(|quote| line.matches(quote).count() == 1);
        lines.push(line);
    }
    lines
}

/// A target, and a recipe below it that starts with a tab.
fn is_makefile(text: &str) -> bool {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let target = line.split_once(':').is_some_and(|(names, rest)| {
            let plain = |c: char| c.is_alphanumeric() || "_-./%$() ".contains(c);
            !names.is_empty()
                && names.chars().all(plain)
                && !rest.starts_with("//")
                && !names.starts_with(' ')
        });
        if target
            && lines
                .peek()
                .is_some_and(|next| next.starts_with('\t') && next.trim().len() > 2)
        {
            return true;
        }
    }
    false
}
