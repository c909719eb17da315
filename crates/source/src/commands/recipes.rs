//! Files whose lines are commands of a shell with a syntax of their own around them: makefiles,
//! justfiles, units of systemd. Each line is turned into one of a shell script, so that lines of
//! results are those of the file.

use std::fmt::Write as _;

use super::{
    CommandFacts, ImageUse,
    credentials::without_user,
    shell::{shell, words},
};

/// Reads a makefile (GNU make). Rules are read from top to bottom, whatever asks for them.
///
/// `NAME = value` in all its kinds sets a variable, `$(NAME)` and `${NAME}` read it, `$$` is one
/// `$` of the shell; functions of make are not worked out.
#[must_use]
pub fn makefile(text: &str) -> CommandFacts {
    let mut script = String::with_capacity(text.len());
    let mut continued: Option<bool> = None;
    for line in text.lines() {
        let command = continued.unwrap_or(line.starts_with('\t'));
        let kept = if continued.is_some() && command {
            of_make(line.trim_start())
        } else if command {
            of_make(
                line.trim_start()
                    .trim_start_matches(['@', '-', '+'])
                    .trim_start(),
            )
        } else if continued.is_some() {
            of_make(line.trim())
        } else {
            assignment(line, &["::=", ":=", "?=", "="]).unwrap_or_default()
        };
        let goes_on = line.trim_end().ends_with('\\');
        let empty = kept.is_empty();
        let _ = writeln!(script, "{kept}");
        // What stands below a rule without commands is no command.
        continued = (goes_on && (command || !empty)).then_some(command);
    }
    shell(&script)
}

/// Reads a justfile: `name := "value"`, `{{name}}`.
#[must_use]
pub fn justfile(text: &str) -> CommandFacts {
    let mut script = String::with_capacity(text.len());
    for line in text.lines() {
        let kept = if line.starts_with([' ', '\t']) {
            let line = line.trim_start().trim_start_matches(['@', '-']);
            if line.starts_with("#!") {
                String::new()
            } else {
                of_just(line)
            }
        } else {
            assignment(line.strip_prefix("export ").unwrap_or(line), &[":="]).unwrap_or_default()
        };
        let _ = writeln!(script, "{kept}");
    }
    shell(&script)
}

/// `NAME := value` as the shell writes it; none for any other line. A list of words is put in
/// quotes.
fn assignment(line: &str, signs: &[&str]) -> Option<String> {
    let line = ["export ", "override ", "private "]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line);
    let (at, sign) = signs
        .iter()
        .filter_map(|sign| line.find(sign).map(|at| (at, *sign)))
        .min_by_key(|(at, sign)| (*at, usize::MAX.saturating_sub(sign.len())))?;
    let name = line.get(..at)?.trim();
    let named = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if !named {
        return None;
    }
    let value = line.get(at.saturating_add(sign.len())..)?.trim();
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let value = of_make(value);
    let value = if value.starts_with(['"', '\'']) || value.ends_with('\\') {
        value
    } else {
        format!("\"{}\"", value.replace('"', "\\\""))
    };
    Some(format!("{}={value}", name.replace(['-', '.'], "_")))
}

/// `$(NAME)` to `${NAME}`, `$$` to `$`; what is not plain stays.
fn of_make(line: &str) -> String {
    let mut made = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('$') {
        made.push_str(before);
        let name = after
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'));
        rest = match name {
            Some((name, tail)) if is_plain(name) => {
                let _ = write!(made, "${{{}}}", name.replace(['-', '.'], "_"));
                tail
            }
            _ => {
                made.push('$');
                after.strip_prefix('$').unwrap_or(after)
            }
        };
    }
    made.push_str(rest);
    made
}

