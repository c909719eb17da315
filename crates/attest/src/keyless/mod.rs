//! Signatures for an identity, without a key of one's own (Sigstore): a certificate of minutes, a log that
//! shows when it was used, and stamps of the time. Verified with nothing but the bundle and what is trusted;
//! nothing is fetched (<https://github.com/sigstore/architecture-docs/blob/main/client-spec.md>).

mod body;
mod checkpoint;
mod identity;
mod log_entry;
mod merkle;
mod timestamp;
mod transparency;
mod trust;

use crate::bundle::{Bundle, Content, Signed};
use crate::certificate::{Certificate, Purpose, validate};
use crate::key::{Hash, PublicKey};
use crate::verified::{Revoked, SignedBy, Unproven};

pub(crate) use identity::alternative as names;
pub(crate) use log_entry::WrittenEntry;
pub use trust::{TrustError, TrustRoot};

/// What a bundle has to prove.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who signed.
    pub who: Who<'a>,
    /// Logs and authorities that are believed.
    pub trust: &'a TrustRoot,
    /// The present, seconds since 1970: nothing is signed after it.
    pub now: i64,
    /// SHA-256 of the bytes that are signed, where the bundle does not carry them.
    pub artifact: Option<[u8; 32]>,
}

/// Who has to have signed.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    /// Somebody with this identity, for whom this issuer vouched.
    Identity {
        /// An address of mail, or of a workflow.
        identity: &'a str,
        /// The address of the identity provider.
        issuer: &'a str,
    },
    /// Somebody with this key, whose use a log shows.
    Key(&'a PublicKey),
    /// Anybody for whom an authority vouches; who it was has to be looked at then.
    Anybody,
}

/// What was signed, and by whom, if all of it is proven.
///
/// # Errors
/// [`Unproven`].
pub fn verify_logged(
    bundle: &Bundle,
    expected: &Expected<'_>,
    revoked: &Revoked,
) -> Result<(Vec<u8>, SignedBy), Unproven> {
    let not_proven = |reason: &str| Unproven::Identity(reason.to_owned());
    let signer = signer(bundle, expected.who)?;
    let (signature, payload) = match &bundle.content {
        Content::Envelope(envelope) => (envelope.signature(), envelope.payload()),
        Content::Message { signature, .. } => (signature.clone(), Vec::new()),
    };
    let mut times = Vec::new();
    for stamp in &bundle.timestamps {
        let time = timestamp::verify(stamp, &signature, expected.trust).map_err(|reason| {
            Unproven::Identity(format!("a time stamp does not hold: {reason}"))
        })?;
        times.push(time);
    }
    if bundle.log_entries.is_empty() {
        return Err(not_proven("no entry of a log shows when it was signed"));
    }
    for written in &bundle.log_entries {
        let entry = log_entry::LogEntry::read(written)
            .ok_or_else(|| not_proven("an entry of a log is not readable"))?;
        let time = entry
            .verify(bundle.version, expected.trust)
            .and_then(|time| body::binds(&entry, bundle, &signer, expected.artifact).map(|()| time))
            .map_err(|reason| {
                Unproven::Identity(format!("the entry of the log does not hold: {reason}"))
            })?;
        times.extend(time);
    }
    if times.is_empty() {
        return Err(not_proven("nothing proves when it was signed"));
    }
    if times.iter().any(|time| *time > expected.now) {
        return Err(not_proven("it was signed in the future"));
    }
    let signed_by = match &signer {
        Logged::Certificate(leaf, others) => certified(leaf, others, expected, &times, revoked)?,
        Logged::Key(key) => {
            revoked.refuse_key(key)?;
            SignedBy::by_key(key)
        }
    };
    if !covers(bundle, &signer, expected.artifact) {
        return Err(Unproven::Signature(signer.name()));
    }
    let signed_at = times.into_iter().min();
    Ok((
        payload,
        SignedBy {
            signed_at,
            ..signed_by
        },
    ))
}

/// Whose use the log has to show.
pub(crate) enum Logged<'a> {
    Certificate(&'a Certificate, &'a [Certificate]),
    Key(&'a PublicKey),
}

impl Logged<'_> {
    fn name(&self) -> String {
        match self {
            Self::Certificate(leaf, _) => format!("the certificate of {}", leaf.subject()),
            Self::Key(key) => format!("the key {}", key.hint()),
        }
    }

    fn public_key(&self) -> Option<PublicKey> {
        match self {
            Self::Certificate(leaf, _) => leaf.public_key().ok(),
            Self::Key(key) => Some((*key).clone()),
        }
    }
}

