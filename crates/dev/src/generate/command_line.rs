//! The command line, out of `--help` of the built binary.

use anyhow::Result;
use std::path::Path;

use super::Page;
use crate::workspace::{Workspace, output};

pub(super) fn page(workspace: &Workspace) -> Result<Page> {
    let waybill = workspace.waybill(false)?;
    let overview = help(workspace, &waybill, None)?;
    let mut body = format!("```text\n{}\n```\n", overview.trim_end());
    for verb in listed(&overview) {
        let page = help(workspace, &waybill, Some(&verb))?;
        body.push_str(&section(&verb, &page));
        for below in listed(&page) {
            let verb = format!("{verb} {below}");
            body.push_str(&section(&verb, &help(workspace, &waybill, Some(&verb))?));
        }
    }
    Ok(Page::reference("cli", "Command line", &body))
}

fn section(verb: &str, help: &str) -> String {
    format!("\n## waybill {verb}\n\n```text\n{}\n```\n", help.trim_end())
}

/// The verbs that the binary offers.
pub(crate) fn verbs(workspace: &Workspace) -> Result<Vec<String>> {
    let waybill = workspace.waybill(false)?;
    Ok(listed(&help(workspace, &waybill, None)?))
}

fn help(workspace: &Workspace, waybill: &Path, verb: Option<&str>) -> Result<String> {
    let mut command = workspace.command(waybill);
    command.args(
        verb.unwrap_or_default()
            .split(' ')
            .filter(|word| !word.is_empty()),
    );
    command.arg("--help");
    command.env("NO_COLOR", "1").env("COLUMNS", "100");
    let text = output(&mut command)?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

/// The words that begin the lines below `Commands:`.
fn listed(overview: &str) -> Vec<String> {
    overview
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_read_from_the_overview() {
        let overview = "Usage: waybill <COMMAND>\n\nCommands:\n  scan     Judge\n           more\n  explain  Page\n  help     Print\n\nOptions:\n  -h\n";
        assert_eq!(listed(overview), ["scan", "explain"]);
    }
}
