//! What may stand behind a name in `package.json` and the lock files.

use crate::packages::{Origin, Package, address};

/// Splits `name@rest`; a scope's `@` begins the name.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let from = usize::from(text.starts_with('@'));
    let at = text.get(from..)?.find('@')?.saturating_add(from);
    let (name, rest) = text.split_at(at);
    (!name.is_empty()).then(|| (name, rest.trim_start_matches('@')))
}

/// True for `1.2.3` with or without what may follow, and not for `1.2` or `^1.2.3`.
pub(super) fn is_exact(version: &str) -> bool {
    let mut parts = version.splitn(3, '.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    number(parts.next())
        && number(parts.next())
        && parts.next().is_some_and(|last| {
            last.starts_with(|first: char| first.is_ascii_digit())
                && !last.contains([' ', '*', '|', '<', '>', ','])
                && !last.ends_with(".x")
        })
}

/// Sets name, version, requirement and origin of a package from what is wanted.
pub(super) fn want(package: &mut Package, written: &str) {
    let written = written.trim();
    let (protocol, rest) = written.split_once(':').unwrap_or(("", written));
    match protocol {
        "npm" => {
            match split(rest) {
                Some((name, wanted)) => {
                    name.clone_into(&mut package.name);
                    range(package, wanted);
                }
                None if rest
                    .starts_with(|first: char| first.is_ascii_alphabetic() || first == '@') =>
                {
                    rest.clone_into(&mut package.name);
                    range(package, "");
                }
                None => range(package, rest),
            };
        }
        "workspace" | "link" | "portal" | "file" => {
            package.origin = Origin::Path(match protocol {
                "workspace" => String::new(),
                _ => rest.to_owned(),
            });
        }
        "patch" => range(package, ""),
        "catalog" => range(package, written),
        "github" => package.origin = forge("github.com", rest),
        "gitlab" => package.origin = forge("gitlab.com", rest),
        "bitbucket" => package.origin = forge("bitbucket.org", rest),
        _ if address::is_git(written) => package.origin = address::git_hash(written),
        "http" | "https" => package.origin = Origin::Url(address::plain(written)),
        _ if written.starts_with(['.', '/', '~']) && written.contains('/') => {
            package.origin = Origin::Path(written.to_owned());
        }
        _ if is_short_form(written) => package.origin = forge("github.com", written),
        _ => range(package, written),
    }
}

fn range(package: &mut Package, wanted: &str) {
    let wanted = wanted.trim();
    let bare = wanted.trim_start_matches('=').trim_start_matches('v');
    if is_exact(bare) {
        package.version = Some(bare.to_owned());
    } else {
        let any = matches!(wanted, "*" | "x" | "latest");
        package.requirement = Some(if any && wanted != "latest" {
            String::new()
        } else {
            wanted.to_owned()
        });
    }
}

/// `owner/name#revision`
fn is_short_form(written: &str) -> bool {
    let path = written.split('#').next().unwrap_or_default();
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    path.split_once('/')
        .is_some_and(|(owner, name)| plain(owner) && plain(name))
}

fn forge(host: &str, path: &str) -> Origin {
    address::git_hash(&format!("https://{host}/{}", path.trim_start_matches('/')))
}

/// Where a lock file says that the bytes come from.
pub(super) fn resolved(package: &mut Package, url: &str) {
    if address::is_git(url) {
        package.origin = address::git_hash(url);
    } else if let Some(path) = url.strip_prefix("file:") {
        package.origin = Origin::Path(path.to_owned());
    } else if url.contains("://") && !address::is_public_index(url) {
        // `codeload` gives the archive of a commit of a repository.
        if let Some(rest) = url.strip_prefix("https://codeload.github.com/")
            && let Some((path, commit)) = rest.split_once("/tar.gz/")
        {
            package.origin = address::git(&format!("https://github.com/{path}"), Some(commit));
            return;
        }
        let plain = address::plain(url);
        let marker = format!("/{}/-/", package.name);
        package.origin = match plain.find(&marker) {
            Some(at) => Origin::Index(plain.get(..at).unwrap_or_default().to_owned()),
            None => Origin::Url(plain),
        };
    }
}
