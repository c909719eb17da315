//! What the commands of package tools ask for.

use waybill_domain::inventory::{Hash, Pin, Standing};
use waybill_source::packages::{Origin, Package, python};

use super::{
    pin,
    registries::{cargo, conda, gem, go, npm, npx, npx_forced},
    scene::{Arguments, Run, is_known},
};
use crate::tree::file_name;

/// A package as a command asks for it.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) kind: &'static str,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) requirement: Option<String>,
    pub(super) qualifiers: Vec<(&'static str, String)>,
    pub(super) pin: Option<Pin>,
    pub(super) hashes: Vec<Hash>,
}

/// The packages that a command asks for, and what the command is called.
pub(super) fn wanted(run: &Run<'_>) -> (Vec<Wanted>, &'static str) {
    let program = file_name(run.word(0)).to_ascii_lowercase();
    let second = run.word(1);
    match (program.as_str(), second) {
        ("pip" | "pip2" | "pip3" | "pipenv", "install") => (pip(run.from(2)), "pip install"),
        (python, "-m")
            if python.starts_with("python")
                && matches!(run.word(2), "pip" | "pip3")
                && run.word(3) == "install" =>
        {
            (pip(run.from(4)), "pip install")
        }
        ("uv", "pip") if run.word(2) == "install" => (pip(run.from(3)), "uv pip install"),
        ("uv", "tool") if matches!(run.word(2), "install" | "run") => {
            (first(pip(run.from(3))), "uv tool install")
        }
        ("uv" | "poetry" | "pdm" | "rye", "add") => (pip(run.from(2)), "uv add"),
        ("uv", "run") => (with(run.from(2)), "uv run --with"),
        ("uvx", _) => (tool(run.from(1)), "uvx"),
        ("pipx", "install" | "run" | "inject") => (tool(run.from(2)), "pipx"),
        ("conda" | "mamba" | "micromamba", "install" | "create") => {
            (conda(run.from(2)), "conda install")
        }
        ("npm", "install" | "i" | "add") => (npm(run.from(2)), "npm install"),
        ("yarn" | "pnpm" | "bun", "add") => (npm(run.from(2)), "npm install"),
        ("pnpm" | "bun", "install" | "i") => (npm(run.from(2)), "npm install"),
        ("yarn", "global") if run.word(2) == "add" => (npm(run.from(3)), "npm install"),
        ("npx" | "bunx", _) => (npx(run.from(1)), "npx"),
        ("pnpm" | "yarn", "dlx") => (npx_forced(run.from(2)), "npx"),
        ("npm", "exec") => (npx(run.from(2)), "npx"),
        ("cargo", "install" | "binstall") => (cargo(run.from(2)), "cargo install"),
        ("go", "install" | "get") => (go(run.from(2)), "go install"),
        ("gem", "install") => (gem(run.from(2)), "gem install"),
        ("apt-get" | "apt" | "aptitude", _) if has(run, "install") => (
            system("deb", distribution(run), after(run, "install"), '='),
            "apt-get install",
        ),
        ("apk", _) if has(run, "add") => (
            system("apk", Some("alpine"), after(run, "add"), '='),
            "apk add",
        ),
        ("dnf" | "yum" | "microdnf", _) if has(run, "install") => (
            system("rpm", None, after(run, "install"), '-'),
            "dnf install",
        ),
        _ => (Vec::new(), ""),
    }
}

fn has(run: &Run<'_>, word: &str) -> bool {
    run.words.iter().skip(1).take(8).any(|known| known == word)
}

fn after<'r>(run: &'r Run<'_>, word: &str) -> &'r [String] {
    let at = run.words.iter().position(|known| known == word);
    run.from(at.map_or(run.words.len(), |at| at + 1))
}

/// Options of pip, uv and their kin that take a value.
const PIP_VALUES: [&str; 40] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--platform",
    "--python-version",
    "--prefix",
    "--root",
    "--no-binary",
    "--only-binary",
    "--progress-bar",
    "--trusted-host",
    "--cache-dir",
    "--timeout",
    "--retries",
    "--upgrade-strategy",
    "--python",
    "-p",
    "--group",
    "--src",
    "--proxy",
    "--report",
    "-C",
    "--config-settings",
    "--implementation",
    "--abi",
    "--log",
    "--torch-backend",
    "--extra",
    "--index",
    "--default-index",
    "-e",
    "--editable",
];

/// The parser of requirement files reads what stands on the command line.
fn pip(words: &[String]) -> Vec<Wanted> {
    let arguments = Arguments::read(words, |option| PIP_VALUES.contains(&option));
    let mut specs: Vec<&str> = arguments.plain.clone();
    for (option, value) in &arguments.options {
        if matches!(*option, "-e" | "--editable") {
            specs.extend(value.filter(|value| value.contains("://")));
        }
    }
    let mut found = Vec::new();
    for spec in specs {
        let local = spec.starts_with('.')
            || spec.starts_with('/')
            || (spec.contains('/') && !spec.contains("://"));
        if !is_known(spec)
            || local
            || spec.contains(['\n', '*']) && !spec.contains("==")
            || spec.ends_with(".txt")
        {
            continue;
        }
        for package in python::requirements(spec).packages {
            // The installer renewing itself says nothing about the system.
            let tool = matches!(package.name.as_str(), "pip" | "setuptools" | "wheel");
            if !(tool && package.version.is_none()) {
                found.push(of_package(package));
            }
        }
    }
    found
}

