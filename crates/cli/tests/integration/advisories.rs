//! Feeds taken in, held, matched, shown, and carried elsewhere.

use crate::support::Folder;

const OLD: &str = r#"{"id": "GHSA-1111-2222-3333", "modified": "2026-11-20T04:05:06Z", "aliases": ["CVE-2024-1", "PYSEC-2024-9"],
"summary": "Loading a checkpoint runs what is in it", "details": "At length.\n\nIn two paragraphs.",
"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected": [{"package": {"ecosystem": "PyPI", "name": "transformers"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "4.36.0"}]}]}],
"references": [{"type": "WEB", "url": "https://advisories.example/1"}], "database_specific": {"cwe_ids": ["CWE-502"]}}"#;
const EVIL: &str = r#"{"id": "MAL-2026-7", "modified": "2026-11-21T00:00:00Z", "summary": "Takes keys along",
"affected": [{"package": {"ecosystem": "PyPI", "name": "reqeusts"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}"#;
const KEV: &str = r#"{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T00:00:00Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2024-1", "dateAdded": "2024-05-06", "dueDate": "2024-05-27", "knownRansomwareCampaignUse": "Known"}]}"#;
const NOW: &str = "--store store --now 2026-11-23";

fn with_feeds() -> Folder {
    let folder = Folder::new();
    folder
        .bytes("osv/GHSA-1.json", OLD.as_bytes())
        .bytes("osv/MAL-1.json", EVIL.as_bytes())
        .bytes("osv/notes.txt", b"of another format")
        .bytes("kev.json", KEV.as_bytes())
        .bytes(
            "app/requirements.txt",
            b"transformers==4.30.0\nreqeusts==1.0\n",
        );
    folder
}

#[test]
fn feeds_are_taken_in_matched_and_shown() {
    let folder = with_feeds();
    let mut text = String::new();
    for command in [
        "update --from osv --from kev.json",
        "status",
        "match app",
        "show PYSEC-2024-9",
        "show CVE-2099-1",
        "status --max-age 1",
    ] {
        let run = folder.run(&format!("advisories {command} {NOW}"));
        text.push_str(&format!(
            "$ waybill advisories {command}\n{}\n",
            run.shown()
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let folder = with_feeds();
    assert_eq!(
        folder
            .run(&format!("advisories update --from osv {NOW}"))
            .code,
        Some(0)
    );
    let before = folder
        .run(&format!("advisories status --json {NOW}"))
        .stdout;
    folder
        .bytes("bad/osv/a.json", OLD.replace("4.36.0", "main").as_bytes())
        .bytes("bad/osv/b.json", EVIL.as_bytes())
        .bytes("cut/osv/a.json", &OLD.as_bytes()[..OLD.len() - 30])
        .bytes(
            "older/osv/a.json",
            OLD.replace("2026-11", "2026-10").as_bytes(),
        )
        .bytes("twice/osv/a.json", OLD.as_bytes())
        .bytes("twice/osv/b.json", OLD.as_bytes())
        .bytes("none/osv/a.txt", b"nothing");
    let mut text = String::new();
    for from in ["bad", "cut", "older", "twice", "none", "missing"] {
        let command = format!("update --from kev.json --from {from}/osv");
        let run = folder.run(&format!("advisories {command} {NOW}"));
        assert_eq!(run.code, Some(2), "{from}");
        text.push_str(&format!(
            "$ waybill advisories {command}\n{}\n",
            run.shown()
        ));
        let after = folder
            .run(&format!("advisories status --json {NOW}"))
            .stdout;
        assert_eq!(before, after, "{from}");
    }
    insta::assert_snapshot!(text);
    for allowed in [
        "--from bad/osv --skip GHSA-1111-2222-3333",
        "--from older/osv --allow-older",
    ] {
        let run = folder.run(&format!("advisories update {allowed} {NOW}"));
        assert_eq!(run.code, Some(0), "{allowed}: {}", run.stderr);
    }
}

/// The published example of RFC 8410, sections 10.3 and 10.1.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
/// Test vector 1 of RFC 8032, section 7.1, as a public key in PEM.
const STRANGER: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

/// A folder with feeds, keys, and the feeds as a bundle that is signed and one that is not, both for
/// five days.
fn with_bundles() -> Folder {
    let folder = with_feeds();
    folder
        .bytes("site.pem", PRIVATE.as_bytes())
        .bytes("site.pub", PUBLIC.as_bytes())
        .bytes("stranger.pub", STRANGER.as_bytes());
    for command in [
        "update --from osv --from kev.json",
        "export signed.bundle --key site.pem --valid-days 5",
        "export bare.bundle --unsigned --valid-days 5",
    ] {
        let run = folder.run(&format!("advisories {command} {NOW}"));
        assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
        assert!(!run.stderr.contains("MC4CAQAw"));
    }
    folder
}

#[test]
fn a_bundle_carries_all_feeds_until_its_day() {
    let folder = with_bundles();
    for (store, command) in [
        (
            "signed",
            "signed.bundle --trust stranger.pub --trust site.pub",
        ),
        ("bare", "bare.bundle --unsigned"),
    ] {
        let import = folder.run(&format!(
            "advisories import {command} --store {store} --now 2026-11-28"
        ));
        assert_eq!(import.code, Some(0), "{}", import.stderr);
        let here = folder.run(&format!("advisories match app --json {NOW}"));
        let there = folder.run(&format!(
            "advisories match app --json --store {store} --now 2026-11-23"
        ));
        assert_eq!(here.json()["matches"], there.json()["matches"]);
    }
}

#[test]
fn what_is_said_of_bundles() {
    let folder = with_bundles();
    let signed = std::fs::read(folder.path("signed.bundle")).unwrap();
    let bare = std::fs::read(folder.path("bare.bundle")).unwrap();
    let feeds = |bundle: &[u8]| bundle.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let changed = |at: usize| {
        let mut bundle = signed.clone();
        bundle[at] ^= 1;
        bundle
    };
    let longer = String::from_utf8_lossy(&bare[..feeds(&bare)]).replace("2026-11-28", "2036-11-28");
    let stretched = [longer.as_bytes(), &bare[feeds(&bare)..]].concat();
    folder
        .bytes("feed-changed.bundle", &changed(signed.len() - 40))
        .bytes("manifest-changed.bundle", &changed(300))
        .bytes("cut.bundle", &signed[..signed.len() - 9])
        .bytes("more.bundle", &[&signed[..], b"more"].concat())
        .bytes("stripped.bundle", &stretched)
        .bytes("other.bundle", b"{}\n");
    std::fs::set_permissions(
        folder.path("site.pem"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    let mut text = String::new();
    for command in [
        "export again.bundle --key site.pem --now 2026-11-23",
        "export again.bundle --key site.pub --now 2026-11-23",
        "export again.bundle --now 2026-11-23",
        "import signed.bundle --now 2026-11-23",
        "import signed.bundle --unsigned --now 2026-11-23",
        "import signed.bundle --trust stranger.pub --now 2026-11-23",
        "import signed.bundle --trust site.pem --now 2026-11-23",
        "import signed.bundle --trust site.pub --now 2026-11-29",
        "import signed.bundle --trust site.pub --now 2026-11-22",
        "import bare.bundle --trust site.pub --now 2026-11-23",
        "import stripped.bundle --trust site.pub --now 2026-12-23",
        "import feed-changed.bundle --trust site.pub --now 2026-11-23",
        "import manifest-changed.bundle --trust site.pub --now 2026-11-23",
        "import cut.bundle --trust site.pub --now 2026-11-23",
        "import more.bundle --trust site.pub --now 2026-11-23",
        "import other.bundle --trust site.pub --now 2026-11-23",
        "import signed.bundle --trust site.pub --now 2026-11-23",
    ] {
        let before = folder.text("store/state.json");
        let run = folder.run(&format!("advisories {command} --store store"));
        assert_eq!(before, folder.text("store/state.json"), "{command}");
        assert!(!run.shown().contains("MC4CAQAw"), "{command}");
        text.push_str(&format!(
            "$ waybill advisories {command}\n{}\n",
            run.shown()
        ));
    }
    insta::assert_snapshot!(text);
}

/// The signature of a bundle is one that other programs can check.
#[test]
fn openssl_verifies_a_bundle() {
    let folder = with_bundles();
    let script = r#"
        head -n 1 signed.bundle > line
        sed 's/.*"payload":"\([^"]*\)".*/\1/' line | base64 -d > manifest
        sed 's/.*"sig":"\([^"]*\)".*/\1/' line | base64 -d > signature
        kind=application/vnd.waybill.advisory-bundle+json
        printf 'DSSEv1 %d %s %d ' ${#kind} $kind $(wc -c < manifest) | cat - manifest > message
        openssl pkeyutl -verify -pubin -inkey site.pub -rawin -in message -sigfile signature
    "#;
    let shell = std::process::Command::new("sh")
        .args(["-euc", script])
        .current_dir(folder.path("."))
        .output()
        .unwrap();
    assert!(shell.status.success(), "{shell:?}");
    assert!(folder.text("manifest").starts_with("{\"schema\":"));
}

/// Two at once: one waits for nobody and says so, and what is held is whole.
#[test]
fn updates_at_the_same_time_leave_a_whole_store() {
    let folder = with_feeds();
    let started: Vec<_> = (0..6)
        .map(|_| {
            let mut command = folder.command();
            let arguments = format!("advisories update --from osv --from kev.json {NOW}");
            command.args(arguments.split_whitespace());
            command.spawn().unwrap()
        })
        .collect();
    let mut done = 0;
    for child in started {
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            done += 1;
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("another update is at work"), "{said}");
        }
    }
    assert!(done > 0);
    let status = folder.run(&format!("advisories status --json {NOW}"));
    assert_eq!(status.json()["feeds"].as_array().map(Vec::len), Some(2));
    let mut held: Vec<_> = std::fs::read_dir(folder.path("store"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    held.retain(|name| !name.ends_with(".feed"));
    held.sort();
    assert_eq!(held, ["lock", "state.json"]);
    let matched = folder.run(&format!("advisories match app {NOW}"));
    assert_eq!(matched.code, Some(1), "{}", matched.stderr);
}

/// Answers once with this body; gives the address of its host.
#[cfg(feature = "network")]
fn mirror(body: &str) -> String {
    use std::io::{Read as _, Write as _};
    #[expect(
        clippy::disallowed_methods,
        reason = "the mirror that is fetched from listens on this machine"
    )]
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(answer.as_bytes());
    });
    host.to_string()
}

#[cfg(feature = "network")]
#[test]
fn feeds_come_from_a_mirror_that_is_named() {
    let folder = with_feeds();
    let host = mirror(OLD);
    let run = folder.run(&format!(
        "advisories update --from http://me:secret@{host}/osv/PyPI/all.json?secret --from kev.json {NOW}"
    ));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(
        run.stderr.replace(&host, "HOST"),
        format!(
            "http://HOST/osv/PyPI/all.json: {} bytes\n\
             kev (kev): 1 record, data of 2026-11-20\n\
             pypi (osv): 1 record, data of 2026-11-20\n",
            OLD.len()
        )
    );
    let before = folder.text("store/state.json");
    let cut = mirror(&OLD[..OLD.len() - 30]);
    for (address, says) in [
        (
            format!("http://me:secret@{cut}/all.json?secret"),
            "use `http://",
        ),
        (
            "http://me:secret@mirror.invalid/x".to_owned(),
            "--allow-http",
        ),
        ("file:///etc/hostname".to_owned(), "only https and http"),
    ] {
        let run = folder.run(&format!("advisories update --from {address} {NOW}"));
        assert_eq!(run.code, Some(2), "{address}");
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
        assert!(!run.stderr.contains("/tmp"), "{}", run.stderr);
        assert_eq!(before, folder.text("store/state.json"), "{address}");
    }
}

#[test]
fn the_configuration_says_where_feeds_are_and_how_old_they_may_be() {
    let folder = with_feeds();
    folder.bytes(
        "waybill.toml",
        b"[advisories]\nstore = \"kept\"\nmax-age-days = 1\n",
    );
    let update = folder.run("advisories update --from osv --now 2026-11-23");
    assert_eq!(update.code, Some(0), "{}", update.shown());
    assert!(folder.path("kept").is_dir());
    let stale = |arguments: &str| {
        let status = folder.run(&format!("advisories status --json {arguments}"));
        status.json()["feeds"][0]["stale"].clone()
    };
    assert_eq!(stale("--now 2026-11-23"), true);
    assert_eq!(stale("--now 2026-11-23 --max-age 9 --store kept"), false);
    let scan = folder.run("scan app --now 2026-11-23");
    assert!(scan.out().contains("MAL-2026-7"), "{}", scan.shown());
}
