//! The cases of sigstore-conformance: bundles that have to verify, and bundles that must not.
#![expect(clippy::unwrap_used, reason = "tests fail where they cannot go on")]

use serde_json::Value;
use waybill_attest::{Bundle, Expected, PublicKey, Revoked, TrustRoot, Who, verify_logged};

const CASES: &str = include_str!("data/sigstore-conformance.json");
/// 2026-11-23.
const NOW: i64 = 1_795_392_000;

const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

fn judged(roots: &Value, case: &Value) -> Result<(), String> {
    let text = |name: &str| case.get(name).and_then(Value::as_str);
    let trust = match text("trusted_root") {
        Some(root) => TrustRoot::parse(roots[root].as_str().unwrap()),
        None => TrustRoot::embedded(),
    }
    .map_err(|error| error.to_string())?;
    let bundle = Bundle::parse(text("bundle").unwrap()).map_err(|error| error.to_string())?;
    let key = match text("key").map(PublicKey::parse) {
        Some(key) => Some(key.map_err(|error| error.to_string())?),
        None => None,
    };
    let who = match &key {
        Some(key) => Who::Key(key),
        None => Who::Identity {
            identity: text("identity").unwrap_or(IDENTITY),
            issuer: text("issuer").unwrap_or(ISSUER),
        },
    };
    let digest = text("sha256").unwrap();
    let bytes: Vec<u8> = (0..32)
        .map(|index| u8::from_str_radix(&digest[index * 2..index * 2 + 2], 16).unwrap())
        .collect();
    let expected = Expected {
        who,
        trust: &trust,
        now: NOW,
        artifact: Some(bytes.try_into().unwrap()),
    };
    let (payload, _) = verify_logged(&bundle, &expected, &Revoked::default())
        .map_err(|error| error.to_string())?;
    // Of a statement one of the subjects is the artifact.
    if payload.is_empty() {
        return Ok(());
    }
    let statement: Value = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
    let subjects = statement["subject"].as_array().ok_or("no subject")?;
    let about = |subject: &Value| subject["digest"]["sha256"] == digest;
    if subjects.iter().any(about) {
        Ok(())
    } else {
        Err("the statement is about something else".to_owned())
    }
}

/// One case states an impossible time in base64 with line breaks, which is refused for the breaks alone.
#[test]
fn a_stamp_of_another_time_is_refused_for_its_time() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let mut case = file["cases"]["rekor2-timestamp-with-incorrect-time_fail"].clone();
    let mut bundle: Value = serde_json::from_str(case["bundle"].as_str().unwrap()).unwrap();
    let stamps = &mut bundle["verificationMaterial"]["timestampVerificationData"];
    let stamp = &mut stamps["rfc3161Timestamps"][0]["signedTimestamp"];
    *stamp = stamp.as_str().unwrap().replace('\n', "").into();
    case["bundle"] = bundle.to_string().into();
    let refused = judged(&file["roots"], &case).unwrap_err();
    assert!(refused.contains("and not at 2025-"), "{refused}");
}

/// Whatever is changed in a bundle that verifies, it is refused or says the same, and nothing panics.
#[test]
fn changed_bundles_are_refused_or_say_the_same() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    for name in ["happy-path-intoto-in-dsse-v3", "rekor2-happy-path"] {
        let case = &file["cases"][name];
        let bundle = case["bundle"].as_str().unwrap().as_bytes();
        let mut held = 0;
        for place in (0..bundle.len()).step_by(61) {
            let mut changed = bundle.to_vec();
            changed[place] ^= 1 << (place % 7);
            let Ok(text) = String::from_utf8(changed) else {
                continue;
            };
            let mut case = case.clone();
            case["bundle"] = text.into();
            held += usize::from(judged(&file["roots"], &case).is_ok());
        }
        // Names of fields that nothing is decided by may be changed; content that counts may not.
        assert!(held < 12, "{name}: {held}");
    }
}

#[test]
fn every_case_has_the_outcome_that_it_names() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let cases = file["cases"].as_object().unwrap();
    assert!(cases.len() == 70, "{}", cases.len());
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let outcome = judged(&file["roots"], case);
        if outcome.is_ok() == name.ends_with("_fail") {
            wrong.push(format!("{name}: {outcome:?}"));
        }
        println!("{name}: {outcome:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
