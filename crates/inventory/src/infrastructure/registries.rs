//! How the tools of conda, npm, Cargo, Go and Ruby are asked for packages.

use super::{
    pin,
    scene::{Arguments, Run, is_known},
    wanted::Wanted,
};
use crate::tree::file_name;

pub(super) fn conda(words: &[String]) -> Vec<Wanted> {
    let takes = |option: &str| {
        matches!(
            option,
            "-c" | "--channel" | "-n" | "--name" | "-p" | "--prefix" | "-f" | "--file"
        )
    };
    let arguments = Arguments::read(words, takes);
    let channel = arguments.get(&["-c", "--channel"]);
    let mut found = Vec::new();
    for spec in arguments
        .plain
        .into_iter()
        .filter(|spec| is_known(spec) && !spec.contains('/'))
    {
        let (own, spec) = match spec.split_once("::") {
            Some((channel, spec)) => (Some(channel), spec),
            None => (None, spec),
        };
        let end = spec
            .find(['=', '<', '>', '!', ' ', '['])
            .unwrap_or(spec.len());
        let (name, constraint) = spec.split_at(end);
        let exact = constraint
            .strip_prefix('=')
            .and_then(|text| pin::exact(text.split('=').find(|part| !part.is_empty())?));
        let mut qualifiers = Vec::new();
        if let Some(channel) = own.or(channel) {
            qualifiers.push(("channel", channel.to_owned()));
        }
        found.push(Wanted {
            kind: "conda",
            name: name.to_ascii_lowercase(),
            version: exact.map(ToOwned::to_owned),
            requirement: exact.is_none().then(|| constraint.to_owned()),
            qualifiers,
            ..Wanted::default()
        });
    }
    found.retain(|package| !package.name.is_empty());
    found
}

pub(super) fn npm(words: &[String]) -> Vec<Wanted> {
    let takes = |option: &str| {
        matches!(
            option,
            "--prefix"
                | "--registry"
                | "-w"
                | "--workspace"
                | "--omit"
                | "--include"
                | "-C"
                | "--filter"
                | "-F"
        )
    };
    let arguments = Arguments::read(words, takes);
    arguments.plain.into_iter().filter_map(npm_spec).collect()
}

fn npm_spec(spec: &str) -> Option<Wanted> {
    let local = spec.starts_with('.')
        || spec.starts_with('/')
        || spec.contains(':')
        || spec.ends_with(".tgz");
    if !is_known(spec) || local {
        return None;
    }
    let (scope, rest) = match spec.strip_prefix('@') {
        Some(rest) => {
            let (scope, name) = rest.split_once('/')?;
            (Some(format!("@{scope}")), name)
        }
        // `owner/repository` without a scope is a repository, not a package.
        None if spec.contains('/') => return None,
        None => (None, spec),
    };
    let (name, version) = match rest.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (rest, None),
    };
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if name.is_empty() || !plain {
        return None;
    }
    let exact = version
        .and_then(pin::exact)
        .filter(|text| text.matches('.').count() >= 2);
    Some(Wanted {
        kind: "npm",
        namespace: scope,
        name: name.to_ascii_lowercase(),
        version: exact.map(ToOwned::to_owned),
        requirement: version.filter(|_| exact.is_none()).map(ToOwned::to_owned),
        ..Wanted::default()
    })
}

/// `npx` runs what is installed already unless it is told a version or to fetch.
pub(super) fn npx(words: &[String]) -> Vec<Wanted> {
    let arguments = Arguments::read(words, |option| {
        matches!(option, "-p" | "--package" | "-c" | "--call")
    });
    let named = arguments.get(&["-p", "--package"]);
    let spec = named.or_else(|| arguments.plain.first().copied());
    let fetches = arguments.has(&["-y", "--yes"]) || named.is_some();
    spec.filter(|spec| {
        fetches || spec.get(1..).is_some_and(|rest| rest.contains('@')) || spec.starts_with('@')
    })
    .and_then(npm_spec)
    .into_iter()
    .collect()
}

pub(super) fn npx_forced(words: &[String]) -> Vec<Wanted> {
    words
        .iter()
        .find(|word| !word.starts_with('-'))
        .and_then(|spec| npm_spec(spec))
        .into_iter()
        .collect()
}

const CARGO_VALUES: [&str; 16] = [
    "--version",
    "--vers",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--path",
    "--root",
    "--features",
    "-F",
    "--target",
    "--registry",
    "--index",
    "--profile",
    "-j",
    "--bin",
];

pub(super) fn cargo(words: &[String]) -> Vec<Wanted> {
    let arguments = Arguments::read(words, |option| CARGO_VALUES.contains(&option));
    if arguments.get(&["--git", "--path"]).is_some() {
        return Vec::new();
    }
    let written = arguments.get(&["--version", "--vers"]);
    let mut found = Vec::new();
    for spec in arguments.plain.into_iter().filter(|spec| is_known(spec)) {
        let (name, at) = match spec.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (spec, None),
        };
        let constraint = at.or(written).filter(|text| is_known(text));
        let exact = constraint
            .and_then(pin::exact)
            .filter(|text| text.matches('.').count() >= 2);
        found.push(Wanted {
            kind: "cargo",
            name: name.to_owned(),
            version: exact.map(|text| text.trim_start_matches('=').to_owned()),
            requirement: constraint
                .filter(|_| exact.is_none())
                .map(ToOwned::to_owned),
            ..Wanted::default()
        });
    }
    found
}

pub(super) fn cargo_source<'r>(run: &'r Run<'_>) -> Option<(&'r str, Option<&'r str>)> {
    if file_name(run.word(0)) != "cargo" || run.word(1) != "install" {
        return None;
    }
    let arguments = Arguments::read(run.from(2), |option| CARGO_VALUES.contains(&option));
    let url = arguments.get(&["--git"]).filter(|url| is_known(url))?;
    Some((url, arguments.get(&["--rev", "--tag", "--branch"])))
}

pub(super) fn go(words: &[String]) -> Vec<Wanted> {
    let arguments = Arguments::read(words, |option| matches!(option, "-tags" | "-ldflags"));
    let mut found = Vec::new();
    for spec in arguments.plain.into_iter().filter(|spec| is_known(spec)) {
        let (path, version) = match spec.split_once('@') {
            Some((path, version)) => (path, Some(version)),
            None => (spec, None),
        };
        let Some((namespace, name)) = path
            .rsplit_once('/')
            .filter(|_| path.contains('.') && !path.starts_with('.'))
        else {
            continue;
        };
        let exact = version.and_then(pin::exact);
        found.push(Wanted {
            kind: "golang",
            namespace: Some(namespace.to_lowercase()),
            name: name.to_lowercase(),
            version: exact.map(ToOwned::to_owned),
            requirement: version.filter(|_| exact.is_none()).map(ToOwned::to_owned),
            ..Wanted::default()
        });
    }
    found
}

pub(super) fn gem(words: &[String]) -> Vec<Wanted> {
    let arguments = Arguments::read(words, |option| {
        matches!(option, "-v" | "--version" | "-s" | "--source")
    });
    let version = arguments.get(&["-v", "--version"]).and_then(pin::exact);
    let make = |name: &str| Wanted {
        kind: "gem",
        name: name.to_owned(),
        version: version.map(ToOwned::to_owned),
        ..Wanted::default()
    };
    arguments
        .plain
        .into_iter()
        .filter(|name| is_known(name))
        .map(make)
        .collect()
}
