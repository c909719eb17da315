//! Words by which a file of code may name a component: of libraries and methods that the tables
//! know, of commands that are started, of texts that instruct a model.
//!
//! A file without any of them says nothing of itself; [`reach`](super::reach) tells whether what
//! it holds matters to another file.

use std::{collections::HashSet, sync::OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use waybill_knowledge::usage::calls;

use super::resolve::{WRITES, WRITTEN_TO};
use crate::agents;

/// Words of functions and libraries that start commands.
const STARTERS: [&str; 24] = [
    "Bun",
    "Command",
    "anyio",
    "bun",
    "check_call",
    "check_output",
    "child_process",
    "commands",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "execa",
    "execvp",
    "getoutput",
    "getstatusoutput",
    "invoke",
    "pexpect",
    "popen",
    "sh",
    "shelljs",
    "spawn",
    "spawnSync",
    "subprocess",
    "system",
    "zx",
];
/// Parts of names of texts that instruct a model.
const INSTRUCTING: [&str; 9] = [
    "prompt",
    "instruction",
    "system",
    "persona",
    "backstory",
    "sys_msg",
    "sysmsg",
    "preamble",
    "template",
];

/// The words, ready to be looked for.
struct Marks {
    words: HashSet<String>,
    /// Which first and last bytes and lengths words have: of most words that is enough to know.
    shapes: Vec<bool>,
    /// Parts of words, and names of packages that are no single word.
    phrases: Option<AhoCorasick>,
    beginnings: Option<AhoCorasick>,
}

const SHAPES: usize = 1 << 16;

/// A number out of a word's first and last byte and its length.
fn shape(word: &[u8]) -> usize {
    let byte = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    let (first, last) = (byte(word.first()), byte(word.last()));
    (first ^ (last << 4) ^ (word.len() << 10)) % SHAPES
}

fn any_of(parts: &[&str]) -> Option<AhoCorasick> {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(parts)
        .ok()
}

impl Marks {
    fn new() -> Self {
        let mut words: HashSet<String> = HashSet::new();
        let mut phrases: Vec<&str> = INSTRUCTING.to_vec();
        for literal in calls().literals().chain(agents::packages_of_tools()) {
            if literal.chars().all(is_word) {
                words.insert(literal.to_owned());
            } else {
                phrases.push(literal);
            }
        }
        let methods = agents::BINDS.iter().chain(&WRITES).chain(&WRITTEN_TO);
        words.extend(methods.chain(&STARTERS).map(|word| (*word).to_owned()));
        let mut shapes = vec![false; SHAPES];
        for word in &words {
            if let Some(known) = shapes.get_mut(shape(word.as_bytes())) {
                *known = true;
            }
        }
        Self {
            words,
            shapes,
            phrases: any_of(&phrases),
            beginnings: any_of(&agents::BEGINNINGS),
        }
    }

    fn any(&self, text: &str) -> bool {
        let found =
            |parts: &Option<AhoCorasick>| parts.as_ref().is_none_or(|parts| parts.is_match(text));
        if found(&self.phrases) {
            return true;
        }
        let mut has_content = false;
        for word in text
            .as_bytes()
            .split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        {
            let known = self.shapes.get(shape(word)).copied().unwrap_or_default();
            if known && str::from_utf8(word).is_ok_and(|word| self.words.contains(word)) {
                return true;
            }
            has_content |= word == b"content";
        }
        // The content of a message, which does not say whose.
        has_content && found(&self.beginnings)
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Whether a text of code may name a component by itself.
pub(super) fn any(text: &str) -> bool {
    static MARKS: OnceLock<Marks> = OnceLock::new();
    MARKS.get_or_init(Marks::new).any(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_known_libraries_commands_and_prompts_are_marks() {
        for marked in [
            "import openai",
            "from langchain_core.tools import tool",
            "import { tool } from '@langchain/core/tools';",
            "use hf_hub::api::sync::Api;",
            "x.from_pretrained(y)",
            "client.chat.completions.create(model=x)",
            "subprocess.run(['ls'])",
            "const { exec } = require('child_process')",
            "std::process::Command::new(\"ls\")",
            "SystemPrompt = 'x'",
            "{ role: r, content: 'You are a clerk.' }",
            "fetch(url)",
            "model.save_pretrained(x)",
            "Trainer(output_dir='x')",
        ] {
            assert!(any(marked), "{marked}");
        }
        for plain in [
            "import json\nprint(json.dumps({'a': 1}))",
            "export const content = 3;",
            "fn main() { println!(\"you are\"); }",
            "import openai_like_name_of_ours",
        ] {
            assert!(!any(plain), "{plain}");
        }
    }

    #[test]
    fn every_call_of_the_table_has_a_mark() {
        for literal in calls().literals() {
            assert!(any(literal), "{literal}");
        }
    }
}
