//! What JavaScript would do where it is run outside a page: code out of texts, programs, secrets.

use waybill_domain::Severity::{self, Critical, High, Medium};
use waybill_source::code::{Argument, Call, CodeFacts, Value, script};
use waybill_source::commands::shell;

use super::judged::{Act, JudgedCommands, Kind, Moment, NESTED};
use super::reach::CATCHERS;
use crate::rule::quoted;

/// Steps from value to value that are followed.
const STEPS: usize = 6;
/// Names that a program which hides its own gives to everything, by which it is told.
const HIDDEN_NAMES: usize = 30;

/// Files with credentials that no page asks for, in lower case.
const PRIVATE: [&str; 14] = [
    ".ssh/id_",
    "/.ssh/",
    ".aws/credentials",
    ".git-credentials",
    ".docker/config.json",
    ".kube/config",
    "/etc/shadow",
    "/etc/passwd",
    "login data",
    "logins.json",
    "key4.db",
    "wallet.dat",
    ".bash_history",
    "huggingface/token",
];

/// What a program names that reaches beyond a page, or runs texts.
const OUTSIDE: [&str; 16] = [
    "child_process",
    "node:",
    "require(\"fs",
    "require('fs",
    "require(\"os",
    "require('os",
    "require(\"net",
    "require('net",
    "process.binding",
    "process.mainModule",
    "execSync",
    "Deno.",
    "eval(atob",
    "Function(atob",
    "/dev/tcp",
    "powershell",
];

impl JudgedCommands {
    /// Judges a text of JavaScript or TypeScript; the extension of the name says which.
    pub(crate) fn of_javascript(text: &str, name: &str, moment: Moment) -> Self {
        let mut judged = Self {
            when: moment.when(),
            ..Self::default()
        };
        judged.javascript(text, name, moment, 0);
        judged.acts.sort();
        judged.acts.dedup();
        judged
    }

    pub(super) fn javascript(&mut self, text: &str, name: &str, moment: Moment, depth: usize) {
        let facts = script(text, name);
        let unread = facts.unread.iter();
        // Bundles for pages nest deeper than a parser may follow; what has no word of the machine
        // outside the page in it stays in the page.
        let outside = OUTSIDE.into_iter().any(|word| text.contains(word));
        let deep = |reason: &str| reason.starts_with("nests too deep");
        self.unread.extend(
            unread
                .filter(|unread| outside || !deep(&unread.reason))
                .map(|unread| (unread.line, unread.reason.clone())),
        );
        let code = Code {
            facts: &facts,
            text,
        };
        for call in &facts.calls {
            code.evaluates(call, &mut self.acts);
            if depth < NESTED
                && let Some(inner) = code.inner(call)
            {
                let before = self.acts.len();
                let unread = self.unread.len();
                self.javascript(inner, "a.js", moment, depth.saturating_add(1));
                // What is no program is a name or an expression.
                self.unread.truncate(unread);
                for act in self.acts.iter_mut().skip(before) {
                    act.line = call.line;
                }
            }
        }
        for command in facts.commands.iter().take(500) {
            if depth >= NESTED {
                break;
            }
            let inner = Self::at(&shell(&command.text), moment, depth.saturating_add(1));
            self.acts.extend(inner.acts.into_iter().map(|act| Act {
                line: command.line,
                ..act
            }));
        }
        code.sends(&mut self.acts);
        code.connects(&mut self.acts);
        code.hides(&mut self.acts);
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Default)]
struct Origin {
    fetched: bool,
    decoded: bool,
}

struct Code<'a> {
    facts: &'a CodeFacts,
    text: &'a str,
}

