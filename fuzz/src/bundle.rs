//! Bundles of signatures: read, verified against the embedded trust, their statements read.

use waybill_attest::manifest::Manifest;
use waybill_attest::{
    Bundle, Certificate, Expected, Publication, RegistryKeys, Revoked, TrustRoot, Who,
    verify_logged,
};

/// Examines `bytes` as a bundle, as a statement, and as certificates.
pub fn run(bytes: &[u8]) {
    let _ = Certificate::from_der(bytes);
    let _ = Manifest::from_statement(bytes, true);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _ = Certificate::from_pem(text);
    publications(text);
    let Ok(bundle) = Bundle::parse(text) else {
        return;
    };
    if let Some(envelope) = bundle.envelope() {
        let _ = Manifest::from_statement(&envelope.payload(), true);
    }
    let Ok(trust) = TrustRoot::embedded() else {
        return;
    };
    let expected = Expected {
        who: Who::Identity {
            identity: "a",
            issuer: "b",
        },
        trust: &trust,
        now: i64::MAX,
        artifact: Some([0; 32]),
    };
    assert!(verify_logged(&bundle, &expected, &Revoked::default()).is_err());
}

/// What indexes of packages hand out.
fn publications(text: &str) {
    let (Ok(read), Ok(trust), Ok(keys)) = (
        Publication::read(text),
        TrustRoot::embedded(),
        RegistryKeys::embedded(),
    ) else {
        return;
    };
    for publication in read {
        let _ = publication.verify(&trust, &keys, i64::MAX, &Revoked::default());
    }
}
