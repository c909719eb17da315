use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::Folder;

/// A model, and a key that signs it.
fn desk() -> Folder {
    let desk = Folder::new();
    desk.bytes("model/config.json", b"{}")
        .bytes("model/weights/0.bin", &[7; 5000]);
    let made = desk.run("keys generate key.pem --public key.pub");
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    desk
}

#[test]
fn what_is_signed_verifies_until_it_is_changed() {
    let desk = desk();
    let signed = desk.run("sign model --key key.pem --strict");
    assert_eq!(signed.code, Some(0), "{}", signed.stderr);
    assert!(signed.stdout.is_empty());
    assert_eq!(
        desk.run("verify model --key key.pub --strict").code,
        Some(0)
    );
    let permissions = desk
        .path("model/model.sig")
        .metadata()
        .unwrap()
        .permissions();
    assert_eq!(permissions.mode() & 0o111, 0);
    desk.bytes("model/weights/0.bin", &[8; 5000]);
    let changed = desk.run("verify model --key key.pub --format json");
    assert_eq!(changed.code, Some(1));
    let json: Value = serde_json::from_slice(&changed.stdout).unwrap();
    let validator = jsonschema::validator_for(&waybill_report::verification_schema()).unwrap();
    assert!(validator.is_valid(&json));
    assert_eq!(json["schema"], "waybill.verification/1");
    assert_eq!(json["differences"][0]["path"], "weights/0.bin");
    assert_eq!(json["differences"][0]["kind"], "changed");
}

#[test]
fn what_could_not_run_is_no_answer() {
    let desk = desk();
    assert_eq!(desk.run("sign model --key key.pem").code, Some(0));
    for arguments in [
        "verify gone --key key.pub",
        "verify model --key key.pub --signature gone.sig",
        "verify model --key gone.pub",
        "verify model --key key.pem",
        "verify model --root key.pub",
        "verify model",
        "verify model --key key.pub --revoked key.pub",
        "verify model --key key.pub --policy key.pub",
        "verify model --key key.pub --ignore ../x",
        "sign gone --key key.pem",
        "sign model --key key.pub",
        "sign model --key-env NOT_SET",
        "sign model",
        "sign model --key key.pem --signature model",
        "sign model --key key.pem --signature gone/model.sig",
        "sign model --key key.pem --signature /dev/full",
        "keys generate key.pem",
        "keys show gone",
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {}", run.stderr);
        assert!(!run.stderr.contains("PRIVATE KEY"), "{arguments}");
    }
    assert_eq!(desk.run("verify model --key key.pub").code, Some(0));
}

#[test]
fn nothing_is_left_of_what_was_not_signed() {
    let desk = desk();
    desk.link("model/link", "config.json");
    let refused = desk.run("sign model --key key.pem");
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.contains("--allow-symlinks"),
        "{}",
        refused.stderr
    );
    let names: Vec<_> = std::fs::read_dir(desk.path("model"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn keys_come_from_where_they_do_not_show() {
    let desk = desk();
    let key = desk
        .path("key.pem")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(key & 0o077, 0);
    let mut by_variable = desk.command();
    by_variable
        .args(["sign", "model", "--key-env", "KEY"])
        .env("KEY", desk.text("key.pem"));
    assert!(by_variable.output().unwrap().status.success());
    let piped = desk.pipe_in("sign model --key-fd 0", desk.text("key.pem").into_bytes());
    assert_eq!(piped.code, Some(0), "{}", piped.stderr);
    assert_eq!(desk.run("verify model --key key.pub").code, Some(0));
    let mut locked = desk.command();
    locked
        .args([
            "keys",
            "generate",
            "locked.pem",
            "--algorithm",
            "p521",
            "--password-env",
            "WORD",
        ])
        .env("WORD", "word");
    assert!(locked.output().unwrap().status.success());
    assert!(desk.text("locked.pem").contains("ENCRYPTED"));
    let refused = desk.run("sign model --key locked.pem");
    assert!(
        refused.stderr.contains("--password-env"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_revoked_key_proves_nothing() {
    let desk = desk();
    assert_eq!(desk.run("sign model --key key.pem").code, Some(0));
    let shown = String::from_utf8(desk.run("keys show key.pub").stdout).unwrap();
    for line in shown.lines().skip(1).take(2) {
        let id = line.split_whitespace().last().unwrap();
        desk.bytes("revoked.txt", format!("# lost\n{id}\n").as_bytes());
        let run = desk.run("verify model --key key.pub --revoked revoked.txt");
        assert_eq!(run.code, Some(1));
    }
}
