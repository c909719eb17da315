//! Commands that reach out: shells for others, and what is sent away.

use waybill_domain::Severity::{Critical, High, Low, Medium};

use super::judged::{Act, Kind, One};
use super::words::{credential_place, host};
use crate::python::places;

/// Hosts that exist to take in whatever is sent, for whoever asks.
pub(super) const CATCHERS: [&str; 22] = [
    "webhook.site",
    "requestbin",
    "pipedream.net",
    "burpcollaborator.net",
    "oastify.com",
    "interact.sh",
    "oast.fun",
    "oast.pro",
    "oast.live",
    "oast.site",
    "oast.online",
    "oast.me",
    "dnslog.cn",
    "beeceptor.com",
    "canarytokens",
    "ngrok.io",
    "ngrok-free.app",
    "ngrok.app",
    "trycloudflare.com",
    "serveo.net",
    "localtunnel.me",
    "requestcatcher.com",
];

impl One<'_, '_> {
    /// A shell whose input and output are a connection.
    pub(super) fn connects(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        let critical = |does: &str, acts: &mut Vec<Act>| {
            acts.push(self.act(Kind::RemoteShell, Critical, does));
        };
        let wired = self
            .command
            .flow
            .redirections
            .iter()
            .any(|redirection| is_wire(&redirection.target));
        if wired && (program.is_interpreter() || program.name == "exec") {
            let probes = program
                .code()
                .is_some_and(|code| code.trim() == ":" || code.trim() == "true");
            if program.is_interpreter() && !probes {
                return critical("connects a shell to somebody else", acts);
            }
        }
        let exec = self
            .command
            .words
            .first()
            .is_some_and(|word| word == "exec");
        if wired && exec {
            let shell = self.judge.facts.commands.iter().zip(&self.judge.programs);
            let handed = shell.into_iter().any(|(command, program)| {
                program.is_shell()
                    && command.flow.redirections.iter().any(|redirection| {
                        redirection.sign.contains('&')
                            || redirection.target.starts_with(|c: char| c.is_ascii_digit())
                    })
            });
            let severity = if handed { Critical } else { Medium };
            return acts.push(self.act(
                Kind::RemoteShell,
                severity,
                "opens a connection for what follows",
            ));
        }
        if self.hands_over() {
            return critical("connects a shell to somebody else", acts);
        }
        let whole = program.arguments.join(" ");
        if matches!(program.name, "awk" | "gawk" | "mawk") && whole.contains("/inet/tcp/") {
            critical("connects a shell to somebody else", acts);
        }
    }

    /// True for a program that hands its connection to a shell.
    fn hands_over(&self) -> bool {
        let program = self.program;
        if program.is_raw_network() {
            let argument =
                |is: &dyn Fn(&str) -> bool| program.arguments.iter().any(|word| is(word));
            let runs = match program.name {
                "socat" => argument(&|word| {
                    let word = word.to_ascii_lowercase();
                    word.contains("exec:") || word.contains("system:")
                }),
                "openssl" => false,
                "telnet" => false,
                _ => {
                    argument(&|word| {
                        matches!(word, "--exec" | "--sh-exec" | "--lua-exec")
                            || word.starts_with("--exec=")
                            || word.starts_with("--sh-exec=")
                            || word.starts_with('-')
                                && !word.starts_with("--")
                                && word.contains(['e', 'c'])
                                && !word.contains(['.', '/'])
                    }) && argument(&|word| {
                        word.contains("/sh")
                            || word.contains("bash")
                            || word == "sh"
                            || word.contains("cmd")
                            || word.contains("powershell")
                            || word.starts_with('$')
                    })
                }
            };
            let piped = self.judge.beside(self.index, |other| {
                other.is_interpreter() && other.reads_code()
            });
            return runs || piped;
        }
        false
    }

    /// True if a file that `is` meant is sent somewhere.
    pub(super) fn uploads(&self, is: &dyn Fn(&str) -> bool) -> bool {
        let program = self.program;
        let sent = |word: &String| {
            let word = word.strip_prefix("--post-file=").unwrap_or(word);
            let word = word.rsplit_once('@').map_or(word, |(_, file)| file);
            is(word)
        };
        let file = |flags: &[&str]| {
            program.arguments.windows(2).any(
                |pair| matches!(pair, [flag, word] if flags.contains(&flag.as_str()) && sent(word)),
            )
        };
        match program.name {
            "curl" => file(&[
                "-T",
                "--upload-file",
                "-F",
                "--form",
                "-d",
                "--data-binary",
                "--data",
            ]),
            "wget" => program
                .arguments
                .iter()
                .any(|word| word.starts_with("--post-file=") && sent(word)),
            "scp" | "rsync" | "sftp" | "lftp" => program.arguments.iter().any(sent),
            "nc" | "ncat" | "netcat" => self
                .command
                .flow
                .redirections
                .iter()
                .any(|redirection| redirection.sign == "<" && is(&redirection.target)),
            _ => false,
        }
    }

