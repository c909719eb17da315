//! Programs and what their words mean.

use crate::python::places;

/// Programs that do nothing but start another, and how many words of their own follow their options.
const STARTERS: [(&str, usize); 20] = [
    ("sudo", 0),
    ("doas", 0),
    ("exec", 0),
    ("nohup", 0),
    ("env", 0),
    ("time", 0),
    ("command", 0),
    ("builtin", 0),
    ("nice", 0),
    ("ionice", 0),
    ("stdbuf", 0),
    ("setsid", 0),
    ("busybox", 0),
    ("timeout", 1),
    ("gtimeout", 1),
    ("chroot", 1),
    ("xargs", 0),
    ("unbuffer", 0),
    ("catchsegv", 0),
    ("fakeroot", 0),
];

/// A command by its program.
#[derive(Debug, Default)]
pub(super) struct Program<'a> {
    /// Last part of the path, without a version.
    pub(super) name: &'a str,
    /// The program as it is written.
    pub(super) written: &'a str,
    pub(super) arguments: &'a [String],
    /// True if its arguments come through `xargs`.
    pub(super) through_xargs: bool,
}

/// The program that a command starts, behind `sudo` and its kin.
pub(super) fn program(words: &[String]) -> Program<'_> {
    let mut at = 0_usize;
    let mut through_xargs = false;
    for _ in 0..8 {
        let Some(word) = words.get(at) else { break };
        let name = last_part(word);
        let Some((_, own)) = STARTERS.iter().find(|(starter, _)| *starter == name) else {
            break;
        };
        let mut next = at.saturating_add(1);
        let mut own = *own;
        while let Some(word) = words.get(next) {
            let option = word.starts_with('-') || word.contains('=') || word == "{}";
            // `sudo -u user`, `xargs -n 1`, `nice -n 5`.
            let valued = matches!(
                word.as_str(),
                "-u" | "-n" | "-I" | "-P" | "-L" | "-g" | "-s" | "-k" | "-d" | "-c"
            ) && !matches!(name, "env" | "exec" | "command");
            if option {
                next = next.saturating_add(if valued && word.len() == 2 { 2 } else { 1 });
            } else if own > 0 {
                own = own.saturating_sub(1);
                next = next.saturating_add(1);
            } else {
                break;
            }
        }
        if words.get(next).is_none() {
            break;
        }
        through_xargs |= name == "xargs";
        at = next;
    }
    let written = words.get(at).map_or("", String::as_str);
    let name = last_part(written);
    let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Program {
        name: without_holes(if unversioned.is_empty() {
            name
        } else {
            unversioned
        }),
        written,
        arguments: words.get(at.saturating_add(1)..).unwrap_or_default(),
        through_xargs,
    }
}

/// `c${x}url`, where nothing is known of the variable: the program that is left without it.
fn without_holes(name: &str) -> &str {
    const MEANT: [&str; 9] = [
        "curl", "wget", "bash", "sh", "python", "base64", "nc", "eval", "perl",
    ];
    if !name.contains("${") || name.starts_with("${") && name.ends_with('}') {
        return name;
    }
    let mut left = String::new();
    for (index, part) in name.split("${").enumerate() {
        left.push_str(match part.split_once('}') {
            Some((_, rest)) if index > 0 => rest,
            _ => part,
        });
    }
    MEANT
        .into_iter()
        .find(|meant| *meant == left)
        .unwrap_or(name)
}

pub(super) fn last_part(word: &str) -> &str {
    if word.starts_with("${") && word.ends_with('}') {
        return word;
    }
    word.rsplit(['/', '\\']).next().unwrap_or(word)
}

pub(super) const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "csh"];

