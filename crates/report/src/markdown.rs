//! GitHub-flavoured Markdown, for pull-request comments and job summaries.
//!
//! Words of an artifact only ever stand in code spans and code fences, or are escaped so that they
//! are neither markup, nor HTML, nor a link, nor a mention.

pub(crate) mod escape;

use escape::{cell, code, fence, html, words as escaped};
use waybill_domain::{Artifact, Finding, Report, RuleInfo, Verdict};

use crate::neutral::{neutral_ends, neutral_start};
use crate::order::{Fold, folds, refused};
use crate::prose::{Stretch, stretches};
use crate::words::{self, LONGEST_NAME, LONGEST_TEXT, count, plural, short_digest, size, within};
use crate::{Options, loading, totals};

/// GitHub takes comments of up to 65,536 characters; the rest of the page needs some of them.
const LONGEST_PAGE: usize = 60_000;
const ROWS_SHOWN: usize = 50;
const LOADING_SHOWN: usize = 30;

pub(crate) fn render(report: &Report, rules: &[&RuleInfo], options: &Options) -> String {
    let refused = refused(report);
    let mut page = heading(report);
    if !refused.is_empty() {
        page.push_str(&table(&refused));
        page.push_str(&sections(&refused, options, page.len()));
    }
    page.push_str(&conclusion(report, rules));
    page
}

fn heading(report: &Report) -> String {
    let sign = match report.verdict {
        None => "⬜",
        Some(Verdict::Admit) => "🟢",
        Some(Verdict::Quarantine) => "🟠",
        Some(Verdict::Reject) => "🔴",
    };
    format!(
        "## {sign} Waybill: {}\n\n{} Target: {}.\n\n",
        words::verdict(report.verdict),
        words::meaning(report.verdict),
        code(&neutral_ends(&report.target, LONGEST_NAME)),
    )
}

fn table(refused: &[&Artifact]) -> String {
    let mut table = "| verdict | artifact | format | size | findings |\n\
                     | --- | --- | --- | ---: | --- |\n"
        .to_owned();
    for artifact in refused.iter().take(ROWS_SHOWN) {
        let cells = [
            format!("**{}**", artifact.verdict),
            cell(&neutral_ends(&artifact.path, LONGEST_NAME)),
            cell(&neutral_ends(&artifact.format, LONGEST_NAME)),
            size(artifact.size_bytes),
            severities(artifact),
        ];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table.push('\n');
    let rest = refused.len().saturating_sub(ROWS_SHOWN) as u64;
    if rest > 0 {
        table.push_str(&format!(
            "{} not in this table.\n\n",
            plural(rest, "more refused artifact")
        ));
    }
    table
}

/// `2 critical, 1 low`.
fn severities(artifact: &Artifact) -> String {
    let mut counts = Vec::new();
    for severity in waybill_domain::Severity::WORST_FIRST {
        let counted =
            |finding: &&Finding| finding.severity == severity && finding.excepted.is_none();
        match artifact.findings.iter().filter(counted).count() {
            0 => {}
            number => counts.push(format!("{number} {severity}")),
        }
    }
    counts.join(", ")
}

/// A section for each artifact, as many as the page can hold.
fn sections(refused: &[&Artifact], options: &Options, taken: usize) -> String {
    let mut sections = String::new();
    for (index, artifact) in refused.iter().enumerate() {
        let section = section(artifact, options);
        if taken + sections.len() + section.len() > LONGEST_PAGE {
            let rest = count(&refused[index..]);
            sections.push_str(&format!(
                "The details of {} do not fit into a comment; the other outputs have them.\n\n",
                plural(rest, "more artifact")
            ));
            break;
        }
        sections.push_str(&section);
    }
    sections
}

fn section(artifact: &Artifact, options: &Options) -> String {
    let open = match artifact.verdict {
        Verdict::Reject => " open",
        _ => "",
    };
    let mut section = format!(
        "<details{open}>\n<summary><b>{}</b> <code>{}</code></summary>\n\n",
        artifact.verdict,
        html(&neutral_ends(&artifact.path, LONGEST_NAME)),
    );
    for fold in folds(artifact) {
        section.push_str(&list_item(&fold, options));
    }
    for reason in words::policy_reasons(artifact) {
        section.push_str(&format!("- **policy** {}\n", message(&reason)));
    }
    section.push_str(&facts(artifact));
    section.push_str(&loading_block(artifact, options));
    section.push_str("</details>\n\n");
    section
}

fn list_item(fold: &Fold<'_>, options: &Options) -> String {
    let first = fold.first();
    let (shown, folded) = fold.shown(options.verbose);
    let mut item = format!("- **{}** {}", first.severity, code(&first.rule));
    if let Some(excepted) = &first.excepted {
        item.push_str(&format!(" ({})", words::excepted(excepted)));
    }
    for finding in shown {
        item.push_str(&format!("\n  - {}", message(&finding.message)));
        item.push_str(&place(finding));
    }
    if folded > 0 {
        item.push_str(&format!("\n  - and {folded} more like it"));
    }
    if !first.help.is_empty() && first.excepted.is_none() {
        item.push_str(&format!("\n\n  {}", message(&first.help)));
    }
    item.push_str("\n\n");
    item
}

/// A message: names between backticks as code, the rest as escaped words.
pub(crate) fn message(text: &str) -> String {
    let mut message = String::new();
    for stretch in stretches(neutral_start(text, LONGEST_TEXT).trim_start()) {
        let stretch = match stretch {
            Stretch::Words(words) => escaped(words),
            Stretch::Code(name) => code(name),
        };
        // Two code spans side by side would be one.
        if message.ends_with('`') && stretch.starts_with('`') {
            message.push_str(escape::APART);
        }
        message.push_str(&stretch);
    }
    message
}

/// ` (in archive/data.pkl at byte 17)`, or nothing.
fn place(finding: &Finding) -> String {
    let member = finding
        .place
        .member
        .as_deref()
        .map(|member| format!("in {}", code(&neutral_ends(member, LONGEST_NAME))));
    let words: Vec<String> = member.into_iter().chain(within(&finding.place)).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({})", words.join(" "))
    }
}

