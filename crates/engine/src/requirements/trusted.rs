//! Whom a rule of a policy believes: keys, names that an authority certifies, identities that logs prove.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use waybill_attest::manifest::PAYLOAD_TYPE;
use waybill_attest::{
    Bundle, Certificate, Envelope, Expected, PublicKey, Revoked, Signed, SignedBy, TrustRoot, Who,
    verify_logged, verify_with_certificates, verify_with_keys,
};

/// Some names that an authority certifies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCertificates {
    roots: Vec<PathBuf>,
    subjects: Vec<String>,
}

/// An identity that logs prove.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenIdentity {
    identity: String,
    issuer: String,
    trust_root: Option<PathBuf>,
}

#[derive(Clone, Debug)]
struct Certified {
    roots: Vec<Certificate>,
    subjects: Vec<GlobMatcher>,
}

#[derive(Clone, Debug)]
struct Identified {
    identity: GlobMatcher,
    issuer: String,
    trust: TrustRoot,
}

/// Whom a rule believes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trusted {
    keys: Vec<PublicKey>,
    certified: Vec<Certified>,
    identified: Vec<Identified>,
}

/// A signed statement as it is handed about: its envelope alone, or a bundle that brings what it takes
/// to verify it.
#[derive(Clone, Debug)]
pub(crate) enum Stated {
    Envelope(Envelope),
    Bundle(Box<Bundle>),
}

impl Stated {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let error = match Envelope::parse(text) {
            Ok(envelope) => return Ok(Self::Envelope(envelope)),
            Err(error) => error.to_string(),
        };
        match Bundle::parse(text) {
            Ok(bundle) => Ok(Self::Bundle(Box::new(bundle))),
            Err(other) if text.contains("\"verificationMaterial\"") => Err(chain(&other)),
            Err(_) => Err(error),
        }
    }

    /// What is stated. Nothing of it is verified.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let envelope = match self {
            Self::Envelope(envelope) => Some(envelope),
            Self::Bundle(bundle) => bundle.envelope(),
        };
        envelope.map(Envelope::payload).unwrap_or_default()
    }
}

/// Names that a policy names, each with who vouches for it.
type Matched = Vec<(String, String)>;
/// What is held, who signed it, in which way, and under which of the names that a policy names.
type Found = (Vec<u8>, SignedBy, &'static str, Matched);

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Voice {
    /// A key by its digest, a name with who certifies it, or an identity with its issuer.
    pub(crate) who: String,
    /// The key that signed.
    key: String,
    /// What is one signer's: keys, and names with who vouches for them.
    marks: BTreeSet<(String, String)>,
}

impl Voice {
    pub(super) fn new(key: String, matched: Matched) -> Self {
        let who = match matched.first() {
            Some((name, authority)) => format!("{name} ({authority})"),
            None => key.clone(),
        };
        let mut marks: BTreeSet<_> = matched.into_iter().collect();
        marks.insert((key.clone(), String::new()));
        Self { who, key, marks }
    }

    /// True if both are one signer's: somebody may have several keys under one name, and several names.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        !self.marks.is_disjoint(&other.marks)
    }

    /// This signer, of whom the other is known to be another sign.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.marks.extend(other.marks);
        self
    }

    /// Short, for a reason.
    pub(super) fn shown(&self) -> &str {
        match self.who == self.key {
            true => self.who.get(..12).unwrap_or(&self.who),
            false => &self.who,
        }
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// `*` stands for any text, all else for itself.
fn pattern(pattern: &str) -> Result<GlobMatcher, String> {
    let parts: Vec<String> = pattern.split('*').map(globset::escape).collect();
    GlobBuilder::new(&parts.join("*"))
        .literal_separator(false)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| error.to_string())
}

/// The names that the policy names, with who certifies them.
pub(super) fn named(names: &[String], subjects: &[GlobMatcher], authority: &str) -> Matched {
    names
        .iter()
        .filter(|name| subjects.iter().any(|subject| subject.is_match(name)))
        .map(|name| (name.clone(), authority.to_owned()))
        .collect()
}