impl Program<'_> {
    pub(super) fn is_shell(&self) -> bool {
        SHELLS.contains(&self.name)
    }

    pub(super) fn is_interpreter(&self) -> bool {
        self.is_shell()
            || matches!(
                self.name,
                "python" | "perl" | "ruby" | "node" | "php" | "pwsh" | "osascript" | "lua" | "deno"
            )
    }

    /// True if what it reads from its input is run as code.
    pub(super) fn reads_code(&self) -> bool {
        if !self.is_interpreter() {
            return false;
        }
        for argument in self.arguments {
            match argument.as_str() {
                "-" | "-s" | "/dev/stdin" => return true,
                "-c" | "-m" | "-n" | "-p" | "-r" | "-ne" | "-pe" | "-lane" | "-nle" | "-lne"
                | "-e" | "-E" | "--version" | "-V" | "-h" | "--help" => {
                    return self.is_shell() && matches!(argument.as_str(), "-e" | "-n" | "-r");
                }
                word if word.starts_with('-') && !word.starts_with("--") => {
                    let letters = word.trim_start_matches('-');
                    if letters.contains('s') && self.is_shell() {
                        return true;
                    }
                    if letters.contains('c') || (!self.is_shell() && letters.contains('e')) {
                        return false;
                    }
                }
                word if word.starts_with('-') || word.starts_with('+') => {}
                word if word == "pipefail" || word == "errexit" => {}
                _ => return false,
            }
        }
        true
    }

    /// The text that it is given to run: `-c TEXT`, `-e TEXT`, `eval TEXT`.
    pub(super) fn code(&self) -> Option<String> {
        if matches!(self.name, "eval") {
            return Some(self.arguments.join(" "));
        }
        if !self.is_interpreter() {
            return None;
        }
        let letters: &[char] = match self.name {
            "perl" | "ruby" | "node" | "lua" | "osascript" => &['e', 'E', 'p'],
            "php" => &['r'],
            "deno" => &[],
            _ => &['c'],
        };
        let place = self.arguments.iter().position(|word| {
            word.starts_with('-') && !word.starts_with("--") && word.contains(letters)
                || matches!(word.as_str(), "--eval" | "-Command")
        })?;
        self.arguments.get(place.saturating_add(1)).cloned()
    }

    /// The file or text that it is told to run, if that is its first word.
    pub(super) fn run_file(&self) -> Option<&str> {
        let file = self
            .arguments
            .iter()
            .find(|word| !word.starts_with('-') && !word.starts_with('+'))
            .map(String::as_str);
        match self.name {
            "source" | "." => self.arguments.first().map(String::as_str),
            _ if self.is_interpreter() && self.code().is_none() => file,
            _ => None,
        }
    }

    /// Where it fetches something from.
    pub(super) fn fetches(&self) -> Option<String> {
        let fetcher = matches!(
            self.name,
            "curl"
                | "wget"
                | "fetch"
                | "aria2c"
                | "axel"
                | "http"
                | "https"
                | "httpie"
                | "lynx"
                | "ftp"
                | "lwp-request"
                | "GET"
                | "nc"
                | "ncat"
                | "netcat"
                | "telnet"
                | "scp"
                | "tftp"
                | "wget2"
                | "gsutil"
                | "rclone"
        ) || (self.name == "openssl"
            && self.arguments.iter().any(|word| word == "s_client"));
        if !fetcher {
            return None;
        }
        let address = self
            .arguments
            .iter()
            .find(|word| word.contains("://"))
            .or_else(|| {
                self.arguments
                    .iter()
                    .find(|word| !word.starts_with('-') && word.contains('.'))
            })
            .or_else(|| {
                self.arguments
                    .iter()
                    .rev()
                    .find(|word| !word.starts_with('-'))
            });
        Some(address.cloned().unwrap_or_default())
    }

    pub(super) fn decodes(&self) -> bool {
        let any = |is: &dyn Fn(&str) -> bool| self.arguments.iter().any(|word| is(word));
        let short = |letter: char| {
            any(&|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
        };
        match self.name {
            "base" | "base64" | "base32" | "gbase" | "basenc" | "b" => {
                short('d') || short('D') || any(&|word| word.starts_with("--d"))
            }
            "xxd" => short('r'),
            "openssl" => any(&|word| word == "enc" || word == "base64") && short('d'),
            "uudecode" | "rev" => true,
            "gpg" => short('d') || any(&|word| word == "--decrypt"),
            "tr" => self
                .arguments
                .first()
                .is_some_and(|set| is_cipher(set, self.arguments.get(1))),
            "printf" | "echo" => any(&|word| escapes(word) > 1),
            "python" | "perl" | "ruby" | "node" | "php" => self.code().is_some_and(|code| {
                [
                    "b64decode",
                    "decode_base64",
                    "base64_decode",
                    "fromhex",
                    "unpack",
                    "'base64'",
                ]
                .into_iter()
                .any(|word| code.contains(word))
            }),
            _ => false,
        }
    }

    /// Credentials that it prints.
    pub(super) fn private(&self) -> Option<String> {
        let reads = matches!(
            self.name,
            "cat"
                | "tac"
                | "head"
                | "tail"
                | "less"
                | "more"
                | "grep"
                | "egrep"
                | "awk"
                | "sed"
                | "cut"
                | "base"
                | "base64"
                | "xxd"
                | "tar"
                | "zip"
                | "gzip"
                | "strings"
                | "jq"
                | "openssl"
                | "dd"
                | "find"
                | "od"
        );
        if reads
            && let Some(place) = self
                .arguments
                .iter()
                .find_map(|word| credential_place(word))
        {
            return Some(place.to_owned());
        }
        match self.name {
            "env" | "printenv" | "set" | "export" if self.arguments.is_empty() => {
                Some("the environment".to_owned())
            }
            "export" if self.arguments.iter().any(|word| word == "-p") => {
                Some("the environment".to_owned())
            }
            "history" => Some("the history of commands".to_owned()),
            "security"
                if self
                    .arguments
                    .iter()
                    .any(|word| word.contains("password") || word == "dump-keychain") =>
            {
                Some("the keychain".to_owned())
            }
            _ => None,
        }
    }

    pub(super) fn tells_machine(&self) -> bool {
        matches!(
            self.name,
            "whoami" | "id" | "hostname" | "uname" | "ifconfig" | "ip" | "pwd" | "ls" | "ps"
        )
    }

    /// True for a program that speaks to an address that it is given.
    pub(super) fn is_raw_network(&self) -> bool {
        matches!(
            self.name,
            "nc" | "ncat" | "netcat" | "telnet" | "socat" | "cryptcat"
        ) || (self.name == "openssl" && self.arguments.iter().any(|word| word == "s_client"))
    }
}

