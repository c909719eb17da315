//! The records that several gates judge.

use super::shape::{facts, words};
use crate::inventory::{Pin, Role};
use crate::{Confidence, Severity};

words! {
    /// What is known of a signature.
    Signed,
    /// Verified against a key or identity that is trusted.
    Valid = "valid",
    /// Verified to be wrong: other bytes, a broken or revoked signature.
    Invalid = "invalid",
    /// There is none.
    Absent = "absent",
    /// Nobody looked.
    Unknown = "unknown",
}

words! {
    /// What an advisory says of a component.
    MatchKind,
    /// It has a weakness.
    Vulnerable = "vulnerable",
    /// It is known to be malicious.
    Malicious = "malicious",
    /// Its supplier ends it: see `ends`.
    Retired = "retired",
    /// It was withdrawn by its owner or its hub.
    Revoked = "revoked",
    /// Nobody looks after it.
    Unmaintained = "unmaintained",
}

words! {
    /// An answer that may be missing.
    Answer,
    /// Yes.
    Yes = "yes",
    /// No.
    No = "no",
    /// Nobody looked.
    Unknown = "unknown",
}

facts! {
    /// Concrete bytes under examination.
    ArtifactFacts as "artifact", called |artifact| artifact.path.clone();
    /// Path relative to the target.
    path: String = String::new(),
    /// What the bytes are, by content; several, joined by `+`, for a polyglot.
    format: String = "unknown".to_owned(),
    /// SHA-256, 64 lowercase hexadecimal digits; empty if the bytes could not be read.
    sha256: String = String::new(),
    /// Size in bytes.
    size_bytes: i64 = 0,
    /// False if some bytes were not examined.
    complete: bool = false,
    /// What is known of its signature.
    signature: Signed = Signed::Unknown,
    /// How firmly the place it came from fixes its bytes; bytes at hand are fixed by their digest.
    pin: Pin = Pin::Digest,
    /// Who supplies it, if it is known where it came from.
    supplier: String = String::new(),
}

facts! {
    /// What a rule saw. Findings that are excepted are not among the facts.
    FindingFacts as "finding", called |finding| finding.rule.clone();
    /// Id of the rule.
    rule: String = String::new(),
    /// How bad if true.
    severity: Severity = Severity::Critical,
    /// How sure.
    confidence: Confidence = Confidence::High,
    /// What was seen.
    message: String = String::new(),
    /// The member of an archive that it was seen in.
    member: String = String::new(),
    /// Ids that the rule answers: controls of the guidance, ATLAS, CWE.
    answers: Vec<String> = Vec::new(),
    /// True if it says that bytes were not examined.
    incomplete: bool = false,
}

facts! {
    /// An advisory that matches a component. What a VEX statement says does not apply, or an
    /// exception covers, is not among the facts.
    MatchFacts as "match", called |found| format!("{} in {}", found.advisory, found.component);
    /// Id of the component.
    component: String = String::new(),
    /// Its name.
    name: String = String::new(),
    /// Its version; empty if it floats.
    version: String = String::new(),
    /// The ecosystem, as OSV names it.
    ecosystem: String = String::new(),
    /// Id of the advisory.
    advisory: String = String::new(),
    /// Its other ids.
    aliases: Vec<String> = Vec::new(),
    /// What the advisory says of the component.
    kind: MatchKind = MatchKind::Vulnerable,
    /// How bad, from the CVSS score or the feed's own word.
    severity: Severity = Severity::Critical,
    /// CVSS base score from 0.0 to 10.0; 0.0 if there is none.
    cvss: f64 = 0.0,
    /// True if it is known to be exploited (listed in CISA KEV).
    exploited: bool = false,
    /// Probability of exploitation in the next 30 days (EPSS), from 0.0 to 1.0.
    epss: f64 = 0.0,
    /// True if the package or model itself is malicious.
    malicious: bool = false,
    /// False if the version floats, or is a range that may resolve to an affected one.
    certain: bool = true,
    /// Versions in which it is fixed.
    fixed: Vec<String> = Vec::new(),
    /// The nearest version that fixes all that matches.
    upgrade: String = String::new(),
    /// The feed that says so.
    feed: String = String::new(),
    /// The last day of a retired hosted model, `YYYY-MM-DD`.
    ends: String = String::new(),
}

facts! {
    /// A feed of advisories, and how old it is.
    FeedFacts as "feed", called |feed| feed.name.clone();
    /// Its name.
    name: String = String::new(),
    /// Date of its newest record, `YYYY-MM-DD`.
    date: String = String::new(),
    /// Days from then to today.
    age_days: i64 = 0,
    /// True if it is older than the set age.
    stale: bool = false,
}

