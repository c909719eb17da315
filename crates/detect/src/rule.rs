use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::{AllowedGlobal, Effect, Finding, Place, RuleInfo, Severity};

use crate::examine::{Facts, Neighbours, NotedKind, Subject};
use crate::repository::sketch::Sketch;

/// A named judgement: what it says about itself, and the function that looks.
pub struct Rule {
    /// Id, page, severity and what it answers.
    pub info: RuleInfo,
    /// Looks at one subject and adds what it finds.
    pub(crate) check: fn(&RuleInfo, &Subject<'_>, &mut Found),
}

/// Findings of one rule and severity in one artifact that are kept; the rest is counted. A milder
/// finding never takes the place of a worse one.
const KEPT_PER_RULE: usize = 100;
/// Steps of what loading would do that are kept.
const LOADING_KEPT: usize = 48;

/// What the rules found in one artifact.
#[derive(Debug, Default)]
pub struct Found {
    /// Findings in the order in which they were found.
    pub findings: Vec<Finding>,
    /// What loading would do.
    pub loading: Vec<Effect>,
    /// Names that the user admitted and that were met.
    pub allowed: BTreeSet<AllowedGlobal>,
    /// Findings left out because one rule had too many.
    pub cut: u64,
    /// What was looked at in part only.
    pub sampled: BTreeSet<&'static str>,
    /// What of it matters to other files.
    pub(crate) sketches: Vec<Sketch>,
    /// What it says of files beside it.
    pub(crate) neighbours: Neighbours,
    per_rule: BTreeMap<(&'static str, Severity), usize>,
}

impl Found {
    /// Adds a finding of `rule` at `offset` in the subject.
    pub(crate) fn add(
        &mut self,
        rule: &RuleInfo,
        subject: &Subject<'_>,
        offset: Option<u64>,
        message: impl Into<String>,
    ) {
        self.add_with(rule, subject, offset, message, rule.severity);
    }

    /// Adds a finding whose severity is not that of its rule.
    pub(crate) fn add_with(
        &mut self,
        rule: &RuleInfo,
        subject: &Subject<'_>,
        offset: Option<u64>,
        message: impl Into<String>,
        severity: Severity,
    ) {
        self.place(rule, subject, (None, offset), message.into(), severity);
    }

    /// Adds a finding at a line of a text.
    pub(crate) fn add_at_line(
        &mut self,
        rule: &RuleInfo,
        subject: &Subject<'_>,
        line: u32,
        message: impl Into<String>,
        severity: Severity,
    ) {
        self.place(rule, subject, (Some(line), None), message.into(), severity);
    }

    /// Adds what was noted of one kind in settings and texts, with the severity that it was given there.
    pub(crate) fn add_noted(&mut self, rule: &RuleInfo, subject: &Subject<'_>, kind: NotedKind) {
        let Facts::Noted(all) = &subject.facts else {
            return;
        };
        for noted in all.iter().filter(|noted| noted.kind == kind) {
            let message = noted.message.clone();
            self.add_at_line(rule, subject, noted.line, message, noted.severity);
        }
    }

    fn place(
        &mut self,
        rule: &RuleInfo,
        subject: &Subject<'_>,
        (line, offset): (Option<u32>, Option<u64>),
        message: String,
        severity: Severity,
    ) {
        let count = self.per_rule.entry((rule.id, severity)).or_default();
        *count = count.saturating_add(1);
        if *count > KEPT_PER_RULE {
            self.cut = self.cut.saturating_add(1);
            return;
        }
        let place = Place {
            member: subject.member.map(ToOwned::to_owned),
            line,
            offset,
        };
        // Part of it may be out of the artifact, or what a parser says of that.
        let mut finding = Finding::new(rule, place, plain(message));
        finding.severity = severity;
        self.findings.push(finding);
    }

    pub(crate) fn would(&mut self, subject: &Subject<'_>, offset: u64, does: String) {
        if self.loading.len() < LOADING_KEPT {
            self.loading.push(Effect {
                member: subject.member.map(ToOwned::to_owned),
                offset,
                does,
            });
        }
    }
}

/// A message without characters that would steer a terminal.
fn plain(message: String) -> String {
    if !message.contains(char::is_control) {
        return message;
    }
    let mut out = String::with_capacity(message.len());
    for letter in message.chars() {
        match letter.is_control() {
            true => out.extend(letter.escape_default()),
            false => out.push(letter),
        }
    }
    out
}

/// A name from an artifact, ready to stand between backticks in a message.
pub(crate) fn quoted(name: &str) -> String {
    const SHOWN: usize = 200;
    let mut out = String::with_capacity(name.len().min(SHOWN).saturating_add(2));
    out.push('`');
    for letter in name.chars().take(SHOWN) {
        match letter {
            '`' => out.push('\''),
            letter if letter.is_control() => out.extend(letter.escape_default()),
            letter => out.push(letter),
        }
    }
    if name.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_steer_no_terminal() {
        assert_eq!(plain("const\u{1b}[2J\n".to_owned()), "const\\u{1b}[2J\\n");
        assert_eq!(plain("Größe".to_owned()), "Größe");
    }
}
