//! Under which keys packages are held, and under which a component is looked for.

use packageurl::PackageUrl;
use waybill_domain::inventory::{Component, ComponentId, Role};
use waybill_domain::version::Ecosystem;

/// The ecosystem of hosted models in Waybill's own advisories.
pub(crate) const HOSTED: &str = "hosted";

/// The family of an ecosystem: its name without release, in lowercase letters and digits.
pub(crate) fn family_of(ecosystem: &str) -> String {
    let name = ecosystem.split(':').next().unwrap_or_default();
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// True for the packages of an operating system, of which its distributor publishes notices.
pub(crate) fn is_distribution(ecosystem: &str) -> bool {
    let family = family_of(ecosystem);
    DISTRIBUTIONS.contains(&family.as_str())
}

/// Families of ecosystems that are distributions.
const DISTRIBUTIONS: [&str; 20] = [
    "almalinux",
    "alpaquita",
    "alpine",
    "azurelinux",
    "bellsofthardenedcontainers",
    "chainguard",
    "cleanstart",
    "debian",
    "echo",
    "mageia",
    "minimos",
    "openeuler",
    "opensuse",
    "photonos",
    "redhat",
    "rockylinux",
    "root",
    "suse",
    "ubuntu",
    "wolfi",
];

/// The key of a package.
pub(crate) fn key_of(ecosystem: &str, name: &str) -> String {
    let family = family_of(ecosystem);
    let name = normalised(&family, name);
    format!("package\0{family}\0{name}")
}

/// The key of bytes by their digest.
pub(crate) fn digest_key(digest: &str) -> String {
    format!("digest\0{}", digest.to_ascii_lowercase())
}

/// The key that says that a feed has records of an ecosystem.
pub(crate) fn family_key(family: &str) -> String {
    format!("family\0{family}")
}

/// A name as its ecosystem compares names.
pub(crate) fn normalised(family: &str, name: &str) -> String {
    match family {
        "pypi" => {
            let mut normal = String::with_capacity(name.len());
            for letter in name.trim().chars() {
                if matches!(letter, '-' | '_' | '.') {
                    if !normal.ends_with('-') {
                        normal.push('-');
                    }
                } else {
                    normal.extend(letter.to_lowercase());
                }
            }
            normal
        }
        // Package URLs of Go and npm are lowercase by their specification, records are not.
        "go" | "npm" | "nuget" | "packagist" | "githubactions" | "huggingface" | "hosted"
        | "hex" | "swifturl" => name.trim().to_lowercase(),
        "cratesio" => name.trim().replace('_', "-").to_lowercase(),
        _ => name.trim().to_owned(),
    }
}

/// Ecosystem and name of what a package URL names, as OSV writes them; the release of a distribution
/// behind a colon.
pub(crate) fn of_osv_name(url: &PackageUrl<'_>) -> Option<(String, String)> {
    let mut component = Component::new(ComponentId(String::new()), Role::Library, url.name());
    component.purl = Some(url.to_string());
    let found = of_url(url, &component)?.ok()?;
    let (name, version) = found.names.last()?.clone();
    let release = found
        .release
        .as_deref()
        .map(|release| release.rsplit('-').next().unwrap_or(release))
        .map(ToOwned::to_owned)
        .or_else(|| release_of(found.ecosystem, version.as_deref()?));
    Some((
        match release {
            Some(release) => format!("{}:{release}", found.ecosystem),
            None => found.ecosystem.to_owned(),
        },
        name,
    ))
}

/// The release that a version carries as a tag: `3.0.7-16.el9_2` was built for 9, `3.0.11-1~deb12u2`
/// for 12. Package URLs of suppliers often say no more.
fn release_of(ecosystem: &str, version: &str) -> Option<String> {
    let (tag, before) = match ecosystem {
        "Red Hat" | "Rocky Linux" | "AlmaLinux" => ("el", ['.', '+']),
        "Debian" => ("deb", ['+', '~']),
        _ => return None,
    };
    let found = version.rmatch_indices(tag).find_map(|(place, tag)| {
        let (lead, rest) = version.split_at_checked(place)?;
        let rest = rest.strip_prefix(tag)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..digits)
            .filter(|digits| !digits.is_empty() && lead.ends_with(before))
    });
    found.map(ToOwned::to_owned)
}

