//! The default output, for a person at a terminal: what is wrong first, the totals last.

use anstyle::Style;
use waybill_domain::{Artifact, Finding, Report, RuleInfo};

use crate::neutral::{neutral, neutral_ends, neutral_start};
use crate::order::{Fold, admitted, folds, refused};
use crate::paint::{self, CODE, FAINT, Paint, STRONG};
use crate::words::{self, LONGEST_NAME, LONGEST_TEXT, count, plural, short_digest, size};
use crate::{Options, loading, totals, wrap::wrap};

/// Verdicts and severities stand in a margin of this width; everything else begins after it.
const MARGIN: usize = 12;
/// Narrower than this nothing is readable, so that long lines are left to the terminal.
const NARROWEST: usize = 24;
/// Loading steps that are shown without `verbose`.
const LOADING_SHOWN: usize = 12;

pub(crate) fn render(report: &Report, rules: &[&RuleInfo], options: &Options) -> String {
    let mut page = Page {
        text: String::new(),
        paint: Paint {
            colour: options.colour,
        },
        width: options.width.saturating_sub(MARGIN).max(NARROWEST),
        verbose: options.verbose,
    };
    let (unexamined, others): (Vec<&Artifact>, Vec<&Artifact>) = refused(report)
        .into_iter()
        .partition(|artifact| !options.verbose && is_only_unexamined(artifact));
    for artifact in others {
        page.artifact(artifact);
    }
    page.unexamined(&unexamined);
    page.admitted(&admitted(report));
    page.conclusion(report, rules);
    page.text
}

/// Artifacts of one kind of gap that are named.
const UNEXAMINED_SHOWN: usize = 12;

/// True if one sentence says all there is to say: nothing here examines it.
fn is_only_unexamined(artifact: &Artifact) -> bool {
    words::policy_reasons(artifact).is_empty()
        && matches!(artifact.findings.as_slice(), [only] if only.incomplete && only.excepted.is_none() && only.place.member.is_none())
        && artifact.loading.is_empty()
        && artifact.allowed.is_empty()
}

struct Page {
    text: String,
    paint: Paint,
    /// Columns after the margin.
    width: usize,
    verbose: bool,
}

impl Page {
    /// Lines after the margin, the first of them with a word in it.
    fn block(&mut self, margin: (&str, Style), style: Style, text: &str) {
        let (mut word, word_style) = margin;
        for line in wrap(text, self.width) {
            let padding = " ".repeat(MARGIN.saturating_sub(word.len()));
            self.text.push_str(&self.paint.with(word_style, word));
            self.text.push_str(&padding);
            self.text.push_str(&self.paint.with(style, &line));
            self.text.push('\n');
            word = "";
        }
    }

    fn lines(&mut self, style: Style, text: &str) {
        self.block(("", FAINT), style, text);
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn artifact(&mut self, artifact: &Artifact) {
        let verdict = (
            artifact.verdict.as_str(),
            paint::verdict(Some(artifact.verdict)),
        );
        let path = neutral_ends(&artifact.path, LONGEST_NAME);
        self.block(verdict, STRONG, &path);
        let complete = match artifact.complete {
            true => "",
            false => ", not examined in full",
        };
        let format = neutral_ends(&artifact.format, LONGEST_NAME);
        let facts = format!("{format}, {}{complete}", size(artifact.size_bytes));
        self.lines(FAINT, &facts);
        for fold in folds(artifact) {
            self.gap();
            self.fold(&fold);
        }
        for reason in words::policy_reasons(artifact) {
            self.block(("  policy", FAINT), Style::new(), &reason);
        }
        self.loading(artifact);
        self.allowed(artifact);
        let shown = if self.verbose {
            artifact.sampled.as_slice()
        } else {
            &[]
        };
        for sampled in shown {
            let text = neutral_start(sampled, LONGEST_TEXT);
            self.block(("  sampled", FAINT), FAINT, &text);
        }
        self.gap();
    }

    /// Artifacts that stand here only because nothing examines them: a line each, by rule.
    fn unexamined(&mut self, artifacts: &[&Artifact]) {
        let mut rules: Vec<&str> = artifacts
            .iter()
            .flat_map(|artifact| &artifact.findings)
            .map(|finding| finding.rule.as_str())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let of_rule: Vec<(&Artifact, &Finding)> = artifacts
                .iter()
                .filter_map(|artifact| {
                    Some((
                        *artifact,
                        artifact
                            .findings
                            .iter()
                            .find(|finding| finding.rule == rule)?,
                    ))
                })
                .collect();
            let Some((first, finding)) = of_rule.first() else {
                continue;
            };
            let verdict = (first.verdict.as_str(), paint::verdict(Some(first.verdict)));
            self.block(
                verdict,
                STRONG,
                &format!("{} not examined", plural(count(&of_rule), "artifact")),
            );
            for (artifact, finding) in of_rule.iter().take(UNEXAMINED_SHOWN) {
                let path = neutral_ends(&artifact.path, LONGEST_NAME);
                let message = neutral_start(&finding.message, LONGEST_TEXT);
                self.lines(Style::new(), &format!("{path}: {message}"));
            }
            if of_rule.len() > UNEXAMINED_SHOWN {
                self.lines(
                    FAINT,
                    &format!("and {} more", of_rule.len() - UNEXAMINED_SHOWN),
                );
            }
            self.lines(FAINT, rule);
            self.lines(
                Style::new(),
                &format!("help: {}", neutral_start(&finding.help, LONGEST_TEXT)),
            );
            self.gap();
        }
    }

