//! Attestations that PyPI and npm handed out, and what `slsa-verifier` refuses.

#![expect(
    clippy::unwrap_used,
    reason = "tests fail where a vector is not as it was handed out"
)]

use waybill_attest::{Publication, Published, RegistryKeys, Revoked, TrustRoot, Unproven};

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("data/publications/", $name))
    };
}

/// 2026-11-23.
const NOW: i64 = 1_795_392_000;
/// 2024-06-01, before npm's older key ended.
const BEFORE: i64 = 1_717_200_000;

fn verified(text: &str) -> Vec<Result<Published, Unproven>> {
    verified_at(text, NOW)
}

fn verified_at(text: &str, now: i64) -> Vec<Result<Published, Unproven>> {
    let trust = TrustRoot::embedded().unwrap();
    let keys = RegistryKeys::embedded().unwrap();
    Publication::read(text)
        .unwrap()
        .iter()
        .map(|publication| publication.verify(&trust, &keys, now, &Revoked::default()))
        .collect()
}

/// Predicate type, subject, the start of its digest, and who signed.
fn shown(published: &Published) -> String {
    let [subject] = published.statement.subject.as_slice() else {
        panic!("one subject");
    };
    let (algorithm, digest) = subject.digest.first_key_value().unwrap();
    let by = &published.signed_by;
    let mut kind = published.statement.predicate_type.rsplit('/');
    let version = kind.next().unwrap();
    format!(
        "{} {version} of {} {algorithm}:{} by {} of {}",
        kind.next().unwrap(),
        subject.name,
        &digest[..8],
        by.identity.as_deref().unwrap_or(&by.algorithm),
        by.source.as_deref().unwrap_or("-"),
    )
}

#[test]
fn what_pypi_hands_out_holds() {
    // The first was signed for a log that is there to be tried out, and that nobody should trust.
    let all: Vec<String> = [
        file!("rfc8785-0.1.2-py3-none-any.whl.publish.attestation"),
        file!("pypi_attestations-0.0.19.tar.gz.provenance"),
        file!("pypi_attestations-0.0.19.tar.gz.slsa.attestation"),
        file!("gitlab_oidc_project-0.0.3.tar.gz.publish.attestation"),
    ]
    .iter()
    .flat_map(|text| verified(text))
    .map(|result| result.map_or_else(|error| error.to_string(), |one| shown(&one)))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn the_publisher_whom_the_index_names_has_to_have_signed() {
    let text = file!("pypi_attestations-0.0.19.tar.gz.provenance");
    for (written, changed) in [
        ("release.yml\"}", "other.yml\"}"),
        (
            "\"repository\":\"trailofbits/",
            "\"repository\":\"trailofbitz/",
        ),
        ("\"kind\":\"GitHub\"", "\"kind\":\"GitLab\""),
    ] {
        assert!(text.contains(written), "{written}");
        let other = text.replace(written, changed);
        let refused = verified(&other);
        let [Err(Unproven::Identity(reason))] = refused.as_slice() else {
            panic!("{changed} is accepted");
        };
        assert!(reason.contains("it was signed by"), "{reason}");
    }
}

#[test]
fn what_npm_hands_out_holds_and_what_was_changed_does_not() {
    let all: Vec<String> = [
        file!("npm-sigstore-1.0.0.json"),
        file!("gundam-visor-cli-v1-tag.json"),
        file!("gundam-visor-cli-v1-tag-invalidsigpub.json"),
        file!("gundam-visor-cli-v1-tag-invalidsigprov.json"),
    ]
    .iter()
    .flat_map(|text| verified(text))
    .map(|result| result.map_or_else(|error| format!("refused: {error}"), |one| shown(&one)))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_registry_signs_name_version_and_digest() {
    let manifest = |name: &str, version: &str, integrity: &str, key: &str, signature: &str| {
        format!(
            r#"{{"name":"{name}","time":{{"{version}":"2024-05-01T00:00:00.000Z"}},"versions":{{"{version}":{{"name":"{name}","version":"{version}","dist":{{"integrity":"{integrity}","signatures":[{{"keyid":"{key}","sig":"{signature}"}}]}}}}}}}}"#
        )
    };
    let older = (
        "kms-demo",
        "1.0.0",
        "sha512-QqZ7VJ/8xPkS9s2IWB7Shj3qTJdcRyeXKbPQnsZjsPEwvutGv0EGeVchPcauoiDFJlGbZMFq5GDCurAGNSghJQ==",
        "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA",
        "MEUCIDrLNspFeU5NZ6d55ycVBZIMXnPJi/XnI1Y2dlJvK8P1AiEAnXjn1IOMUd+U7YfPH+FNjwfLq+jCwfH8uaxocq+mpPk=",
    );
    let newer = (
        "@hypercarrier/rarebit",
        "0.1.0-alpha.4",
        "sha512-x4CzTUQX9xwdsJzLJqIlghkfypOjwEHj0ScJXWhrdE/HyB9ISTG/vobaaWFX51tWSekSH3bczVOVSksNxH7Ixw==",
        "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",
        "MEUCIQCWX+aVCWOPantTtYewNNmc3Sw6soihJp5O6GjlzrSMtwIgIZ7eXfxUMiinVUzyE5ks2t6mP80E0DqahGLx7NOnPoI=",
    );
    for ((name, version, integrity, key, signature), now) in [(older, BEFORE), (newer, NOW)] {
        let right = manifest(name, version, integrity, key, signature);
        let accepted = verified_at(&right, now);
        let [Ok(published)] = accepted.as_slice() else {
            panic!("{name} is refused");
        };
        let subject = &published.statement.subject[0];
        assert_eq!(
            subject.name,
            format!("pkg:npm/{}@{version}", name.replace('@', "%40"))
        );
        assert_eq!(subject.digest["sha512"].len(), 128);
        for wrong in [
            manifest(name, "1.0.1", integrity, key, signature),
            manifest("other", version, integrity, key, signature),
            manifest(
                name,
                version,
                &integrity.replacen("sha512-", "sha512-A", 1),
                key,
                signature,
            ),
            manifest(name, version, integrity, "SHA256:other", signature),
        ] {
            assert!(
                verified_at(&wrong, now).iter().all(Result::is_err),
                "{wrong}"
            );
        }
    }
    // The key has ended since, and nothing but an unsigned word says when it was used.
    let (name, version, integrity, key, signature) = older;
    let late = manifest(name, version, integrity, key, signature);
    assert!(matches!(
        verified(&late).as_slice(),
        [Err(Unproven::Identity(_))]
    ));
}

#[test]
fn a_publisher_who_cannot_be_read_is_nobody() {
    let text = file!("pypi_attestations-0.0.19.tar.gz.provenance");
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    for publisher in [
        serde_json::Value::Null,
        serde_json::json!("GitHub"),
        serde_json::json!({"repository": "trailofbits/pypi-attestations"}),
    ] {
        value["attestation_bundles"][0]["publisher"] = publisher;
        let refused = verified(&value.to_string());
        assert!(!refused.is_empty() && refused.iter().all(Result::is_err));
    }
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "{\"attestations\": []}",
        "{\"attestations\": [{}]}",
        "text",
    ] {
        assert!(Publication::read(text).is_err(), "{text}");
    }
    let broken = r#"{"version": 1, "verification_material": {}, "envelope": {}}"#;
    assert!(matches!(verified(broken).as_slice(), [Err(_)]));
}
