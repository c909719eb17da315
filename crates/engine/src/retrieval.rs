//! The verb `retrieval`: whether what is fetched for a system can only be what was meant.

mod attested;
mod covered;
mod known;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use thiserror::Error;
use waybill_attest::{RegistryKeys, Revoked, TrustRoot};
use waybill_domain::retrieval::{
    AttestationOutcome, Fixing, LooseComponent, PackageAttestation, RETRIEVAL_SCHEMA, Retrieval,
    RetrievalSource, RetrievalSummary, UnfixedFile,
};
use waybill_inventory::retrieval::Fetched;

use crate::inventory::{InventoryRequest, gathered};
use crate::walk::readable;
use crate::{ScanError, tool};
use attested::Verifier;
use covered::{Covered, Judged};
use known::Known;

/// What to look at, and what to hold it against.
#[derive(Clone, Debug)]
pub struct RetrievalRequest {
    /// The tree or image.
    pub inventory: InventoryRequest,
    /// Files and folders with attestations, beside those that lie in the target.
    pub attestations: Vec<PathBuf>,
    /// Logs and authorities that are believed.
    pub trust: TrustRoot,
    /// Keys of registries that are believed.
    pub keys: RegistryKeys,
    /// Keys and certificates that are not trusted any more.
    pub revoked: Revoked,
    /// The present, seconds since 1970.
    pub now: i64,
    /// Who publishes which packages.
    pub identities: Vec<ExpectedIdentity>,
    /// The loosest way to fix something that is accepted.
    pub accepted: Fixing,
    /// Every locked package of PyPI and npm has to be attested.
    pub attestations_required: bool,
    /// Every file of a package in the tree has to be fixed by a file, or attested.
    pub files_fixed: bool,
}

/// Who publishes some packages.
#[derive(Clone, Debug)]
pub struct ExpectedIdentity {
    /// Package URLs without a version, `*` for any text.
    pub packages: Vec<String>,
    /// Who signs, `*` for any text.
    pub identity: String,
    /// Who vouches for that.
    pub issuer: String,
}