impl Code<'_> {
    /// A text that is run as code.
    fn evaluates(&self, call: &Call, acts: &mut Vec<Act>) {
        let starts = starts_program(&call.path);
        let Some(value) = evaluated(call).or_else(|| call.arguments.first().filter(|_| starts))
        else {
            return;
        };
        let origin = self.origin(&value.value, 0);
        let (kind, does) = if origin.fetched {
            (Kind::Fetched, "runs what comes out of the network")
        } else if origin.decoded {
            (Kind::Decoded, "runs what was encoded")
        } else {
            return;
        };
        acts.push(Act {
            line: call.line,
            kind,
            severity: High,
            does: format!("{does}: {}", quoted(&format!("{}(…)", call.path))),
        });
    }

    /// The text that a call runs as code.
    fn inner<'c>(&self, call: &'c Call) -> Option<&'c str> {
        match evaluated(call).map(|argument| &argument.value) {
            Some(Value::Text(text)) if text.len() > 12 => Some(text),
            _ => None,
        }
    }

    fn origin(&self, value: &Value, steps: usize) -> Origin {
        let mut origin = Origin::default();
        if steps > STEPS {
            return origin;
        }
        let next = steps.saturating_add(1);
        let mut take = |other: Origin| {
            origin.fetched |= other.fetched;
            origin.decoded |= other.decoded;
        };
        match value {
            Value::Parts(values) | Value::List(values) | Value::Either(values) => {
                for value in values.iter().take(20) {
                    take(self.origin(value, next));
                }
            }
            Value::Result(index) => {
                if let Some(call) = self.facts.calls.get(*index) {
                    take(self.made(call, next));
                }
            }
            _ => {}
        }
        origin
    }

    fn made(&self, call: &Call, steps: usize) -> Origin {
        let mut origin = Origin {
            fetched: fetches(&call.path),
            decoded: decodes(call),
        };
        if steps > STEPS {
            return origin;
        }
        let next = steps.saturating_add(1);
        let mut take = |other: Origin| {
            origin.fetched |= other.fetched;
            origin.decoded |= other.decoded;
        };
        if let Some(receiver) = call.receiver.and_then(|index| self.facts.calls.get(index)) {
            take(self.made(receiver, next));
        }
        for argument in call.arguments.iter().take(4) {
            take(self.origin(&argument.value, next));
        }
        origin
    }

    fn connected(&self) -> Option<&Call> {
        self.facts.calls.iter().find(|call| fetches(&call.path))
    }

    /// What others should not have, in a program that also connects.
    fn sends(&self, acts: &mut Vec<Act>) {
        let Some(network) = self.connected() else {
            return;
        };
        let has_files = self
            .facts
            .imports
            .iter()
            .any(|import| import.module.trim_start_matches("node:").starts_with("fs"));
        let lower = self.text.to_ascii_lowercase();
        let mut told = |severity: Severity, does: String| {
            acts.push(Act {
                line: network.line,
                kind: Kind::Theft,
                severity,
                does,
            });
        };
        if has_files && let Some(place) = PRIVATE.into_iter().find(|place| lower.contains(place)) {
            return told(
                Critical,
                format!("reads {place} and connects to the network"),
            );
        }
        let whole = [
            "JSON.stringify(process.env",
            "querystring.stringify(process.env",
        ]
        .into_iter()
        .any(|written| self.text.contains(written));
        if whole {
            return told(
                Critical,
                "reads the whole environment and connects to the network".to_owned(),
            );
        }
        let node = self.facts.imports.iter().any(|import| {
            matches!(
                import.module.trim_start_matches("node:"),
                "os" | "fs" | "child_process" | "http" | "https" | "dns"
            )
        });
        if node && let Some(catcher) = CATCHERS.into_iter().find(|host| lower.contains(host)) {
            told(
                High,
                format!("leads to {catcher}, which takes in whatever is sent"),
            );
        }
    }

    /// A shell whose input and output are a connection.
    fn connects(&self, acts: &mut Vec<Act>) {
        let socket = self.facts.calls.iter().any(|call| {
            matches!(
                call.path.trim_start_matches("node:"),
                "net.connect" | "net.createConnection" | "net.Socket" | "tls.connect"
            ) || call.path.contains("net.Socket")
        });
        let shell = self.facts.calls.iter().find(|call| {
            starts_program(&call.path)
                && call.arguments.first().is_some_and(|argument| {
                    matches!(&argument.value, Value::Text(text)
                        if text.ends_with("sh") || text.contains("cmd") || text.contains("powershell"))
                })
        });
        if let (true, Some(shell), true) = (socket, shell, self.text.contains(".pipe(")) {
            acts.push(Act {
                line: shell.line,
                kind: Kind::RemoteShell,
                severity: Critical,
                does: "connects a shell to somebody else".to_owned(),
            });
        }
    }

    /// A program that is written so that nobody can read it.
    fn hides(&self, acts: &mut Vec<Act>) {
        let names = self
            .text
            .split("_0x")
            .skip(1)
            .filter(|rest| {
                rest.bytes()
                    .take_while(|byte| byte.is_ascii_hexdigit())
                    .count()
                    >= 4
            })
            .count();
        let signs = self
            .text
            .bytes()
            .filter(|byte| matches!(byte, b'[' | b']' | b'(' | b')' | b'!' | b'+'))
            .count();
        let only_signs =
            self.text.len() > 400 && signs.saturating_mul(100) > self.text.len().saturating_mul(85);
        if names > HIDDEN_NAMES || only_signs {
            acts.push(Act {
                line: 1,
                kind: Kind::NotFollowed,
                severity: Medium,
                does: "runs a program that is written so that nobody can read it".to_owned(),
            });
        }
    }
}

