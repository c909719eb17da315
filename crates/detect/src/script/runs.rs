//! Commands that run what they fetched, decoded or cannot name.

use waybill_domain::Severity::{self, High, Low, Medium};

use super::judged::{Act, Judge, JudgedCommands, Kind, Moment, NESTED, One, Source, names};
use super::words::{Program, is_installer, last_part};
use crate::rule::quoted;

/// Programs whose output others evaluate as a matter of course: `eval "$(conda shell.bash hook)"`.
const HOOKS: [&str; 36] = [
    "conda",
    "mamba",
    "micromamba",
    "ssh-agent",
    "pyenv",
    "rbenv",
    "nodenv",
    "goenv",
    "brew",
    "direnv",
    "starship",
    "zoxide",
    "dircolors",
    "opam",
    "fnm",
    "register-python-argcomplete",
    "lesspipe",
    "resize",
    "uv",
    "poetry",
    "docker-machine",
    "minikube",
    "luarocks",
    "mise",
    "asdf",
    "keychain",
    "gpg-agent",
    "getopt",
    "pipenv",
    "modulecmd",
    "spack",
    "module",
    "pixi",
    "locale",
    "tset",
    "stty",
];

impl One<'_, '_> {
    /// Code out of the network, out of something encoded, or out of nowhere.
    pub(super) fn runs(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        if program.reads_code() || (program.through_xargs && program.is_shell()) {
            self.told(&self.input(), acts);
        }
        if let Some(code) = program.code() {
            let source = self.source(&code);
            let named = acts.len();
            self.told(&source, acts);
            if acts.len() == named && program.name == "eval" {
                self.evaluates(&code, acts);
            }
            self.code_of_others(&code, acts);
        }
        if let Some(file) = program.run_file()
            && (file.contains("$(...)") || file == "/dev/stdin")
        {
            self.told(&self.source(file), acts);
        }
        if program.written.starts_with("$(") || program.written.starts_with("${") {
            self.told(&self.source(program.written), acts);
            let unknown = names(program.written).count();
            let letters = program
                .written
                .split("${")
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
                .flat_map(str::chars)
                .filter(char::is_ascii_alphabetic)
                .count();
            if unknown > 2 && letters < 3 {
                acts.push(self.act(
                    Kind::NotFollowed,
                    Medium,
                    "starts a program by a name that it puts together",
                ));
            }
        }
        let blank =
            self.command.words.iter().any(|word| {
                word.contains("${IFS}") && word.matches(char::is_alphabetic).count() > 5
            });
        if blank
            && !matches!(
                program.name,
                "echo" | "printf" | "local" | "export" | "read"
            )
        {
            acts.push(self.act(Kind::NotFollowed, Medium, "hides the blanks of a command"));
        }
    }

    fn told(&self, source: &Source, acts: &mut Vec<Act>) {
        if let Some(address) = &source.fetched {
            let severity = self.fetched_severity(address);
            acts.push(self.act(
                Kind::Fetched,
                severity,
                &format!("runs what it fetches from {}", quoted(address)),
            ));
        } else if source.decoded {
            acts.push(self.act(Kind::Decoded, High, "runs what was encoded"));
        }
    }

    fn fetched_severity(&self, address: &str) -> Severity {
        if is_installer(address) && self.judge.moment != Moment::Install {
            Low
        } else {
            High
        }
    }

    /// `eval` of something that is not known.
    fn evaluates(&self, code: &str, acts: &mut Vec<Act>) {
        let code = code.trim_start();
        if !code.starts_with("$(") {
            return;
        }
        let inner = self
            .judge
            .facts
            .commands
            .iter()
            .zip(&self.judge.programs)
            .filter(|(command, _)| {
                matches!(
                    (&command.flow.taken_by, self.command.flow.number),
                    (Some(waybill_source::commands::Taker::Command(taken)), Some(own)) if *taken == own
                )
            });
        let mut hooked = false;
        for (_, program) in inner {
            hooked |= HOOKS.contains(&program.name) || HOOKS.contains(&last_part(program.written));
        }
        if !hooked {
            acts.push(self.act(
                Kind::NotFollowed,
                Medium,
                "runs as code what another command prints",
            ));
        }
    }

    /// Code in another language on the command line.
    fn code_of_others(&self, code: &str, acts: &mut Vec<Act>) {
        let name = self.program.name;
        let depth = self.judge.depth.saturating_add(1);
        if matches!(name, "node" | "deno" | "bun") && depth <= NESTED {
            let mut inner = JudgedCommands::default();
            inner.javascript(code, "a.js", self.judge.moment, depth);
            acts.extend(inner.acts.into_iter().map(|act| Act {
                line: self.command.line,
                ..act
            }));
        }
        if !matches!(name, "perl" | "ruby" | "php" | "lua" | "osascript") {
            return;
        }
        let connects = [
            "Socket",
            "fsockopen",
            "TCPSocket",
            "socket.tcp",
            "pfsockopen",
            "stream_socket_client",
        ]
        .into_iter()
        .any(|word| code.contains(word));
        let starts = [
            "exec",
            "system",
            "/sh",
            "sh -i",
            "bash",
            "popen",
            "spawn",
            "proc_open",
        ]
        .into_iter()
        .any(|word| code.contains(word));
        if connects && starts {
            acts.push(self.act(
                Kind::RemoteShell,
                Severity::Critical,
                "connects a shell to somebody else",
            ));
        } else if starts && (code.contains("base64") || code.contains("pack(")) {
            acts.push(self.act(Kind::Decoded, High, "runs what was encoded"));
        } else if name == "osascript" && code.contains("do shell script") {
            acts.push(self.act(
                Kind::NotFollowed,
                Medium,
                "starts a program through a script",
            ));
        }
    }
}