/// Why nothing can be said.
#[derive(Debug, Error)]
pub enum RetrievalFailure {
    /// The target cannot be listed.
    #[error(transparent)]
    Target(#[from] ScanError),
    /// A file that was named cannot be read as attestations.
    #[error("use the attestations `{path}`: {reason}")]
    Attestations {
        /// As named.
        path: String,
        /// Why not.
        reason: String,
    },
}

/// Looks at every file that says what is fetched, and verifies every attestation that is there.
///
/// # Errors
/// [`RetrievalFailure`] if the target or a named file cannot be read. What does not hold is in what
/// comes back.
pub fn retrieval(request: &RetrievalRequest) -> Result<Retrieval, RetrievalFailure> {
    let (mut files, options) = gathered(&request.inventory)?;
    let mut entries = waybill_inventory::retrieval::take_packages(&mut files);
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let inventory = waybill_inventory::assemble(tool(), files, options);
    entries.extend(waybill_inventory::retrieval::others(&inventory));
    let found = attested::found(request, &paths)?;
    let known = Known::of(&request.inventory.target, &paths, &entries);
    let verifier = Verifier::new(request, &known);
    let mut judged: Vec<Judged> = Vec::new();
    for (path, publications) in &found.publications {
        verifier.verify(path, publications, &mut judged)?;
    }
    let covered = Covered::of(&judged);
    let mut attestations: Vec<PackageAttestation> =
        judged.into_iter().map(|one| one.attestation).collect();
    covered.explain(&entries, &mut attestations);
    attestations.sort();
    attestations.dedup();
    let is_attested = |entry: &Fetched| covered.is_attested(entry);
    // Where somebody is named, nobody else will do, and neither will nobody.
    let is_unpublished = |entry: &Fetched| {
        let named = !entry.identities.is_empty() || verifier.expects_identity(&entry.component);
        named && !covered.is_published(entry)
    };
    let is_locked = |entry: &Fetched| matches!(entry.ecosystem, "pypi" | "npm");
    let unattested: BTreeSet<String> = entries
        .iter()
        .filter(|entry| is_unpublished(entry) || is_locked(entry) && !is_attested(entry))
        .map(|entry| entry.component.clone())
        .collect();
    let (unfixed, unnamed) = unfixed(&known, &covered, &verifier);
    let missing = request.attestations_required && !unattested.is_empty();
    let unpublished = entries.iter().any(is_unpublished);
    let loose = loose(&entries);
    let summary = summary(&entries, &attestations, &is_attested);
    let too_loose = loose.iter().any(|entry| entry.fixing > request.accepted);
    let mut unread = inventory.unread;
    let told: BTreeSet<String> = unread.iter().map(|one| one.path.clone()).collect();
    let more = found.unread.into_iter();
    unread.extend(more.filter(|one| !told.contains(&one.path)));
    Ok(Retrieval {
        schema: RETRIEVAL_SCHEMA.to_owned(),
        tool: tool(),
        target: readable(request.inventory.target.as_os_str().as_encoded_bytes()),
        holds: !too_loose
            && !missing
            && !unpublished
            && !unnamed
            && summary.refused == 0
            && (unfixed.is_empty() || !request.files_fixed),
        unfixed,
        sources: sources(&entries, &is_attested),
        loose,
        unattested: unattested.into_iter().collect(),
        summary,
        attestations,
        unread,
    })
}

/// Files of packages in the tree that nothing fixes; and whether there is one that nobody published
/// although it is said who does.
fn unfixed(
    known: &Known<'_>,
    covered: &Covered,
    verifier: &Verifier<'_>,
) -> (Vec<UnfixedFile>, bool) {
    let (mut unfixed, mut unnamed) = (Vec::new(), false);
    for (path, sha256) in known.unlocked() {
        let digits = sha256.as_deref().unwrap_or_default();
        let packages = known::named_packages(path);
        let named = packages
            .iter()
            .any(|package| verifier.expects_identity_for(package));
        unnamed |= named && !covered.is_file_published(path, digits);
        if !covered.is_file_attested(path, digits) {
            unfixed.push(UnfixedFile {
                path: (*path).to_owned(),
                sha256: sha256.clone(),
            });
        }
    }
    unfixed.sort();
    (unfixed, unnamed)
}

fn loose(entries: &[Fetched]) -> Vec<LooseComponent> {
    let loose: BTreeSet<LooseComponent> = entries
        .iter()
        .filter(|entry| entry.fixing != Fixing::Digest)
        .map(|entry| LooseComponent {
            path: entry.path.clone(),
            line: entry.line,
            component: entry.component.clone(),
            fixing: entry.fixing,
        })
        .collect();
    loose.into_iter().collect()
}

fn sources(entries: &[Fetched], is_attested: &dyn Fn(&Fetched) -> bool) -> Vec<RetrievalSource> {
    let mut sources: BTreeMap<&str, RetrievalSource> = BTreeMap::new();
    for entry in entries {
        let source = sources
            .entry(&entry.path)
            .or_insert_with(|| RetrievalSource {
                path: entry.path.clone(),
                entries: 0,
                fixed: BTreeMap::new(),
                attested: 0,
            });
        source.entries += 1;
        *source.fixed.entry(entry.fixing).or_default() += 1;
        source.attested += u64::from(is_attested(entry));
    }
    sources.into_values().collect()
}

fn summary(
    entries: &[Fetched],
    attestations: &[PackageAttestation],
    is_attested: &dyn Fn(&Fetched) -> bool,
) -> RetrievalSummary {
    let mut summary = RetrievalSummary {
        entries: entries.len() as u64,
        attested: entries.iter().filter(|entry| is_attested(entry)).count() as u64,
        ..RetrievalSummary::default()
    };
    for entry in entries {
        *summary.fixed.entry(entry.fixing).or_default() += 1;
    }
    for attestation in attestations {
        match attestation.outcome {
            AttestationOutcome::Verified => summary.verified += 1,
            AttestationOutcome::Refused => summary.refused += 1,
            AttestationOutcome::Elsewhere => {}
        }
    }
    summary
}
