//! `waybill scan -`.

use std::process::Stdio;

use sha2::{Digest as _, Sha256};

use crate::support::{Folder, GOOD, HARMFUL, UNVETTED};

fn assembled(text: &str) -> Vec<u8> {
    waybill_fixtures::assemble("pickle", text).unwrap()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_small_input() {
    let folder = Folder::new();
    for (text, code) in [(GOOD, 0), (HARMFUL, 1), (UNVETTED, 1)] {
        let run = folder.pipe_in("scan -", assembled(text));
        assert_eq!(run.code, Some(code));
    }
    insta::assert_snapshot!(folder.pipe_in("scan -", assembled(HARMFUL)).shown());
}

#[test]
fn empty_and_unreadable_inputs() {
    let folder = Folder::new();
    let run = folder.pipe_in("scan - --format json", Vec::new());
    assert_eq!(run.code, Some(0));
    assert_eq!(run.artifact("-")["size_bytes"], 0);

    let mut command = folder.command();
    command
        .args(["scan", "-"])
        .stdin(Stdio::from(std::fs::File::open(folder.path("")).unwrap()));
    let run = folder.finish(command, Vec::new());
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!(run.shown());
}

/// Around the size beyond which it goes to scratch space, and well beyond it.
#[test]
fn digests_are_those_of_all_bytes() {
    let folder = Folder::new();
    let boundary = 16 << 20;
    for size in [100, boundary - 1, boundary, boundary + 1, 40_000_003] {
        let mut input = assembled("PROTO 4\nBINBYTES8 hex=00 length=0\n");
        input.truncate(3);
        let content = size - input.len() - 9;
        input.extend((content as u64).to_le_bytes());
        input.extend((0..content).map(|index| (index % 251) as u8));
        input.push(b'.');
        assert_eq!(input.len(), size);
        let sha256 = hexadecimal(&Sha256::digest(&input));
        let blake3 = blake3::hash(&input).to_hex().to_string();
        let run = folder.pipe_in("scan - --format json --blake3", input);
        assert_eq!(run.code, Some(0), "{size}");
        let artifact = run.artifact("-");
        assert_eq!(artifact["format"], "pickle");
        assert_eq!(artifact["complete"], true);
        assert_eq!(artifact["size_bytes"], size);
        assert_eq!(artifact["digests"]["sha256"], sha256, "{size}");
        assert_eq!(artifact["digests"]["blake3"], blake3, "{size}");
    }
}

#[test]
fn what_stands_late_in_a_long_input_is_found() {
    let folder = Folder::new();
    let mut input = vec![b'B'];
    let padding = 17_usize << 20;
    input.extend(u32::try_from(padding).unwrap().to_le_bytes());
    input.resize(padding + 5, b'x');
    input.push(b'0');
    input.extend(assembled(HARMFUL));
    let run = folder.pipe_in("scan - --format json", input);
    assert_eq!(run.code, Some(1));
    assert!(run.rules("-").contains(&"pickle-shell-command".to_owned()));
}

#[test]
fn together_with_paths() {
    let folder = Folder::new();
    folder.pickle("good.pkl", GOOD);
    let run = folder.pipe_in("scan - good.pkl --format json", assembled(HARMFUL));
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["target"], "- good.pkl");
    assert_eq!(run.paths(), ["good.pkl", "-"]);
    assert_eq!(run.artifact("good.pkl")["verdict"], "admit");
    assert_eq!(run.artifact("-")["verdict"], "reject");
    // A file of that name needs a folder before it.
    folder.pickle("-", GOOD);
    assert_eq!(folder.pipe_in("scan ./-", assembled(HARMFUL)).code, Some(0));
}

#[test]
fn blake3_only_on_request() {
    let folder = Folder::new();
    folder.pickle("good.pkl", GOOD);
    let digests = |arguments: &str| folder.run(arguments).artifact("good.pkl")["digests"].clone();
    assert!(
        digests("scan good.pkl --format json")
            .get("blake3")
            .is_none()
    );
    let bytes = assembled(GOOD);
    assert_eq!(
        digests("scan good.pkl --format json --blake3"),
        serde_json::json!({
            "sha256": hexadecimal(&Sha256::digest(&bytes)),
            "blake3": blake3::hash(&bytes).to_hex().to_string(),
        })
    );
}
