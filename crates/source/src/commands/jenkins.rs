use super::{
    CommandFacts, ImageUse,
    credentials::{kept, without_user},
    shell::{self, Constants, Setting},
};
use super::{Variable, manifest::extend};

/// Most steps that are read.
const STEPS: usize = 10_000;

/// Reads a Jenkinsfile: the images of `docker { image '...' }` and `docker.image('...')`, the
/// shell text of `sh` steps, the variables of `environment { }`.
///
/// A Jenkinsfile is a program in Groovy. Only calls whose argument is a text are followed, wherever
/// they stand; of a text in double quotes the parts that Groovy would work out stay unknown, but for
/// those that a plain assignment of the file fixes.
#[must_use]
pub fn jenkinsfile(text: &str) -> CommandFacts {
    let mut facts = CommandFacts::default();
    let plain = without_comments(text);
    let mut constants = Constants::new();
    let assigned = assignments(&plain);
    for (name, value, line) in &assigned {
        facts.environment.push(Variable {
            name: name.clone(),
            value: kept(name, value),
            context: None,
            line: *line,
        });
    }
    extend(&mut constants, &assigned);
    let mut words = Words::of(&plain);
    let mut image = None;
    for _ in 0..STEPS {
        let Some((word, line)) = words.next() else {
            break;
        };
        let is_image = matches!(word, "image" | "docker.image");
        if !is_image && !matches!(word, "sh" | "script" | "command") {
            continue;
        }
        let Some(literal) = words.argument() else {
            continue;
        };
        let value = if literal.interpolated && is_image {
            shell::resolve(&literal.text, &constants)
        } else {
            literal.text
        };
        if is_image {
            let reference = without_user(value.trim());
            if !reference.is_empty() && !reference.contains(char::is_whitespace) {
                image = Some(reference.clone());
                facts.images.push(ImageUse {
                    reference,
                    line,
                    ..ImageUse::default()
                });
            }
        } else if word == "sh" {
            let value = value.replace("${env.", "${").replace("${params.", "${");
            let setting = Setting {
                line: literal.line,
                context: None,
                image: image.clone(),
            };
            shell::read(&mut facts, &value, &constants, &setting);
        }
    }
    facts.commands.sort_by_key(|command| command.line);
    facts
}

/// `NAME = 'value'` and `def name = "value"`, one a line.
fn assignments(text: &str) -> Vec<(String, String, u32)> {
    let mut found = Vec::new();
    for (line, written) in (1_u32..).zip(text.lines()) {
        let written = written.trim();
        let written = ["def ", "final ", "String "]
            .iter()
            .fold(written, |rest, word| {
                rest.strip_prefix(word).unwrap_or(rest)
            });
        let Some((name, value)) = written.split_once('=') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim().trim_end_matches(';'));
        let named = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let quote = value
            .chars()
            .next()
            .filter(|sign| matches!(sign, '\'' | '"'));
        let (true, Some(quote)) = (named, quote) else {
            continue;
        };
        let inner = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
            .filter(|inner| !inner.contains(quote));
        if let Some(inner) = inner {
            found.push((name.to_owned(), inner.to_owned(), line));
        }
    }
    found
}

/// The text with comments of Groovy replaced by blanks, on the lines that they had. Texts keep what
/// looks like a comment (`https://`).
fn without_comments(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        let mut rest = line;
        loop {
            if within {
                let Some((_, after)) = rest.split_once("*/") else {
                    break;
                };
                within = false;
                rest = after;
            }
            if rest.trim_start().starts_with("//") {
                break;
            }
            // A comment that begins where a blank stands before it; a glob in a text does not.
            match rest.find("/*").filter(|at| {
                rest.get(..*at)
                    .is_some_and(|before| before.trim().is_empty() || before.ends_with(' '))
            }) {
                Some(at) => {
                    made.push_str(rest.get(..at).unwrap_or_default());
                    within = true;
                    rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
                }
                None => {
                    made.push_str(rest);
                    break;
                }
            }
        }
        made.push('\n');
    }
    made
}

/// A text of Groovy.
struct Literal {
    text: String,
    /// Line of its first character.
    line: u32,
    /// True in double quotes.
    interpolated: bool,
}

