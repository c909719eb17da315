//! Settings of Git, and where requirements are taken from.

use waybill_domain::Severity;

use super::settings::last;
use super::{Noted, NotedKind};
use crate::rule::quoted;

/// Hooks that Git runs.
const HOOKS: [&str; 14] = [
    "post-checkout",
    "post-merge",
    "post-commit",
    "pre-commit",
    "pre-push",
    "post-rewrite",
    "pre-rebase",
    "prepare-commit-msg",
    "commit-msg",
    "post-receive",
    "pre-receive",
    "update",
    "fsmonitor-watchman",
    "applypatch-msg",
];

/// Settings of Git.
pub(super) fn git(name: &str, text: &str, noted: &mut Vec<Noted>) {
    let name = name.replace('\\', "/");
    let file = last(&name);
    let mut note = |line: usize, severity: Severity, message: String| {
        noted.push(Noted {
            kind: NotedKind::Git,
            line: u32::try_from(line.saturating_add(1)).unwrap_or(u32::MAX),
            severity,
            message,
        });
    };
    let hooked = HOOKS.contains(&file)
        && name
            .rsplit('/')
            .nth(1)
            .is_some_and(|folder| matches!(folder, "hooks" | ".githooks" | ".husky"));
    if hooked {
        note(
            0,
            Severity::Medium,
            format!("is a hook that Git runs: {}", quoted(file)),
        );
    }
    if file == ".gitattributes" {
        for (line, written) in text.lines().enumerate() {
            let filter = written
                .split_whitespace()
                .find_map(|word| word.strip_prefix("filter="));
            if let Some(filter) = filter
                .filter(|filter| !matches!(*filter, "lfs" | "git-crypt" | "nbstripout" | "xet"))
            {
                note(
                    line,
                    Severity::Low,
                    format!(
                        "names the filter {}, which settings of Git may make a program",
                        quoted(filter)
                    ),
                );
            }
        }
    }
    let modules = file == ".gitmodules";
    let settings = name.ends_with(".git/config")
        || file == ".gitconfig"
        || name.ends_with(".git/config.worktree");
    if !(modules || settings) {
        return;
    }
    let mut section = String::new();
    for (line, written) in text.lines().enumerate().take(20_000) {
        let written = written.trim();
        if let Some(head) = written.strip_prefix('[') {
            section = head
                .split([' ', ']', '.'])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            continue;
        }
        let Some((key, value)) = written.split_once('=') else {
            continue;
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if let Some(what) = git_setting(modules, &section, &key, value) {
            note(line, Severity::High, format!("{what}: {}", quoted(written)));
        }
    }
}

fn git_setting(modules: bool, section: &str, key: &str, value: &str) -> Option<&'static str> {
    let plain = value.trim_matches('"');
    let command = plain.starts_with('!')
        || plain.contains(['/', '\\', ';', '|', '$', '`'])
        || plain.contains(".sh");
    match (section, key) {
        (_, "url" | "pushurl") if plain.starts_with('-') || plain.starts_with("ext::") => {
            Some("the address of a repository is an option or a command")
        }
        ("submodule", "path")
            if plain.split('/').any(|part| part == "..")
                || plain.starts_with('-')
                || plain.starts_with('/') =>
        {
            Some("the path of a submodule leaves the folder")
        }
        ("submodule", "update") if plain.starts_with('!') => {
            Some("a submodule is brought in by a command")
        }
        _ if modules => None,
        ("core", "fsmonitor") if !matches!(plain, "true" | "false" | "") => {
            Some("Git runs a program whenever it looks at the folder")
        }
        ("core", "sshcommand" | "gitproxy" | "askpass" | "editor" | "pager") if command => {
            Some("Git runs a program of these settings")
        }
        ("core", "hookspath") => Some("Git takes its hooks from a folder of these settings"),
        ("filter", "smudge" | "clean" | "process")
            if !plain.starts_with("git-lfs ") && !plain.starts_with("git-xet") =>
        {
            Some("Git runs a program over files that it checks out")
        }
        ("diff" | "merge", "external" | "textconv" | "driver" | "command") if command => {
            Some("Git runs a program to compare or merge files")
        }
        ("alias", _) if plain.starts_with('!') => {
            Some("a name of a command of Git stands for a program")
        }
        ("credential", "helper") if plain.starts_with('!') || plain.contains('/') => {
            Some("credentials are handed to a program of these settings")
        }
        ("remote", "uploadpack" | "receivepack" | "vcs") if command => {
            Some("a program of these settings serves a remote repository")
        }
        _ => None,
    }
}

/// Hosts from which everybody installs.
const INDEXES: [&str; 19] = [
    "download.pytorch.org",
    "data.pyg.org",
    "pypi.nvidia.com",
    "pypi.ngc.nvidia.com",
    "developer.download.nvidia.com",
    "storage.googleapis.com",
    "github.com",
    "raw.githubusercontent.com",
    "objects.githubusercontent.com",
    "gitlab.com",
    "huggingface.co",
    "hf.co",
    "flashinfer.ai",
    "wheels.vllm.ai",
    "download.openmmlab.com",
    "abetlen.github.io",
    "repo.radeon.com",
    "pytorch-extension.intel.com",
    "dl.fbaipublicfiles.com",
];