/// Backslashes that stand for a letter by its number.
pub(super) fn escapes(word: &str) -> usize {
    word.split('\\')
        .skip(1)
        .filter(|rest| {
            // Colours begin with the letter that escapes.
            let colour = ["033", "x1b", "x1B", "u001b"]
                .into_iter()
                .any(|escape| rest.starts_with(escape));
            !colour && rest.starts_with(['x', '0', '1', 'u'])
        })
        .count()
}

/// `tr 'A-Za-z' 'N-ZA-Mn-za-m'`, not `tr a-z A-Z`.
fn is_cipher(set: &str, other: Option<&String>) -> bool {
    let other = other.map_or("", String::as_str);
    let plain = |set: &str| {
        matches!(
            set,
            "a-z" | "A-Z" | "[a-z]" | "[A-Z]" | "[:upper:]" | "[:lower:]" | "A-Za-z" | "a-zA-Z"
        )
    };
    !plain(other) && other.matches('-').count() > 1 && set.contains('-')
}

/// The file with credentials that a word names; a key that is only used to log in does not count.
pub(super) fn credential_place(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    if lower.contains("known_hosts") || lower.ends_with(".pub") {
        return None;
    }
    places::credential(&lower)
}

/// The host of an address.
pub(super) fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let rest = rest.rsplit('@').next().unwrap_or(rest);
    rest.split(':').next().unwrap_or(rest)
}

/// Where projects that everybody knows keep the script by which they are installed.
const INSTALLERS: [&str; 34] = [
    "https://astral.sh/",
    "https://sh.rustup.rs",
    "https://static.rust-lang.org/",
    "https://install.python-poetry.org",
    "https://raw.githubusercontent.com/python-poetry/",
    "https://get.docker.com",
    "https://ollama.com/install.sh",
    "https://ollama.ai/install.sh",
    "https://deb.nodesource.com/",
    "https://rpm.nodesource.com/",
    "https://raw.githubusercontent.com/nvm-sh/nvm/",
    "https://raw.githubusercontent.com/Homebrew/",
    "https://raw.githubusercontent.com/ohmyzsh/ohmyzsh/",
    "https://raw.githubusercontent.com/helm/helm/",
    "https://raw.githubusercontent.com/pyenv/pyenv-installer/",
    "https://pyenv.run",
    "https://bootstrap.pypa.io/",
    "https://repo.anaconda.com/",
    "https://repo.continuum.io/",
    "https://github.com/conda-forge/miniforge/",
    "https://micro.mamba.pm/",
    "https://developer.download.nvidia.com/",
    "https://bun.sh/install",
    "https://deno.land/",
    "https://get.pnpm.io/",
    "https://sdk.cloud.google.com",
    "https://aka.ms/",
    "https://cli.github.com/",
    "https://packagecloud.io/",
    "https://packages.microsoft.com/",
    "https://apt.llvm.org/",
    "https://pixi.sh/",
    "https://awscli.amazonaws.com/",
    "https://get.helm.sh/",
];

/// True for the installer of a project that everybody knows.
pub(super) fn is_installer(address: &str) -> bool {
    INSTALLERS.into_iter().any(|known| {
        address
            .strip_prefix(known)
            .is_some_and(|rest| known.ends_with('/') || !rest.starts_with(['.', '@', '-']))
    })
}
