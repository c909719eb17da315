//! Whether a text of code that is called a prompt speaks to a model, or to people.

use crate::tree::{file_name, parent};

/// Folders whose code tests the system.
const TEST_FOLDERS: [&str; 12] = [
    "tests",
    "test",
    "testing",
    "__tests__",
    "testdata",
    "test_data",
    "fixtures",
    "__fixtures__",
    "mocks",
    "__mocks__",
    "e2e",
    "cypress",
];
/// Folders whose code holds the words of a user interface, or is not written here.
const INTERFACE_FOLDERS: [&str; 10] = [
    "locales",
    "locale",
    "i18n",
    "l10n",
    "translations",
    "_locales",
    "node_modules",
    "site-packages",
    "dist",
    "_next",
];

/// Words in names of texts that locate or count a prompt, wherever they stand.
const ABOUT: [&str; 11] = [
    "path",
    "file",
    "dir",
    "url",
    "tokens",
    "id",
    "name",
    "negative",
    "version",
    "placeholder",
    "regex",
];

/// Words at the end of names of texts that speak of a prompt; `title_prompt` asks for a title.
const ABOUT_AT_END: [&str; 17] = [
    "description",
    "descriptions",
    "label",
    "labels",
    "title",
    "tooltip",
    "help",
    "hint",
    "error",
    "errors",
    "warning",
    "button",
    "variables",
    "usage",
    "pattern",
    "color",
    "icon",
];

/// How instructions to a model begin, in lowercase.
const BEGINNINGS: [&str; 58] = [
    "you are ",
    "you're ",
    "you ",
    "act as ",
    "your ",
    "as an ai",
    "as a ",
    "du bist ",
    "tu es ",
    "answer",
    "summari",
    "translate",
    "classify",
    "extract",
    "write",
    "generate",
    "given ",
    "explain",
    "use ",
    "using ",
    "rewrite",
    "describe",
    "list ",
    "analy",
    "respond",
    "return",
    "reply",
    "provide",
    "identify",
    "review",
    "create",
    "convert",
    "based on",
    "context",
    "question",
    "determine",
    "evaluate",
    "rate ",
    "judge",
    "compare",
    "grade",
    "decide",
    "find ",
    "please",
    "think",
    "the following",
    "below ",
    "here is",
    "here are",
    "do not",
    "don't",
    "never ",
    "always ",
    "only ",
    "make ",
    "take ",
    "if ",
    "plan ",
];

fn is_below(path: &str, known: &[&str]) -> bool {
    parent(path)
        .split('/')
        .any(|part| known.contains(&part.to_lowercase().as_str()))
}

/// True for code that tests the system and is no part of it.
pub(super) fn is_test(path: &str) -> bool {
    let name = file_name(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    is_below(path, &TEST_FOLDERS)
        || stem == "conftest"
        || stem.starts_with("test_")
        || ["_test", ".test", ".spec"]
            .iter()
            .any(|end| stem.ends_with(end))
}

/// True for a file whose texts are for tests or for people, or that a program wrote.
pub(super) fn speaks_to_people(path: &str) -> bool {
    let name = file_name(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_script = matches!(ending, "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx");
    is_test(path)
        || is_below(path, &INTERFACE_FOLDERS)
        || stem.ends_with(".stories")
        || (is_script && (stem.ends_with(".min") || is_bundle(stem)))
}

/// `index-DtNNYhLQ` and `chunk.34d8f410f6df7e60cea6`: what bundlers call what they write.
fn is_bundle(stem: &str) -> bool {
    let Some((_, last)) = stem.rsplit_once(['-', '.', '_']) else {
        return false;
    };
    let hexadecimal = last.len() >= 8 && last.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digit = last.bytes().any(|byte| byte.is_ascii_digit());
    let small = last.bytes().any(|byte| byte.is_ascii_lowercase());
    let large = last.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
    let mixed = last.len() == 8 && small && (large >= 2 || (large >= 1 && digit));
    (hexadecimal && digit) || mixed
}

/// True if words of a name say that the text is about a prompt rather than one.
pub(super) fn is_about(words: &[&str]) -> bool {
    words.iter().any(|word| ABOUT.contains(word))
        || words.last().is_some_and(|word| ABOUT_AT_END.contains(word))
}

/// Keys of a user interface that hold what it says: `errors.prompt`, `dialog.codePrompt`.
pub(super) fn is_of_interface(word: &str) -> bool {
    ABOUT_AT_END.contains(&word) || matches!(word, "dialog" | "placeholder" | "modal" | "toast")
}

/// True if the text begins as instructions to a model do.
fn instructs(text: &str) -> bool {
    let start = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let start: String = start.chars().take(24).collect::<String>().to_lowercase();
    BEGINNINGS.iter().any(|begin| start.starts_with(begin))
}

/// Words of prose: letters only, but for marks around them.
fn words(text: &str) -> usize {
    text.split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphabetic()))
        .filter(|word| word.chars().count() > 1 && word.chars().all(char::is_alphabetic))
        .count()
}

