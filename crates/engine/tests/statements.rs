//! Statements about a model, and policies that require them.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write models, and fail where they cannot"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use waybill_domain::Date;
use waybill_domain::signing::Verification;
use waybill_engine::{
    Judgement, KeyAlgorithm, Making, ModelTrust, PrivateKey, Request, Required, Requirements,
    Revoked, SignRequest, Silent, Statement, Target, Tested, VerifyRequest, YaraRules, approved,
    billed, describe, describe_material, generate_key, provenance, scan, scanned, sign, tested,
    verify,
};

const NOW: &str = "2026-11-23T12:00:00Z";

const POLICY: &str = r#"
schema = "waybill.statements/1"

[[signer]]
for = ["acme/*"]
keys = ["builder.pub"]

[[require]]
statement = "scan"
for = ["acme/*"]
keys = ["scanner.pub"]
outcome = ["WAYBILL_ADMIT", "WAYBILL_COMPLETE"]
max_age_days = 30

[[require]]
statement = "approval"
for = ["acme/*"]
keys = ["ada.pub", "grace.pub"]
count = 2
"#;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { folder };
        std::fs::create_dir(desk.path("model")).unwrap();
        std::fs::write(desk.path("model/config.json"), "{}").unwrap();
        std::fs::write(desk.path("model/README.md"), "# A model\n").unwrap();
        std::fs::write(desk.path("policy.toml"), POLICY).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key(&self, name: &str) -> PrivateKey {
        let key = generate_key(KeyAlgorithm::P256).unwrap();
        std::fs::write(self.path(&format!("{name}.pub")), key.public().to_pem()).unwrap();
        key
    }

    fn sign(&self, key: &PrivateKey) {
        let request = SignRequest {
            model: self.path("model"),
            signature: self.path("model/model.sig"),
            ..SignRequest::default()
        };
        let signed = sign(&request, key, &Silent).unwrap();
        std::fs::write(&request.signature, signed.text).unwrap();
    }

    fn state(&self, name: &str, statement: &Statement, key: &PrivateKey) -> PathBuf {
        let path = self.path(name);
        let envelope = statement.sign(key).unwrap();
        std::fs::write(&path, envelope.to_line().unwrap()).unwrap();
        path
    }

    fn described(&self) -> waybill_engine::Described {
        let model = self.path("model");
        describe(&model, &model.join("model.sig"), Some(1), &Silent).unwrap()
    }

    fn report(&self) -> PathBuf {
        let request = Request {
            targets: vec![Target::Path(self.path("model"))],
            exclude: vec![],
            limits: BTreeMap::new(),
            allowed: BTreeMap::new(),
            baseline: None,
            jobs: Some(1),
            blake3: false,
            yara: YaraRules::default(),
            judgement: Judgement::default(),
            joining: None,
        };
        let report = scan(&request, &Silent).unwrap();
        let path = self.path("report.json");
        std::fs::write(&path, serde_json::to_string(&report).unwrap()).unwrap();
        path
    }

    fn verify(&self, statements: &[&Path], name: &str, today: &str) -> Verification {
        let request = VerifyRequest {
            model: self.path("model"),
            signature: self.path("model/model.sig"),
            trust: ModelTrust::Policy,
            revoked: Revoked::default(),
            at: 0,
            ignore: vec![],
            ignore_unsigned: false,
            strict: false,
            old: false,
            required: Some(Required {
                requirements: Requirements::read(&self.path("policy.toml")).unwrap(),
                statements: statements.iter().map(|path| path.to_path_buf()).collect(),
                name: Some(name.to_owned()),
                today: Date::parse(today).unwrap(),
            }),
            threads: Some(1),
        };
        verify(&request, &Silent).unwrap()
    }
}

