//! Writes what is found into the `findings` fences of the pages.

use std::path::PathBuf;

use waybill_detect::pages::examples;
use waybill_domain::RuleInfo;

use crate::{found::found_by, rules};

#[expect(
    clippy::disallowed_methods,
    reason = "whoever edits pages asks for the update"
)]
pub(crate) fn wanted() -> bool {
    std::env::var_os("UPDATE_PAGES").is_some()
}

/// Writes what is found into the `findings` fences of all pages.
#[expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the update writes the pages of this crate, or fails as a test"
)]
pub(crate) fn write() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let groups = std::fs::read_dir(folder).unwrap();
    let groups = groups.filter_map(|entry| std::fs::read_dir(entry.unwrap().path()).ok());
    for entry in groups.flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let page = std::fs::read_to_string(&path).unwrap();
        let rule = rules().find(|rule| page.lines().next() == Some(&format!("# {}", rule.id)));
        if let Some(rule) = rule {
            std::fs::write(&path, updated(rule, &page)).unwrap();
        }
    }
}

/// The page with the fences as they should be.
fn updated(rule: &RuleInfo, page: &str) -> String {
    let found = examples(page);
    let mut out = String::new();
    let mut lines = page.lines().enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(example) = found
            .iter()
            .find(|example| example.flagged && example.line == index + 1)
        else {
            continue;
        };
        for (_, line) in lines.by_ref() {
            out.push_str(line);
            out.push('\n');
            if line.starts_with("```") {
                break;
            }
        }
        while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
        if lines
            .next_if(|(_, line)| line.starts_with("```findings"))
            .is_some()
        {
            lines
                .by_ref()
                .take_while(|(_, line)| !line.starts_with("```"))
                .for_each(drop);
        }
        let text = match found_by(rule, example) {
            Ok(lines) => lines.join("\n"),
            Err(reason) => reason,
        };
        out.push_str(&format!("\n```findings\n{text}\n```\n"));
        if lines
            .peek()
            .is_some_and(|(_, line)| !line.trim().is_empty())
        {
            out.push('\n');
        }
    }
    out
}
