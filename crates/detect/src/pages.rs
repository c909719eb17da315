//! The examples of a rule's page, which are its test.
//!
//! A page has the sections `## What it finds`, `## Why it matters`, `## Flagged`, `## Not flagged`
//! and `## What to do`. Under the two `flagged` sections each example is a code fence in one of the
//! languages of `waybill-fixtures`; the fence may name the artifact (` ```zip model.pt `). A
//! ` ```findings ` fence below it lists what this rule finds in it, one line each: the member and
//! offset in brackets, then the message.

/// One example of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// True if it stands under `## Flagged`.
    pub flagged: bool,
    /// Language of the fence.
    pub language: &'a str,
    /// File name that the fence gives the artifact; may be empty.
    pub name: &'a str,
    /// The description.
    pub text: String,
    /// Lines of the `findings` fence below it.
    pub findings: Vec<&'a str>,
    /// Line of the page at which the fence begins, from 1.
    pub line: usize,
}

/// The sections that every page has, in this order.
pub const SECTIONS: [&str; 5] = [
    "## What it finds",
    "## Why it matters",
    "## Flagged",
    "## Not flagged",
    "## What to do",
];

/// The examples of a page, in their order.
#[must_use]
pub fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found: Vec<Example<'_>> = Vec::new();
    let mut flagged = None;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line.starts_with("## ") {
            flagged = match line.trim_end() {
                "## Flagged" => Some(true),
                "## Not flagged" => Some(false),
                _ => None,
            };
        }
        let (Some(info), Some(flagged)) = (line.strip_prefix("```"), flagged) else {
            continue;
        };
        let body: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| !line.starts_with("```"))
            .collect();
        let (language, name) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
        match (language, found.last_mut()) {
            ("findings", Some(example)) => example.findings = body,
            _ => {
                let text = body.iter().map(|line| format!("{line}\n")).collect();
                found.push(Example {
                    flagged,
                    language,
                    name,
                    text,
                    findings: Vec::new(),
                    line: index.saturating_add(1),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_under_the_two_sections_are_examples() {
        let page = "# x\n## What it finds\n```text\nno\n```\n## Flagged\nSo:\n```pickle a.pkl\nSTOP\n```\n```findings\n[0] m\n```\n## Not flagged\n```hex\n00\n```\n## What to do\n";
        let found = examples(page);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (
                found[0].flagged,
                found[0].language,
                found[0].name,
                found[0].findings.as_slice()
            ),
            (true, "pickle", "a.pkl", ["[0] m"].as_slice())
        );
        assert_eq!(
            (found[1].flagged, found[1].text.as_str(), found[1].line),
            (false, "00\n", 15)
        );
    }
}
