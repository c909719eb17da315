use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a package is from, as far as it decides how versions and names compare.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ecosystem {
    /// Python packages.
    PyPi,
    /// JavaScript packages.
    Npm,
    /// Rust crates.
    Cargo,
    /// Go modules, and Go itself.
    Go,
    /// Java packages.
    Maven,
    /// .NET packages.
    NuGet,
    /// Ruby gems.
    RubyGems,
    /// PHP packages.
    Packagist,
    /// Dart packages.
    Pub,
    /// Erlang and Elixir packages.
    Hex,
    /// Haskell packages.
    Hackage,
    /// R packages.
    Cran,
    /// Swift packages.
    Swift,
    /// C and C++ packages.
    Conan,
    /// Julia packages.
    Julia,
    /// Bitnami's packages.
    Bitnami,
    /// Actions of GitHub, whose tags are semantic versions with a `v`.
    GitHubActions,
    /// Debian.
    Debian,
    /// Ubuntu.
    Ubuntu,
    /// Alpine.
    Alpine,
    /// Wolfi.
    Wolfi,
    /// Chainguard.
    Chainguard,
    /// Red Hat.
    RedHat,
    /// Rocky Linux.
    Rocky,
    /// AlmaLinux.
    AlmaLinux,
    /// SUSE and openSUSE.
    Suse,
    /// Other distributions whose packages are RPM.
    Rpm,
    /// Models and data sets of Hugging Face: revisions, without an order of their own.
    HuggingFace,
    /// Everything else: numbers and words compared by the rules that Maven has, the most lenient ones.
    Other,
}

/// The ways of comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Pep440,
    Semver,
    Go,
    Maven,
    NuGet,
    RubyGems,
    Packagist,
    Dotted,
    Debian,
    Alpine,
    Rpm,
}

/// An ecosystem, its name in OSV documents and its package URL types.
const NAMES: &[(Ecosystem, &str, &[&str])] = &[
    (Ecosystem::PyPi, "PyPI", &["pypi"]),
    (Ecosystem::Npm, "npm", &["npm"]),
    (Ecosystem::Cargo, "crates.io", &["cargo"]),
    (Ecosystem::Go, "Go", &["golang"]),
    (Ecosystem::Maven, "Maven", &["maven"]),
    (Ecosystem::NuGet, "NuGet", &["nuget"]),
    (Ecosystem::RubyGems, "RubyGems", &["gem"]),
    (Ecosystem::Packagist, "Packagist", &["composer"]),
    (Ecosystem::Pub, "Pub", &["pub"]),
    (Ecosystem::Hex, "Hex", &["hex"]),
    (Ecosystem::Hackage, "Hackage", &["hackage"]),
    (Ecosystem::Cran, "CRAN", &["cran"]),
    (Ecosystem::Swift, "SwiftURL", &["swift"]),
    (Ecosystem::Conan, "ConanCenter", &["conan"]),
    (Ecosystem::Julia, "Julia", &["julia"]),
    (Ecosystem::Bitnami, "Bitnami", &["bitnami"]),
    (
        Ecosystem::GitHubActions,
        "GitHub Actions",
        &["github", "githubactions"],
    ),
    (Ecosystem::Debian, "Debian", &["deb"]),
    (Ecosystem::Ubuntu, "Ubuntu", &[]),
    (Ecosystem::Alpine, "Alpine", &["apk", "alpine"]),
    (Ecosystem::Wolfi, "Wolfi", &[]),
    (Ecosystem::Chainguard, "Chainguard", &[]),
    (Ecosystem::RedHat, "Red Hat", &[]),
    (Ecosystem::Rocky, "Rocky Linux", &[]),
    (Ecosystem::AlmaLinux, "AlmaLinux", &[]),
    (Ecosystem::Suse, "SUSE", &[]),
    (Ecosystem::Suse, "openSUSE", &[]),
    (Ecosystem::Rpm, "openEuler", &["rpm"]),
    (Ecosystem::Rpm, "Mageia", &[]),
    (Ecosystem::Rpm, "Azure Linux", &[]),
    (Ecosystem::Rpm, "Photon OS", &[]),
    (Ecosystem::HuggingFace, "Hugging Face", &["huggingface"]),
];

impl Ecosystem {
    /// Of the name in an OSV document, with what follows its first colon: `Debian:12` is Debian and `12`. A name that
    /// is not known is [`Ecosystem::Other`].
    #[must_use]
    pub fn of_osv(name: &str) -> (Self, Option<&str>) {
        let (name, release) = match name.split_once(':') {
            Some((name, release)) => (name, Some(release)),
            None => (name, None),
        };
        let ecosystem = NAMES
            .iter()
            .find(|(_, osv, _)| *osv == name)
            .map_or(Self::Other, |(ecosystem, _, _)| *ecosystem);
        (ecosystem, release)
    }

    /// Of the type of a package URL: `pypi`, `golang`. Types that several distributions share (`deb`, `apk`, `rpm`)
    /// are told apart by the namespace: see [`Ecosystem::of_purl`].
    #[must_use]
    pub fn of_purl_type(purl_type: &str) -> Self {
        NAMES
            .iter()
            .find(|(_, _, types)| types.contains(&purl_type))
            .map_or(Self::Other, |(ecosystem, _, _)| *ecosystem)
    }

    /// Of the type and the namespace of a package URL: `pkg:deb/ubuntu/...` is Ubuntu.
    #[must_use]
    pub fn of_purl(purl_type: &str, namespace: Option<&str>) -> Self {
        match (purl_type, namespace) {
            ("deb", Some("ubuntu")) => Self::Ubuntu,
            ("apk", Some("wolfi")) => Self::Wolfi,
            ("apk", Some("chainguard")) => Self::Chainguard,
            ("rpm", Some("redhat" | "rhel")) => Self::RedHat,
            ("rpm", Some("rocky" | "rockylinux")) => Self::Rocky,
            ("rpm", Some("almalinux" | "alma")) => Self::AlmaLinux,
            ("rpm", Some("suse" | "opensuse" | "sles")) => Self::Suse,
            _ => Self::of_purl_type(purl_type),
        }
    }

    /// Its name in OSV documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rpm => "RPM",
            _ => NAMES
                .iter()
                .find(|(ecosystem, _, _)| *ecosystem == self)
                .map_or("another ecosystem", |(_, name, _)| name),
        }
    }

    pub(super) fn scheme(self) -> Scheme {
        match self {
            Self::PyPi => Scheme::Pep440,
            Self::Npm
            | Self::Cargo
            | Self::Pub
            | Self::Hex
            | Self::Swift
            | Self::Julia
            | Self::Bitnami
            | Self::GitHubActions => Scheme::Semver,
            Self::Go => Scheme::Go,
            Self::NuGet => Scheme::NuGet,
            Self::RubyGems => Scheme::RubyGems,
            Self::Packagist => Scheme::Packagist,
            Self::Hackage | Self::Cran => Scheme::Dotted,
            Self::Debian | Self::Ubuntu => Scheme::Debian,
            Self::Alpine | Self::Wolfi | Self::Chainguard => Scheme::Alpine,
            Self::RedHat | Self::Rocky | Self::AlmaLinux | Self::Suse | Self::Rpm => Scheme::Rpm,
            Self::Maven | Self::Conan | Self::HuggingFace | Self::Other => Scheme::Maven,
        }
    }
}