/// True if a manifest names this file: it lies at the root of the archive, whatever folder it came from.
pub(super) fn same_file(named: &str, name: &str) -> bool {
    let file = |path: &str| {
        let path = path.replace('\\', "/");
        last(&path).to_ascii_lowercase()
    };
    let (named, name) = (file(named.trim()), file(name));
    !named.is_empty() && named == name
}

/// Requirement files that take packages from odd places; `asked` is true for a file that a manifest
/// names as one, whatever its name.
pub(super) fn requirements(name: &str, asked: bool, text: &str, noted: &mut Vec<Noted>) {
    let file = last(name).to_ascii_lowercase();
    let wanted = asked
        || (file.contains("requirements") && (file.ends_with(".txt") || file.ends_with(".in")))
        || matches!(
            file.as_str(),
            "pip.conf" | "pip.ini" | "constraints.txt" | ".npmrc" | ".yarnrc" | "uv.toml"
        )
        || file.ends_with(".txt") && asks_for_packages(text);
    if !wanted {
        return;
    }
    for (line, written) in text.lines().enumerate().take(20_000) {
        let written = written.split(" #").next().unwrap_or_default().trim();
        if written.starts_with('#') || written.is_empty() {
            continue;
        }
        let Some(what) = odd_source(written) else {
            continue;
        };
        let shown = without_credentials(written);
        noted.push(Noted {
            kind: NotedKind::Requirement,
            line: u32::try_from(line.saturating_add(1)).unwrap_or(u32::MAX),
            severity: Severity::Medium,
            message: format!("{what}: {}", quoted(&shown)),
        });
    }
}

/// True for requirements under a name of their own, as manifests may name them.
fn asks_for_packages(text: &str) -> bool {
    const OPTIONS: [&str; 5] = [
        "--index-url",
        "--extra-index-url",
        "--find-links",
        "--trusted-host",
        "-i http",
    ];
    text.lines().take(2_000).any(|line| {
        let line = line.trim();
        let named = line.split_once(" @ ").is_some_and(|(name, from)| {
            from.contains("://") && !name.contains(char::is_whitespace)
        });
        named || OPTIONS.iter().any(|option| line.starts_with(option))
    })
}

fn odd_source(line: &str) -> Option<&'static str> {
    let address = line.find("://").map(|at| {
        let rest = line.get(at.saturating_add(3)..).unwrap_or_default();
        let host = rest
            .split(['/', ' ', '?', '#', ';'])
            .next()
            .unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let scheme_start = line
            .get(..at)
            .unwrap_or_default()
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '+'))
            .map_or(0, |before| before.saturating_add(1));
        let scheme = line
            .get(scheme_start..at)
            .unwrap_or_default()
            .to_ascii_lowercase();
        (scheme, host)
    });
    if line.starts_with("--trusted-host") || line.starts_with("trusted-host") {
        return Some("has the certificate of an index not asked for");
    }
    let (scheme, host) = address?;
    let labels: Vec<&str> = host.split('.').collect();
    let first = match labels.as_slice() {
        ["pypi", "org"] | ["test", "pypi", "org"] => true,
        ["registry", "npmjs" | "yarnpkg", "org" | "com"] | ["npm", "pkg", "github", "com"] => true,
        ["files", name, "org"] => name.strip_prefix("python") == Some("hosted"),
        _ => false,
    };
    let usual = INDEXES.into_iter().any(|known| {
        host == known
            || host
                .strip_suffix(known)
                .is_some_and(|rest| rest.ends_with('.'))
    });
    let number = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if number {
        return Some("takes packages from an address that is a number");
    }
    if matches!(
        scheme.as_str(),
        "http" | "git+http" | "git" | "ftp" | "git+git"
    ) {
        return Some("takes packages from an address without TLS");
    }
    if usual || first {
        return None;
    }
    let index = line.starts_with("--")
        || line.starts_with("-i ")
        || line.starts_with("-f ")
        || line.starts_with("index-url")
        || line.starts_with("extra-index-url")
        || line.starts_with("url =")
        || line.starts_with("registry")
        || line.starts_with('@');
    if index {
        return Some("asks another index for packages");
    }
    (!scheme.starts_with("git")).then_some("takes a package from an address of its own")
}

/// The line without what stands before `@` in an address.
fn without_credentials(line: &str) -> String {
    let Some(at) = line.find("://") else {
        return line.to_owned();
    };
    let (head, rest) = line.split_at(at.saturating_add(3));
    let end = rest.find(['/', ' ']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|host| host.rfind('@')) {
        Some(cut) => format!("{head}***{}", rest.get(cut..).unwrap_or_default()),
        None => line.to_owned(),
    }
}
