//! Commands that have something run again later.

use waybill_domain::Severity::{self, High, Low, Medium};
use waybill_source::commands::shell;

use super::judged::{Act, Kind, Moment, One};
use super::words::program;
use crate::python::places;

/// Files in which a user's shell finds its settings.
const SETTINGS: [&str; 9] = [
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".zshrc",
    ".zprofile",
    ".zshenv",
    ".profile",
    "/etc/profile",
    "/etc/bash.bashrc",
];

impl One<'_, '_> {
    pub(super) fn stays(&self, acts: &mut Vec<Act>) {
        let program = self.program;
        if program.name == "crontab" {
            let lists = program
                .arguments
                .iter()
                .any(|word| matches!(word.as_str(), "-l" | "-r" | "-e"));
            if !lists {
                let severity = self.outside_images(High);
                acts.push(self.act(Kind::Persistence, severity, "has something run at times"));
            }
        }
        let starts = match program.name {
            "systemctl" => program.arguments.iter().any(|word| word == "enable"),
            "launchctl" => program
                .arguments
                .iter()
                .any(|word| matches!(word.as_str(), "load" | "bootstrap" | "submit")),
            "update-rc.d" | "chkconfig" => true,
            _ => false,
        };
        if starts && self.judge.moment != Moment::Install {
            acts.push(self.act(Kind::Persistence, Low, "has a service start by itself"));
        }
        for target in self.targets() {
            if let Some((severity, does)) = self.place(target) {
                acts.push(self.act(Kind::Persistence, severity, does));
            }
        }
    }

    /// What is only done to an image harms nobody's machine.
    fn outside_images(&self, severity: Severity) -> Severity {
        match self.judge.moment {
            Moment::Build => Low,
            _ => severity,
        }
    }

    /// Files that the command writes.
    fn targets(&self) -> Vec<&str> {
        let redirected = self.command.flow.redirections.iter();
        let mut targets: Vec<&str> = redirected
            .filter(|redirection| redirection.sign.contains('>'))
            .map(|redirection| redirection.target.as_str())
            .collect();
        let mut plain = self
            .program
            .arguments
            .iter()
            .map(String::as_str)
            .filter(|word| !word.starts_with('-'));
        match self.program.name {
            "tee" => targets.extend(plain),
            "cp" | "mv" | "install" | "ln" => targets.extend(plain.next_back()),
            "sed"
                if self
                    .program
                    .arguments
                    .iter()
                    .any(|word| word.starts_with("-i")) =>
            {
                targets.extend(plain.skip(1));
            }
            "dd" => targets.extend(plain.filter_map(|word| word.strip_prefix("of="))),
            _ => {}
        }
        targets
    }

    fn place(&self, target: &str) -> Option<(Severity, &'static str)> {
        // Names of variables say nothing about what they hold.
        let lower: String = target
            .to_ascii_lowercase()
            .split("${")
            .enumerate()
            .map(|(index, part)| match part.split_once('}') {
                Some((name, rest)) if index > 0 && name != "home" => rest.to_owned(),
                Some((_, rest)) if index > 0 => format!("~{rest}"),
                _ => part.to_owned(),
            })
            .collect();
        let has = |part: &str| lower.contains(part);
        if has("authorized_keys") {
            return Some((self.outside_images(High), "lets somebody log in"));
        }
        if has("ld.so.preload") {
            return Some((High, "has a library loaded into every program"));
        }
        if lower.starts_with("/etc/sudoers") {
            return Some((self.outside_images(High), "lets somebody become root"));
        }
        if SETTINGS.into_iter().any(|file| lower.ends_with(file)) || has("/etc/profile.d/") {
            let severity = self.settings_severity();
            return Some((severity, "changes what runs when a shell starts"));
        }
        if has("/systemd/") {
            let severity = if has("/systemd/user") { Medium } else { Low };
            return Some((
                self.outside_images(severity),
                "has a service start by itself",
            ));
        }
        if has("sitecustomize.py")
            || has("usercustomize.py")
            || lower.ends_with(".pth") && has("site-packages")
        {
            return Some((High, "changes what runs when Python starts"));
        }
        places::persistent(&lower)
            .map(|_| (self.outside_images(High), "has something run again later"))
    }

    /// Settings that only name places and load the usual hooks are what installers write.
    fn settings_severity(&self) -> Severity {
        let text = match (&self.command.flow.input, self.program.name) {
            (Some(input), _) => Some(input.clone()),
            (None, "echo" | "printf") => {
                let words: Vec<&str> = self
                    .program
                    .arguments
                    .iter()
                    .map(String::as_str)
                    .filter(|word| !matches!(*word, "-e" | "-n" | "-en" | "-ne"))
                    .collect();
                Some(words.join(" ").replace("\\n", "\n"))
            }
            (None, "tee") => {
                let before = self.judge.before(self.index);
                let words: Vec<String> = before
                    .iter()
                    .filter_map(|index| self.judge.facts.commands.get(*index))
                    .filter(|command| {
                        command
                            .words
                            .first()
                            .is_some_and(|word| word == "echo" || word == "printf")
                    })
                    .map(|command| command.words.get(1..).unwrap_or_default().join(" "))
                    .collect();
                (!words.is_empty()).then(|| words.join("\n"))
            }
            (None, "sed" | "true" | ":") => return Low,
            _ => None,
        };
        let Some(text) = text else {
            return self.outside_images(Medium);
        };
        let facts = shell(&text);
        let usual = facts.commands.iter().all(|command| {
            let program = program(&command.words);
            program.fetches().is_none()
                && !program.decodes()
                && !program.is_raw_network()
                && !program.is_interpreter()
                && command.flow.redirections.iter().all(|redirection| {
                    redirection.target == "/dev/null"
                        || !redirection.sign.contains('>')
                        || redirection.target.parse::<u32>().is_ok()
                })
                && !program.written.starts_with(['/', '.', '~'])
                    | matches!(program.name, "." | "source" | "conda" | "brew")
        });
        let preload = text.contains("LD_PRELOAD") || text.contains("alias sudo");
        if usual && !preload { Low } else { High }
    }
}
