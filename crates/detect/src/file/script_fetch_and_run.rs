//! See `script_fetch_and_run.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::script::judged::Kind;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-fetch-and-run",
        summary: "a script fetches something from the network and runs it unseen",
        page: include_str!("script_fetch_and_run.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "S-M4", "AML.T0010.001", "CWE-494"],
        help: "do not run it; fetch what it names yourself, compare its digest, and scan it",
        incomplete: false,
    },
    check,
};

/// Programs that fetch.
const FETCHERS: [&str; 7] = [
    "curl",
    "wget",
    "fetch",
    "Invoke-WebRequest",
    "iwr",
    "Invoke-RestMethod",
    "irm",
];
/// Programs that run what is piped into them.
const RUNNERS: [&str; 14] = [
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "iex",
    "Invoke-Expression",
    "sudo",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    crate::script::told::check(info, subject, found, Kind::Fetched);
    let Facts::Script(text) = subject.facts else {
        return;
    };
    // Lines of these languages run nothing; Python is judged by what it calls.
    if matches!(
        subject.format.name,
        "javascript" | "typescript" | "c" | "rust" | "java" | "cython" | "notebook"
    ) {
        return;
    }
    let mut offset = 0_u64;
    for line in text.split_inclusive('\n') {
        if fetches_and_runs(line) {
            found.add(
                info,
                subject,
                Some(offset),
                format!("fetches and runs: {}", quoted(line.trim())),
            );
            found.would(subject, offset, line.trim().chars().take(400).collect());
        }
        offset = offset.saturating_add(line.len() as u64);
    }
}

/// True for `curl URL | sh`, `sh -c "$(curl URL)"`, `bash <(curl URL)` and `iex (iwr URL)`.
fn fetches_and_runs(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with(['#', ';']) || line.starts_with("//") || line.starts_with("REM ") {
        return false;
    }
    let mut fetched = false;
    for stage in line.split('|') {
        let word = first_word(stage);
        if fetched && RUNNERS.contains(&word) {
            return true;
        }
        fetched |= stage
            .split([' ', ';', '(', '&', '`', '"', '\''])
            .any(|word| FETCHERS.contains(&word));
    }
    let substituted = ["$(", "<(", "`", "("].iter().any(|open| {
        line.split_once(open).is_some_and(|(before, inside)| {
            let runs = before
                .split([' ', '"', '\'', ';', '&'])
                .any(|word| RUNNERS.contains(&word) || word == "eval");
            runs && FETCHERS.contains(&first_word(inside))
        })
    });
    fetched && substituted
}

fn first_word(stage: &str) -> &str {
    let stage = stage.trim_start();
    let word = stage
        .split([' ', '\t', ';', ')', '"', '\''])
        .next()
        .unwrap_or_default();
    word.rsplit('/').next().unwrap_or(word)
}
