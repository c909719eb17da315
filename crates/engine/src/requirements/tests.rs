use super::*;

const BY_CERTIFICATE: &str =
    include_str!("../../../attest/tests/data/model-signing-spec/valid/certificate.bundle.json");
const BY_IDENTITY: &str =
    include_str!("../../../attest/tests/data/model-signing-spec/valid/sigstore.bundle.json");
const BY_KEY: &str =
    include_str!("../../../attest/tests/data/model-signing-spec/valid/key.bundle.json");
const ROOT: &str = include_str!("../../../attest/tests/data/model-signing-spec/ca-cert.pem");
const KEY: &str = include_str!("../../../attest/tests/data/model-signing-spec/signing-key-pub.pem");
/// In 2026, when all of them are valid.
const AT: i64 = 1_790_000_000;

/// A policy whose one rule, and one signer, are these lines.
fn policy(who: &str) -> Result<Requirements, RequirementsError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), ROOT).unwrap();
    std::fs::write(folder.path().join("key.pub"), KEY).unwrap();
    let text = format!(
        "schema = \"{SCHEMA}\"\n[[signer]]\n{who}\n[[require]]\n\
         statement = \"https://model_signing/signature/v1.0\"\n{who}\n"
    );
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, text).unwrap();
    Requirements::read(&path)
}

/// The digest that a statement is about.
fn root(stated: &Stated) -> String {
    let statement = Statement::read(&stated.payload()).unwrap();
    statement.subject[0].digest["sha256"].clone()
}

/// Who is believed to have stated it, or why nobody is.
fn judged(who: &str, text: &str, revoked: &Revoked, at: i64) -> Result<Vec<String>, String> {
    let requirements = policy(who).unwrap();
    let stated = Stated::parse(text).unwrap();
    let looked = Looked {
        revoked,
        today: Date::from_days(i32::try_from(at / 86_400).unwrap()),
        at,
    };
    let root = root(&stated);
    let found = requirements.judge("any", &root, std::slice::from_ref(&stated), &looked);
    let Stated::Bundle(bundle) = &stated else {
        panic!("no bundle");
    };
    // Who may sign a model is told in the same way.
    let signed = requirements.signed("any", bundle, revoked, at, false);
    assert_eq!(signed.is_ok(), found[0].met, "{signed:?} {found:?}");
    match found[0].met {
        true => Ok(found[0].signed_by.clone()),
        false => Err(found[0].reasons.join("; ")),
    }
}

fn certificates(subject: &str) -> String {
    format!("certificates = [{{ roots = [\"root.pem\"], subjects = [\"{subject}\"] }}]")
}

fn identities(identity: &str, issuer: &str) -> String {
    format!("identities = [{{ identity = \"{identity}\", issuer = \"{issuer}\" }}]")
}

#[test]
fn a_certificate_counts_by_root_and_subject() {
    let none = Revoked::default();
    for subject in ["intermediate-ca", "intermediate*", "*"] {
        let told = judged(&certificates(subject), BY_CERTIFICATE, &none, AT);
        assert_eq!(told.unwrap(), ["intermediate-ca (root-ca)"], "{subject}");
    }
    for (who, at, said) in [
        (
            certificates("other"),
            AT,
            "for `intermediate-ca`, which the policy does not name",
        ),
        (certificates("intermediate"), AT, "does not name"),
        (certificates("*"), 0, "was valid from"),
        ("keys = [\"key.pub\"]".to_owned(), AT, "names none for it"),
        (identities("*", "https://a.example"), AT, ""),
    ] {
        let told = judged(&who, BY_CERTIFICATE, &none, at).unwrap_err();
        assert!(told.contains(said), "{said}: {told}");
    }
    let roots = waybill_attest::Certificate::from_pem(ROOT).unwrap();
    let revoked = Revoked::parse(&roots[0].fingerprint()).unwrap();
    assert!(judged(&certificates("*"), BY_CERTIFICATE, &revoked, AT).is_err());
}