impl Trusted {
    /// Reads what a rule names, beside the policy.
    pub(super) fn read(
        folder: &Path,
        keys: &[PathBuf],
        certificates: &[WrittenCertificates],
        identities: &[WrittenIdentity],
    ) -> Result<Self, String> {
        if keys.is_empty() && certificates.is_empty() && identities.is_empty() {
            return Err(
                "a rule names no keys, certificates or identities, so that nobody could meet it"
                    .to_owned(),
            );
        }
        let mut trusted = Self::default();
        for file in keys {
            let key = crate::read_public_key(&folder.join(file));
            trusted.keys.push(key.map_err(|error| error.to_string())?);
        }
        for written in certificates {
            if written.roots.is_empty() || written.subjects.is_empty() {
                return Err(
                    "`certificates` have to name roots and subjects; `*` is every subject"
                        .to_owned(),
                );
            }
            let mut roots = Vec::new();
            for file in &written.roots {
                let read = crate::read_certificates(&folder.join(file));
                roots.extend(read.map_err(|error| error.to_string())?);
            }
            let subjects = written.subjects.iter().map(|subject| pattern(subject));
            trusted.certified.push(Certified {
                roots,
                subjects: subjects.collect::<Result<_, _>>()?,
            });
        }
        for written in identities {
            if written.identity.is_empty() || written.issuer.is_empty() {
                return Err("an identity or its issuer is empty".to_owned());
            }
            trusted.identified.push(Identified {
                identity: pattern(&written.identity)?,
                issuer: written.issuer.clone(),
                trust: match &written.trust_root {
                    Some(file) => crate::read_trust_root(&folder.join(file))
                        .map_err(|error| error.to_string())?,
                    None => TrustRoot::embedded().map_err(|error| error.to_string())?,
                },
            });
        }
        Ok(trusted)
    }

    /// Nobody but who has one of these keys.
    pub(crate) fn keys(keys: &[PublicKey]) -> Self {
        Self {
            keys: keys.to_vec(),
            ..Self::default()
        }
    }