/// A question to a person at a terminal or in a window; `bare` for a name that says no more than
/// that it prompts.
pub(super) fn asks_a_person(text: &str, bare: bool) -> bool {
    let lower = text.trim().to_lowercase();
    let confirms = [
        "[y/n",
        "(y/n",
        "(yes/no",
        "[yes/no",
        "press enter",
        "press any",
    ]
    .iter()
    .any(|words| lower.contains(words));
    let asks = [
        "enter ",
        "would you like",
        "do you want",
        "are you sure",
        "what would you like",
        "select ",
        "choose ",
        "type ",
        "please enter",
        "please select",
        "please choose",
    ]
    .iter()
    .any(|begin| lower.starts_with(begin));
    let short = words(text) < 24 && !text.trim().contains('\n');
    let waits = bare && (text.ends_with(": ") || text.ends_with("> "));
    confirms || (short && (asks || waits))
}

/// A text under a name that many things have: `prompt`, `template`.
pub(super) fn is_instructive(text: &str) -> bool {
    instructs(text) || words(text) >= 12 || (text.contains('{') && words(text) >= 5)
}

/// A template with enough prose to be one for a model.
pub(super) fn is_prose_template(text: &str) -> bool {
    text.contains('{')
        && !text.contains("</")
        && !text.contains("};")
        && !text.lines().any(|line| {
            ["import ", "from ", "def ", "#include"]
                .iter()
                .any(|begin| line.starts_with(begin))
        })
        && (words(text) >= 8 || (instructs(text) && words(text) >= 3))
}

#[cfg(test)]
mod tests {
    use super::{asks_a_person, is_instructive, is_prose_template, speaks_to_people};

    #[test]
    fn files_for_people_and_tests_are_told_from_the_system() {
        for path in [
            "web/src/locales/fr/common.js",
            "app/tests/test_agent.py",
            "app/agent_test.py",
            "web/assets/index-DtNNYhLQ.js",
            "ui/component-34d8f410f6df7e60cea6.js",
            "web/agent.spec.ts",
        ] {
            assert!(speaks_to_people(path), "{path}");
        }
        for path in [
            "app/agent.py",
            "src/latest/prompts.py",
            "src/build-prompt.ts",
            "src/chat-handlers.ts",
            "src/use-OpenChat.ts",
        ] {
            assert!(!speaks_to_people(path), "{path}");
        }
    }

    #[test]
    fn questions_to_people_are_no_prompts() {
        assert!(asks_a_person(
            "Database: path of the database to import: ",
            true
        ));
        assert!(asks_a_person("Overwrite the existing file? [y/N]", false));
        assert!(!asks_a_person(
            "Answer the question of the sailor. Question: {}\nAnswer: ",
            true
        ));
        assert!(!asks_a_person("According to the context above: ", false));
    }

    #[test]
    fn bare_names_need_words_that_instruct() {
        assert!(is_instructive("Answer with the port only."));
        assert!(is_instructive("Berth for {} metres in {} weather, please"));
        assert!(!is_instructive("a red boat on a lake, oil"));
        assert!(is_prose_template(
            "Summarise this log of the voyage for the owner: {}"
        ));
        assert!(!is_prose_template(
            "[{elapsed_precise}] [{bar:40.cyan/blue}] {pos}/{len} ({eta}) {msg}"
        ));
    }
}