fn of_package(package: Package) -> Wanted {
    let mut qualifiers = Vec::new();
    let mut revision = None;
    match &package.origin {
        Origin::Git { url, revision: at } => {
            let suffix = at.as_ref().map_or_else(String::new, |at| format!("@{at}"));
            qualifiers.push(("vcs_url", format!("git+{url}{suffix}")));
            revision = at.clone();
        }
        Origin::Url(url) => qualifiers.push(("download_url", url.clone())),
        _ => {}
    }
    let hashes: Vec<Hash> = package
        .hashes
        .iter()
        .map(|(algorithm, value)| Hash {
            algorithm: algorithm.replace("sha", "sha-"),
            value: value.clone(),
            standing: Standing::Claimed,
        })
        .collect();
    let fixed = match (&package.origin, hashes.is_empty()) {
        (_, false) => Pin::Digest,
        (Origin::Git { .. }, _) => pin::of_revision(revision.as_deref()),
        (Origin::Url(_), _) => Pin::Name,
        _ if package.version.is_some() => Pin::Name,
        _ => Pin::Floating,
    };
    let moving = pin::of_revision(revision.as_deref()) == Pin::Floating;
    Wanted {
        kind: package.ecosystem.as_str(),
        namespace: None,
        version: package.version.or(revision.filter(|_| !moving)),
        name: package.name,
        requirement: package.requirement,
        qualifiers,
        pin: Some(fixed),
        hashes,
    }
}

fn first(mut found: Vec<Wanted>) -> Vec<Wanted> {
    found.truncate(1);
    found
}

/// `uv run --with a,b`.
fn with(words: &[String]) -> Vec<Wanted> {
    let mut specs = Vec::new();
    for pair in words.windows(2) {
        if let [option, value] = pair
            && option == "--with"
        {
            specs.extend(value.split(',').map(ToOwned::to_owned));
        }
    }
    pip(&specs)
}

/// `uvx [--from package] program[@version]`, `pipx install package`.
fn tool(words: &[String]) -> Vec<Wanted> {
    let takes = |option: &str| {
        matches!(
            option,
            "--from"
                | "--with"
                | "--python"
                | "-p"
                | "--spec"
                | "--index"
                | "--index-url"
                | "--suffix"
        )
    };
    let arguments = Arguments::read(words, takes);
    let named = arguments
        .get(&["--from", "--spec"])
        .or_else(|| arguments.plain.first().copied());
    let Some(spec) = named else {
        return Vec::new();
    };
    let spec = match spec.split_once('@') {
        Some((name, version))
            if !spec.contains("://") && !name.is_empty() && version != "latest" =>
        {
            format!("{name}=={version}")
        }
        Some((name, "latest")) => name.to_owned(),
        _ => spec.to_owned(),
    };
    let mut specs = vec![spec];
    specs.extend(arguments.get(&["--with"]).map(ToOwned::to_owned));
    pip(&specs)
}

/// The distribution of the image in which `apt` runs, as far as its name tells.
fn distribution(run: &Run<'_>) -> Option<&'static str> {
    let image = run.command.image.as_deref().unwrap_or_default();
    Some(
        if image.contains("ubuntu") || image.starts_with("nvidia/") {
            "ubuntu"
        } else {
            "debian"
        },
    )
}

fn system(
    kind: &'static str,
    namespace: Option<&str>,
    words: &[String],
    sign: char,
) -> Vec<Wanted> {
    let takes = |option: &str| {
        matches!(
            option,
            "-t" | "--virtual"
                | "--target-release"
                | "-o"
                | "--repository"
                | "-X"
                | "--root"
                | "--setopt"
        )
    };
    let arguments = Arguments::read(words, takes);
    let mut found = Vec::new();
    for spec in arguments
        .plain
        .into_iter()
        .filter(|spec| is_known(spec) && !spec.contains('/'))
    {
        let end = if sign == '=' {
            spec.find(['=', '<', '>', '~'])
        } else {
            None
        };
        let (name, constraint) = spec.split_at(end.unwrap_or(spec.len()));
        let name = name.split(':').next().unwrap_or(name);
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte));
        if name.is_empty() || !plain {
            continue;
        }
        let exact = constraint
            .strip_prefix('=')
            .filter(|text| !text.contains('*') && !text.is_empty());
        found.push(Wanted {
            kind,
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
            version: exact.map(ToOwned::to_owned),
            requirement: exact.is_none().then(|| constraint.to_owned()),
            ..Wanted::default()
        });
    }
    found
}
