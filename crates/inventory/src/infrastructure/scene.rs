//! One file with what its variables amount to.

use std::collections::BTreeMap;

use waybill_domain::inventory::{ComponentId, Occurrence};
use waybill_source::commands::{Command, CommandFacts};

use crate::tree::{Tree, file_name, parent};

/// Longest text that is made by replacing variables, in bytes.
const LONGEST: usize = 64 * 1024;

type Values<'t> = BTreeMap<&'t str, &'t str>;

/// Variables out of `.env` files, by folder.
pub(super) struct Surroundings<'t> {
    folders: BTreeMap<&'t str, Values<'t>>,
}

impl<'t> Surroundings<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        let mut folders: BTreeMap<&str, Values<'_>> = BTreeMap::new();
        for (file, facts) in tree.commands() {
            let name = file_name(&file.path);
            if !name.starts_with(".env") && !name.ends_with(".env") && !name.starts_with("env.") {
                continue;
            }
            let values = folders.entry(parent(&file.path)).or_default();
            for variable in facts
                .environment
                .iter()
                .filter(|variable| !variable.value.is_empty())
            {
                // `.env` sorts before `.env.example`, and what really holds wins.
                values.entry(&variable.name).or_insert(&variable.value);
            }
        }
        Self { folders }
    }
}

/// A file that runs something.
pub(super) struct Scene<'t> {
    pub(super) path: &'t str,
    /// By context, and all of the file under the empty name.
    contexts: BTreeMap<&'t str, Values<'t>>,
    /// All variables of the file that have one value everywhere.
    anywhere: BTreeMap<&'t str, Option<&'t str>>,
    folder: Option<&'t Values<'t>>,
    /// Lines of variables, by context and name.
    lines: BTreeMap<(&'t str, &'t str), u32>,
}

impl<'t> Scene<'t> {
    pub(super) fn new(
        path: &'t str,
        facts: &'t CommandFacts,
        around: &'t Surroundings<'t>,
    ) -> Self {
        let mut contexts: BTreeMap<&str, Values<'_>> = BTreeMap::new();
        let mut anywhere: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        let mut lines = BTreeMap::new();
        for variable in facts
            .environment
            .iter()
            .filter(|variable| !variable.value.is_empty())
        {
            let (name, value) = (variable.name.as_str(), variable.value.as_str());
            let context = variable.context.as_deref().unwrap_or_default();
            contexts.entry(context).or_default().insert(name, value);
            lines.insert((context, name), variable.line);
            anywhere
                .entry(name)
                .and_modify(|known| *known = known.filter(|known| *known == value))
                .or_insert(Some(value));
        }
        Self {
            path,
            contexts,
            anywhere,
            folder: around.folders.get(parent(path)),
            lines,
        }
    }

    /// The value of a variable as a context sees it.
    fn value(&self, name: &str, context: &str) -> Option<&'t str> {
        let in_context = |context: &str| {
            self.contexts
                .get(context)
                .and_then(|values| values.get(name))
        };
        in_context(context)
            .or_else(|| in_context(""))
            .copied()
            .or_else(|| self.folder.and_then(|values| values.get(name)).copied())
            .or_else(|| self.anywhere.get(name).copied().flatten())
    }

    /// The text with its variables replaced; `None` if one of them is not known.
    pub(super) fn resolve(&self, text: &str, context: Option<&str>) -> Option<String> {
        let resolved = self.replaced(text, context.unwrap_or_default(), 0)?;
        is_known(&resolved).then_some(resolved)
    }

    fn replaced(&self, text: &str, context: &str, depth: usize) -> Option<String> {
        if depth > 4 || text.len() > LONGEST {
            return None;
        }
        let mut made = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            made.push_str(before);
            let (name, tail) = after.split_once('}')?;
            let value = self.value(name, context)?;
            made.push_str(&self.replaced(value, context, depth + 1)?);
            if made.len() > LONGEST {
                return None;
            }
            rest = tail;
        }
        made.push_str(rest);
        Some(made)
    }

    /// A variable that a server in this context reads, and its line.
    pub(super) fn variable(&self, name: &str, context: Option<&str>) -> Option<(String, u32)> {
        let context = context.unwrap_or_default();
        let value = self.contexts.get(context)?.get(name)?;
        let line = self.lines.get(&(context, name)).copied().unwrap_or(1);
        Some((self.resolve(value, Some(context))?, line))
    }
}

