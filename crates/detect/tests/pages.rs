//! Every rule page is a test: its examples are assembled in memory, examined, and have to give the
//! findings that the page lists.
//!
//! An example is a fence in a language of `waybill-fixtures`, or in one of two that tell what
//! happens to an artifact rather than what its bytes are: `unreadable` and `changed`, whose text is
//! the reason. Below an example of `## Flagged` stands a `findings` fence with one line for each
//! finding *of the page's rule*, in the order in which they are found. In brackets stands the place:
//! the member, the word `at` and the offset in the member, each left out where there is none.
//!
//! ```text
//! [archive/data.pkl at 28] imports `posix.system`, which starts a process
//! [weights.bin] 20 bytes of no known format
//! [at 28] imports `posix.system`, which starts a process
//! [] could not be read: permission denied
//! ```
//!
//! `UPDATE_PAGES=1 cargo test -p waybill-detect --test pages` writes what is found into these
//! fences. Read them afterwards: a message or an offset that is wrong is a mistake in the rule or in
//! its parser, and a page must not make it right.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use waybill_detect::pages::{Example, SECTIONS, examples};
use waybill_detect::{AllowedNames, Context, Found, Origin, RULES};
use waybill_domain::{Finding, RuleInfo};
use waybill_formats::wrapper::InMemory;
use waybill_formats::{Bytes, Limits};
use waybill_knowledge::Globals;

/// The list that `cargo dev check` holds against the table of words in ARCHITECTURE.md.
const WORDS: &str = include_str!("../../dev/data/words.toml");

#[test]
fn examples_give_the_findings_of_their_page() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for example in examples(rule.page) {
            if let Err(reason) = agrees(rule, &example) {
                wrong.push(format!("{} line {}: {reason}", rule.id, example.line));
            }
        }
    }
    if updating() {
        update();
    } else {
        none(&wrong);
    }
}

#[test]
fn pages_have_every_section_and_examples_on_both_sides() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let mut say = |reason: String| wrong.push(format!("{}: {reason}", rule.id));
        if rule.page.lines().next() != Some(&format!("# {}", rule.id)) {
            say("the first line is not its id".to_owned());
        }
        let found: Vec<&str> = rule
            .page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        if found != SECTIONS {
            say(format!("has the sections {found:?}"));
        }
        for (title, prose) in sections(rule.page) {
            if prose.split_whitespace().count() < 3 {
                say(format!("no prose under {title:?}"));
            }
        }
        for flagged in [true, false] {
            if !examples(rule.page)
                .iter()
                .any(|example| example.flagged == flagged)
            {
                say(format!("no example with flagged = {flagged}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn rules_have_a_permanent_id_and_answer_something() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in rules() {
        let kebab = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        let joined = rule.id.starts_with('-') || rule.id.ends_with('-') || rule.id.contains("--");
        if !rule.id.chars().all(kebab) || joined {
            wrong.push(format!("{} is not kebab-case", rule.id));
        }
        if !seen.insert(rule.id) {
            wrong.push(format!("{} is there twice", rule.id));
        }
        if rule.answers.is_empty() {
            wrong.push(format!("{} answers nothing", rule.id));
        }
    }
    none(&wrong);
}

#[test]
fn prose_keeps_to_the_words_of_the_project() {
    let words: toml::Table = toml::from_str(WORDS).unwrap();
    let never: Vec<&str> = words["look_for"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut wrong = Vec::new();
    for rule in rules() {
        for (_, prose) in sections(rule.page) {
            // What stands between backticks is somebody else's name.
            let own: String = prose.split('`').step_by(2).collect::<Vec<_>>().join(" ");
            for word in own.split(|letter: char| !letter.is_alphanumeric()) {
                let word = word.to_lowercase();
                let singular = word.strip_suffix('s').unwrap_or(&word);
                if never.contains(&singular) {
                    wrong.push(format!("{} says `{word}`", rule.id));
                }
            }
        }
    }
    none(&wrong);
}

fn rules() -> impl Iterator<Item = &'static RuleInfo> {
    RULES.iter().map(|rule| &rule.info)
}

/// Each section with its prose, fences left out; the lines before the first section are one too.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections = vec![(String::new(), String::new())];
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if line.starts_with("## ") {
            sections.push((line.to_owned(), String::new()));
        } else if let (false, Some((_, prose))) = (inside, sections.last_mut()) {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    sections
}

fn agrees(rule: &RuleInfo, example: &Example<'_>) -> Result<(), String> {
    let found = found_by(rule, example)?;
    if example.flagged && found.is_empty() {
        return Err("is not flagged".to_owned());
    }
    let expected = if example.flagged {
        example.findings.as_slice()
    } else {
        &[]
    };
    if found != expected {
        return Err(format!(
            "the page lists\n  {}\nand found was\n  {}",
            expected.join("\n  "),
            found.join("\n  ")
        ));
    }
    Ok(())
}

/// What `rule` finds in an example, as lines of a `findings` fence.
fn found_by(rule: &RuleInfo, example: &Example<'_>) -> Result<Vec<String>, String> {
    let limits = Limits::default();
    let context = Context {
        limits: &limits,
        globals: Globals::embedded(),
        allowed: &AllowedNames::new(),
        scratch: &InMemory,
    };
    let origin = Origin {
        name: example.name.to_owned(),
    };
    let reason = example.text.trim();
    let mut found = Found::default();
    match example.language {
        "unreadable" => waybill_detect::unreadable(&origin, reason, &context, &mut found),
        "changed" => waybill_detect::changed(&origin, reason, &context, &mut found),
        language => {
            let bytes: Bytes = Arc::new(
                waybill_fixtures::assemble(language, &example.text)
                    .map_err(|error| error.to_string())?,
            );
            found = waybill_detect::examine(&bytes, &origin, &context).found;
        }
    }
    let own = found
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id);
    Ok(own.map(line).collect())
}

fn line(finding: &Finding) -> String {
    let member = finding.place.member.clone();
    let offset = finding.place.offset.map(|offset| format!("at {offset}"));
    let place: Vec<String> = member.into_iter().chain(offset).collect();
    format!("[{}] {}", place.join(" "), finding.message)
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever edits pages asks for the update"
)]
fn updating() -> bool {
    std::env::var_os("UPDATE_PAGES").is_some()
}

/// Writes what is found into the `findings` fences of all pages.
#[expect(
    clippy::disallowed_methods,
    reason = "the update writes the pages of this crate"
)]
fn update() {
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

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
