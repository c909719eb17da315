//! The pages of the inventory's rules are tests: an example is a `tree` fence, files after lines
//! `=== path`; it is read and assembled, and the page's rule has to find what the `findings` fence
//! below it lists: the component's id in brackets, then the message. `now=YYYY-MM-DD` after the
//! word `tree` is the date of the day.

use std::sync::Arc;

use waybill_domain::Tool;
use waybill_inventory::{Options, RULES, Surroundings, assemble, reached, read, read_on};

struct Example {
    flagged: bool,
    today: Option<String>,
    text: String,
    findings: Vec<String>,
}

fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut flagged = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            flagged = match line {
                "## Flagged" => Some(true),
                "## Not flagged" => Some(false),
                _ => None,
            };
        }
        let (Some(info), Some(flagged)) = (line.strip_prefix("```"), flagged) else {
            continue;
        };
        let body: Vec<String> = lines
            .by_ref()
            .take_while(|line| !line.starts_with("```"))
            .map(ToOwned::to_owned)
            .collect();
        match info.split_whitespace().next() {
            Some("findings") => match found.last_mut() {
                Some(example) => example.findings = body,
                None => panic!("findings without a tree"),
            },
            Some("tree") => found.push(Example {
                flagged,
                today: info.split_once("now=").map(|(_, date)| date.to_owned()),
                text: body.join("\n"),
                findings: Vec::new(),
            }),
            other => panic!("a fence of an unknown language: {other:?}"),
        }
    }
    found
}

fn findings(example: &Example, rule: &str) -> Vec<String> {
    let parts = || {
        let parts = example.text.split("=== ");
        parts.filter_map(|part| {
            part.split_once('\n')
                .map(|(path, text)| (path.trim(), text))
        })
    };
    let around = Surroundings::of(parts().map(|(path, _)| path));
    let bytes = |text: &str| Arc::new(text.as_bytes().to_vec()) as _;
    let mut files: Vec<_> = parts()
        .map(|(path, text)| read(path, &bytes(text), Vec::new(), &around))
        .collect();
    for index in reached(&files, &around) {
        if let Some((path, text)) = parts().nth(index) {
            files[index] = read_on(path, &bytes(text), Vec::new(), &around);
        }
    }
    let tool = Tool {
        name: "waybill".to_owned(),
        version: "0".to_owned(),
        rules: String::new(),
    };
    let options = Options {
        today: example.today.clone(),
        ..Options::default()
    };
    assemble(tool, files, options)
        .findings
        .into_iter()
        .filter(|noted| noted.finding.rule == rule)
        .map(|noted| {
            let id = noted.component.map(|id| id.0).unwrap_or_default();
            format!("[{id}] {}", noted.finding.message)
        })
        .collect()
}

#[test]
fn examples_give_the_findings_of_their_page() {
    for rule in RULES {
        for example in examples(rule.info.page) {
            assert_eq!(
                example.flagged,
                !example.findings.is_empty(),
                "{}",
                rule.info.id
            );
            let found = findings(&example, rule.info.id);
            assert_eq!(
                found, example.findings,
                "{}: {}",
                rule.info.id, example.text
            );
        }
    }
}

#[test]
fn pages_begin_with_their_id_and_have_every_section() {
    for rule in RULES {
        let page = rule.info.page;
        assert_eq!(
            page.lines().next(),
            Some(format!("# {}", rule.info.id).as_str())
        );
        for section in [
            "## What it finds",
            "## Why it matters",
            "## Flagged",
            "## Not flagged",
        ] {
            assert!(page.contains(section), "{}: {section}", rule.info.id);
        }
    }
}
