//! Attestations of packages: where they lie, and what they prove about what is here.

use std::io::Read as _;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use waybill_attest::{
    AttestationIdentity, Publication, PublicationError, Published, SignedBy, Subject, moment,
};
use waybill_domain::inventory::Unread;
use waybill_domain::retrieval::{AttestationOutcome, PackageAttestation};

use super::covered::{Judged, strong};
use super::known::{Known, Meant, named_packages};
use super::{RetrievalFailure, RetrievalRequest};
use crate::walk::readable;

/// The largest file with attestations that is read.
const ATTESTATIONS_BYTES: u64 = 64 << 20;
/// The most bytes of all of them that are read.
const ALL_BYTES: u64 = 256 << 20;
/// The most files of a folder with attestations.
const MOST_FILES: usize = 100_000;
/// The most files that one statement, and that all together, are about.
const MOST_OF_ONE: usize = 10_000;
const MOST_JUDGED: usize = 200_000;
/// What an index states of a file that somebody published there.
const PYPI_PUBLISH: &str = concat!("https://docs.py", "pi.org/attestations/publish/v1");
/// What npm states of a version that it took in.
const NPM_PUBLISH: &str = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";
/// How something was built, of any version.
const PROVENANCE: &str = "https://slsa.dev/provenance/";
/// Ends of names under which attestations lie beside what they are about.
const ENDS: [&str; 5] = [
    ".attestation",
    ".provenance",
    ".sigstore",
    ".sigstore.json",
    ".intoto.jsonl",
];

/// All attestations, by the file that they stand in.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) publications: Vec<(String, Vec<Publication>)>,
    /// Files in the target that should hold attestations, and cannot be read.
    pub(super) unread: Vec<Unread>,
}

/// All attestations: those that were named, and those that lie in the target.
pub(super) fn found(
    request: &RetrievalRequest,
    paths: &[String],
) -> Result<Found, RetrievalFailure> {
    let mut found = Found::default();
    let mut left = ALL_BYTES;
    for named in &request.attestations {
        let shown = |path: &Path| readable(path.as_os_str().as_encoded_bytes());
        let failed = |path: &Path, reason: String| RetrievalFailure::Attestations {
            path: shown(path),
            reason,
        };
        for path in files(named).map_err(|error| failed(named, error.to_string()))? {
            let text = read(&path, left).map_err(|error| failed(&path, error.to_string()))?;
            let read = Publication::read(&text);
            let read = read.map_err(|error| failed(&path, error.to_string()))?;
            found.publications.push((shown(&path), read));
            left = left.saturating_sub(text.len() as u64);
        }
    }
    let root = &request.inventory.target;
    if root.is_dir() {
        beside(root, paths, left, &mut found);
    }
    Ok(found)
}

/// Attestations that lie in the target.
fn beside(root: &Path, paths: &[String], mut left: u64, found: &mut Found) {
    let beside = paths
        .iter()
        .filter(|path| ENDS.iter().any(|end| path.ends_with(end)));
    for path in beside {
        let unread = |reason: String| Unread {
            path: path.clone(),
            line: None,
            reason,
        };
        let text = match read(&root.join(path), left) {
            Ok(text) => text,
            Err(error) => {
                found.unread.push(unread(error.to_string()));
                continue;
            }
        };
        match Publication::read(&text) {
            Ok(publications) => {
                found.publications.push((path.clone(), publications));
                left = left.saturating_sub(text.len() as u64);
            }
            // What the signature of a model or another tool's file is, is not for here.
            Err(PublicationError::Kind) => {}
            Err(PublicationError::Syntax(_)) if !text.trim_start().starts_with('{') => {}
            Err(error) => found.unread.push(unread(error.to_string())),
        }
    }
}

