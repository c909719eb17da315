//! Programs that come by a script which is run as it is fetched.

use waybill_domain::inventory::Component;

use super::download::{generic, plain_address, repository};

/// A script that is run as it comes.
pub(super) fn installer(url: &str) -> Option<Component> {
    let address = plain_address(url)?;
    let rest = address.split_once("://").map(|(_, rest)| rest)?;
    let parts: Vec<&str> = rest.split('/').collect();
    if let [
        "raw.githubusercontent.com",
        owner,
        name,
        "refs",
        "heads" | "tags",
        revision,
        ..,
    ]
    | ["raw.githubusercontent.com", owner, name, revision, ..] = parts.as_slice()
    {
        return repository("raw.githubusercontent.com", owner, name, Some(revision));
    }
    // `https://astral.sh/uv/0.6.10/install.sh` is the installer of uv; without such a folder the
    // host says more than the file: `https://ollama.com/install.sh`.
    let host = parts.first()?;
    let file = parts
        .last()
        .filter(|_| parts.len() > 1)
        .copied()
        .unwrap_or_default();
    let name = if matches!(
        file,
        "" | "install.sh" | "install" | "setup.sh" | "get.sh" | "script.deb.sh" | "get-pip.py"
    ) || file.starts_with("setup")
    {
        match parts.get(1).filter(|_| parts.len() > 2) {
            Some(folder) if is_product(folder) => (*folder).to_owned(),
            _ => of_host(host).to_owned(),
        }
    } else {
        file.to_owned()
    };
    generic(&address, &name)
}

/// True for a folder of an address that can be the name of a program.
fn is_product(folder: &str) -> bool {
    folder.len() > 1
        && folder
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && !matches!(
            folder,
            "install"
                | "installer"
                | "scripts"
                | "script"
                | "latest"
                | "stable"
                | "releases"
                | "download"
                | "downloads"
                | "main"
                | "master"
                | "static"
                | "files"
                | "get"
                | "linux"
                | "bin"
                | "dist"
                | "pub"
                | "repos"
                | "repository"
                | "setup"
                | "sh"
                | "cli"
        )
}

/// What a host is the home of: `sh.rustup.rs` of `rustup`, `bun.sh` of `bun`.
fn of_host(host: &str) -> &str {
    let mut host = host.split(':').next().unwrap_or(host);
    for begin in [
        "get.",
        "install.",
        "sh.",
        "www.",
        "download.",
        "dl.",
        "cli.",
        "deb.",
        "rpm.",
    ] {
        host = host
            .strip_prefix(begin)
            .filter(|rest| rest.contains('.'))
            .unwrap_or(host);
    }
    let labels: Vec<&str> = host.split('.').collect();
    labels
        .len()
        .checked_sub(2)
        .and_then(|at| labels.get(at))
        .copied()
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::installer;

    #[test]
    fn installers_are_named_by_what_they_install() {
        let named = |url: &str| installer(url).map(|found| (found.name, found.version));
        let name = |name: &str| Some((name.to_owned(), None));
        assert_eq!(named("https://sh.rustup.rs"), name("rustup"));
        assert_eq!(named("https://bun.sh/install"), name("bun"));
        assert_eq!(named("https://ollama.com/install.sh"), name("ollama"));
        assert_eq!(named("https://astral.sh/uv/install.sh"), name("uv"));
        assert_eq!(
            named("https://install.python-poetry.org"),
            name("python-poetry")
        );
        assert_eq!(
            named("https://raw.githubusercontent.com/lakes/boat/refs/heads/master/install.sh"),
            name("boat")
        );
        assert_eq!(
            named("https://raw.githubusercontent.com/lakes/boat/v0.3.1/install.sh"),
            Some(("boat".to_owned(), Some("v0.3.1".to_owned())))
        );
    }
}