/// True for a distribution of which each release has versions of its own.
pub(crate) fn has_releases(ecosystem: &str) -> bool {
    let family = family_of(ecosystem);
    let rolls = ["chainguard", "cleanstart", "minimos", "wolfi"];
    DISTRIBUTIONS.contains(&family.as_str()) && !rolls.contains(&family.as_str())
}

/// What to look a component up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sought {
    /// As OSV writes the ecosystem, without a release.
    pub(crate) ecosystem: &'static str,
    /// How its versions compare.
    pub(crate) order: Ecosystem,
    /// Name and version, the component's own and then that of the package it was built from.
    pub(crate) names: Vec<(String, Option<String>)>,
    /// Release of the distribution, as the package URL says it: `debian-12`.
    pub(crate) release: Option<String>,
}

impl Sought {
    pub(crate) fn family(&self) -> String {
        family_of(self.ecosystem)
    }
}

/// Why a component cannot be looked up.
pub(crate) type Reason = String;

/// What to look a component up by. `None` if no advisory could be about it, such as a prompt.
pub(crate) fn sought(component: &Component) -> Option<Result<Sought, Reason>> {
    if component.role == Role::HostedModel {
        let name = component.id.as_str().strip_prefix("hosted-model:");
        let name = name.map_or_else(|| component.full_name(), ToOwned::to_owned);
        return Some(Ok(Sought {
            ecosystem: HOSTED,
            order: Ecosystem::Other,
            names: vec![(name, component.version.clone())],
            release: None,
        }));
    }
    let Some(text) = component.purl.as_deref() else {
        let expected = matches!(
            component.role,
            Role::Library | Role::Application | Role::SystemPackage
        );
        return expected.then(|| Err("it has no package URL".to_owned()));
    };
    let Ok(url) = text.parse::<PackageUrl<'_>>() else {
        return Some(Err("its package URL cannot be read".to_owned()));
    };
    of_url(&url, component)
}

fn of_url(url: &PackageUrl<'_>, component: &Component) -> Option<Result<Sought, Reason>> {
    let namespace = url.namespace().filter(|namespace| !namespace.is_empty());
    let version = component
        .version
        .clone()
        .or_else(|| url.version().map(ToOwned::to_owned));
    let joined = |separator: &str| match namespace {
        Some(namespace) => format!("{namespace}{separator}{}", url.name()),
        None => url.name().to_owned(),
    };
    let (ecosystem, name) = match url.ty() {
        "pypi" => ("PyPI", url.name().to_owned()),
        "npm" => ("npm", joined("/")),
        "cargo" => ("crates.io", url.name().to_owned()),
        "golang" => ("Go", joined("/")),
        "maven" => ("Maven", joined(":")),
        "nuget" => ("NuGet", url.name().to_owned()),
        "gem" => ("RubyGems", url.name().to_owned()),
        "composer" => ("Packagist", joined("/")),
        "pub" => ("Pub", url.name().to_owned()),
        "hex" => ("Hex", url.name().to_owned()),
        "hackage" => ("Hackage", url.name().to_owned()),
        "cran" => ("CRAN", url.name().to_owned()),
        "swift" => ("SwiftURL", joined("/")),
        "conan" => ("ConanCenter", url.name().to_owned()),
        "julia" => ("Julia", url.name().to_owned()),
        "bitnami" => ("Bitnami", url.name().to_owned()),
        "github" | "githubactions" => ("GitHub Actions", joined("/")),
        "huggingface" => ("HuggingFace", joined("/")),
        "deb" | "apk" | "rpm" | "alpm" => return Some(of_system(url, component, version)),
        _ => return None,
    };
    Some(Ok(Sought {
        ecosystem,
        order: Ecosystem::of_osv(ecosystem).0,
        names: vec![(name, version)],
        release: None,
    }))
}

