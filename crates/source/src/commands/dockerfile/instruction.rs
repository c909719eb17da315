use super::{Reader, Start, lines::Instruction};
use crate::{
    commands::{
        Download, ImageUse, Script, Variable,
        credentials::{is_secret, is_secret_name, kept, without_user},
        shell,
    },
    document::{self, DocumentLimits},
};

impl Reader {
    pub(super) fn take(&mut self, instruction: &Instruction) {
        match instruction.name.as_str() {
            "FROM" => self.begin_stage(instruction),
            "ARG" => self.arguments(instruction),
            "ENV" => self.environment(instruction),
            "RUN" => self.run(instruction),
            "ADD" => self.add(instruction),
            "COPY" => self.copy(instruction),
            "CMD" => self.command = Some(start(instruction)),
            "ENTRYPOINT" => {
                self.stage.entry_point = Some(start(instruction));
                self.own_entry_point = true;
            }
            "ONBUILD" => self.on_build(instruction),
            _ => {}
        }
    }

    fn on_build(&mut self, instruction: &Instruction) {
        let (name, text) = instruction
            .text
            .split_once(char::is_whitespace)
            .unwrap_or((&instruction.text, ""));
        let name = name.to_ascii_uppercase();
        if matches!(name.as_str(), "ONBUILD" | "FROM") {
            return;
        }
        self.take(&Instruction {
            name,
            text: text.to_owned(),
            here: instruction.here.clone(),
            line: instruction.line,
            here_line: instruction.here_line,
        });
    }