/// True if nothing in a text is left to be replaced.
pub(super) fn is_known(text: &str) -> bool {
    !text.is_empty()
        && !["$", "{{", "<<", "`"]
            .iter()
            .any(|sign| text.contains(sign))
}

/// A command as it is judged: words resolved, `sudo` and its kin taken away.
pub(super) struct Run<'c> {
    pub(super) words: Vec<String>,
    pub(super) command: &'c Command,
    /// The container that runs it.
    pub(super) container: Option<ComponentId>,
    /// Line in the file.
    pub(super) line: u32,
}

impl Run<'_> {
    pub(super) fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", String::as_str)
    }

    /// The arguments from an index on.
    pub(super) fn from(&self, index: usize) -> &[String] {
        self.words.get(index..).unwrap_or_default()
    }
}

/// A place in a file with what stands there.
pub(super) fn place(path: &str, line: u32, symbol: &str) -> Occurrence {
    Occurrence {
        path: path.to_owned(),
        line: Some(line),
        column: None,
        symbol: Some(symbol.to_owned()),
    }
}

/// Programs that do nothing but start another.
const STARTERS: [&str; 12] = [
    "sudo",
    "exec",
    "nohup",
    "env",
    "time",
    "command",
    "nice",
    "stdbuf",
    "setsid",
    "tini",
    "dumb-init",
    "timeout",
];

/// The words of a command from the program on.
pub(super) fn program(words: &[String]) -> &[String] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let starter = STARTERS.contains(&file_name(word));
        let follows = at > 0
            && (word.starts_with('-')
                || word.contains('=')
                || word.bytes().all(|byte| byte.is_ascii_digit()));
        if !starter && !follows {
            break;
        }
        at += 1;
    }
    let words = words.get(at..).unwrap_or_default();
    match within_container(words) {
        Some(inner) => words.get(inner..).unwrap_or_default(),
        None => words,
    }
}

/// Where the command begins that `docker exec` and its kin run in a container that is there.
fn within_container(words: &[String]) -> Option<usize> {
    const WITH_VALUE: [&str; 14] = [
        "-e",
        "--env",
        "--env-file",
        "-u",
        "--user",
        "-w",
        "--workdir",
        "--index",
        "--detach-keys",
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--profile",
    ];
    let tool = file_name(words.first()?);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    // Past the options of the tool, and those of the verb.
    let plain = |mut at: usize| {
        while word(at).starts_with('-') {
            at += if WITH_VALUE.contains(&word(at)) { 2 } else { 1 };
        }
        at
    };
    match tool {
        "kubectl" | "oc" => {
            let verb = words.iter().position(|word| word == "exec")?;
            let sign = words.iter().position(|word| word == "--")?;
            (verb < sign).then_some(sign + 1)
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" => {
            let mut at = plain(1);
            if matches!(word(at), "compose" | "container") {
                at = plain(at + 1);
            }
            (word(at) == "exec").then(|| plain(at + 1) + 1)
        }
        _ => None,
    }
    .filter(|at| *at < words.len())
}

/// Options and the rest of a list of arguments.
pub(super) struct Arguments<'a> {
    pub(super) options: Vec<(&'a str, Option<&'a str>)>,
    pub(super) plain: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    /// Reads arguments; `flags` are the options that take no value. With `known` given, only those
    /// take one.
    pub(super) fn read(words: &'a [String], takes_value: impl Fn(&str) -> bool) -> Self {
        let mut read = Self {
            options: Vec::new(),
            plain: Vec::new(),
        };
        let mut words = words.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            if word == "--" {
                read.plain.extend(words);
                break;
            }
            if !word.starts_with('-') || word == "-" {
                read.plain.push(word);
                continue;
            }
            if let Some((name, value)) = word.split_once('=') {
                read.options.push((name, Some(value)));
                continue;
            }
            let value = if takes_value(word) {
                words.next_if(|next| !next.starts_with("--"))
            } else {
                None
            };
            read.options.push((word, value));
        }
        read
    }

    /// The value of the first of several spellings of an option.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'a str> {
        self.options
            .iter()
            .find(|(name, value)| names.contains(name) && value.is_some())
            .and_then(|(_, value)| *value)
    }

    /// True if an option is given and not switched off.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, value)| {
            names.contains(name) && !matches!(*value, Some("false" | "0" | "False"))
        })
    }
}
