//! Commands that destroy, or take guards away.

use waybill_domain::Severity::{Critical, High, Low, Medium};

use super::judged::{Act, JudgedCommands, Kind, Moment, One};

impl One<'_, '_> {
    pub(super) fn destroys(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        let words = program.arguments;
        let has = |wanted: &str| words.iter().any(|word| word == wanted);
        let everything = match program.name {
            "rm" => {
                let below = words.iter().any(|word| {
                    word == "--recursive"
                        || word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R'])
                });
                below && words.iter().any(|word| is_everything(word))
            }
            "find" => {
                (has("-delete") || words.windows(2).any(|pair| {
                    matches!(pair, [first, second] if first == "-exec" && (second == "rm" || second == "shred"))
                })) && words.first().is_some_and(|word| is_everything(word))
                    && !has("-name")
                    && !has("-iname")
                    && !has("-type")
                    && !has("-path")
            }
            "dd" => words.iter().any(|word| {
                word.strip_prefix("of=").is_some_and(is_disk)
            }),
            name if name.starts_with("mkfs") => words.iter().any(|word| is_disk(word)),
            "wipefs" | "shred" | "blkdiscard" => words.iter().any(|word| is_disk(word) || is_everything(word)),
            "chmod" | "chown" => {
                words.iter().any(|word| word.starts_with('-') && word.contains('R'))
                    && words.iter().any(|word| matches!(word.as_str(), "/" | "/*"))
            }
            _ => false,
        } || self.command.flow.redirections.iter().any(|redirection| {
            redirection.sign.contains('>') && is_disk(&redirection.target)
        });
        if everything {
            acts.push(self.act(
                Kind::Destruction,
                Critical,
                "destroys what is on this machine",
            ));
        }
    }

    pub(super) fn tampers(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        let words = program.arguments;
        let has = |wanted: &str| words.iter().any(|word| word == wanted);
        let build = self.judge.moment == Moment::Build;
        let milder = if build { Low } else { Medium };
        let told = match program.name {
            "setenforce" if has("0") => Some((Medium, "switches guards of the system off")),
            "iptables" | "ip6tables" if has("-F") || has("--flush") => {
                Some((Medium, "switches guards of the system off"))
            }
            "ufw" if has("disable") => Some((Medium, "switches guards of the system off")),
            "spctl" if words.iter().any(|word| word.ends_with("-disable")) => {
                Some((Medium, "switches guards of the system off"))
            }
            "xattr" if has("com.apple.quarantine") => {
                Some((Medium, "switches guards of the system off"))
            }
            "systemctl" | "service" | "pkill" | "killall"
                if (has("stop")
                    || has("disable")
                    || has("mask")
                    || program.name.contains("kill"))
                    && words
                        .iter()
                        .any(|word| GUARDS.iter().any(|guard| word.starts_with(guard))) =>
            {
                Some((High, "switches guards of the system off"))
            }
            "chmod" if words.iter().any(|word| lends_rights(word)) => Some((
                if words.iter().any(|word| word.ends_with("sh")) {
                    High
                } else {
                    milder
                },
                "lets others run a program as its owner",
            )),
            "history" if has("-c") => Some((milder, "wipes its traces")),
            // Settings of shells keep no history of root; a script of a package has none to keep.
            "unset" if has("HISTFILE") => Some((
                if self.judge.moment == Moment::Install {
                    Medium
                } else {
                    Low
                },
                "wipes its traces",
            )),
            "useradd" | "adduser"
                if words.windows(2).any(
                    |pair| matches!(pair, [first, second] if first == "-u" && second == "0"),
                ) =>
            {
                Some((High, "makes a second root"))
            }
            "git"
                if words.iter().any(|word| {
                    word == "core.hooksPath"
                        || word == "core.sshCommand"
                        || word == "core.fsmonitor"
                }) && has("--global") =>
            {
                Some((High, "has Git run programs"))
            }
            "xmrig" | "minerd" | "cpuminer" | "ethminer" | "t-rex" | "nbminer" | "lolMiner" => {
                Some((High, "mines for somebody"))
            }
            _ => None,
        };
        let mines = words
            .iter()
            .any(|word| word.contains("stratum+tcp://") || word.contains("stratum+ssl://"));
        if mines {
            acts.push(self.act(Kind::Tampering, High, "mines for somebody"));
        } else if let Some((severity, does)) = told {
            acts.push(self.act(Kind::Tampering, severity, does));
        }
    }
}

impl JudgedCommands {
    /// `f(){ f|f& };f`, a function that starts itself twice, and so on.
    pub(crate) fn endless(text: &str, moment: Moment) -> Option<Self> {
        let (line, name) = text
            .lines()
            .enumerate()
            .take(20_000)
            .find_map(|(index, line)| {
                let plain: String = line.split_whitespace().collect();
                let (before, body) = plain.split_once("(){")?;
                let name = before.rsplit([';', '&']).next().unwrap_or(before);
                let starts = format!("{name}|{name}&");
                (!name.is_empty() && name.len() < 30 && body.starts_with(&starts))
                    .then(|| (index, name.to_owned()))
            })?;
        Some(Self {
            when: moment.when(),
            acts: vec![Act {
                line: u32::try_from(line.saturating_add(1)).unwrap_or(u32::MAX),
                kind: Kind::Destruction,
                severity: High,
                does: format!("starts itself without end: {}", crate::rule::quoted(&name)),
            }],
            unread: Vec::new(),
        })
    }
}

/// Programs that watch over a machine.
const GUARDS: [&str; 12] = [
    "auditd",
    "firewalld",
    "apparmor",
    "falcon",
    "clamav",
    "clamd",
    "ossec",
    "wazuh",
    "rsyslog",
    "aliyun",
    "crowdstrike",
    "mdatp",
];

fn is_disk(word: &str) -> bool {
    [
        "/dev/sd",
        "/dev/nvme",
        "/dev/vd",
        "/dev/hd",
        "/dev/xvd",
        "/dev/disk",
        "/dev/mmcblk",
        "/dev/mapper",
    ]
    .into_iter()
    .any(|disk| word.starts_with(disk))
}

/// True for the root, the homes, and the folders of the system.
fn is_everything(word: &str) -> bool {
    let plain = word.trim_end_matches('*');
    let plain = if plain.len() > 1 {
        plain.trim_end_matches('/')
    } else {
        plain
    };
    matches!(
        plain,
        "/" | "~"
            | "${HOME}"
            | "/home"
            | "/root"
            | "/etc"
            | "/usr"
            | "/var"
            | "/bin"
            | "/boot"
            | "/lib"
            | "/opt/*"
            | "/Users"
            | "C:\\"
            | "/mnt"
            | "/srv"
            | "/."
    ) || word == "/*"
}

/// True for a mode with which a program runs as its owner, whoever starts it.
fn lends_rights(word: &str) -> bool {
    word == "u+s"
        || word == "+s"
        || word.len() == 4
            && word.starts_with(['4', '6'])
            && word.bytes().all(|byte| byte.is_ascii_digit())
}