facts! {
    /// An entry of an inventory or a bill.
    ComponentFacts as "component", called |component| component.id.clone();
    /// Its id: the purl if there is one.
    id: String = String::new(),
    /// What it is.
    role: Role = Role::File,
    /// Its name.
    name: String = String::new(),
    /// Organisation of a hub, scope of npm, group of Maven.
    owner: String = String::new(),
    /// Exact version, tag or revision.
    version: String = String::new(),
    /// Package URL.
    purl: String = String::new(),
    /// How firmly its version is fixed.
    pin: Pin = Pin::Floating,
    /// False for what has no version to fix, such as a prompt or a service.
    can_be_pinned: bool = true,
    /// Who supplies it.
    supplier: String = String::new(),
    /// True if the supplier is known by observation, or is one that the user named.
    supplier_known: bool = false,
    /// SPDX licence expressions.
    licences: Vec<String> = Vec::new(),
    /// True if there is a digest of its bytes.
    hashed: bool = false,
    /// True if the system asks for it itself.
    direct: bool = false,
    /// True if its use switches on code that comes with it.
    remote_code: bool = false,
    /// True if it is a hosted model whose end is announced.
    retired: bool = false,
    /// The last day of a hosted model, `YYYY-MM-DD`.
    ends: String = String::new(),
}

facts! {
    /// A signature and who made it.
    SignatureFacts as "signature", called |signature| signature.signer.clone();
    /// What is known of it.
    state: Signed = Signed::Unknown,
    /// The identity or key that signed.
    signer: String = String::new(),
    /// Who vouches for the identity.
    issuer: String = String::new(),
    /// True if the user trusts that signer for this artifact.
    trusted: bool = false,
    /// True if it is proven to stand in a transparency log.
    logged: bool = false,
    /// False if there are bytes in the artifact's folder that it does not cover.
    covers_all: bool = false,
    /// Days since it was made; -1 if that is not known.
    age_days: i64 = -1,
    /// Algorithm of the signature.
    algorithm: String = String::new(),
}

facts! {
    /// A bill and what `bom check` says of it.
    BillFacts as "bill", called |bill| bill.name.clone();
    /// What it is called.
    name: String = String::new(),
    /// The standard and its version.
    format: String = String::new(),
    /// True if it keeps to its standard.
    valid: bool = false,
    /// True if it names every artifact that it should.
    complete: bool = false,
    /// Minimum elements that it lacks.
    missing: Vec<String> = Vec::new(),
    /// Days since it was made; -1 if that is not known.
    age_days: i64 = -1,
    /// What is known of its signature.
    signature: Signed = Signed::Unknown,
}

facts! {
    /// An organisation or person that provides something.
    SupplierFacts as "supplier", called |supplier| supplier.name.clone();
    /// Its id.
    id: String = String::new(),
    /// Its name.
    name: String = String::new(),
    /// How it came to be known, as an inventory says it: `organisation`, `hub-namespace`, ...
    kind: String = String::new(),
    /// True if it is known by observation, or is one that the user named.
    known: bool = false,
    /// True if somebody assessed it.
    assessed: bool = false,
    /// Days since the assessment; -1 if there is none.
    assessment_age_days: i64 = -1,
    /// What the assessment says: may it be used?
    approved: Answer = Answer::Unknown,
    /// Country, ISO 3166-1 alpha-2.
    country: String = String::new(),
    /// True if it names a contact for security (RFC 9116).
    security_contact: bool = false,
    /// Incidents of it that are known and not closed.
    open_incidents: i64 = 0,
}

facts! {
    /// A data set.
    DatasetFacts as "dataset", called |dataset| dataset.id.clone();
    /// Its id.
    id: String = String::new(),
    /// Its name.
    name: String = String::new(),
    /// Its format, by content.
    format: String = String::new(),
    /// How firmly its version is fixed.
    pin: Pin = Pin::Floating,
    /// True if it is known where it comes from and how it was collected.
    provenance_known: bool = false,
    /// True if the bytes match the digest that the origin states.
    verified: bool = false,
    /// SPDX licence expressions.
    licences: Vec<String> = Vec::new(),
    /// Are there personal data in it?
    personal: Answer = Answer::Unknown,
    /// Do records of an evaluation set occur in it?
    leaks_evaluation: Answer = Answer::Unknown,
    /// Part of the records that look poisoned, from 0.0 to 1.0.
    suspicious_share: f64 = 0.0,
    /// What is known of its signature.
    signature: Signed = Signed::Unknown,
}

facts! {
    /// What is to be deployed.
    WorkloadFacts as "workload", called |workload| workload.name.clone();
    /// Its name.
    name: String = String::new(),
    /// Kind of manifest: `Deployment`, `Pod`, `compose`.
    kind: String = String::new(),
    /// The namespace that it goes to.
    space: String = String::new(),
    /// True if a container may do all that its host may.
    privileged: bool = false,
    /// True if it shares the network of its host.
    host_network: bool = false,
    /// True unless every container is known to run as another user than root.
    runs_as_root: bool = true,
    /// True if the root of every container is read-only.
    read_only_root: bool = false,
    /// True if a network policy bounds what it may reach.
    network_bounded: bool = false,
    /// True if secrets stand in plain text in the manifest.
    secrets_in_manifest: bool = false,
}

facts! {
    /// A container image that a workload uses.
    ImageFacts as "image", called |image| image.reference.clone();
    /// As the manifest names it.
    reference: String = String::new(),
    /// Host of the registry.
    registry: String = String::new(),
    /// How firmly it is fixed.
    pin: Pin = Pin::Floating,
    /// What is known of its signature.
    signature: Signed = Signed::Unknown,
    /// True if there is a bill of it.
    billed: bool = false,
    /// True if the supplier is known by observation, or is one that the user named.
    supplier_known: bool = false,
}