    fn fold(&mut self, fold: &Fold<'_>) {
        let first = fold.first();
        let (shown, folded) = fold.shown(self.verbose);
        let severity = format!("  {}", first.severity);
        let mut margin = (severity.as_str(), paint::severity(first.severity));
        for finding in shown {
            let message = neutral_start(&finding.message, LONGEST_TEXT);
            self.block(margin, Style::new(), &message);
            self.lines(FAINT, &where_and_how(finding, margin.0.is_empty()));
            margin = ("", FAINT);
        }
        if folded > 0 {
            self.lines(FAINT, &format!("and {folded} more like it"));
        }
        if !first.help.is_empty() && first.excepted.is_none() {
            let help = format!("help: {}", neutral_start(&first.help, LONGEST_TEXT));
            self.lines(Style::new(), &help);
        }
    }

    fn loading(&mut self, artifact: &Artifact) {
        if artifact.loading.is_empty() {
            return;
        }
        let shown = match self.verbose {
            true => artifact.loading.len(),
            false => LOADING_SHOWN,
        };
        self.gap();
        self.text.push_str("  loading it would:\n");
        for line in loading::lines(artifact, shown) {
            let style = match line {
                loading::Line::Remark(_) => FAINT,
                loading::Line::Step(_) => CODE,
            };
            self.code(style, &line.python());
        }
    }

    /// A line of pseudo-Python, with its indentation; what does not fit hangs below it.
    fn code(&mut self, style: Style, line: &str) {
        const HANGING: &str = "    ";
        let code = line.trim_start_matches(' ');
        let indentation = " ".repeat((line.len() - code.len()).min(self.width / 2));
        let width = self.width - indentation.len();
        let mut hanging = "";
        for piece in wrap(code, width) {
            let piece = self.paint.with(style, &piece);
            self.text
                .push_str(&format!("    {indentation}{hanging}{piece}\n"));
            hanging = HANGING;
        }
    }

    fn allowed(&mut self, artifact: &Artifact) {
        if artifact.allowed.is_empty() {
            return;
        }
        self.gap();
        for global in &artifact.allowed {
            let name = neutral_ends(&global.name, LONGEST_NAME);
            let reason = match &global.reason {
                Some(reason) => format!(": {}", neutral_start(reason, LONGEST_TEXT)),
                None => String::new(),
            };
            let text = format!("`{name}` in waybill.toml{reason}");
            self.block(("  allowed", FAINT), FAINT, &text);
        }
    }

    fn admitted(&mut self, admitted: &[&Artifact]) {
        if self.verbose {
            for artifact in admitted {
                self.artifact(artifact);
            }
            return;
        }
        if admitted.is_empty() {
            return;
        }
        let bytes = admitted.iter().map(|artifact| artifact.size_bytes).sum();
        let findings = admitted
            .iter()
            .map(|artifact| count(&artifact.findings))
            .sum();
        let with = match findings {
            0 => String::new(),
            1 => ", with 1 finding that changes no verdict".to_owned(),
            findings => format!(", with {findings} findings that change no verdict"),
        };
        let text = format!(
            "{}, {}{with}",
            plural(count(admitted), "artifact"),
            size(bytes)
        );
        let admit = waybill_domain::Verdict::Admit;
        self.block((admit.as_str(), paint::verdict(Some(admit))), STRONG, &text);
        self.gap();
    }