/// `{{name}}` to `${name}`.
fn of_just(line: &str) -> String {
    let mut made = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        made.push_str(before);
        match after.split_once("}}") {
            Some((name, tail)) if is_plain(name.trim()) => {
                let _ = write!(made, "${{{}}}", name.trim().replace(['-', '.'], "_"));
                rest = tail;
            }
            _ => {
                made.push_str("{{");
                rest = after;
            }
        }
    }
    made.push_str(rest);
    made
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Reads a unit of systemd or of Podman's Quadlet: `ExecStart=`, `Environment=`, `Image=`.
#[must_use]
pub fn unit(text: &str) -> CommandFacts {
    let mut script = String::with_capacity(text.len());
    let mut images: Vec<ImageUse> = Vec::new();
    let mut continued: Option<bool> = None;
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let goes_on = line.trim_end().ends_with('\\');
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        let kept = match continued {
            Some(true) => line.trim().to_owned(),
            Some(false) => String::new(),
            None if key.starts_with("Exec") && key != "Exec" => {
                let command = value.trim_start_matches(['-', '@', ':', '+', '!']);
                // A percent sign stands for something that only the host knows.
                command.to_owned()
            }
            None if key == "Environment" => words(value, &super::shell::Constants::new())
                .iter()
                .filter(|word| word.contains('='))
                .map(|word| format!("export {}", quoted(word)))
                .collect::<Vec<_>>()
                .join("; "),
            None => {
                if key == "Image" && value.contains(['/', ':']) && !value.contains(['%', ' ']) {
                    images.push(ImageUse {
                        reference: without_user(value),
                        line: number,
                        ..ImageUse::default()
                    });
                }
                String::new()
            }
        };
        continued = goes_on.then_some(match continued {
            Some(before) => before,
            None => !kept.is_empty(),
        });
        let _ = writeln!(script, "{kept}");
    }
    let mut facts = shell(&script);
    facts.images.extend(images);
    facts
}

/// `NAME=value` with the value in single quotes.
fn quoted(word: &str) -> String {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    format!("{name}='{}'", value.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(facts: &CommandFacts) -> Vec<(String, u32)> {
        facts
            .commands
            .iter()
            .map(|command| (command.words.join(" "), command.line))
            .collect()
    }

    #[test]
    fn makefiles_set_variables_and_run_commands() {
        let text = "MODEL ?= acme/clerk # which\nREV := v1\n.PHONY: get\nget: deps ## fetch\n\
            \t@hf download $(MODEL) \\\n\t  --revision ${REV}\n\t-ollama pull $$NAME\nlist: a \\\n  b\n";
        assert_eq!(
            lines(&makefile(text)),
            [
                ("hf download acme/clerk --revision v1".to_owned(), 5),
                ("ollama pull ${NAME}".to_owned(), 7),
            ]
        );
    }

    #[test]
    fn justfiles_too() {
        let text = "model := \"mistral:7b\"\nset shell := [\"bash\", \"-c\"]\n\nget arg='x':\n    @ollama pull {{model}}\n    echo {{ arg }}\n";
        assert_eq!(
            lines(&justfile(text)),
            [
                ("ollama pull mistral:7b".to_owned(), 5),
                ("echo ${arg}".to_owned(), 6),
            ]
        );
    }

    #[test]
    fn units_run_commands_and_images() {
        let text = "[Service]\nEnvironment=\"A=b c\" D=e\nExecStartPre=-/usr/bin/podman pull acme/pre:1\nExecStart=/bin/llama-server \\\n  --hf-repo acme/x\n[Container]\nImage=docker.io/ollama/ollama:0.4\n";
        let facts = unit(text);
        let read = lines(&facts);
        assert!(
            read.contains(&("/usr/bin/podman pull acme/pre:1".to_owned(), 3)),
            "{read:?}"
        );
        assert!(
            read.contains(&("/bin/llama-server --hf-repo acme/x".to_owned(), 4)),
            "{read:?}"
        );
        let images: Vec<_> = facts
            .images
            .iter()
            .map(|image| (image.reference.as_str(), image.line))
            .collect();
        assert_eq!(images, [("docker.io/ollama/ollama:0.4", 7)]);
    }

    #[test]
    fn broken_files_do_no_harm() {
        for text in [
            "\t\\\n",
            "= \\\n\\\n",
            "a := $(",
            "x:\n\t$(",
            "{{",
            "  {{\n",
            "Exec=\\\n=",
            "$",
        ] {
            let _ = makefile(text);
            let _ = justfile(text);
            let _ = unit(text);
        }
    }
}