/// The file itself, or the files of a folder, in the order of their names.
fn files(named: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    if !named.is_dir() {
        return Ok(vec![named.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(named)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(std::io::Error::other(format!(
                "it has more than {MOST_FILES} files"
            )));
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file, of which no more than `left` may be kept.
fn read(path: &Path, left: u64) -> std::io::Result<String> {
    let file = crate::bytes::open_at_once(path)?;
    let most = ATTESTATIONS_BYTES.min(left);
    let mut text = String::new();
    file.take(most + 1).read_to_string(&mut text)?;
    if text.len() as u64 <= most {
        return Ok(text);
    }
    Err(std::io::Error::other(match most < ATTESTATIONS_BYTES {
        true => format!(
            "all attestations together are larger than {} MiB",
            ALL_BYTES >> 20
        ),
        false => format!("it is larger than {} MiB", ATTESTATIONS_BYTES >> 20),
    }))
}

/// What attestations are held against.
pub(super) struct Verifier<'a> {
    request: &'a RetrievalRequest,
    known: &'a Known<'a>,
    expected: Vec<Expected<'a>>,
}

/// Who publishes some packages, compiled.
struct Expected<'a> {
    /// One that cannot be compiled is about everything, and nobody may publish that.
    packages: Vec<Option<GlobMatcher>>,
    identity: Option<GlobMatcher>,
    issuer: &'a str,
    written: &'a str,
}

impl<'a> Verifier<'a> {
    pub(super) fn new(request: &'a RetrievalRequest, known: &'a Known<'a>) -> Self {
        let expected = request.identities.iter().map(|identity| Expected {
            packages: identity.packages.iter().map(|one| glob(one)).collect(),
            identity: glob(&identity.identity),
            issuer: &identity.issuer,
            written: &identity.identity,
        });
        Self {
            request,
            known,
            expected: expected.collect(),
        }
    }

    /// True if the configuration says who publishes it.
    pub(super) fn expects_identity(&self, component: &str) -> bool {
        let name = without_version(component);
        self.expecting(&name).next().is_some()
    }

    /// The same of a package URL without a version.
    pub(super) fn expects_identity_for(&self, package: &str) -> bool {
        self.expecting(package).next().is_some()
    }

    fn expecting<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Expected<'a>> {
        self.expected.iter().filter(move |expected| {
            let mut globs = expected.packages.iter();
            globs.any(|glob| glob.as_ref().is_none_or(|glob| glob.is_match(name)))
        })
    }

    /// What each attestation of a file comes to.
    ///
    /// # Errors
    /// [`RetrievalFailure::Attestations`] if there are more than anybody would publish.
    pub(super) fn verify(
        &self,
        path: &str,
        publications: &[Publication],
        judged: &mut Vec<Judged>,
    ) -> Result<(), RetrievalFailure> {
        let request = self.request;
        for publication in publications {
            let verified =
                publication.verify(&request.trust, &request.keys, request.now, &request.revoked);
            match verified {
                Ok(published) => judged.extend(self.about(path, &published)),
                Err(unproven) => judged.push(Judged::uncounted(PackageAttestation {
                    reason: Some(reason(&unproven)),
                    ..nothing(path)
                })),
            }
            if judged.len() > MOST_JUDGED {
                return Err(RetrievalFailure::Attestations {
                    path: path.to_owned(),
                    reason: format!(
                        "all attestations together are about more than {MOST_JUDGED} files"
                    ),
                });
            }
        }
        Ok(())
    }

    /// What a statement that holds says about what is here, subject by subject.
    fn about(&self, path: &str, published: &Published) -> Vec<Judged> {
        let by = &published.signed_by;
        let signed = PackageAttestation {
            statement: Some(published.statement.predicate_type.clone()),
            identity: by.identity.clone(),
            identity_issuer: by.identity_issuer.clone(),
            source: by.source.clone(),
            key: by.identity.is_none().then(|| by.key.clone()),
            signed_at: by.signed_at.map(moment),
            ..nothing(path)
        };
        let subjects = &published.statement.subject;
        if subjects.is_empty() {
            return vec![Judged::uncounted(PackageAttestation {
                reason: Some("it is about nothing".to_owned()),
                ..signed
            })];
        }
        let mut all = Vec::new();
        for subject in subjects {
            if all.len() > MOST_OF_ONE {
                return vec![Judged::uncounted(PackageAttestation {
                    reason: Some(format!("it is about more than {MOST_OF_ONE} files")),
                    ..signed
                })];
            }
            let attestation = PackageAttestation {
                subject: Some(subject.name.clone()),
                ..signed.clone()
            };
            let components = self.known.components(&subject.digest);
            if components.is_empty() {
                all.push(Judged::uncounted(self.elsewhere(subject, attestation)));
                continue;
            }
            for component in components.into_iter().take(MOST_OF_ONE) {
                let attestation = PackageAttestation {
                    component: Some(component.to_owned()),
                    ..attestation.clone()
                };
                all.push(self.judge(component, subject, published, attestation));
            }
        }
        all
    }

    /// What a statement says about bytes that nothing here has or asks for.
    fn elsewhere(&self, subject: &Subject, attestation: PackageAttestation) -> PackageAttestation {
        match self.known.meant(&subject.name, &subject.digest) {
            Meant::OtherBytes(of) => PackageAttestation {
                reason: Some(format!("it is about other bytes than {of}")),
                ..attestation
            },
            Meant::NoDigest(path) => PackageAttestation {
                outcome: AttestationOutcome::Elsewhere,
                reason: Some(format!("{path} fixes no digest of it")),
                ..attestation
            },
            Meant::Nothing => PackageAttestation {
                outcome: AttestationOutcome::Elsewhere,
                ..attestation
            },
        }
    }

    /// What a statement says about a component whose bytes it names.
    fn judge(
        &self,
        component: &str,
        subject: &Subject,
        published: &Published,
        attestation: PackageAttestation,
    ) -> Judged {
        let refused = self.refusal(component, &subject.name, &published.signed_by);
        if refused.is_some() {
            return Judged::uncounted(PackageAttestation {
                reason: refused,
                ..attestation
            });
        }
        let reason = worthless(published).map(str::to_owned);
        let covers = match reason {
            Some(_) => Vec::new(),
            None => strong(subject.digest.iter()),
        };
        Judged {
            attestation: PackageAttestation {
                outcome: AttestationOutcome::Verified,
                reason,
                ..attestation
            },
            covers,
        }
    }

    /// Why whoever signed may not speak for a component.
    fn refusal(&self, component: &str, subject: &str, by: &SignedBy) -> Option<String> {
        // A registry speaks for all that it hands out, and for nobody's build.
        if is_registry(by) {
            return None;
        }
        let entries = self.known.entries(component);
        for entry in entries.iter().filter(|entry| !entry.identities.is_empty()) {
            let named: Vec<Option<AttestationIdentity>> = entry
                .identities
                .iter()
                .map(|words| AttestationIdentity::read(&serde_json::to_value(words).ok()?))
                .collect();
            if named.iter().flatten().any(|one| one.holds(by).is_ok()) {
                continue;
            }
            let names: Vec<String> = named
                .iter()
                .map(|one| match one {
                    Some(one) => one.named(),
                    None => "one that cannot be read".to_owned(),
                })
                .collect();
            return Some(format!(
                "{} names other publishers: {}",
                entry.path,
                names.join(", ")
            ));
        }
        // A file that merely lies here is what its name says, and what the statement calls it.
        let names = match entries.is_empty() {
            false => vec![without_version(component)],
            true => [named_packages(component), named_packages(subject)].concat(),
        };
        names.iter().find_map(|name| self.unexpected(name, by))
    }

    /// Why whoever signed may not publish what has this name.
    fn unexpected(&self, name: &str, by: &SignedBy) -> Option<String> {
        let identity = by.identity.as_deref().unwrap_or_default();
        let issuer = by.identity_issuer.as_deref().unwrap_or_default();
        let mut wanted = Vec::new();
        for expected in self.expecting(name) {
            let matches = expected
                .identity
                .as_ref()
                .is_some_and(|glob| glob.is_match(identity));
            if matches && issuer == expected.issuer {
                return None;
            }
            wanted.push(format!("`{}`", expected.written));
        }
        if wanted.is_empty() {
            return None;
        }
        Some(format!(
            "it was signed by `{identity}`; waybill.toml lets {} publish it",
            wanted.join(", ")
        ))
    }
}

/// True if it was signed by a key, which only registries do here.
const fn is_registry(by: &SignedBy) -> bool {
    by.identity.is_none() && by.certificate.is_none()
}

/// Why a statement that holds does not make a package attested.
fn worthless(published: &Published) -> Option<&'static str> {
    let by_registry = is_registry(&published.signed_by);
    let counts = match published.statement.predicate_type.as_str() {
        NPM_PUBLISH => by_registry,
        PYPI_PUBLISH => !by_registry,
        kind => kind.starts_with(PROVENANCE) && !by_registry,
    };
    match (counts, by_registry) {
        (true, _) => None,
        (false, true) => {
            Some("the registry's word says nothing of who made it, and does not count")
        }
        (false, false) => Some("it states neither a publication nor a build, and does not count"),
    }
}

fn nothing(path: &str) -> PackageAttestation {
    PackageAttestation {
        path: path.to_owned(),
        statement: None,
        subject: None,
        component: None,
        outcome: AttestationOutcome::Refused,
        reason: None,
        identity: None,
        identity_issuer: None,
        source: None,
        key: None,
        signed_at: None,
    }
}

/// A refusal with all that it comes from.
fn reason(error: &dyn std::error::Error) -> String {
    error.to_string()
}

/// `*` stands for any text, all else for itself.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let parts: Vec<String> = pattern.split('*').map(globset::escape).collect();
    let glob = GlobBuilder::new(&parts.join("*"))
        .literal_separator(false)
        .build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// A package URL without version and qualifiers.
fn without_version(component: &str) -> String {
    let name = component.split('?').next().unwrap_or(component);
    let name = name.rsplit_once('@').map_or(name, |(name, _)| name);
    name.replace("%40", "@")
}