fn signer<'a>(bundle: &'a Bundle, who: Who<'a>) -> Result<Logged<'a>, Unproven> {
    match (&bundle.signer, who) {
        (Signed::Identity(leaf), Who::Identity { .. } | Who::Anybody) => {
            Ok(Logged::Certificate(leaf, &[]))
        }
        // Before version 0.3 a chain stood there, without the certificate that readers trust.
        (Signed::Chain(chain), Who::Identity { .. }) if bundle.version < (0, 3) => {
            let roots = chain.iter().any(|one| one.is_signed_by(one));
            match chain.split_first() {
                Some((leaf, others)) if !roots => Ok(Logged::Certificate(leaf, others)),
                _ => Err(Unproven::Identity(
                    "the bundle brings the certificate that its reader should trust".to_owned(),
                )),
            }
        }
        // Registries wrote it all the same; it counts for nothing.
        (Signed::Chain(chain), Who::Anybody) if bundle.version < (0, 3) => {
            let trusted = chain.iter().rposition(|one| !one.is_signed_by(one));
            let path = chain.get(..=trusted.unwrap_or_default());
            match path.and_then(<[Certificate]>::split_first) {
                Some((leaf, others)) => Ok(Logged::Certificate(leaf, others)),
                None => Err(Unproven::NoStatement),
            }
        }
        (Signed::Key { .. }, Who::Key(key)) => Ok(Logged::Key(key)),
        (_, Who::Identity { .. } | Who::Anybody) => {
            Err(crate::verified::other_way(bundle, "for an identity"))
        }
        (_, Who::Key(_)) => Err(crate::verified::other_way(bundle, "with a key")),
    }
}

/// The certificate leads to an authority that is trusted, at all times that are proven; its issue was
/// logged; it is for the identity.
fn certified(
    leaf: &Certificate,
    others: &[Certificate],
    expected: &Expected<'_>,
    times: &[i64],
    revoked: &Revoked,
) -> Result<SignedBy, Unproven> {
    let mut authority = None;
    for time in times {
        let (path, root) = issued(leaf, others, expected.trust, *time)?;
        for certificate in &path {
            revoked.refuse_certificate(certificate)?;
        }
        let issuer = path.get(1).copied().unwrap_or(leaf);
        transparency::verify(leaf, issuer, expected.trust).map_err(|reason| {
            Unproven::Identity(format!(
                "that the certificate was issued was not logged: {reason}"
            ))
        })?;
        authority = Some(root);
    }
    let key = leaf.public_key().map_err(|_| Unproven::Key)?;
    let named = identity::read(leaf);
    if let Who::Identity { identity, issuer } = expected.who {
        let names = named.names.join("`, `");
        if !named.names.iter().any(|name| name == identity) {
            return Err(Unproven::Identity(format!(
                "it was signed by `{names}`, not by `{identity}`"
            )));
        }
        if named.issuer.as_deref() != Some(issuer) {
            return Err(Unproven::Identity(format!(
                "`{}` vouched for `{identity}`, not `{issuer}`",
                named.issuer.as_deref().unwrap_or("nobody")
            )));
        }
    }
    Ok(SignedBy {
        identity: named.names.into_iter().next(),
        identity_issuer: named.issuer,
        workflow: named.workflow,
        source: named.source,
        authority,
        subject: None,
        ..SignedBy::by_certificate(leaf, &key)
    })
}

/// A path to an authority that was trusted at the time, and its name.
fn issued<'c>(
    leaf: &'c Certificate,
    others: &'c [Certificate],
    trust: &'c TrustRoot,
    time: i64,
) -> Result<(Vec<&'c Certificate>, String), Unproven> {
    let mut refusal = None;
    for authority in &trust.authorities {
        if !authority.valid.holds(time) {
            continue;
        }
        let Some((root, between)) = authority.chain.split_last() else {
            continue;
        };
        let roots = std::slice::from_ref(root);
        for others in [between, others] {
            match validate(leaf, others, roots, time, Purpose::CodeSigning) {
                Ok(path) => return Ok((path, root.subject())),
                Err(error) => {
                    refusal.get_or_insert(error);
                }
            }
        }
    }
    Err(refusal.map_or_else(
        || Unproven::Identity("no trusted authority issued certificates then".to_owned()),
        Unproven::Chain,
    ))
}

/// True if the key signed what the bundle is about.
fn covers(bundle: &Bundle, signer: &Logged<'_>, artifact: Option<[u8; 32]>) -> bool {
    let Some(key) = signer.public_key() else {
        return false;
    };
    match &bundle.content {
        Content::Envelope(envelope) => key.verifies(&envelope.message(), &envelope.signature()),
        Content::Message { signature, digest } => artifact.is_some_and(|artifact| {
            digest.as_ref().is_none_or(|digest| *digest == artifact)
                && key.verifies_digest(&artifact, signature)
        }),
    }
}

/// SHA-256 over a SubjectPublicKeyInfo.
pub(crate) fn key_id(key_info: &[u8]) -> Vec<u8> {
    Hash::Sha256.of(key_info)
}