    /// What others should not have, and where it goes.
    pub(super) fn sends(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        let wired = self
            .command
            .flow
            .redirections
            .iter()
            .any(|redirection| is_wire(&redirection.target) && redirection.sign.contains('>'));
        let sender = wired
            || program.is_raw_network()
            || matches!(
                program.name,
                "curl"
                    | "wget"
                    | "http"
                    | "https"
                    | "httpie"
                    | "scp"
                    | "sftp"
                    | "rsync"
                    | "ftp"
                    | "ssh"
                    | "aws"
                    | "gsutil"
                    | "rclone"
                    | "dig"
                    | "nslookup"
                    | "host"
                    | "ping"
                    | "mail"
                    | "mailx"
                    | "sendmail"
                    | "lftp"
                    | "ncftpput"
            );
        if !sender {
            return;
        }
        let (private, machine) = self.given_away(wired);
        let arrives = matches!(program.name, "aws" | "gsutil" | "rclone")
            && !program
                .arguments
                .iter()
                .any(|word| matches!(word.as_str(), "cp" | "sync" | "copy" | "mv"));
        if let Some(private) = private.filter(|_| !arrives) {
            return acts.push(self.act(Kind::Theft, Critical, &format!("sends {private} away")));
        }
        self.tells(machine, acts);
    }

    /// What it is given that others should not have, and whether it is told of this machine.
    fn given_away(&self, wired: bool) -> (Option<String>, bool) {
        let program = self.program;
        let mut private = None;
        let mut machine = false;
        let mut login = false;
        for word in program.arguments.iter().take(200) {
            let key = std::mem::replace(&mut login, is_login(word));
            if key || word.starts_with("-H") || word.starts_with("--header") {
                continue;
            }
            let sent = match program.name {
                "curl" | "wget" | "http" | "https" | "httpie" => {
                    word.contains('@') || word.starts_with("--post-file") || is_path(word)
                }
                "scp" | "rsync" | "sftp" | "aws" | "gsutil" | "rclone" => !word.contains(':'),
                "ssh" => false,
                _ => true,
            };
            if sent && private.is_none() {
                private = credential_place(word).map(ToOwned::to_owned);
            }
            let source = self.source(word);
            machine |= source.machine;
            private = private.or(source.private);
        }
        let input = self.input();
        let takes_input = wired
            || program.is_raw_network()
            || program.name == "ssh"
            || program
                .arguments
                .iter()
                .any(|word| matches!(word.as_str(), "-" | "@-" | "-T-") || word.contains("@-"));
        if takes_input {
            machine |= input.machine;
            private = private.or(input.private);
        }
        (private, machine)
    }

    /// Secrets and names in the open, and hosts that take in whatever is sent.
    fn tells(&self, machine: bool, acts: &mut Vec<Act>) {
        let program = self.program;
        let whole = program.arguments.join(" ");
        let lower = whole.to_ascii_lowercase();
        if let Some(catcher) = CATCHERS.into_iter().find(|host| lower.contains(host)) {
            return acts.push(self.act(
                Kind::Theft,
                High,
                &format!("leads to {catcher}, which takes in whatever is sent"),
            ));
        }
        if whole.contains("169.254.169.254") && whole.contains("credentials") {
            return acts.push(self.act(Kind::Theft, High, "asks the cloud for its credentials"));
        }
        let secret = super::judged::names(&whole).any(places::secret_name);
        let address = program.fetches().unwrap_or_default();
        let number = host(&address)
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
            && address.contains('.');
        let sends_data = program.arguments.iter().any(|word| {
            matches!(
                word.as_str(),
                "-d" | "--data" | "-F" | "--form" | "--data-binary" | "--data-raw"
            ) || word.starts_with("--data")
                || word.starts_with("--post-data")
        }) || whole.contains('?');
        let plain = number
            || address.starts_with("http://")
            || CATCHERS.iter().any(|host| lower.contains(host));
        if secret && sends_data && plain && !places::is_local(&address) {
            return acts.push(self.act(
                Kind::Theft,
                High,
                "sends a secret of the environment away",
            ));
        }
        let names_host = matches!(program.name, "dig" | "nslookup" | "host" | "ping");
        if machine && names_host && whole.contains("$(...).") {
            return acts.push(self.act(
                Kind::Theft,
                High,
                "sends what it found in the name of a host",
            ));
        }
        if machine && sends_data && plain && !places::is_local(&address) {
            acts.push(self.act(
                Kind::Theft,
                High,
                "sends away what it found on this machine",
            ));
        } else if machine && sends_data {
            acts.push(self.act(Kind::Theft, Low, "tells somebody about this machine"));
        }
    }
}

/// A connection that the shell itself makes.
fn is_wire(target: &str) -> bool {
    (target.contains("/dev/tcp/") || target.contains("/dev/udp/")) && !places::is_local(target)
}

/// Options whose value is only used to log in.
fn is_login(word: &str) -> bool {
    matches!(
        word,
        "-H" | "--header"
            | "-u"
            | "--user"
            | "-i"
            | "-e"
            | "--rsh"
            | "--cert"
            | "--key"
            | "-E"
            | "--cacert"
            | "--netrc-file"
            | "-b"
            | "--cookie"
            | "-F/dev/null"
            | "-A"
            | "--user-agent"
            | "-o"
            | "-O"
            | "--output"
    )
}

fn is_path(word: &str) -> bool {
    word.starts_with(['/', '~']) || word.starts_with("${HOME}")
}
