//! Every rule page is a test: its examples are assembled in memory, examined, and have to give the
//! findings that the page lists.
//!
//! An example is a fence in a language of `waybill-fixtures`, or in one of two that tell what
//! happens to an artifact rather than what its bytes are: `unreadable` and `changed`, whose text is
//! the reason. Below an example of `## Flagged` stands a `findings` fence with one line for each
//! finding *of the page's rule*, in the order in which they are found. In brackets stands the place:
//! the member, the word `at` and the offset in the member, the word `line` and the line, each left
//! out where there is none.
//!
//! ```text
//! [archive/data.pkl at 28] imports `posix.system`, which starts a process
//! [weights.bin] 20 bytes of no known format
//! [line 3] when it is imported, starts a program: `os.system(x)`
//! [at 28] imports `posix.system`, which starts a process
//! [] could not be read: permission denied
//! ```
//!
//! `UPDATE_PAGES=1 cargo test -p waybill-detect --test pages` writes what is found into these
//! fences. Read them afterwards: a message or an offset that is wrong is a mistake in the rule or in
//! its parser, and a page must not make it right.

mod found;
mod update;

use std::collections::BTreeSet;

use waybill_detect::RULES;
use waybill_detect::pages::{Example, SECTIONS, examples};
use waybill_domain::RuleInfo;

use found::found_by;

/// The list that `cargo dev check` holds against the table of words in ARCHITECTURE.md.
const WORDS: &str = include_str!("../../../dev/data/words.toml");

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
    if update::wanted() {
        update::write();
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

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