    /// Everybody of both.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.keys.extend(other.keys.iter().cloned());
        self.certified.extend(other.certified.iter().cloned());
        self.identified.extend(other.identified.iter().cloned());
        self
    }

    pub(super) fn is_nobody(&self) -> bool {
        self.keys.is_empty() && self.certified.is_empty() && self.identified.is_empty()
    }

    /// What is stated, and who of those who are believed said it. `at` (seconds since 1970) is when
    /// certificates have to be valid, and after which nothing was signed.
    pub(crate) fn hear(
        &self,
        stated: &Stated,
        revoked: &Revoked,
        at: i64,
    ) -> Result<(Vec<u8>, Voice), String> {
        match stated {
            Stated::Envelope(envelope) => {
                let (payload, key) = envelope
                    .verify(PAYLOAD_TYPE, &self.keys)
                    .map_err(|error| error.to_string())?;
                let by = key.id();
                revoked
                    .refuse(key)
                    .map_err(|error| format!("the one by {}: {error}", &by[..12]))?;
                Ok((payload, Voice::new(by, Matched::new())))
            }
            Stated::Bundle(bundle) => {
                let (payload, by, _, matched) = self.found(bundle, revoked, at, false)?;
                Ok((payload, Voice::new(by.key, matched)))
            }
        }
    }

    /// What a bundle holds, who signed it, and in which way, if that is somebody who is believed. With
    /// `old`, what release 0.2 of `model-signing` wrote, too.
    pub(crate) fn proves(
        &self,
        bundle: &Bundle,
        revoked: &Revoked,
        at: i64,
        old: bool,
    ) -> Result<(Vec<u8>, SignedBy, &'static str), String> {
        let (payload, by, way, _) = self.found(bundle, revoked, at, old)?;
        Ok((payload, by, way))
    }

    fn found(
        &self,
        bundle: &Bundle,
        revoked: &Revoked,
        at: i64,
        old: bool,
    ) -> Result<Found, String> {
        let found = match bundle.signer() {
            Signed::Key { .. } => self.by_key(bundle, revoked, old),
            Signed::Chain(_) => {
                let certified = self.by_certificate(bundle, revoked, at, old);
                match certified {
                    // Before version 0.3 a bundle for an identity had a chain, too.
                    Err(reason) if !self.identified.is_empty() => self
                        .by_identity(bundle, revoked, at)
                        .map_err(|logged| match self.certified.is_empty() {
                            true => logged,
                            false => reason,
                        }),
                    certified => certified,
                }
            }
            Signed::Identity(_) => self.by_identity(bundle, revoked, at),
        }?;
        let is_statement = bundle
            .envelope()
            .is_some_and(|envelope| envelope.payload_type() == PAYLOAD_TYPE);
        match is_statement {
            true => Ok(found),
            false => Err("it holds no signed statement".to_owned()),
        }
    }

    fn by_key(&self, bundle: &Bundle, revoked: &Revoked, old: bool) -> Result<Found, String> {
        if self.keys.is_empty() {
            return Err("it is signed with a key, and the policy names none for it".to_owned());
        }
        let (payload, by) = verify_with_keys(bundle, &self.keys, revoked, old)
            .map_err(|error| error.to_string())?;
        Ok((payload, by, "key", Matched::new()))
    }

    fn by_certificate(
        &self,
        bundle: &Bundle,
        revoked: &Revoked,
        at: i64,
        old: bool,
    ) -> Result<Found, String> {
        let mut refusal = None;
        let mut found: Option<Found> = None;
        // All of them, as another certificate of the same signer may have one of the other names alone.
        for certified in &self.certified {
            match verify_with_certificates(bundle, &certified.roots, at, revoked, old) {
                Ok((payload, by)) => {
                    let authority = by.authority.as_deref().unwrap_or("nobody");
                    let matched = named(&by.names, &certified.subjects, authority);
                    if !matched.is_empty() {
                        match &mut found {
                            Some((_, _, _, all)) => all.extend(matched),
                            None => found = Some((payload, by, "certificate", matched)),
                        }
                        continue;
                    }
                    let who = by.subject.as_deref().unwrap_or("nobody");
                    refusal.get_or_insert(format!(
                        "its certificate is for `{who}`, which the policy does not name"
                    ));
                }
                Err(error) => {
                    refusal.get_or_insert(error.to_string());
                }
            }
        }
        found.ok_or_else(|| {
            refusal.unwrap_or_else(|| {
                "it is signed with a certificate, and the policy names none for it".to_owned()
            })
        })
    }

    fn by_identity(&self, bundle: &Bundle, revoked: &Revoked, now: i64) -> Result<Found, String> {
        let mut refusal = None;
        for identified in &self.identified {
            let expected = Expected {
                who: Who::Anybody,
                trust: &identified.trust,
                now,
                artifact: None,
            };
            match verify_logged(bundle, &expected, revoked) {
                Ok((payload, by)) => {
                    let identity = by.identity.as_deref();
                    let issuer = by.identity_issuer.as_deref();
                    if identity.is_some_and(|identity| identified.identity.is_match(identity))
                        && issuer == Some(identified.issuer.as_str())
                    {
                        let name = identity.unwrap_or("nobody").to_owned();
                        let matched = vec![(name, identified.issuer.clone())];
                        return Ok((payload, by, "identity", matched));
                    }
                    refusal.get_or_insert(format!(
                        "it was signed by `{}` of `{}`, whom the policy does not name",
                        identity.unwrap_or("nobody"),
                        issuer.unwrap_or("nobody")
                    ));
                }
                Err(error) => {
                    refusal.get_or_insert(error.to_string());
                }
            }
        }
        Err(refusal.unwrap_or_else(|| {
            "it is signed for an identity (keyless), and the policy names none for it".to_owned()
        }))
    }
}