/// The argument that a call runs as code.
fn evaluated(call: &Call) -> Option<&Argument> {
    let path = call.path.trim_start_matches("node:");
    let last = path.rsplit('.').next().unwrap_or(path);
    let first = call.arguments.first();
    match path {
        "eval"
        | "window.eval"
        | "globalThis.eval"
        | "global.eval"
        | "self.eval"
        | "execScript"
        | "vm.runInThisContext"
        | "vm.runInNewContext"
        | "vm.runInContext"
        | "vm.Script"
        | "vm.compileFunction" => first,
        "Function" | "window.Function" | "globalThis.Function" => call.arguments.last(),
        _ if last == "_compile" => first,
        "setTimeout" | "setInterval" => {
            first.filter(|argument| matches!(argument.value, Value::Text(_)))
        }
        _ => None,
    }
}

fn starts_program(path: &str) -> bool {
    let path = path.trim_start_matches("node:");
    path.starts_with("child_process.")
        || path.starts_with("execa")
        || matches!(
            path,
            "Deno.Command" | "Deno.run" | "Bun.spawn" | "shelljs.exec"
        )
}

fn fetches(path: &str) -> bool {
    let path = path.trim_start_matches("node:");
    matches!(
        path,
        "fetch"
            | "XMLHttpRequest"
            | "http.get"
            | "https.get"
            | "http.request"
            | "https.request"
            | "axios"
            | "request"
            | "got"
            | "node-fetch"
            | "needle"
            | "net.connect"
            | "net.createConnection"
            | "tls.connect"
            | "dns.lookup"
            | "dns.resolve"
            | "WebSocket"
            | "dgram.createSocket"
            | "http2.connect"
            | "undici.fetch"
            | "undici.request"
            | "node-fetch.default"
            | "axios.default"
    ) || path.starts_with("axios.")
        || path.starts_with("request.")
        || path.starts_with("superagent.")
        || path.starts_with("got.")
}

fn decodes(call: &Call) -> bool {
    let path = call.path.as_str();
    let last = path.rsplit('.').next().unwrap_or(path);
    match last {
        "atob" | "unescape" | "fromCharCode" | "createDecipheriv" | "createDecipher" => true,
        "inflateSync" | "gunzipSync" | "unzipSync" | "brotliDecompressSync" => true,
        "from" | "Buffer" => {
            path.contains("Buffer")
                && call.arguments.iter().skip(1).any(|argument| {
                    matches!(&argument.value, Value::Text(encoding)
                        if encoding == "base64" || encoding == "hex" || encoding == "base64url")
                })
        }
        "decrypt" => path.contains("AES") || path.contains("CryptoJS"),
        _ => false,
    }
}
