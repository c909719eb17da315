//! Sizes: a file is one idea, a function one step.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::Findings;
use crate::workspace::Workspace;

const FILE_LISTED_LINES: usize = 300;
const FILE_FAILS_LINES: usize = 500;
const FUNCTION_FAILS_LINES: usize = 80;

#[derive(Deserialize)]
struct Exempt {
    files: Vec<Exemption>,
    functions: Vec<Exemption>,
}

#[derive(Deserialize)]
struct Exemption {
    /// A path, or `path::function`.
    name: String,
    reason: String,
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let exempt: Exempt = toml::from_str(&workspace.read("crates/dev/data/sizes.toml")?)
        .context("read sizes.toml")?;
    let mut long_files = Vec::new();
    let mut long_functions = Vec::new();
    for file in workspace.files()? {
        if !file.ends_with(".rs") {
            continue;
        }
        let text = workspace.read(&file)?;
        let lines = text.lines().count();
        if lines > FILE_FAILS_LINES {
            long_files.push((file.clone(), lines));
        } else if lines > FILE_LISTED_LINES {
            findings.remark(format!("{file} has {lines} lines"));
        }
        for function in functions(&text) {
            if function.lines > FUNCTION_FAILS_LINES {
                long_functions.push((format!("{file}::{}", function.name), function.lines));
            }
        }
    }
    judge(&long_files, &exempt.files, FILE_FAILS_LINES, findings);
    judge(
        &long_functions,
        &exempt.functions,
        FUNCTION_FAILS_LINES,
        findings,
    );
    Ok(())
}

fn judge(long: &[(String, usize)], exempt: &[Exemption], at_most: usize, findings: &mut Findings) {
    for (name, lines) in long {
        match exempt.iter().find(|exemption| exemption.name == *name) {
            Some(exemption) => {
                findings.remark(format!("{name} has {lines} lines: {}", exemption.reason));
            }
            None => findings.problem(format!("{name} has {lines} lines, {at_most} are allowed")),
        }
    }
    for exemption in exempt {
        if !long.iter().any(|(name, _)| *name == exemption.name) {
            findings.problem(format!("{} needs no exemption any more", exemption.name));
        }
    }
}

struct Function<'a> {
    name: &'a str,
    lines: usize,
}

/// The functions of formatted source: one ends at the brace that stands as deep as it began.
fn functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let end = lines.iter().skip(start).position(|line| {
            line.len() - line.trim_start().len() == indent
                && (line.trim_start().starts_with('}') || line.trim_end().ends_with([';', '}']))
        });
        if let Some(end) = end {
            found.push(Function {
                name,
                lines: end + 1,
            });
        }
    }
    found
}

/// The name of the function that a line begins.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for qualifier in [
        "pub(crate) ",
        "pub(super) ",
        "pub ",
        "const ",
        "async ",
        "unsafe ",
    ] {
        rest = rest.strip_prefix(qualifier).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    Some(&name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_from_their_first_line_to_their_brace() {
        let text = "pub(crate) fn one(\n    a: u8,\n) -> u8 {\n    a\n}\n\nimpl A {\n    const fn two() {}\n    fn three() {\n        if a {\n        }\n    }\n}\ntrait T {\n    fn four();\n}\n";
        let found: Vec<_> = functions(text)
            .iter()
            .map(|function| (function.name, function.lines))
            .collect();
        assert_eq!(found, [("one", 5), ("two", 1), ("three", 4), ("four", 1)]);
    }
}
