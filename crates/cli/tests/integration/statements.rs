use crate::support::Folder;

const POLICY: &str = "schema = \"waybill.statements/1\"\n\
    [[signer]]\nkeys = [\"key.pub\"]\n\
    [[require]]\nstatement = \"provenance\"\nkeys = [\"key.pub\"]\n\
    [[require]]\nstatement = \"approval\"\nkeys = [\"key.pub\"]\noutcome = [\"APPROVED\"]\n";

#[test]
fn a_model_goes_from_its_making_to_its_verification() {
    let desk = Folder::new();
    desk.bytes("data.txt", b"1 2 3")
        .bytes("policy.toml", POLICY.as_bytes());
    assert_eq!(
        desk.run("keys generate key.pem --public key.pub").code,
        Some(0)
    );
    let run = "attest run --key key.pem --write made.json --input data.txt --product model --kind training -- sh -c";
    let mut training = desk.command();
    training
        .args(run.split_whitespace())
        .arg("mkdir model && cp data.txt model/weights.txt")
        .env("PATH", "/bin:/usr/bin");
    let trained = training.output().unwrap();
    assert!(
        trained.status.success(),
        "{}",
        String::from_utf8_lossy(&trained.stderr)
    );
    for (arguments, code) in [
        ("sign model --key key.pem", 0),
        (
            "attest approval model --by Ada --why reviewed --key key.pem --write approval.json",
            0,
        ),
        (
            "verify model --policy policy.toml --attestation made.json --attestation approval.json",
            0,
        ),
        (
            "verify model --policy policy.toml --attestation made.json",
            1,
        ),
        ("verify model --policy policy.toml", 1),
        (
            "verify model --policy policy.toml --attestation policy.toml",
            2,
        ),
        (
            "attest test model --result passed --test smoke --key key.pem",
            0,
        ),
        ("attest scan model --report policy.toml --key key.pem", 2),
        (
            "attest run --key key.pem --product model -- gone-program",
            2,
        ),
        (
            "attest run --key key.pem --write no/folder --product model -- true",
            2,
        ),
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
    }
    let verified = desk.run("verify model --policy policy.toml --attestation made.json --attestation approval.json --format json");
    desk.bytes("verification.json", &verified.stdout);
    let summary = desk.run("attest verification model --verification verification.json --policy policy.toml --key key.pem");
    assert_eq!(summary.code, Some(0), "{}", summary.stderr);
    assert!(
        summary.stderr.contains("verification_summary"),
        "{}",
        summary.stderr
    );
    desk.bytes("model/weights.txt", b"1 2 4");
    let changed = desk.run(
        "verify model --policy policy.toml --attestation made.json --attestation approval.json",
    );
    assert_eq!(changed.code, Some(1));
    let failing = desk.run("attest approval model --by Ada --why reviewed --key key.pem");
    assert!(
        failing.stderr.contains("sign it anew"),
        "{}",
        failing.stderr
    );
}