/// A package of a distribution: advisories name the source package, or the package itself.
fn of_system(
    url: &PackageUrl<'_>,
    component: &Component,
    version: Option<String>,
) -> Result<Sought, Reason> {
    let qualifier = |key: &str| {
        url.qualifiers()
            .iter()
            .find(|(name, _)| name.as_ref() == key)
            .map(|(_, value)| value.to_string())
    };
    let namespace = url.namespace().unwrap_or_default().to_ascii_lowercase();
    let ecosystem = match (url.ty(), namespace.as_str()) {
        ("deb", "debian" | "") => "Debian",
        ("deb", "ubuntu") => "Ubuntu",
        ("apk", "alpine" | "") => "Alpine",
        ("apk", "wolfi") => "Wolfi",
        ("apk", "chainguard") => "Chainguard",
        ("rpm", "redhat" | "rhel" | "centos" | "ubi") => "Red Hat",
        ("rpm", "rocky" | "rockylinux") => "Rocky Linux",
        ("rpm", "almalinux" | "alma") => "AlmaLinux",
        ("rpm", "suse" | "sles") => "SUSE",
        ("rpm", "opensuse" | "opensuse-leap" | "opensuse-tumbleweed") => "openSUSE",
        ("rpm", "mageia") => "Mageia",
        ("rpm", "photon") => "Photon OS",
        ("rpm", "openeuler") => "openEuler",
        ("rpm", "azurelinux" | "mariner") => "Azure Linux",
        _ => return Err(format!("no feed is about packages of `{namespace}`")),
    };
    let mut version = version;
    // The epoch stands in a qualifier of its own.
    if let (Some(epoch), Some(text)) = (qualifier("epoch"), &version)
        && !text.contains(':')
        && epoch != "0"
    {
        version = Some(format!("{epoch}:{text}"));
    }
    let mut names = vec![(url.name().to_owned(), version.clone())];
    let upstream =
        qualifier("upstream").or_else(|| component.properties.get("source.package").cloned());
    if let Some(upstream) = upstream {
        names.push(of_upstream(&upstream, version));
        names.dedup();
    }
    Ok(Sought {
        ecosystem,
        order: Ecosystem::of_osv(ecosystem).0,
        names,
        release: qualifier("distro").or_else(|| qualifier("distro_name")),
    })
}

/// `openssl`, `openssl@3.0.1-1`, `openssl (3.0.1-1)` or `openssl-3.0.1-1.el9.src.rpm`.
fn of_upstream(text: &str, version: Option<String>) -> (String, Option<String>) {
    if let Some(stem) = text.strip_suffix(".src.rpm") {
        let mut parts = stem.rsplitn(3, '-');
        if let (Some(release), Some(number), Some(name)) =
            (parts.next(), parts.next(), parts.next())
        {
            // File names leave the epoch out; the packages that are built have that of their source.
            let epoch = version
                .as_deref()
                .and_then(|version| version.split_once(':'))
                .map_or_else(String::new, |(epoch, _)| format!("{epoch}:"));
            return (name.to_owned(), Some(format!("{epoch}{number}-{release}")));
        }
    }
    let split = text
        .split_once('@')
        .or_else(|| text.split_once(" ("))
        .map(|(name, rest)| (name.trim(), rest.trim_end_matches(')').trim()));
    match split {
        Some((name, own)) if !own.is_empty() => (name.to_owned(), Some(own.to_owned())),
        Some((name, _)) => (name.to_owned(), version),
        None => (text.trim().to_owned(), version),
    }
}

/// Whether what a record says of a release (`12`, `v3.19`, `22.04:LTS`,
/// `enterprise_linux:9::appstream`) is about the release of a component (`debian-12`).
/// `None` if the component's is not known.
pub(crate) fn release_fits(family: &str, record: Option<&str>, own: Option<&str>) -> Option<bool> {
    let Some(record) = record.filter(|record| !record.is_empty()) else {
        return Some(true);
    };
    if record.starts_with("Pro:") || record.contains("rhel_") {
        return Some(false);
    }
    let own = own?;
    let own = codename(own).unwrap_or(own);
    let own = numbers(own.rsplit_once('-').map_or(own, |(_, version)| version));
    let said = numbers(record);
    let counted = match family {
        "debian" | "rockylinux" | "almalinux" | "redhat" => 1,
        _ => said.len().min(2),
    };
    if own.is_empty() {
        // Rolling releases have no number.
        return said.is_empty().then_some(true);
    }
    Some(
        counted > 0
            && (0..counted)
                .all(|at| said.get(at).copied().unwrap_or(0) == own.get(at).copied().unwrap_or(0)),
    )
}

fn numbers(text: &str) -> Vec<u32> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

