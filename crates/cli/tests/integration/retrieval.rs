//! The verb `retrieval`, end to end: lock files, recipes and what indexes attest.

use crate::support::Folder;

const PROVENANCE: &str = include_str!(
    "../../../attest/tests/data/publications/pypi_attestations-0.0.19.tar.gz.provenance"
);
const NPM: &str =
    include_str!("../../../attest/tests/data/publications/gundam-visor-cli-v1-tag.json");
const FORGED: &str = include_str!(
    "../../../attest/tests/data/publications/gundam-visor-cli-v1-tag-invalidsigprov.json"
);
const DIGEST: &str = "9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3";

/// The same without a word of who publishes it.
fn anonymous(digest: &str) -> String {
    let lock = lock(digest, "a/b");
    let (before, _) = lock
        .split_once("[[packages.attestation-identities]]")
        .unwrap();
    before.to_owned()
}

/// A lock file with one package, fixed by a digest, whose publisher is named.
fn lock(digest: &str, repository: &str) -> String {
    format!(
        r#"lock-version = "1.0"
created-by = "test"
[[packages]]
name = "pypi-attestations"
version = "0.0.19"
sdist = {{name = "pypi_attestations-0.0.19.tar.gz", hashes = {{sha256 = "{digest}"}}}}
[[packages.attestation-identities]]
kind = "GitHub"
repository = "{repository}"
workflow = "release.yml"
"#
    )
}

