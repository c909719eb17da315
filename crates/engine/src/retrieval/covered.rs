//! Which digests somebody attested who may: an entry is attested only if all that it fixes is.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::retrieval::PackageAttestation;
use waybill_inventory::retrieval::Fetched;

/// An attestation, and what it counts for.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// What it came to.
    pub(super) attestation: PackageAttestation,
    /// The strong digests that it counts for: algorithm and digits. None if it counts for nothing.
    pub(super) covers: Vec<(String, String)>,
}

impl Judged {
    /// One that counts for nothing.
    pub(super) const fn uncounted(attestation: PackageAttestation) -> Self {
        Self {
            attestation,
            covers: Vec::new(),
        }
    }
}

/// Component, algorithm and digits.
type Key = (String, String, String);

/// What was attested.
#[derive(Debug, Default)]
pub(super) struct Covered {
    attested: BTreeSet<Key>,
    /// By an identity: a registry says that it handed something out, and not who made it.
    published: BTreeSet<Key>,
}

impl Covered {
    pub(super) fn of(judged: &[Judged]) -> Self {
        let mut covered = Self::default();
        for one in judged {
            let Some(component) = &one.attestation.component else {
                continue;
            };
            for (algorithm, digits) in &one.covers {
                let key = (component.clone(), algorithm.clone(), digits.clone());
                if one.attestation.identity.is_some() {
                    covered.published.insert(key.clone());
                }
                covered.attested.insert(key);
            }
        }
        covered
    }

    /// True if every strong digest that it fixes was attested, and it fixes one.
    pub(super) fn is_attested(&self, entry: &Fetched) -> bool {
        let (found, all) = count(&self.attested, entry);
        all > 0 && found == all
    }

    /// True if every strong digest that it fixes was attested by an identity.
    pub(super) fn is_published(&self, entry: &Fetched) -> bool {
        let (found, all) = count(&self.published, entry);
        all > 0 && found == all
    }

    /// True if a file of the tree with these bytes was attested.
    pub(super) fn is_file_attested(&self, path: &str, sha256: &str) -> bool {
        let key = (path.to_owned(), "sha256".to_owned(), sha256.to_owned());
        self.attested.contains(&key)
    }

    /// True if by an identity.
    pub(super) fn is_file_published(&self, path: &str, sha256: &str) -> bool {
        let key = (path.to_owned(), "sha256".to_owned(), sha256.to_owned());
        self.published.contains(&key)
    }

    /// Tells, with what holds, why an entry is not attested all the same.
    pub(super) fn explain(&self, entries: &[Fetched], attestations: &mut [PackageAttestation]) {
        let mut why: BTreeMap<&str, String> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !self.is_attested(entry)) {
            why.entry(&entry.component).or_insert_with(|| {
                let (found, all) = count(&self.attested, entry);
                match all {
                    0 => format!("{} fixes no strong digest of it", entry.path),
                    _ => format!("{found} of {all} digests in {} are attested", entry.path),
                }
            });
        }
        for attestation in attestations {
            let component = attestation.component.as_deref().unwrap_or_default();
            if attestation.reason.is_none()
                && let Some(reason) = why.get(component)
            {
                attestation.reason = Some(reason.clone());
            }
        }
    }
}

/// How many of the strong digests of an entry are there, and how many it fixes.
fn count(there: &BTreeSet<Key>, entry: &Fetched) -> (usize, usize) {
    let digests: BTreeSet<(String, String)> = strong(
        entry
            .hashes
            .iter()
            .map(|(algorithm, digits)| (algorithm, digits)),
    )
    .into_iter()
    .collect();
    let all = digests.len();
    let found = digests.into_iter().filter(|(algorithm, digits)| {
        let key = (entry.component.clone(), algorithm.clone(), digits.clone());
        there.contains(&key)
    });
    (found.count(), all)
}

/// Digests that nobody can forge, in small letters.
pub(super) fn strong<'a>(
    digests: impl Iterator<Item = (&'a String, &'a String)>,
) -> Vec<(String, String)> {
    digests
        .filter(|(algorithm, _)| matches!(algorithm.as_str(), "sha256" | "sha384" | "sha512"))
        .map(|(algorithm, digits)| (algorithm.clone(), digits.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use waybill_domain::retrieval::{AttestationOutcome, Fixing};

    use super::*;

    fn entry(path: &str, hashes: &[(&str, &str)]) -> Fetched {
        Fetched {
            path: path.to_owned(),
            line: None,
            component: "pkg:pypi/tool@1".to_owned(),
            ecosystem: "pypi",
            name: "tool".to_owned(),
            version: Some("1".to_owned()),
            fixing: Fixing::Digest,
            hashes: hashes
                .iter()
                .map(|(algorithm, digits)| ((*algorithm).to_owned(), (*digits).to_owned()))
                .collect(),
            identities: Vec::new(),
        }
    }

    fn judged(identity: Option<&str>, digits: &str) -> Judged {
        Judged {
            attestation: PackageAttestation {
                path: "a".to_owned(),
                statement: None,
                subject: None,
                component: Some("pkg:pypi/tool@1".to_owned()),
                outcome: AttestationOutcome::Verified,
                reason: None,
                identity: identity.map(str::to_owned),
                identity_issuer: None,
                source: None,
                key: None,
                signed_at: None,
            },
            covers: vec![("sha256".to_owned(), digits.to_owned())],
        }
    }

    #[test]
    fn every_digest_has_to_be_attested() {
        let covered = Covered::of(&[judged(Some("me"), "aa"), judged(None, "bb")]);
        for (hashes, attested, published) in [
            (&[("sha256", "aa")][..], true, true),
            (&[("sha256", "AA")][..], true, true),
            (&[("sha256", "aa"), ("sha256", "bb")][..], true, false),
            (&[("sha256", "aa"), ("sha256", "cc")][..], false, false),
            (&[("sha256", "aa"), ("sha512", "aa")][..], false, false),
            (&[("sha256", "cc")][..], false, false),
            (&[("md5", "aa")][..], false, false),
            (&[][..], false, false),
        ] {
            let entry = entry("a.lock", hashes);
            assert_eq!(covered.is_attested(&entry), attested, "{hashes:?}");
            assert_eq!(covered.is_published(&entry), published, "{hashes:?}");
        }
        let entries = [entry("a.lock", &[("sha256", "aa"), ("sha256", "cc")])];
        let mut attestations = [judged(Some("me"), "aa").attestation];
        covered.explain(&entries, &mut attestations);
        assert_eq!(
            attestations[0].reason.as_deref(),
            Some("1 of 2 digests in a.lock are attested")
        );
    }
}
