//! What one line says about the language it is written in.

use super::language::Language;

/// How much a line speaks for a language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing else looks so.
    Strong,
    /// Fits, as it would fit elsewhere.
    Weak,
    None,
}

/// Reads a line as one language.
pub(super) type Reader = fn(&str) -> Mark;

/// A reader for each language that is told by its lines.
pub(super) const READERS: [(Language, Reader); 10] = [
    (Language::Python, python),
    (Language::Shell, shell),
    (Language::JavaScript, javascript),
    (Language::C, c),
    (Language::Rust, rust),
    (Language::Java, java),
    (Language::PowerShell, powershell),
    (Language::Batch, batch),
    (Language::Dockerfile, dockerfile),
    (Language::Modelfile, modelfile),
];

pub(super) fn is_directive(line: &str) -> bool {
    ["#include", "#define", "#pragma", "#if", "#endif", "#else"]
        .iter()
        .any(|word| line.starts_with(word))
}

fn starts(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.starts_with(word))
}

fn strong_or(strong: bool, weak: bool) -> Mark {
    match (strong, weak) {
        (true, _) => Mark::Strong,
        (false, true) => Mark::Weak,
        (false, false) => Mark::None,
    }
}

fn python(line: &str) -> Mark {
    let imports = line.strip_prefix("import ").is_some_and(|rest| {
        let module = rest.split([';', ',', ' ']).next().unwrap_or_default();
        let after = rest.get(module.len()..).unwrap_or_default();
        is_path(module) && (after.is_empty() || starts(after, &[" as ", ",", ";", " #", "; "]))
    });
    let from = line.starts_with("from ") && line.contains(" import ");
    let definition = starts(line, &["def ", "async def ", "class "]) && line.contains(':');
    let main = line.starts_with("if __name__");
    let call = is_call(line);
    let dunder = call
        && (line.contains("__import__(")
            || starts(line, &["exec(", "eval(", "os.", "subprocess."]));
    let block = line.ends_with(':')
        && starts(
            line,
            &[
                "if ", "elif ", "else", "for ", "while ", "with ", "try", "except", "finally",
            ],
        );
    let keyword = starts(
        line,
        &[
            "return", "raise ", "yield", "pass", "del ", "global ", "assert ", "@",
        ],
    );
    strong_or(
        imports || from || definition || main || dunder,
        block || keyword || call || is_assignment(line) || is_closer(line),
    )
}

/// Starts of lines that are shell and little else.
const SHELL_MARKS: &str = "export |set -e|set -u|set -x|if [|elif [|while [|source |curl |wget |sudo |\
    chmod |rm -|mkdir -p|apt-get |pip install |git clone ";
/// Starts of lines that fit into a shell script.
const SHELL_COMMANDS: &str = "echo |cd |cp |mv |rm |mkdir |cat |python |python3 |bash |sh |exit |docker |\
    tar |unzip |for |function |local |else|-";

fn shell(line: &str) -> Mark {
    let starts_any = |list: &str| list.split('|').any(|word| line.starts_with(word));
    let keyword = matches!(line, "fi" | "done" | "esac" | "then" | "do");
    let expands = line.contains("$(") || line.contains("${");
    let variable = line.split_once('=').is_some_and(|(name, _)| is_word(name));
    strong_or(
        keyword || expands || starts_any(SHELL_MARKS),
        variable || is_closer(line) || starts_any(SHELL_COMMANDS),
    )
}

fn javascript(line: &str) -> Mark {
    let strong = starts(line, &["const ", "let ", "var "]) && line.contains('=')
        || (starts(line, &["function ", "async function ", "export function "])
            && line.contains('('))
        || (starts(line, &["import ", "export "])
            && [" from '", " from \""]
                .iter()
                .any(|from| line.contains(from)))
        || starts(
            line,
            &[
                "export default",
                "module.exports",
                "'use strict'",
                "\"use strict\"",
            ],
        )
        || line.contains("=> {")
        || line.contains("require('")
        || line.contains("require(\"");
    strong_or(
        strong,
        ends_as_c(line) || starts(line, &["*", "/*", "return", "if (", "} else"]),
    )
}

fn c(line: &str) -> Mark {
    let strong = starts(
        line,
        &[
            "#include",
            "#define ",
            "#pragma ",
            "#ifdef",
            "#ifndef",
            "__global__",
            "using namespace",
            "typedef ",
            "template<",
            "template <",
        ],
    ) || line.contains("int main(");
    strong_or(
        strong,
        ends_as_c(line)
            || is_directive(line)
            || starts(
                line,
                &["*", "/*", "return", "if (", "for (", "public:", "private:"],
            ),
    )
}

