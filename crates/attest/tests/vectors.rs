//! The vectors of the OpenSSF Model Signing specification.

use waybill_attest::manifest::Manifest;
use waybill_attest::{
    Bundle, Certificate, PublicKey, Revoked, Unproven, verify_with_certificates, verify_with_keys,
};

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("data/model-signing-spec/", $name, ".bundle.json"))
    };
}

const KEY: &str = include_str!("data/model-signing-spec/signing-key-pub.pem");
const ROOT: &str = include_str!("data/model-signing-spec/ca-cert.pem");
/// 2026-01-01; the certificates are valid from 2025 to 2035.
const AT: i64 = 1_767_225_600;

#[test]
fn a_key_signed_it() {
    let bundle = Bundle::parse(vector!("valid/key")).unwrap();
    let key = PublicKey::parse(KEY).unwrap();
    let trusted = std::slice::from_ref(&key);
    let (payload, by) = verify_with_keys(&bundle, trusted, &Revoked::default(), false).unwrap();
    assert_eq!(
        (by.hint.as_str(), by.algorithm.as_str()),
        (
            "e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e",
            "p384"
        )
    );
    let manifest = Manifest::from_statement(&payload, false).unwrap();
    assert_eq!(
        manifest.root(),
        "92745110b1ab4368471cbe31664e10174e954b113a3df333db860317b2c6dec4"
    );
    assert_eq!(manifest.resources.len(), 2);
    for id in [by.hint, by.key] {
        let revoked = Revoked::parse(&id).unwrap();
        assert!(matches!(
            verify_with_keys(&bundle, trusted, &revoked, false),
            Err(Unproven::Revoked { .. })
        ));
    }
}

#[test]
fn a_certificate_signed_it() {
    let bundle = Bundle::parse(vector!("valid/certificate")).unwrap();
    let roots = Certificate::from_pem(ROOT).unwrap();
    let none = Revoked::default();
    let (_, by) = verify_with_certificates(&bundle, &roots, AT, &none, false).unwrap();
    assert_eq!(
        (by.subject.as_deref(), by.authority.as_deref()),
        (Some("intermediate-ca"), Some("root-ca"))
    );
    for (at, said) in [(0, "valid from 2025-05-02"), (3_000_000_000, "2035-04-30")] {
        let error = verify_with_certificates(&bundle, &roots, at, &none, false).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    let error = verify_with_certificates(&bundle, &[], AT, &none, false).unwrap_err();
    assert!(error.to_string().contains("`root-ca`"), "{error}");
    let revoked = Revoked::parse(&roots[0].fingerprint()).unwrap();
    assert!(verify_with_certificates(&bundle, &roots, AT, &revoked, false).is_err());
    let key = PublicKey::parse(KEY).unwrap();
    assert!(matches!(
        verify_with_keys(&bundle, &[key], &none, false),
        Err(Unproven::OtherWay { .. })
    ));
}

#[test]
fn what_is_no_bundle_is_refused() {
    for (name, text) in [
        ("empty", vector!("invalid/empty")),
        ("missing-envelope", vector!("invalid/missing-envelope")),
        (
            "missing-tlog-entries",
            vector!("invalid/missing-tlog-entries"),
        ),
        (
            "missing-verification-material",
            vector!("invalid/missing-verification-material"),
        ),
    ] {
        assert!(Bundle::parse(text).is_err(), "{name}");
    }
    let wrong = Bundle::parse(vector!("invalid-payload/wrong-predicate")).unwrap();
    let payload = wrong.envelope().unwrap().payload();
    let error = Manifest::from_statement(&payload, true).unwrap_err();
    assert!(
        error.to_string().contains("no signature of a model"),
        "{error}"
    );
}

#[test]
fn a_bundle_for_an_identity_is_read() {
    let bundle = Bundle::parse(vector!("valid/sigstore")).unwrap();
    let payload = bundle.envelope().unwrap().payload();
    assert!(Manifest::from_statement(&payload, false).is_ok());
}