    fn arguments(&mut self, instruction: &Instruction) {
        let flat = instruction.flat();
        let before = self.name.is_none();
        let known = if before {
            &self.arguments
        } else {
            &self.stage.constants
        };
        for word in shell::words(&flat, known) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(vec![vec![value.to_owned()]])),
                // What was given before the first stage is taken over.
                None => (word.as_str(), self.arguments.get(&word).cloned()),
            };
            let Some(value) = value.filter(|_| !is_secret_name(name)) else {
                continue;
            };
            if value
                .iter()
                .flatten()
                .any(|value| value.contains("${") || is_secret(value))
            {
                continue;
            }
            if before {
                self.arguments.insert(name.to_owned(), value);
            } else {
                // A variable set by `ENV` wins over an argument.
                self.stage.constants.entry(name.to_owned()).or_insert(value);
            }
        }
    }

    fn environment(&mut self, instruction: &Instruction) {
        let flat = instruction.flat();
        let flat = flat.trim();
        let (first, rest) = flat.split_once(char::is_whitespace).unwrap_or((flat, ""));
        let pairs: Vec<(String, String)> = if first.contains('=') {
            shell::words(flat, &self.stage.constants)
                .iter()
                .filter_map(|word| word.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        } else {
            let value = shell::resolve(rest.trim(), &self.stage.constants);
            vec![(first.to_owned(), value)]
        };
        for (name, value) in pairs {
            let value = kept(&name, &value);
            if value.contains("${") || is_secret_name(&name) {
                self.stage.constants.remove(&name);
            } else {
                self.stage
                    .constants
                    .insert(name.clone(), vec![vec![value.clone()]]);
            }
            self.facts.environment.push(Variable {
                name,
                value,
                context: self.name.clone(),
                line: instruction.line,
            });
        }
    }

    fn run(&mut self, instruction: &Instruction) {
        let (flags, text) = flags(&instruction.text);
        for flag in &flags {
            self.mount(flag, instruction.line);
        }
        let skipped = instruction.text.len().saturating_sub(text.len());
        let passed = instruction.text.get(..skipped).unwrap_or_default();
        let breaks = passed.bytes().filter(|byte| *byte == b'\n').count();
        let breaks = u32::try_from(breaks).unwrap_or(u32::MAX);
        let setting = self.setting(instruction.line.saturating_add(breaks));
        if let Some(words) = exec_form(&text.replace("\\\n", "")) {
            let constants = &self.stage.constants;
            shell::exec(&mut self.facts, &words, false, constants, &setting);
        } else if text.starts_with("<<") && !instruction.here.is_empty() {
            self.run_script(instruction);
        } else {
            let text = format!("{text}\n{}", instruction.here);
            shell::read(&mut self.facts, &text, &self.stage.constants, &setting);
        }
    }

    /// `RUN <<EOF`: the here-document is the script.
    fn run_script(&mut self, instruction: &Instruction) {
        let here = instruction.here.trim_end_matches('\n');
        let text = here.rsplit_once('\n').map_or("", |(text, _)| text);
        let line = instruction.here_line;
        let program = text.lines().next().filter(|first| first.starts_with("#!"));
        if program.is_some_and(|program| program.contains("python")) {
            self.facts.scripts.push(Script {
                language: "python".to_owned(),
                text: text.to_owned(),
                line,
            });
            return;
        }
        let setting = self.setting(line);
        shell::read(&mut self.facts, text, &self.stage.constants, &setting);
    }

    /// `--mount=type=bind,from=image` takes files out of an image.
    fn mount(&mut self, flag: &str, line: u32) {
        let Some(options) = flag.strip_prefix("--mount=") else {
            return;
        };
        let from = options
            .split(',')
            .find_map(|option| option.strip_prefix("from="));
        if let Some(from) = from {
            self.take_from(from, line);
        }
    }

    fn take_from(&mut self, from: &str, line: u32) {
        let reference = shell::resolve(from.trim_matches('"'), &self.arguments);
        if reference.is_empty() || reference == "scratch" || self.is_stage(&reference) {
            return;
        }
        self.facts.images.push(ImageUse {
            reference,
            base: true,
            context: self.name.clone(),
            line,
        });
    }

    fn copy(&mut self, instruction: &Instruction) {
        let (flags, _) = flags(&instruction.text);
        for flag in flags {
            if let Some(from) = flag.strip_prefix("--from=") {
                self.take_from(from, instruction.line);
            }
        }
    }

    fn add(&mut self, instruction: &Instruction) {
        let (flags, text) = flags(&instruction.text);
        let checksum = flags
            .iter()
            .find_map(|flag| flag.strip_prefix("--checksum="))
            .map(|checksum| shell::resolve(checksum, &self.stage.constants));
        let flat = text.replace("\\\n", "");
        let sources = match exec_form(&flat) {
            Some(words) => words
                .iter()
                .map(|word| shell::resolve(word, &self.stage.constants))
                .collect(),
            None => shell::words(&flat, &self.stage.constants),
        };
        let last = sources.len().saturating_sub(1);
        for source in sources.iter().take(last) {
            if source.contains("://") || source.starts_with("git@") {
                self.facts.downloads.push(Download {
                    url: without_user(source),
                    checksum: checksum.clone(),
                    line: instruction.line,
                });
            }
        }
        self.copy(instruction);
    }
}

/// The flags before the text of an instruction, and the text.
fn flags(text: &str) -> (Vec<String>, &str) {
    let mut flags = Vec::new();
    let blank = |text: &str| {
        let trimmed =
            text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\');
        // A backslash belongs to what follows unless it ends a line.
        text.len().saturating_sub(trimmed.len())
    };
    let mut rest = text.get(blank(text)..).unwrap_or_default();
    while rest.starts_with("--") {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (flag, after) = rest.split_at(end);
        flags.push(flag.trim_end_matches('\\').to_owned());
        rest = after.get(blank(after)..).unwrap_or_default();
    }
    (flags, rest)
}

/// The words of the exec form: a JSON list of texts.
fn exec_form(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !text.starts_with('[') || text.starts_with("[[") {
        return None;
    }
    let read = document::json(text, &DocumentLimits::default());
    let root = read.root().filter(|_| read.unread.is_empty())?;
    let words: Vec<String> = root
        .items()
        .iter()
        .map(|item| item.text().map(ToOwned::to_owned))
        .collect::<Option<_>>()?;
    (!words.is_empty()).then_some(words)
}

fn start(instruction: &Instruction) -> Start {
    match exec_form(&instruction.flat()) {
        Some(words) => Start {
            words,
            shell: None,
            line: instruction.line,
        },
        None => Start {
            words: Vec::new(),
            shell: Some(instruction.text.clone()),
            line: instruction.line,
        },
    }
}
