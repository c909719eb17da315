//! The package or image that a command starts.

use waybill_domain::inventory::{Component, ComponentId, Pin, Role};

use crate::purl::purl;

/// What a command brings in, if its words say so.
pub(super) fn started(command: &str, arguments: &[String]) -> Option<Component> {
    let program = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let program = program
        .strip_suffix(".exe")
        .or_else(|| program.strip_suffix(".cmd"))
        .unwrap_or(program);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match (program, words.as_slice()) {
        // `cmd /c npx ...` on Windows.
        ("cmd", ["/c" | "/C", inner, rest @ ..]) => {
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            started(inner, &rest)
        }
        ("npx" | "bunx" | "pnpx", rest)
        | ("pnpm" | "yarn", ["dlx", rest @ ..])
        | ("bun", ["x", rest @ ..])
        | ("npm", ["exec", rest @ ..]) => npm(after_flags(rest, &["-p", "--package"])?),
        ("uvx", rest) | ("uv", ["tool", "run", rest @ ..]) | ("pipx", ["run", rest @ ..]) => {
            pypi(after_flags(rest, &["--from", "--spec"])?)
        }
        ("docker" | "podman" | "nerdctl", ["run", rest @ ..] | ["container", "run", rest @ ..]) => {
            image(image_word(rest)?)
        }
        ("deno", ["run", rest @ ..]) => {
            rest.iter().find_map(|word| npm(word.strip_prefix("npm:")?))
        }
        ("python" | "python3" | "py", ["-m", module, ..]) => {
            let plain = module
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if plain { pypi(module) } else { None }
        }
        _ => None,
    }
}

/// The first word that is no flag, or what a flag names instead of it.
fn after_flags<'w>(words: &[&'w str], naming: &[&str]) -> Option<&'w str> {
    const WITH_VALUE: [&str; 6] = [
        "--python",
        "--with",
        "--registry",
        "--cache",
        "--index-url",
        "-c",
    ];
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if naming.contains(word) {
            return words.get(at + 1).copied();
        }
        if let Some((flag, value)) = word.split_once('=')
            && naming.contains(&flag)
        {
            return Some(value);
        }
        if word.starts_with('-') {
            at += if WITH_VALUE.contains(word) { 2 } else { 1 };
        } else {
            return Some(word);
        }
    }
    None
}

/// The image among the words after `docker run`.
fn image_word<'w>(words: &[&'w str]) -> Option<&'w str> {
    const WITH_VALUE: [&str; 20] = [
        "-e",
        "--env",
        "-v",
        "--volume",
        "-p",
        "--publish",
        "--name",
        "--network",
        "--net",
        "--mount",
        "--env-file",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--entrypoint",
        "--platform",
        "--gpus",
        "--add-host",
        "-l",
    ];
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') {
            // What stands before an `@` that no digest follows may be a password.
            let digest = word.split_once('@').map(|(_, digest)| digest);
            return digest
                .is_none_or(|digest| digest.starts_with("sha256:"))
                .then_some(*word);
        }
        at += if WITH_VALUE.contains(word) { 2 } else { 1 };
    }
    None
}

fn is_exact(version: &str) -> bool {
    version.starts_with(|letter: char| letter.is_ascii_digit())
        && version.contains('.')
        && !version.contains(['x', '*', ' ', '^', '~', '>', '<'])
}

fn npm(word: &str) -> Option<Component> {
    if word.contains("://") || word.starts_with(['.', '/']) || word.starts_with("git") {
        return None;
    }
    let (name, version) = match word.get(1..).and_then(|rest| rest.rfind('@')) {
        Some(at) => (word.get(..at + 1)?, word.get(at + 2..)),
        None => (word, None),
    };
    let (scope, bare) = match name.split_once('/') {
        Some((scope, bare)) if scope.starts_with('@') => (Some(scope), bare),
        Some(_) => return None,
        None => (None, name),
    };
    library("npm", scope, bare, version)
}

fn pypi(word: &str) -> Option<Component> {
    if word.contains("://") || word.contains('/') || word.starts_with('.') {
        return None;
    }
    let (name, version) = match word.split_once("==").or_else(|| word.split_once('@')) {
        Some((name, version)) => (name, Some(version)),
        None => (word, None),
    };
    let name = name
        .split('[')
        .next()?
        .to_lowercase()
        .replace(['_', '.'], "-");
    library("pypi", None, &name, version)
}

fn library(
    kind: &str,
    scope: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Option<Component> {
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@')
            })
    };
    if !plain(name) || !scope.is_none_or(plain) {
        return None;
    }
    let exact = version.filter(|version| is_exact(version));
    let url = purl(kind, scope, name, exact, &[])?;
    let mut component = Component::new(ComponentId(url.clone()), Role::Library, name);
    component.namespace = scope.map(ToOwned::to_owned);
    component.version = exact.map(ToOwned::to_owned);
    component.requirement = version
        .filter(|version| !is_exact(version))
        .map(ToOwned::to_owned);
    component.pin = Some(if exact.is_some() {
        Pin::Name
    } else {
        Pin::Floating
    });
    component.purl = Some(url);
    Some(component)
}

/// An image reference as a component.
fn image(reference: &str) -> Option<Component> {
    if reference.contains(['$', '{', ' ']) {
        return None;
    }
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    let (path, tag) = match rest.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (rest, None),
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    let registry = parts
        .first()
        .filter(|first| parts.len() > 1 && (first.contains(['.', ':']) || **first == "localhost"))
        .copied();
    if registry.is_some() {
        parts.remove(0);
    }
    let hub = registry.is_none_or(|registry| registry == "docker.io");
    let name = parts.pop()?;
    let mut namespace = parts.join("/");
    if namespace.is_empty() && hub {
        "library".clone_into(&mut namespace);
    }
    let version = digest.or(tag.filter(|tag| *tag != "latest"));
    let url = purl(
        "docker",
        Some(&namespace),
        name,
        version,
        &[
            (
                "repository_url",
                registry.filter(|_| !hub).unwrap_or_default(),
            ),
            ("tag", tag.filter(|_| digest.is_some()).unwrap_or_default()),
        ],
    )?;
    let mut component = Component::new(ComponentId(url.clone()), Role::Container, name);
    component.namespace = Some(namespace).filter(|namespace| !namespace.is_empty());
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(match (digest, version) {
        (Some(_), _) => Pin::Digest,
        (None, Some(_)) => Pin::Name,
        (None, None) => Pin::Floating,
    });
    component.purl = Some(url);
    Some(component)
}
