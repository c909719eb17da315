//! See `r_call.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::r_data::{Around, Call};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "r-harmful-call",
        summary: "code in the R data calls what starts processes, fetches or runs code",
        page: include_str!("r_call.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not call the functions in it before they are read; ask its supplier for the numbers alone",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::R(facts) = &subject.facts else {
        return;
    };
    for call in &facts.calls {
        let Some((grade, does)) = known(&call.function) else {
            continue;
        };
        let severity = match (call.around, grade) {
            // Told by the rule about promises.
            (Around::Promise, _) => continue,
            (_, Grade::Always) => Severity::High,
            (Around::Data, Grade::Outside) | (_, Grade::Reaches) => Severity::Medium,
            (Around::Closure, Grade::Outside) => continue,
        };
        let place = match call.around {
            Around::Closure => "a function",
            Around::Data | Around::Promise => "an expression",
        };
        let message = format!("{place} calls {}, which {does}", quoted(&shown(call)));
        found.add_with(info, subject, Some(call.offset), message, severity);
    }
    for (class, package) in &facts.compact {
        let plain = package == "base" && !class.starts_with("mmap");
        if !plain {
            let message = format!(
                "the package {} is to make a vector of class {} out of what the file says",
                quoted(package),
                quoted(class)
            );
            found.add_with(info, subject, None, message, Severity::Medium);
        }
    }
}

/// How a call as R would write it looks.
pub(super) fn shown(call: &Call) -> String {
    format!("{}({})", call.function, call.arguments.join(", "))
}

/// When a call counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grade {
    /// Wherever it stands.
    Always,
    /// Everywhere, but ordinary programs do it too.
    Reaches,
    /// Only outside of functions: inside of them it is everyday R.
    Outside,
}

/// What a function does, if that is worth telling.
pub(super) fn known(function: &str) -> Option<(Grade, &'static str)> {
    let (package, name) = match function.split_once("::") {
        Some((package, name)) => (package, name.trim_start_matches(':')),
        None => ("", function),
    };
    if let Some((_, does)) = PACKAGES.iter().find(|(one, _)| *one == package) {
        return Some((Grade::Always, does));
    }
    FUNCTIONS
        .iter()
        .find(|(_, _, names)| names.contains(&name))
        .map(|(grade, does, _)| (*grade, *does))
}

/// Packages that do nothing else.
const PACKAGES: [(&str, &str); 4] = [
    ("processx", "starts a process"),
    ("callr", "starts a process"),
    ("sys", "starts a process"),
    ("websocket", "reaches the network"),
];

const FUNCTIONS: [(Grade, &str, &[&str]); 6] = [
    (
        Grade::Always,
        "starts a process",
        &[
            "system",
            "system2",
            "shell",
            "shell.exec",
            "pipe",
            "run_process",
        ],
    ),
    (
        Grade::Always,
        "loads a native library",
        &["dyn.load", "library.dynam"],
    ),
    (
        Grade::Reaches,
        "fetches from the network",
        &[
            "download.file",
            "url",
            "curl_download",
            "curl_fetch_memory",
            "socketConnection",
            "install.packages",
            "install_github",
            "GET",
            "POST",
            "getURL",
        ],
    ),
    (
        Grade::Reaches,
        "runs a file of code",
        &[
            "source",
            "sys.source",
            "source_url",
            "py_run_string",
            "py_run_file",
            "sourceCpp",
        ],
    ),
    (
        Grade::Outside,
        "evaluates text as code",
        &[
            "eval",
            "evalq",
            "parse",
            "str2lang",
            "str2expression",
            "eval.parent",
            "do.call",
            "delayedAssign",
        ],
    ),
    (
        Grade::Outside,
        "changes files",
        &[
            "unlink",
            "file.remove",
            "file.rename",
            "writeLines",
            "writeBin",
            "cat",
            "sink",
            "saveRDS",
            "save",
        ],
    ),
];