#[test]
fn a_policy_says_who_may_state_what_for_which_models() {
    let desk = Desk::new();
    let [builder, scanner, ada, grace] =
        ["builder", "scanner", "ada", "grace"].map(|name| desk.key(name));
    desk.sign(&builder);
    let described = desk.described();
    let report = desk.report();
    // The signature was written before the report: it is an artifact of it, and part of no model.
    let statement = scanned(&described, None, &report, NOW).unwrap();
    let scan = desk.state("scan.json", &statement, &scanner);
    let approval = |who: &str| approved(&described, None, who, "reviewed", Some("2026-12-31"), NOW);
    let by_ada = desk.state("ada.json", &approval("Ada"), &ada);
    let by_grace = desk.state("grace.json", &approval("Grace"), &grace);
    let all = [scan.as_path(), &by_ada, &by_grace];
    let good = desk.verify(&all, "acme/model", "2026-11-24");
    assert!(good.holds, "{good:?}");
    let bad = |statements: &[&Path], name: &str, today: &str, said: &str| {
        let verified = desk.verify(statements, name, today);
        assert!(!verified.holds);
        let shown = format!("{verified:?}");
        assert!(shown.contains(said), "{said}: {shown}");
    };
    bad(&all, "other/model", "2026-11-24", "lets nobody sign");
    bad(&all, "acme/model", "2026-12-30", "37 days old");
    bad(&all, "acme/model", "2027-01-01", "has expired");
    bad(&all[..2], "acme/model", "2026-11-24", "approval");
    // One person approves twice.
    let twice = desk.state("twice.json", &approval("Grace"), &ada);
    bad(
        &[&scan, &by_ada, &twice],
        "acme/model",
        "2026-11-24",
        "met: false",
    );
    // The scanner's word on approval does not count.
    let forged = desk.state("forged.json", &approval("Grace"), &scanner);
    bad(
        &[&scan, &by_ada, &forged],
        "acme/model",
        "2026-11-24",
        "none of its signatures",
    );
    // Another model, signed by the same people.
    std::fs::write(desk.path("model/config.json"), "{\"a\": 1}").unwrap();
    desk.sign(&builder);
    bad(&all, "acme/model", "2026-11-24", "about another model");
}

#[test]
fn what_contradicts_the_model_is_not_stated() {
    let desk = Desk::new();
    let key = desk.key("builder");
    desk.sign(&key);
    let report = desk.report();
    let described = desk.described();
    assert!(scanned(&described, None, &report, NOW).is_ok());
    std::fs::write(desk.path("model/config.json"), "{ }").unwrap();
    let model = desk.path("model");
    let stale = describe(&model, &model.join("model.sig"), None, &Silent).unwrap_err();
    assert!(stale.to_string().contains("sign it anew"), "{stale}");
    desk.sign(&key);
    let other = scanned(&desk.described(), None, &report, NOW).unwrap_err();
    assert!(other.to_string().contains("`config.json`"), "{other}");
    let bill = desk.path("bill.json");
    std::fs::write(&bill, "{\"a\": 1}").unwrap();
    assert!(billed(&desk.described(), None, &model, &bill).is_err());
}

#[test]
fn how_something_was_made_names_what_went_in_and_came_out() {
    let desk = Desk::new();
    std::fs::write(desk.path("data.csv"), "a,b\n").unwrap();
    let input = describe_material(&desk.path("data.csv"), None, &Silent).unwrap();
    let sum = "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313";
    assert_eq!(input.digest["sha256"], sum);
    let output = describe_material(&desk.path("model"), None, &Silent).unwrap();
    // The digest is the one that the model's signature will state.
    desk.sign(&desk.key("builder"));
    assert_eq!(output.digest["sha256"], desk.described().root);
    let statement = provenance(&Making {
        kind: "training".into(),
        command: vec!["python".into(), "train.py".into()],
        environment: [("SEED".to_owned(), "7".to_owned())].into(),
        inputs: vec![input.clone()],
        outputs: vec![output],
        started: Some(NOW.into()),
        finished: Some(NOW.into()),
        builder: "https://ci.example".into(),
    });
    let definition = &statement.predicate["buildDefinition"];
    assert_eq!(definition["externalParameters"]["command"][1], "train.py");
    assert_eq!(
        definition["resolvedDependencies"][0]["digest"]["sha256"],
        input.digest["sha256"].as_str()
    );
    assert_eq!(statement.time(), Some(NOW));
    let outcome = Tested {
        result: "PASSED".into(),
        tests: vec!["accuracy".into()],
        evidence: vec![desk.path("data.csv")],
    };
    let statement = tested(&desk.described(), Some("acme/model"), &outcome, NOW).unwrap();
    assert_eq!(statement.outcomes(), ["PASSED"]);
    assert_eq!(statement.subject[0].name, "acme/model");
}

#[test]
fn policies_that_could_not_be_met_are_refused() {
    let desk = Desk::new();
    for (text, said) in [
        ("schema = \"x\"", "schema"),
        (
            "schema = \"waybill.statements/1\"\n[[require]]\nstatement = \"scan\"\nkeys = []",
            "no keys",
        ),
        (
            "schema = \"waybill.statements/1\"\n[[require]]\nstatement = \"scam\"\nkeys = [\"a.pub\"]",
            "scam",
        ),
        (
            "schema = \"waybill.statements/1\"\n[[require]]\nstatement = \"scan\"\nkeys = [\"gone.pub\"]",
            "gone.pub",
        ),
        ("schema = \"waybill.statements/1\"\ncolour = 1", "colour"),
    ] {
        std::fs::write(desk.path("policy.toml"), text).unwrap();
        desk.key("a");
        let error = Requirements::read(&desk.path("policy.toml"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
}