fn rust(line: &str) -> Mark {
    let function =
        starts(line, &["fn ", "pub fn ", "async fn ", "pub(crate) fn "]) && line.contains('(');
    let uses = starts(line, &["use ", "pub use "]) && line.contains("::") && line.ends_with(';');
    let item = starts(
        line,
        &[
            "impl ",
            "impl<",
            "pub struct ",
            "pub enum ",
            "#![",
            "#[derive",
            "let mut ",
        ],
    );
    strong_or(
        function || uses || item,
        ends_as_c(line) || line.ends_with(','),
    )
}

fn java(line: &str) -> Mark {
    let package = starts(
        line,
        &["package ", "import java", "import org.", "import com."],
    ) && line.ends_with(';');
    let class = starts(
        line,
        &[
            "public class ",
            "public final class ",
            "public interface ",
            "public static void main",
        ],
    );
    strong_or(
        package || class,
        ends_as_c(line) || starts(line, &["@", "*", "/*"]),
    )
}

fn powershell(line: &str) -> Mark {
    let lower = line.to_ascii_lowercase();
    let verbs = [
        "invoke-",
        "get-",
        "set-",
        "new-object",
        "write-host",
        "write-output",
        "start-process",
        "add-type",
        "iex ",
        "import-module",
    ];
    let variable = line.starts_with('$') && line.contains('=');
    strong_or(
        variable || starts(&lower, &verbs) || lower.starts_with("param("),
        is_closer(line) || line.ends_with('{') || line.contains(" -"),
    )
}

fn batch(line: &str) -> Mark {
    let lower = line.to_ascii_lowercase();
    let strong =
        starts(&lower, &["@echo ", "setlocal", "endlocal", "goto "]) || lower.contains("%~dp0");
    strong_or(
        strong,
        starts(
            &lower,
            &[
                "rem ", "::", "set ", "if ", "echo", "call ", "start ", "cd ", "pause", "exit",
            ],
        ) || line.starts_with(':'),
    )
}

fn dockerfile(line: &str) -> Mark {
    let own = [
        "RUN ",
        "COPY ",
        "CMD ",
        "CMD[",
        "ENTRYPOINT ",
        "ENTRYPOINT[",
        "WORKDIR ",
        "EXPOSE ",
        "HEALTHCHECK ",
    ];
    let shared = [
        "FROM ", "ARG ", "ENV ", "ADD ", "USER ", "LABEL ", "VOLUME ", "SHELL ", "&&",
    ];
    strong_or(
        starts(line, &own),
        starts(line, &shared) || line.ends_with('\\'),
    )
}

/// Ollama takes instructions in either case; a text in several lines has any form.
fn modelfile(line: &str) -> Mark {
    let own = ["PARAMETER ", "TEMPLATE ", "SYSTEM ", "ADAPTER ", "MESSAGE "];
    let upper = line.get(..10).unwrap_or(line).to_ascii_uppercase();
    strong_or(
        starts(&upper, &own),
        line.starts_with("FROM ") || line.starts_with("LICENSE "),
    )
}

fn ends_as_c(line: &str) -> bool {
    line.ends_with([';', '{', '}']) || matches!(line, "});" | ");" | ")" | "},")
}

fn is_closer(line: &str) -> bool {
    line.chars().all(|c| ")]},;".contains(c))
}

fn is_word(text: &str) -> bool {
    let mut characters = text.chars();
    let start = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    start && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_path(text: &str) -> bool {
    text.split('.').all(is_word)
}

/// `name = value`, `a.b[c] += value`
fn is_assignment(line: &str) -> bool {
    line.split_once('=').is_some_and(|(target, value)| {
        let target = target.trim_end_matches(['+', '-', '*', '/', '%', ' ']);
        let base = target
            .split(['[', ':', ',', ' '])
            .next()
            .unwrap_or_default();
        is_path(base) && !value.is_empty() && !value.starts_with('=')
    })
}

/// `name.name(...)` at the start of a line.
fn is_call(line: &str) -> bool {
    line.split_once('(')
        .is_some_and(|(callee, _)| is_path(callee))
        && line.ends_with([')', '(', ',', ':', ';', '[', '{', '\\'])
}