fn facts(artifact: &Artifact) -> String {
    let digest = match &artifact.digests.sha256 {
        Some(digest) => format!(", SHA-256 {}", code(digest.as_str())),
        None => String::new(),
    };
    let complete = match artifact.complete {
        true => "",
        false => ", not examined in full",
    };
    let size = size(artifact.size_bytes);
    let format = code(&neutral_ends(&artifact.format, LONGEST_NAME));
    format!("{format}, {size}{complete}{digest}\n\n")
}

fn loading_block(artifact: &Artifact, options: &Options) -> String {
    if artifact.loading.is_empty() {
        return String::new();
    }
    let shown = match options.verbose {
        true => artifact.loading.len(),
        false => LOADING_SHOWN,
    };
    let lines: Vec<_> = loading::lines(artifact, shown)
        .iter()
        .map(loading::Line::python)
        .collect();
    format!("Loading it would:\n\n{}\n", fence(&lines, "python"))
}

fn conclusion(report: &Report, rules: &[&RuleInfo]) -> String {
    let not_examined = match totals::not_examined(report) {
        None => String::new(),
        Some((named, rest)) => {
            let paths: Vec<_> = named.iter().map(|path| code(path)).collect();
            let more = match rest {
                0 => String::new(),
                rest => format!(" and {rest} more"),
            };
            format!("Not examined in full: {}{more}.\n\n", paths.join(", "))
        }
    };
    let known = match count(rules) {
        0 => String::new(),
        number => format!(", {}", plural(number, "rule")),
    };
    let tool = &report.tool;
    let listed = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return String::new();
        }
        let lines: String = lines
            .iter()
            .map(|line| format!("- {}\n", message(line)))
            .collect();
        format!("{title}:\n\n{lines}\n")
    };
    let lists = [
        listed("Not read", words::unread(report)),
        listed("Advisories", words::advisories(report)),
        listed(
            "Statements",
            report.statements.iter().map(words::statement).collect(),
        ),
        listed(
            "Exceptions",
            report.exceptions.iter().map(words::exception).collect(),
        ),
    ]
    .concat();
    format!(
        "{not_examined}{lists}**Totals:** {}.\n\n<sub>Looked at {} with {} {}{known}, rule set {}.</sub>\n",
        totals::line(&report.summary),
        totals::looked_at(&report.summary),
        escaped(&tool.name),
        code(&tool.version),
        code(short_digest(&tool.rules)),
    )
}
