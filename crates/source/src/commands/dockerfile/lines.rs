/// One instruction with what belongs to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Its word, in uppercase.
    pub(super) name: String,
    /// What follows; a continued line ends in a backslash and a line feed.
    pub(super) text: String,
    /// The lines of its here-documents, delimiters included.
    pub(super) here: String,
    /// Line of the word.
    pub(super) line: u32,
    /// Line of the first line of the first here-document.
    pub(super) here_line: u32,
}

impl Instruction {
    /// The text on one line.
    pub(super) fn flat(&self) -> String {
        self.text.replace("\\\n", "")
    }
}

/// Cuts a Dockerfile into instructions: comments are left out, continued lines are joined.
pub(super) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape(text);
    let mut found = Vec::new();
    let mut lines = text.lines().zip(1_u32..);
    while let Some((written, line)) = lines.next() {
        let start = written.trim_start();
        if start.is_empty() || start.starts_with('#') {
            continue;
        }
        let (name, rest) = start.split_once(char::is_whitespace).unwrap_or((start, ""));
        let mut instruction = Instruction {
            name: name.to_ascii_uppercase(),
            line,
            ..Instruction::default()
        };
        let mut more = append(&mut instruction.text, rest, escape);
        while more {
            let Some((written, _)) = lines.next() else {
                break;
            };
            let start = written.trim_start();
            if start.is_empty() || start.starts_with('#') {
                instruction.text.push_str("\\\n");
                continue;
            }
            more = append(&mut instruction.text, written, escape);
        }
        if matches!(instruction.name.as_str(), "RUN" | "COPY" | "ADD") {
            for delimiter in delimiters(&instruction.text) {
                for (written, line) in lines.by_ref() {
                    if instruction.here_line == 0 {
                        instruction.here_line = line;
                    }
                    instruction.here.push_str(written);
                    instruction.here.push('\n');
                    if written.trim_start_matches('\t') == delimiter {
                        break;
                    }
                }
            }
        }
        found.push(instruction);
    }
    found
}

/// The escape character: a backslash, or what the directive in the first lines says.
fn escape(text: &str) -> char {
    for line in text.lines() {
        let Some(directive) = line.trim().strip_prefix('#') else {
            break;
        };
        let Some((name, value)) = directive.split_once('=') else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
    }
    '\\'
}

/// Appends a line; true if the next one belongs to it.
fn append(text: &mut String, line: &str, escape: char) -> bool {
    let line = line.trim_end();
    match line.strip_suffix(escape) {
        Some(start) => {
            text.push_str(start);
            text.push_str("\\\n");
            true
        }
        None => {
            text.push_str(line);
            false
        }
    }
}

/// Delimiters of the here-documents that a text opens.
fn delimiters(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("<<") {
        rest = after;
        if after.starts_with('<') {
            rest = after.trim_start_matches('<');
            continue;
        }
        let after = after.strip_prefix('-').unwrap_or(after);
        let quoted = after.starts_with(['"', '\'']);
        let word = after.trim_start_matches(['"', '\'']);
        let end = word
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(word.len());
        let word = word.get(..end).unwrap_or_default();
        // `1 << 4` in arithmetic opens nothing.
        if !word.is_empty()
            && (quoted || word.starts_with(|first: char| first.is_alphabetic() || first == '_'))
        {
            found.push(word.to_owned());
        }
    }
    found
}