    /// What looked, at how much, what it could not see, and the totals.
    fn conclusion(&mut self, report: &Report, rules: &[&RuleInfo]) {
        let rule = "─".repeat(self.width + MARGIN);
        self.text.push_str(&self.paint.with(FAINT, &rule));
        self.gap();
        let target = neutral_ends(&report.target, LONGEST_NAME);
        self.block(("target", FAINT), STRONG, &target);
        let looked_at = totals::looked_at(&report.summary);
        self.block(("looked at", FAINT), Style::new(), &looked_at);
        self.block(
            ("looked with", FAINT),
            Style::new(),
            &looked_with(report, rules),
        );
        if let Some(paths) = totals::not_examined_words(report) {
            let text = format!("some or all bytes of {paths}");
            self.block(("unexamined", FAINT), Style::new(), &text);
        }
        let verdict = words::verdict(report.verdict);
        let style = paint::verdict(report.verdict);
        for line in words::unread(report) {
            self.block(("not read", FAINT), Style::new(), &line);
        }
        for line in words::advisories(report) {
            self.block(("advisories", FAINT), Style::new(), &line);
        }
        for used in &report.statements {
            self.block(("statement", FAINT), Style::new(), &words::statement(used));
        }
        for used in &report.exceptions {
            self.block(("exception", FAINT), Style::new(), &words::exception(used));
        }
        for overridden in report.policy.iter().flat_map(|policy| &policy.overridden) {
            let text = format!(
                "{} overrides {}/{}",
                neutral(&overridden.by),
                neutral(&overridden.policy),
                neutral(&overridden.rule)
            );
            self.block(("policy", FAINT), Style::new(), &text);
        }
        self.block(("verdict", FAINT), style, verdict);
        self.lines(Style::new(), words::meaning(report.verdict));
        let margin = self.paint.with(FAINT, "totals");
        let totals = totals::line(&report.summary);
        self.text.push_str(&format!("{margin}      {totals}\n"));
    }
}

/// `pickle-shell-command in archive/data.pkl at byte 17, low confidence`.
fn where_and_how(finding: &Finding, again: bool) -> String {
    let mut text = String::new();
    if !again {
        text.push_str(&neutral(&finding.rule));
        text.push(' ');
    }
    text.push_str(&words::place(&finding.place));
    if finding.confidence != waybill_domain::Confidence::High {
        text.push_str(&format!(", {} confidence", finding.confidence));
    }
    if let Some(excepted) = &finding.excepted {
        text.push_str(&format!(", {}", words::excepted(excepted)));
    }
    text.replace(" ,", ",").trim().to_owned()
}

/// The tool and the exact rule set.
fn looked_with(report: &Report, rules: &[&RuleInfo]) -> String {
    let known = match count(rules) {
        0 => String::new(),
        number => format!(", {}", plural(number, "rule")),
    };
    let tool = &report.tool;
    let digest = neutral_ends(short_digest(&tool.rules), LONGEST_NAME);
    format!(
        "{} {}{known}, rule set {digest}",
        neutral(&tool.name),
        neutral(&tool.version)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::{Confidence, Digests, Place, Severity, Summary, Tool, Verdict};

    #[test]
    fn what_nothing_examines_is_listed_together() {
        let rule = RuleInfo {
            id: "format-unknown",
            summary: "",
            page: "",
            severity: Severity::Medium,
            confidence: Confidence::High,
            answers: &[],
            help: "find out what it is",
            incomplete: true,
        };
        let artifact = |path: &str| Artifact {
            path: path.into(),
            format: "unknown".into(),
            size_bytes: 5,
            digests: Digests::default(),
            verdict: Verdict::Quarantine,
            complete: false,
            findings: vec![Finding::new(&rule, Place::default(), "5 bytes")],
            loading: vec![],
            allowed: vec![],
            sampled: vec![],
            reasons: vec![],
            matches: vec![],
        };
        let report = Report {
            schema: waybill_domain::REPORT_SCHEMA.into(),
            tool: Tool {
                name: "waybill".into(),
                version: "0".into(),
                rules: "sha256:00".into(),
            },
            target: ".".into(),
            verdict: Some(Verdict::Quarantine),
            complete: false,
            artifacts: (0..14)
                .map(|index| artifact(&format!("part{index:02}")))
                .collect(),
            summary: Summary::default(),
            policy: None,
            exceptions: vec![],
            feeds: vec![],
            statements: vec![],
            unread: vec![],
        };
        let text = render(&report, &[&rule], &Options::default());
        assert!(
            text.starts_with(
                "quarantine  14 artifacts not examined\n            part00: 5 bytes\n"
            ),
            "{text}"
        );
        assert!(text.contains("            and 2 more\n            format-unknown\n            help: find out what it is\n"), "{text}");
        assert_eq!(text.matches("help:").count(), 1);
    }
}