#[test]
fn one_signer_has_one_voice_whatever_the_certificates() {
    use super::trusted::named;

    let voice = |key: &str, names: &[&str], subjects: &[&str], authority: &str| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let subjects: Vec<GlobMatcher> = subjects
            .iter()
            .map(|subject| globset::Glob::new(subject).unwrap().compile_matcher())
            .collect();
        Voice::new(key.to_owned(), named(&names, &subjects, authority))
    };
    let (alice, all) = ("alice@acme.example", ["*"]);
    let one = voice("1", &[alice], &[alice], "root");
    assert_eq!(one.who, "alice@acme.example (root)");
    // Another certificate, with another key and more names.
    let other = voice("2", &["Alice", alice], &[alice], "root");
    assert_eq!(other.who, one.who);
    assert!(one.is_of(&other) && one.is_of(&voice("3", &["Alice", alice], &all, "root")));
    // The same key is the same signer; another name, or another authority, is another.
    assert!(one.is_of(&voice("1", &["Bob"], &all, "root")));
    assert!(!one.is_of(&voice("4", &["Bob"], &all, "root")));
    assert!(!one.is_of(&voice("5", &[alice], &all, "other root")));
    // Who is both of two is one with both.
    let bob = voice("6", &["Bob"], &all, "root");
    let both = bob.clone().with(voice("7", &["Bob", alice], &all, "root"));
    assert!(both.is_of(&one) && !bob.is_of(&one));
    // Names that the policy does not name make nobody the same.
    let [first, second] = ["8", "9"].map(|key| voice(key, &["Signing", key], &[key], "root"));
    assert!(!first.is_of(&second));
}

#[test]
fn an_identity_counts_with_its_issuer() {
    let none = Revoked::default();
    let issuer = "https://sigstore.verify.ibm.com/oauth2";
    for identity in ["stefanb@us.ibm.com", "*@us.ibm.com"] {
        let told = judged(&identities(identity, issuer), BY_IDENTITY, &none, AT);
        assert_eq!(told.unwrap(), [format!("stefanb@us.ibm.com ({issuer})")]);
    }
    for (who, at, said) in [
        (
            identities("stefanb@us.ibm.co", issuer),
            AT,
            "whom the policy does not name",
        ),
        (
            identities("*", "https://accounts.example"),
            AT,
            "whom the policy does not name",
        ),
        (identities("*", issuer), 0, "future"),
        (certificates("*"), AT, "names none for it"),
        ("keys = [\"key.pub\"]".to_owned(), AT, "names none for it"),
    ] {
        let told = judged(&who, BY_IDENTITY, &none, at).unwrap_err();
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn a_bundle_by_a_key_counts_as_an_envelope_does() {
    let none = Revoked::default();
    let key = waybill_attest::PublicKey::parse(KEY).unwrap();
    let told = judged("keys = [\"key.pub\"]", BY_KEY, &none, AT);
    assert_eq!(told.unwrap(), [key.id()]);
    let told = judged(&certificates("*"), BY_KEY, &none, AT).unwrap_err();
    assert!(told.contains("signed with a key"), "{told}");
    // All of them at once, each in its way.
    let who = format!("keys = [\"key.pub\"]\n{}", certificates("*"));
    for text in [BY_KEY, BY_CERTIFICATE] {
        assert!(judged(&who, text, &none, AT).is_ok());
    }
}

#[test]
fn what_nobody_could_meet_or_everybody_is_refused() {
    for (who, said) in [
        ("", "no keys, certificates or identities"),
        (
            "certificates = [{ roots = [\"root.pem\"], subjects = [] }]",
            "name roots and subjects",
        ),
        (
            "certificates = [{ roots = [], subjects = [\"a\"] }]",
            "name roots and subjects",
        ),
        ("certificates = [{ roots = [\"root.pem\"] }]", "subjects"),
        (
            "certificates = [{ roots = [\"gone.pem\"], subjects = [\"a\"] }]",
            "gone.pem",
        ),
        (
            "identities = [{ identity = \"\", issuer = \"a\" }]",
            "empty",
        ),
        ("identities = [{ identity = \"a\" }]", "issuer"),
    ] {
        let told = policy(who).unwrap_err().to_string();
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn bundles_and_envelopes_may_stand_a_line_each() {
    let line = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        value.to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    std::fs::write(
        &path,
        format!("{}\n\n{}\n", line(BY_KEY), line(BY_CERTIFICATE)),
    )
    .unwrap();
    assert_eq!(
        read_statements(std::slice::from_ref(&path)).unwrap().len(),
        2
    );
    std::fs::write(&path, BY_IDENTITY).unwrap();
    assert_eq!(
        read_statements(std::slice::from_ref(&path)).unwrap().len(),
        1
    );
    for text in ["{}", "{\n}", "nothing", &BY_KEY[..400]] {
        std::fs::write(&path, text).unwrap();
        assert!(
            read_statements(std::slice::from_ref(&path)).is_err(),
            "{text}"
        );
    }
}
