use super::{
    lexer::Body,
    run::Run,
    word::{Word, assignment},
};
use crate::commands::{
    Command, Flow, Script, Taker, Variable,
    credentials::{is_secret_name, kept, kept_word},
};

/// Programs that run what they are given as text.
const SHELLS: [&str; 6] = ["sh", "bash", "zsh", "dash", "ash", "ksh"];

/// Programs that do nothing but start another.
const STARTERS: [&str; 9] = [
    "sudo", "exec", "nohup", "env", "time", "command", "nice", "stdbuf", "setsid",
];

impl Run<'_, '_> {
    /// Writes down one simple command, once for each alternative of its variables.
    pub(super) fn command(
        &mut self,
        assigned: &[Word],
        words: &[Word],
        line: u32,
        body: Option<Body>,
        redirections: &[(String, Word)],
    ) {
        let pipeline = self.pipeline;
        let mut made: Vec<Vec<String>> = Vec::new();
        let picks = self.alternatives(words.iter());
        let nested = self.reader.facts.commands.len();
        for pick in 0..picks {
            let mut fields = Vec::new();
            for word in words {
                let more = self.expand(word, pick);
                fields.extend(more);
            }
            if !fields.is_empty() && !made.contains(&fields) {
                made.push(fields);
            }
        }
        let mut environment = Vec::new();
        for word in assigned {
            if let Some((name, _, value)) = assignment(word) {
                let value = self.expand(&value, 0).join(" ");
                environment.push((name.to_owned(), kept(name, &value)));
            }
        }
        let mut flow = self.flow(redirections, body.as_ref());
        let own = u32::try_from(self.reader.facts.commands.len()).unwrap_or(u32::MAX);
        if self.reader.facts.commands.len() > nested {
            self.tie(nested, None, Some(&Taker::Command(own)));
            flow.number = Some(own);
        }
        for (pick, fields) in made.into_iter().enumerate() {
            let at = program(&fields);
            let interprets = fields.get(at).is_some_and(|word| is_interpreter(word));
            if interprets
                || matches!(
                    fields.get(at).map(String::as_str),
                    Some("eval" | "source" | ".")
                )
            {
                let from = if interprets {
                    pipeline.unwrap_or(nested).min(nested)
                } else {
                    nested
                };
                self.mark_piped(from);
            }
            let put = self.reader.facts.commands.len();
            self.put(&fields, &environment, line, flow.clone());
            if pipeline.is_some() {
                self.tie(put, pipeline, None);
            }
            if pick == 0 {
                self.inner(&fields, at, line, body.as_ref());
            }
        }
    }

    /// Writes down a command that is given as a list of words.
    pub(super) fn exec(&mut self, words: &[String], line: u32) {
        self.put(words, &[], line, Flow::default());
        self.inner(words, program(words), line, None);
    }

    fn mark_piped(&mut self, from: usize) {
        for command in self.reader.facts.commands.iter_mut().skip(from) {
            command.piped_into_interpreter = true;
        }
    }

    fn put(&mut self, fields: &[String], environment: &[(String, String)], line: u32, flow: Flow) {
        let mut words: Vec<String> = Vec::with_capacity(fields.len());
        let mut previous: Option<&str> = None;
        for field in fields {
            words.push(kept_word(previous, field));
            previous = Some(field);
        }
        let command = Command {
            words,
            environment: environment.to_vec(),
            context: self.reader.context.clone(),
            image: self.reader.image.clone(),
            entry_point_of: false,
            piped_into_interpreter: false,
            flow,
            line,
        };
        self.reader.facts.commands.push(command);
    }

    /// Shell text and code that the command is given.
    fn inner(&mut self, fields: &[String], at: usize, line: u32, body: Option<&Body>) {
        let Some(program) = fields.get(at).map(|word| last_part(word)) else {
            return;
        };
        let rest = fields.get(at.saturating_add(1)..).unwrap_or_default();
        let takes = |letter: char| {
            rest.iter()
                .position(|word| {
                    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
                })
                .and_then(|index| rest.get(index.saturating_add(1)))
        };
        if SHELLS.contains(&program) {
            if let Some(text) = takes('c') {
                self.substitute(text, line);
            } else if let Some(body) = body {
                self.substitute(&body.text, body.line);
            }
        } else if program == "eval" {
            self.substitute(&rest.join(" "), line);
        } else if program.starts_with("python") {
            let inline = rest
                .first()
                .filter(|word| *word == "-c")
                .and_then(|_| rest.get(1));
            let (text, line) = match (inline, body) {
                (Some(text), _) => (text, line),
                (None, Some(body)) => (&body.text, body.line),
                _ => return,
            };
            self.reader.facts.scripts.push(Script {
                language: "python".to_owned(),
                text: text.clone(),
                line,
            });
        }
    }

    pub(super) fn export(&mut self, name: &str, line: u32) {
        let mut binding = self.reader.scope.get(name).cloned().unwrap_or_default();
        if is_secret_name(name) {
            binding.push(vec![String::new()]);
        }
        for fields in binding {
            self.reader.facts.environment.push(Variable {
                name: name.to_owned(),
                value: kept(name, &fields.join(" ")),
                context: self.reader.context.clone(),
                line,
            });
        }
    }
}

/// Index of the word that names the program, after `sudo` and its kin.
fn program(words: &[String]) -> usize {
    let mut at = 0_usize;
    while let Some(word) = words.get(at) {
        let starter = STARTERS.contains(&last_part(word));
        let follows = at > 0 && (word.starts_with('-') || word.contains('='));
        if !starter && !follows {
            return at;
        }
        at = at.saturating_add(1);
    }
    0
}

fn last_part(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn is_interpreter(word: &str) -> bool {
    let name = last_part(word);
    SHELLS.contains(&name)
        || ["python", "perl", "ruby", "node", "php", "iex", "pwsh"]
            .iter()
            .any(|known| {
                name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.') == *known
            })
}
