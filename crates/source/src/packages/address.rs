//! Addresses of archives, indexes and repositories, without what is secret in them.

use super::Origin;

/// The address without user name, password, query and fragment; a query may carry a token.
pub(super) fn plain(url: &str) -> String {
    let url = url.trim();
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = url.get(..end).unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return shell_form(url);
    };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// `git@host:path` is the short form of `ssh://host/path`.
fn shell_form(url: &str) -> String {
    match url.split_once('@') {
        Some((user, rest)) if !user.contains('/') => match rest.split_once(':') {
            Some((host, path)) if !host.contains('/') => {
                format!("ssh://{host}/{}", path.trim_start_matches('/'))
            }
            _ => url.to_owned(),
        },
        _ => url.to_owned(),
    }
}

/// A repository and its revision.
pub(super) fn git(url: &str, revision: Option<&str>) -> Origin {
    let url = url.strip_prefix("git+").unwrap_or(url);
    Origin::Git {
        url: plain(url),
        revision: revision
            .map(str::trim)
            .filter(|revision| !revision.is_empty())
            .map(str::to_owned),
    }
}

/// `git+https://host/path@revision#egg=name`, the form of pip.
pub(super) fn git_at(url: &str) -> Origin {
    let url = url.split('#').next().unwrap_or_default();
    let path_start = url
        .find("://")
        .and_then(|at| url.get(at.saturating_add(3)..))
        .and_then(|rest| rest.find('/'))
        .map_or(0, |slash| {
            slash.saturating_add(url.find("://").unwrap_or(0).saturating_add(3))
        });
    let (before, path) = url.split_at_checked(path_start).unwrap_or((url, ""));
    match path.rsplit_once('@') {
        Some((path, revision)) => git(&format!("{before}{path}"), Some(revision)),
        None => git(url, None),
    }
}

/// `git+https://host/path#revision`, the form of npm.
pub(super) fn git_hash(url: &str) -> Origin {
    match url.split_once('#') {
        Some((url, revision)) => git(url, Some(revision.trim_start_matches("semver:"))),
        None => git(url, None),
    }
}

/// True for an address under which a version control system answers.
pub(super) fn is_git(url: &str) -> bool {
    let address = url.split(['#', '?']).next().unwrap_or_default();
    url.starts_with("git+")
        || url.starts_with("git://")
        || url.starts_with("git@")
        || url.starts_with("ssh://")
        || (address.contains("://") && address.ends_with(".git"))
}

/// The last part of a path or address.
pub(super) fn last_part(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let url = url.trim_end_matches(['/', '\\']);
    url.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// True for the address of the public index of an ecosystem, from which packages come unless a
/// file says otherwise.
#[must_use]
pub fn is_public_index(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    matches!(
        labels.as_slice(),
        ["pypi", "org"] | ["registry", "npmjs", "org"] | ["registry", "yarnpkg", "com"]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_cut_out() {
        let cases = [
            (
                "https://me:secret@host/simple?token=x#y",
                "https://host/simple",
            ),
            ("https://${TOKEN}@host:8080/a", "https://host:8080/a"),
            (
                "git@github.com:org/name.git",
                "ssh://github.com/org/name.git",
            ),
            ("https://host/a@b", "https://host/a@b"),
            ("./local", "./local"),
        ];
        for (written, expected) in cases {
            assert_eq!(plain(written), expected);
        }
    }

    #[test]
    fn revisions_are_found_in_both_forms() {
        let expected = Origin::Git {
            url: "https://host/org/name.git".to_owned(),
            revision: Some("v1".to_owned()),
        };
        assert_eq!(
            git_at("git+https://u:p@host/org/name.git@v1#egg=name"),
            expected
        );
        assert_eq!(git_hash("git+https://host/org/name.git#v1"), expected);
        let expected = Origin::Git {
            url: "ssh://host/org/name".to_owned(),
            revision: None,
        };
        assert_eq!(git_at("git+ssh://git@host/org/name"), expected);
    }
}