fn run(folder: &Folder, arguments: &str, code: i32) -> String {
    let run = folder.run(&format!("retrieval {arguments} --now 2026-11-23"));
    assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn what_is_loose_is_told_file_by_file() {
    let folder = Folder::new();
    let image = format!(
        "FROM python:3.12\nCOPY --from=alpine@sha256:{} /a /b\n",
        "0".repeat(64)
    );
    folder
        .bytes("app/pylock.toml", anonymous(DIGEST).as_bytes())
        .bytes("app/requirements.txt", b"requests==2.31.0\ntorch\n")
        .bytes("app/Dockerfile", image.as_bytes());
    let text = run(&folder, "app", 1);
    for line in [
        "Dockerfile        2 entries  1 by digest, 1 by name",
        "pylock.toml       1 entry    1 by digest",
        "requirements.txt  2 entries  1 by name, 1 floating",
        "floating  pkg:pypi/torch                  requirements.txt:2",
        "does not hold: 2 of 5 entries fixed by digest, 0 attested",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    run(&folder, "app --accept floating", 0);
    run(&folder, "app --accept name", 1);
    run(&folder, "app --exclude requirements.txt --accept name", 0);
}

#[test]
fn attestations_are_held_against_what_the_files_fix() {
    let folder = Folder::new();
    folder
        .bytes(
            "app/pylock.toml",
            lock(DIGEST, "trailofbits/pypi-attestations").as_bytes(),
        )
        .bytes("att/one.provenance", PROVENANCE.as_bytes());
    let text = run(&folder, "app --attestations att --require-attestations", 0);
    assert!(
        text.contains(
            "verified  pkg:pypi/pypi-attestations@0.0.19  by https://github.com/trailofbits/"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "holds: 1 of 1 entry fixed by digest, 1 attested; 1 attestation verified, 0 refused"
        ),
        "{text}"
    );
    assert!(
        run(&folder, "app --require-attestations --verbose", 1)
            .contains("nobody attested pkg:pypi/")
    );

    // The file names somebody else, or fixes other bytes.
    folder.bytes(
        "other/pylock.toml",
        lock(DIGEST, "trailofbits/other").as_bytes(),
    );
    let text = run(&folder, "other --attestations att", 1);
    assert!(text.contains("names other publishers"), "{text}");
    folder.bytes(
        "bytes/pylock.toml",
        lock(&"0".repeat(64), "trailofbits/pypi-attestations").as_bytes(),
    );
    let text = run(&folder, "bytes --attestations att", 1);
    assert!(
        text.contains("it is about other bytes than pkg:pypi/pypi-attestations@0.0.19"),
        "{text}"
    );

    // A file that lies there under the name, with other bytes, and its attestation beside it.
    folder
        .bytes("dist/pypi_attestations-0.0.19.tar.gz", b"something else")
        .bytes(
            "dist/pypi_attestations-0.0.19.tar.gz.provenance",
            PROVENANCE.as_bytes(),
        );
    let text = run(&folder, "dist", 1);
    assert!(text.contains("other bytes than the file"), "{text}");
}

#[test]
fn the_configuration_says_who_publishes_what() {
    let folder = Folder::new();
    let choice = |identity: &str| {
        format!(
            "[[retrieval.identities]]\npackages = [\"pkg:pypi/pypi-*\"]\nidentity = \"{identity}\"\nissuer = \"https://token.actions.githubusercontent.com\"\n"
        )
    };
    folder
        .bytes(
            "app/pylock.toml",
            lock(DIGEST, "trailofbits/pypi-attestations").as_bytes(),
        )
        .bytes("att/one.provenance", PROVENANCE.as_bytes())
        .bytes(
            "right.toml",
            choice("https://github.com/trailofbits/*").as_bytes(),
        )
        .bytes("wrong.toml", choice("https://github.com/acme/*").as_bytes());
    run(&folder, "app --attestations att --config right.toml", 0);
    run(&folder, "app --config right.toml", 1);
    let text = run(&folder, "app --attestations att --config wrong.toml", 1);
    assert!(
        text.contains("waybill.toml lets `https://github.com/acme/*` publish it"),
        "{text}"
    );
}

#[test]
fn only_the_attested_bytes_are_attested() {
    let folder = Folder::new();
    let choice = "[[retrieval.identities]]\npackages = [\"pkg:pypi/pypi-*\"]\nidentity = \"https://github.com/trailofbits/*\"\nissuer = \"https://token.actions.githubusercontent.com\"\n";
    let requirements = |digests: &[&str]| {
        let hashes: Vec<String> = digests
            .iter()
            .map(|digest| format!("--hash=sha256:{digest}"))
            .collect();
        format!("pypi-attestations==0.0.19 {}\n", hashes.join(" "))
    };
    let other = "0".repeat(64);
    folder
        .bytes("waybill.toml", choice.as_bytes())
        .bytes("none.toml", b"")
        .bytes("att/one.provenance", PROVENANCE.as_bytes())
        .bytes("one/requirements.txt", requirements(&[DIGEST]).as_bytes())
        .bytes(
            "two/requirements.txt",
            requirements(&[DIGEST, &other]).as_bytes(),
        )
        .bytes(
            "apart/a/requirements.txt",
            requirements(&[DIGEST]).as_bytes(),
        )
        .bytes(
            "apart/b/requirements.txt",
            requirements(&[&other]).as_bytes(),
        );
    let asked = "--attestations att --require-attestations --config";
    for config in ["waybill.toml", "none.toml"] {
        run(&folder, &format!("one {asked} {config}"), 0);
        let text = run(&folder, &format!("two {asked} {config}"), 1);
        assert!(
            text.contains("1 of 2 digests in requirements.txt"),
            "{text}"
        );
        let text = run(&folder, &format!("apart {asked} {config}"), 1);
        assert!(text.contains("1 attested"), "{text}");
    }
    run(&folder, "two --attestations att --config waybill.toml", 1);
    run(&folder, "two --attestations att --config none.toml", 0);
}

#[test]
fn a_named_publisher_has_to_have_published() {
    let folder = Folder::new();
    let lock = lock(DIGEST, "trailofbits/pypi-attestations");
    let unreadable = lock.replace("kind = \"GitHub\"\n", "");
    folder
        .bytes("app/pylock.toml", lock.as_bytes())
        .bytes("broken/pylock.toml", unreadable.as_bytes())
        .bytes("att/one.provenance", PROVENANCE.as_bytes());
    run(&folder, "app --attestations att", 0);
    run(&folder, "app", 1);
    let text = run(&folder, "broken --attestations att", 1);
    assert!(text.contains("one that cannot be read"), "{text}");
}

#[test]
fn attestations_that_cannot_be_read_are_told() {
    let folder = Folder::new();
    folder
        .bytes("app/pylock.toml", anonymous(DIGEST).as_bytes())
        .bytes("app/cut.provenance", &PROVENANCE.as_bytes()[..200])
        .bytes("app/foreign.provenance", b"{\"a\": 1}");
    let text = run(&folder, "app", 4);
    assert!(text.contains("not read: cut.provenance"), "{text}");
    assert!(!text.contains("foreign"), "{text}");
}

#[test]
fn what_npm_attests_is_held_against_the_lock() {
    let folder = Folder::new();
    let integrity = "sha512-jZ15cvZ2UWx1AUqgdOEa5gTZjwtk7Gclph4oOP89qxYhGPpxQz+zHhVQ0wvQ3snQhs4DK5RFe1g5AMUHrPOcQA==";
    let other = format!("sha512-{}==", "A".repeat(86));
    let lock = |integrity: &str| {
        format!(
            r#"{{"name":"app","lockfileVersion":3,"packages":{{"node_modules/gundam-visor":{{"version":"1.0.1","resolved":"https://registry.example/gundam-visor/-/gundam-visor-1.0.1.tgz","integrity":"{integrity}"}}}}}}"#
        )
    };
    folder
        .bytes("app/package-lock.json", lock(integrity).as_bytes())
        .bytes("npm.json", NPM.as_bytes())
        .bytes("forged.json", FORGED.as_bytes());
    let text = run(&folder, "app --attestations npm.json", 0);
    assert!(
        text.contains("1 attested; 2 attestations verified, 0 refused"),
        "{text}"
    );
    folder.bytes("bytes/package-lock.json", lock(&other).as_bytes());
    let text = run(&folder, "bytes --attestations npm.json", 1);
    assert!(
        text.contains("2 refused") && text.contains("other bytes than"),
        "{text}"
    );
    folder.bytes("loose/package-lock.json", lock("").as_bytes());
    let text = run(&folder, "loose --attestations npm.json", 1);
    assert!(text.contains("fixes no digest of it"), "{text}");
    let text = run(&folder, "app --attestations forged.json", 1);
    assert!(
        text.contains("the entry of the log does not hold"),
        "{text}"
    );
    folder.bytes("broken.json", b"{\"attestations\": 1}");
    let run = folder.run("retrieval app --attestations broken.json");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("broken.json"), "{run:?}");
}

#[test]
fn nothing_is_fetched_by_nothing() {
    let folder = Folder::new();
    folder.bytes("app/notes.txt", b"hello");
    run(&folder, "app", 3);
}

#[test]
fn files_of_packages_that_nothing_fixes_are_told_and_can_be_refused() {
    let folder = Folder::new();
    folder
        .bytes(
            "app/vendor/acme_tool-1.2-py3-none-any.whl",
            b"bytes of a package",
        )
        .bytes("app/vendor/training-data.tar.gz", b"no package")
        .bytes("app/requirements.txt", b"");
    let text = run(&folder, "app", 0);
    assert!(
        text.contains("not fixed by anything  vendor/acme_tool-1.2-py3-none-any.whl"),
        "{text}"
    );
    assert!(text.contains("; 1 file not fixed by anything"), "{text}");
    assert!(!text.contains("training-data"), "{text}");
    run(&folder, "app --require-fixed-files", 1);
    folder.bytes("waybill.toml", b"[retrieval]\nrequire-fixed-files = true\n");
    let json = folder
        .run("retrieval app --now 2026-11-23 --format json")
        .json();
    assert_eq!(json["holds"], false);
    assert_eq!(
        json["unfixed"][0]["path"],
        "vendor/acme_tool-1.2-py3-none-any.whl"
    );
    let sha256 = json["unfixed"][0]["sha256"].as_str().unwrap().to_owned();
    // An entry that names these bytes fixes them, whatever it calls them.
    let line = format!("acme-tool==1.2 --hash=sha256:{sha256}\n");
    folder.bytes("app/requirements.txt", line.as_bytes());
    let text = run(&folder, "app", 0);
    assert!(!text.contains("not fixed by anything"), "{text}");
    // Other bytes under the name are not those.
    folder.bytes("app/vendor/acme_tool-1.2-py3-none-any.whl", b"others");
    run(&folder, "app", 1);
    // Of packages whose publisher is named, nobody else's bytes will do.
    folder.bytes(
        "waybill.toml",
        b"[[retrieval.identities]]\npackages = [\"pkg:pypi/acme-*\"]\nidentity = \"https://a.example/*\"\nissuer = \"https://b.example\"\n",
    );
    folder.bytes("app/requirements.txt", b"");
    run(&folder, "app", 1);
}

#[test]
fn a_lock_file_does_not_fix_what_a_command_installs() {
    let folder = Folder::new();
    let recipe = format!(
        "FROM python@sha256:{}\nRUN pip install pypi-attestations\nRUN pip install pypi-attestations==0.0.19\n",
        "0".repeat(64)
    );
    folder
        .bytes("app/pylock.toml", lock(DIGEST, "a/b").as_bytes())
        .bytes("app/Dockerfile", recipe.as_bytes());
    let text = run(&folder, "app", 1);
    for line in [
        "Dockerfile   3 entries  1 by digest, 1 by name, 1 floating",
        "pylock.toml  1 entry    1 by digest",
        "floating  pkg:pypi/pypi-attestations         Dockerfile:2",
        "by name   pkg:pypi/pypi-attestations@0.0.19  Dockerfile:3",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
