//! Forbidden: hosts of package registries, paths of one machine, stubs, tests that nobody runs.

use anyhow::{Context as _, Result, bail};

use super::Findings;
use crate::workspace::Workspace;

/// Extended regular expressions, what a hit means, and where to look. Letters stand in brackets so
/// that a pattern does not find itself.
const PATTERNS: [(&str, &str, &[&str]); 4] = [
    (
        "py[p]i[.]org|python[h]osted|registry[.]np[m]js|deb[.]debia[n]|static[.]crate[s]",
        "names the host of a package registry",
        &[".", ":!*.lock"],
    ),
    (
        "/wor[k]/[a-z]|/far[m]/|/roo[t]/[.](cargo|pyenv|rustup)|/tm[p]/w/|/hom[e]/[a-z]+/",
        "carries a path of one machine",
        &["."],
    ),
    (
        r"\b(todo|unimplemented)!\(|(//|#) ?(TODO|FIXME|HACK|XXX)\b",
        "stub or note to self",
        &["*.rs", "*.py", "*.toml", ".ci/run"],
    ),
    (r"#\[ignore", "test that nobody runs", &["*.rs"]),
];

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    for (pattern, meaning, places) in PATTERNS {
        let mut git = workspace.command("git");
        git.args(["grep", "--untracked", "-nIE", "-e", pattern, "--"]);
        let done = git.args(places).output().context("start git")?;
        match done.status.code() {
            Some(1) => continue,
            Some(0) => {}
            _ => bail!("git grep ended with {}", done.status),
        }
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            let shown: String = line.chars().take(140).collect();
            findings.problem(format!("{meaning}: {shown}"));
        }
    }
    Ok(())
}
