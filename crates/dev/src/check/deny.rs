//! Deny: the bans and licences of deny.toml over everything that is linked, also where `cargo deny` is not installed.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Findings;
use crate::workspace::{Workspace, list, output, text};

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let deny: Value = toml::from_str(&workspace.read("deny.toml")?).context("read deny.toml")?;
    let allowed: Vec<&str> = list(&deny["licenses"]["allow"]).iter().map(text).collect();
    let banned: Vec<&Value> = list(&deny["bans"]["deny"]).iter().collect();
    let mut cargo = workspace.cargo();
    cargo.args(["metadata", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&output(&mut cargo)?)?;
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        if let Some(ban) = banned.iter().find(|ban| text(&ban["crate"]) == name) {
            findings.problem(format!("`{name}` is banned: {}", text(&ban["reason"])));
        }
        let licence = text(&package["license"]);
        if !permits(licence, &allowed) {
            findings.problem(format!(
                "the licence of `{name}` is `{licence}`, not allowed"
            ));
        }
    }
    Ok(())
}

/// True if an SPDX expression can be met with the allowed licences. An old `/` means `OR`.
fn permits(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace(" WITH ", "\u{1}");
    let tokens: Vec<String> = spaced
        .split_whitespace()
        .map(|token| token.replace('\u{1}', " WITH "))
        .collect();
    let mut rest = tokens.as_slice();
    any(&mut rest, allowed) && rest.is_empty()
}

/// Terms joined by `OR`.
fn any(rest: &mut &[String], allowed: &[&str]) -> bool {
    let mut met = all(rest, allowed);
    while let Some(("OR", after)) = first(rest) {
        *rest = after;
        met |= all(rest, allowed);
    }
    met
}

/// Terms joined by `AND`, which binds closer.
fn all(rest: &mut &[String], allowed: &[&str]) -> bool {
    let mut met = one(rest, allowed);
    while let Some(("AND", after)) = first(rest) {
        *rest = after;
        met &= one(rest, allowed);
    }
    met
}

/// A licence, or an expression in parentheses.
fn one(rest: &mut &[String], allowed: &[&str]) -> bool {
    let Some((token, after)) = first(rest) else {
        return false;
    };
    *rest = after;
    if token != "(" {
        return allowed.contains(&token);
    }
    let met = any(rest, allowed);
    match first(rest) {
        Some((")", after)) => {
            *rest = after;
            met
        }
        _ => false,
    }
}

fn first<'a>(tokens: &&'a [String]) -> Option<(&'a str, &'a [String])> {
    let (first, after) = tokens.split_first()?;
    Some((first, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let allowed = [
            "MIT",
            "Apache-2.0",
            "NCSA",
            "Apache-2.0 WITH LLVM-exception",
        ];
        assert!(permits("MIT", &allowed));
        assert!(permits("GPL-3.0 OR MIT", &allowed));
        assert!(permits("MIT/Apache-2.0", &allowed));
        assert!(permits("(MIT OR GPL-3.0) AND NCSA", &allowed));
        assert!(permits(
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
            &allowed
        ));
        assert!(!permits("MIT AND GPL-3.0", &allowed));
        assert!(!permits("(MIT OR GPL-3.0) AND GPL-3.0", &allowed));
        assert!(
            !permits("", &allowed) && !permits("(MIT", &allowed) && !permits("MIT MIT", &allowed)
        );
    }
}