fn codename(text: &str) -> Option<&'static str> {
    let name = text.rsplit('-').next().unwrap_or(text).to_ascii_lowercase();
    [
        ("buster", "10"),
        ("bullseye", "11"),
        ("bookworm", "12"),
        ("trixie", "13"),
        ("forky", "14"),
        ("bionic", "18.04"),
        ("focal", "20.04"),
        ("jammy", "22.04"),
        ("noble", "24.04"),
    ]
    .into_iter()
    .find(|(code, _)| *code == name)
    .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(role: Role, purl: &str) -> Option<Result<Sought, Reason>> {
        let mut component = Component::new(ComponentId(purl.to_owned()), role, "x");
        component.purl = Some(purl.to_owned());
        sought(&component)
    }

    #[test]
    fn names_compare_as_their_ecosystem_does() {
        assert_eq!(key_of("PyPI", "Foo._Bar"), "package\0pypi\0foo-bar");
        assert_eq!(key_of("Debian:12", "linux"), "package\0debian\0linux");
        assert_eq!(
            key_of("Hugging Face", "Org/Name"),
            key_of("HuggingFace", "org/name")
        );
        assert_eq!(
            key_of("Go", "github.com/BurntSushi/toml"),
            key_of("Go", "github.com/burntsushi/toml")
        );
        assert_eq!(key_of("npm", "JSONStream"), key_of("npm", "jsonstream"));
        assert_ne!(key_of("RubyGems", "Foo"), key_of("RubyGems", "foo"));
    }

    #[test]
    fn components_are_looked_for_under_what_feeds_call_them() {
        for (purl, ecosystem, names) in [
            (
                "pkg:npm/%40scope/name@1.0.0",
                "npm",
                vec![("@scope/name", "1.0.0")],
            ),
            ("pkg:maven/org.a/b@2", "Maven", vec![("org.a:b", "2")]),
            (
                "pkg:golang/github.com/a/b@v1.2.3",
                "Go",
                vec![("github.com/a/b", "v1.2.3")],
            ),
            (
                "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl%403.0.11-2",
                "Debian",
                vec![("libssl3", "3.0.11-1"), ("openssl", "3.0.11-2")],
            ),
            (
                "pkg:rpm/redhat/bash@5.1-2.el9?epoch=1&distro=rhel-9&upstream=bash-5.1-2.el9.src.rpm",
                "Red Hat",
                vec![("bash", "1:5.1-2.el9")],
            ),
        ] {
            let found = of(Role::Library, purl).unwrap().unwrap();
            let shown: Vec<(&str, &str)> = found
                .names
                .iter()
                .map(|(name, version)| (name.as_str(), version.as_deref().unwrap_or_default()))
                .collect();
            assert_eq!((found.ecosystem, shown), (ecosystem, names), "{purl}");
        }
        assert_eq!(of(Role::Container, "pkg:docker/a/b@1"), None);
        assert!(
            of(Role::SystemPackage, "pkg:deb/mint/b@1")
                .unwrap()
                .is_err()
        );
    }

    #[test]
    fn releases_of_distributions_are_told_apart() {
        for (family, record, own, fits) in [
            ("debian", Some("12"), Some("debian-12"), Some(true)),
            ("debian", Some("12"), Some("debian-12.4"), Some(true)),
            ("debian", Some("11"), Some("bookworm"), Some(false)),
            ("alpine", Some("v3.19"), Some("alpine-3.19.1"), Some(true)),
            ("alpine", Some("v3.18"), Some("alpine-3.19.1"), Some(false)),
            (
                "ubuntu",
                Some("22.04:LTS"),
                Some("ubuntu-22.04"),
                Some(true),
            ),
            (
                "ubuntu",
                Some("Pro:22.04:LTS"),
                Some("ubuntu-22.04"),
                Some(false),
            ),
            (
                "redhat",
                Some("enterprise_linux:9::appstream"),
                Some("rhel-9.3"),
                Some(true),
            ),
            (
                "redhat",
                Some("enterprise_linux:8::appstream"),
                Some("rhel-9.3"),
                Some(false),
            ),
            (
                "suse",
                Some("Linux Enterprise Server 15 SP5"),
                Some("sles-15.5"),
                Some(true),
            ),
            ("wolfi", None, None, Some(true)),
            ("debian", Some("12"), None, None),
        ] {
            assert_eq!(
                release_fits(family, record, own),
                fits,
                "{record:?} {own:?}"
            );
        }
    }
}
