//! `cargo dev check`: the tree against the plan. One file a question; all are asked, then it fails.

mod deny;
mod dependencies;
mod forbidden;
mod fuzzed;
mod layers;
mod rules;
mod sizes;
mod words;

use anyhow::Result;

use crate::{generate, workspace::Workspace};

/// What the questions have found so far.
#[derive(Default)]
pub(crate) struct Findings {
    /// Each of these fails the check.
    problems: Vec<String>,
    /// Worth knowing; fails nothing.
    remarks: Vec<String>,
}

impl Findings {
    pub(crate) fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    pub(crate) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }
}

type Question = fn(&Workspace, &mut Findings) -> Result<()>;

const QUESTIONS: [(&str, Question); 10] = [
    ("rooms", layers::check),
    ("dependencies", dependencies::check),
    ("deny", deny::check),
    ("words", words::check),
    ("sizes", sizes::check),
    ("forbidden", forbidden::check),
    ("fuzzed", fuzzed::check),
    ("rules", rules::check),
    ("changelog", changelog),
    ("generated", generate::compare),
];

/// Asks every question. True if nothing fails.
pub(crate) fn check(workspace: &Workspace) -> bool {
    let mut held = true;
    for (name, question) in QUESTIONS {
        let mut findings = Findings::default();
        if let Err(error) = question(workspace, &mut findings) {
            findings.problem(format!("cannot tell: {error:#}"));
        }
        let outcome = match findings.problems.len() {
            0 => "holds".to_owned(),
            count => format!("{count} to mend"),
        };
        println!("{name:<14}{outcome}");
        for problem in &findings.problems {
            println!("  - {problem}");
        }
        for remark in &findings.remarks {
            println!("    ({remark})");
        }
        held &= findings.problems.is_empty();
    }
    held
}

/// Every version has its section in the changelog.
fn changelog(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let changelog = workspace.read("CHANGELOG.md")?;
    let versions: std::collections::BTreeSet<_> = workspace
        .packages()?
        .into_iter()
        .map(|package| package.version)
        .collect();
    for version in versions {
        if !changelog
            .lines()
            .any(|line| line.split_whitespace().take(2).eq(["##", &version]))
        {
            findings.problem(format!("CHANGELOG.md has no section `## {version}`"));
        }
    }
    Ok(())
}