impl Judge<'_> {
    /// Files that are fetched or decoded, and then run.
    pub(super) fn files(&self, acts: &mut Vec<Act>) {
        let mut made: Vec<(String, Source, usize)> = Vec::new();
        for (index, program) in self.programs.iter().enumerate() {
            let Some(command) = self.facts.commands.get(index) else {
                continue;
            };
            if made.len() > 200 {
                break;
            }
            let mut source = self.output(&[index], 0);
            if program.fetches().is_none() && command.flow.pipeline.is_some() {
                let piped = self.output(self.before(index), 0);
                source.fetched = source.fetched.or(piped.fetched);
                source.decoded |= piped.decoded;
            }
            if source.fetched.is_none() && !source.decoded && source.private.is_none() {
                continue;
            }
            for file in written(program, command.flow.redirections.as_slice()) {
                made.push((file, source.clone(), index));
            }
        }
        for (file, source, from) in made {
            self.file(&file, &source, from, acts);
        }
    }

    fn file(&self, file: &str, source: &Source, from: usize, acts: &mut Vec<Act>) {
        let last = last_part(file);
        let same = |word: &str| {
            !last.is_empty() && (word == file || (last_part(word) == last && last.len() > 1))
        };
        let later = self
            .programs
            .iter()
            .enumerate()
            .skip(from.saturating_add(1));
        let mut compared = false;
        for (index, program) in later.take(2000) {
            let Some(command) = self.facts.commands.get(index) else {
                continue;
            };
            compared |= matches!(
                program.name,
                "sha256sum"
                    | "shasum"
                    | "sha512sum"
                    | "sha1sum"
                    | "md"
                    | "gpg"
                    | "cosign"
                    | "minisign"
                    | "sha"
                    | "sha256"
            ) && program.arguments.iter().any(|word| {
                matches!(
                    word.as_str(),
                    "-c" | "--check" | "--verify" | "verify" | "verify-blob"
                )
            });
            let one = One {
                judge: self,
                index,
                command,
                program,
            };
            if let Some(private) = source.private.as_ref().filter(|_| one.uploads(&same)) {
                acts.push(one.act(
                    Kind::Theft,
                    Severity::Critical,
                    &format!("sends {private} away"),
                ));
                return;
            }
            let runs = same(program.written)
                && (program.written.contains('/') || file.contains("${"))
                || program.run_file().is_some_and(same)
                    && (program.is_interpreter() || matches!(program.name, "source" | "."));
            if !runs {
                continue;
            }
            if let (Some(address), false) = (&source.fetched, compared) {
                let severity = one.fetched_severity(address);
                acts.push(one.act(
                    Kind::Fetched,
                    severity,
                    &format!("runs what it fetched from {}", quoted(address)),
                ));
            } else if source.decoded {
                acts.push(one.act(Kind::Decoded, High, "runs what was encoded"));
            }
            return;
        }
    }
}

/// The files that a command writes what it gets into.
fn written(
    program: &Program<'_>,
    redirections: &[waybill_source::commands::Redirection],
) -> Vec<String> {
    let mut files: Vec<String> = redirections
        .iter()
        .filter(|redirection| redirection.sign.contains('>') && !redirection.sign.contains('<'))
        .map(|redirection| redirection.target.clone())
        .filter(|target| target != "/dev/null" && target.parse::<u32>().is_err())
        .collect();
    let words = program.arguments;
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index.saturating_add(1));
        let takes = match program.name {
            "wget" | "wget2" => {
                matches!(word.as_str(), "-O" | "--output-document")
                    || word.starts_with('-') && !word.starts_with("--") && word.ends_with('O')
            }
            "curl" => {
                word == "--output"
                    || word.starts_with('-') && !word.starts_with("--") && word.ends_with('o')
            }
            "aria2c" | "openssl" => matches!(word.as_str(), "-o" | "-out"),
            "tee" => true,
            _ => false,
        };
        if let Some(file) = word.strip_prefix("--output-document=").or_else(|| {
            word.strip_prefix("--output=")
                .or_else(|| word.strip_prefix("-o").filter(|_| program.name == "curl"))
        }) && !file.is_empty()
        {
            files.push(file.to_owned());
        } else if matches!(program.name, "tar" | "bsdtar")
            && index < 3
            && word.contains('c')
            && word.ends_with('f')
            || program.name == "zip" && word.starts_with('-')
        {
            files.extend(next.cloned());
        } else if program.name == "tee" && !word.starts_with('-') {
            files.push(word.clone());
        } else if let (true, Some(file)) = (takes && program.name != "tee", next) {
            files.push(file.clone());
        }
    }
    let named = program.name == "wget" && files.is_empty()
        || program.name == "curl"
            && words.iter().any(|word| {
                word == "--remote-name"
                    || word.starts_with('-') && !word.starts_with("--") && word.contains('O')
            });
    if named && let Some(address) = program.fetches() {
        let path = address.split(['?', '#']).next().unwrap_or(&address);
        files.push(format!("./{}", last_part(path)));
    }
    files.retain(|file| file != "-" && !file.is_empty());
    files
}