/// The words of a program outside its texts, and the texts that follow them.
struct Words<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Words<'t> {
    const fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self, length: usize) -> &'t str {
        let taken = self.rest().get(..length).unwrap_or_else(|| self.rest());
        let breaks = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = self.at.saturating_add(taken.len().max(1));
        taken
    }

    /// The next word outside of texts, dots included.
    fn next(&mut self) -> Option<(&'t str, u32)> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            if matches!(first, '\'' | '"') {
                self.literal();
            } else if first.is_alphanumeric() || first == '_' {
                let line = self.line;
                let length = rest
                    .find(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '.'))
                    .unwrap_or(rest.len());
                return Some((self.step(length), line));
            } else {
                self.step(first.len_utf8());
            }
        }
    }

    /// The text that follows a word: `sh 'x'`, `sh('x')`, `sh(script: 'x')`, `sh script: "x"`.
    fn argument(&mut self) -> Option<Literal> {
        loop {
            let rest = self.rest();
            let blank = rest
                .find(|sign: char| !matches!(sign, ' ' | '\t' | '('))
                .unwrap_or(rest.len());
            if blank > 0 {
                self.step(blank);
                continue;
            }
            if let Some(after) = rest.strip_prefix("script:").or_else(|| {
                // Other arguments may stand before it.
                rest.strip_prefix("returnStdout: true,")
                    .or_else(|| rest.strip_prefix("returnStatus: true,"))
                    .map(str::trim_start)
            }) {
                self.step(rest.len().saturating_sub(after.len()));
                continue;
            }
            return matches!(rest.chars().next(), Some('\'' | '"'))
                .then(|| self.literal())
                .flatten();
        }
    }

    /// A text; its opening quote is next. `None` if it does not end.
    fn literal(&mut self) -> Option<Literal> {
        let rest = self.rest();
        let quote = rest.get(..1)?;
        let triple = quote.repeat(3);
        let sign = if rest.starts_with(&triple) {
            triple.as_str()
        } else {
            quote
        };
        self.step(sign.len());
        let line = self.line;
        let body = self.rest();
        let mut from = 0_usize;
        let end = loop {
            let at = body
                .get(from..)
                .and_then(|tail| tail.find([quote.chars().next().unwrap_or('"'), '\\', '\n']))
                .map(|found| found.saturating_add(from));
            let Some(at) = at else {
                self.step(body.len());
                return None;
            };
            let here = body.get(at..).unwrap_or_default();
            if here.starts_with(sign) {
                break at;
            }
            if here.starts_with('\n') && sign.len() == 1 {
                // Not closed on its line.
                self.step(at);
                return None;
            }
            let skip = if here.starts_with('\\') {
                here.chars().take(2).map(char::len_utf8).sum()
            } else {
                1
            };
            from = at.saturating_add(skip);
        };
        let raw = self.step(end);
        self.step(sign.len());
        Some(Literal {
            text: unescaped(raw),
            line,
            interpolated: quote == "\"",
        })
    }
}

/// Escapes of Groovy, as far as the shell would not read them the same way.
fn unescaped(raw: &str) -> String {
    raw.replace("\\$", "$")
        .replace("\\\"", "\"")
        .replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"// sh 'not read'
def tag = '3.9-eclipse'
pipeline {
  agent { docker { image "maven:${tag}" } }
  environment {
    MODEL = 'acme/reader'
    API_KEY = 'sk-abcdefghijklmnopqrstuv'
  }
  stages {
    stage('get sh') {
      steps {
        sh 'hf download $MODEL'
        sh(script: "ollama pull phi3:mini", returnStatus: true)
        sh """
          pip install torch==2.4.1
          curl -fLO https://x.example/w/tone.onnx
        """
        echo "sh 'nothing'"
      }
    }
  }
}
node { docker.image('ghcr.io/acme/tool:1').inside { sh "echo" } }
"#;

    #[test]
    fn images_and_shell_steps_are_read() {
        let facts = jenkinsfile(FILE);
        let images: Vec<_> = facts
            .images
            .iter()
            .map(|image| (image.reference.as_str(), image.line))
            .collect();
        assert_eq!(
            images,
            [("maven:3.9-eclipse", 4), ("ghcr.io/acme/tool:1", 23)]
        );
        let commands: Vec<_> = facts
            .commands
            .iter()
            .map(|command| (command.words.join(" "), command.line))
            .collect();
        let owned = |text: &str, line| (text.to_owned(), line);
        assert_eq!(
            commands,
            [
                owned("hf download acme/reader", 12),
                owned("ollama pull phi3:mini", 13),
                owned("pip install torch==2.4.1", 15),
                owned("curl -fLO https://x.example/w/tone.onnx", 16),
                owned("echo", 23),
            ]
        );
        let variables: Vec<_> = facts
            .environment
            .iter()
            .map(|variable| (variable.name.as_str(), variable.value.as_str()))
            .collect();
        assert_eq!(
            variables,
            [
                ("tag", "3.9-eclipse"),
                ("MODEL", "acme/reader"),
                ("API_KEY", "")
            ]
        );
    }

    #[test]
    fn broken_files_do_no_harm() {
        for text in [
            "sh '",
            "sh \"\"\"",
            "image(",
            "sh script:",
            "'",
            "\\",
            "/*",
            "sh 'a\nb'",
            "ä sh 'é'",
        ] {
            let _ = jenkinsfile(text);
        }
    }
}
