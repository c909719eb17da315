//! Models signed by others and by us, untouched and tampered with.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write models, and fail where they cannot"
)]

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use waybill_domain::signing::{DifferenceKind, Verification};
use waybill_engine::{
    FileHash, KeyAlgorithm, ModelTrust, PrivateKey, Progress, Revoked, SignRequest, Silent,
    TrustRoot, VerifyRequest, generate_key, read_certificates, read_public_key, sign, verify,
};

/// 2026-01-01; the certificates are valid from 2025 to 2035.
const AT: i64 = 1_767_225_600;

fn historical(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/model-transparency");
    data.join(name)
}

fn request(model: &Path, trust: ModelTrust) -> VerifyRequest {
    VerifyRequest {
        model: model.to_owned(),
        signature: model.join("model.sig"),
        trust,
        revoked: Revoked::default(),
        at: AT,
        ignore: vec![],
        ignore_unsigned: false,
        strict: false,
        old: false,
        required: None,
        threads: Some(2),
    }
}

#[test]
fn what_five_releases_signed_verifies() {
    let roots = read_certificates(&historical("keys/ca-cert.pem")).unwrap();
    let key = read_public_key(&historical("keys/signing-key-pub.pem")).unwrap();
    for release in ["v0.2.0", "v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"] {
        let model = historical(&format!("{release}-certificate"));
        let mut request = request(&model, ModelTrust::Certificates(roots.clone()));
        request.ignore = vec!["ignore-me".into()];
        if release == "v0.2.0" {
            let refused = verify(&request, &Silent).unwrap().refused.unwrap();
            assert!(refused.contains("--legacy"), "{refused}");
            request.old = true;
        }
        let verified = verify(&request, &Silent).unwrap();
        assert!(verified.holds, "{release}: {verified:?}");
        request.at = 0;
        assert!(!verify(&request, &Silent).unwrap().holds);
    }
    for release in ["v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"] {
        let folder = historical(&format!("{release}-elliptic-key"));
        let mut request = request(&folder, ModelTrust::Keys(vec![key.clone()]));
        // The first two signed one file.
        if release < "v1.0.1" {
            request.model = folder.join("signme-1");
        } else {
            request.ignore = vec!["ignore-me".into()];
        }
        let verified = verify(&request, &Silent).unwrap();
        assert!(verified.holds, "{release}: {verified:?}");
        assert_eq!(verified.signed_by.unwrap().algorithm, "p384");
    }
}

#[test]
fn what_was_signed_for_an_identity_verifies_offline() {
    for release in ["v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"] {
        let model = historical(&format!("{release}-sigstore"));
        let trust = |identity: &str, issuer: &str| ModelTrust::Identity {
            identity: identity.into(),
            issuer: issuer.into(),
            trust: Box::new(TrustRoot::embedded().unwrap()),
        };
        let (who, provider) = (
            "stefanb@us.ibm.com",
            "https://sigstore.verify.ibm.com/oauth2",
        );
        let mut request = request(&model, trust(who, provider));
        request.ignore = vec!["ignore-me".into()];
        // The present, for which the clock stands elsewhere.
        request.at = 1_795_392_000;
        let verified = verify(&request, &Silent).unwrap();
        assert!(verified.holds, "{release}: {verified:?}");
        let by = verified.signed_by.unwrap();
        assert_eq!(
            (by.method.as_str(), by.identity.as_deref()),
            ("identity", Some(who))
        );
        assert!(by.signed_at.is_some_and(|at| at.starts_with("2025-")));
        for (identity, issuer) in [
            ("mallory@us.ibm.com", provider),
            (who, "https://elsewhere.example"),
        ] {
            request.trust = trust(identity, issuer);
            assert!(!verify(&request, &Silent).unwrap().holds);
        }
        request.trust = trust(who, provider);
        request.at = 0;
        let refused = verify(&request, &Silent).unwrap().refused.unwrap();
        assert!(refused.contains("future"), "{refused}");
    }
}

#[test]
fn a_signature_of_another_model_is_of_no_use() {
    let key = read_public_key(&historical("keys/signing-key-pub.pem")).unwrap();
    let mut request = request(
        &historical("v1.1.0-certificate"),
        ModelTrust::Keys(vec![key]),
    );
    request.signature = historical("v1.1.0-elliptic-key/model.sig");
    request.ignore = vec!["model.sig".into(), "ignore-me".into()];
    let verified = verify(&request, &Silent).unwrap();
    let differing: Vec<_> = verified
        .differences
        .iter()
        .map(|one| (one.path.as_str(), one.kind))
        .collect();
    assert_eq!(differing, [("signme-1", DifferenceKind::Changed)]);
}

/// A model with something of everything, its key and how it is signed.
struct Model {
    folder: tempfile::TempDir,
    key: PrivateKey,
}

impl Model {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("model");
        for sub in ["weights/deep", "empty/one", ".git/hooks", "cache"] {
            std::fs::create_dir_all(root.join(sub)).unwrap();
        }
        for (path, bytes) in [
            ("config.json", &b"{\"a\": 1}"[..]),
            ("weights/0.bin", &[7; 5000]),
            ("weights/deep/1:0:9.bin", &[9; 3000]),
            ("nothing", b""),
            (".git/hooks/post-checkout", b"#!/bin/sh\n"),
            (".gitignore", b"*.tmp\n"),
            ("cache/x", b"x"),
            ("weights/.git", b"not at the top"),
        ] {
            std::fs::write(root.join(path), bytes).unwrap();
        }
        let run = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(root.join(".git/hooks/post-checkout"), run).unwrap();
        let key = generate_key(KeyAlgorithm::P256).unwrap();
        Self { folder, key }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("model")
    }

    fn sign(&self, change: impl Fn(&mut SignRequest)) {
        let mut request = SignRequest {
            model: self.root(),
            signature: self.root().join("model.sig"),
            ignore: vec!["cache".into()],
            threads: Some(2),
            ..SignRequest::default()
        };
        change(&mut request);
        let signed = sign(&request, &self.key, &Silent).unwrap();
        std::fs::write(&request.signature, signed.text).unwrap();
    }

    fn verify(&self, strict: bool) -> Verification {
        let mut request = request(&self.root(), ModelTrust::Keys(vec![self.key.public()]));
        request.strict = strict;
        verify(&request, &Silent).unwrap()
    }

    fn differences(&self, strict: bool) -> Vec<(String, DifferenceKind)> {
        let verified = self.verify(strict);
        assert_eq!(verified.refused, None);
        let differences = verified.differences.into_iter();
        differences.map(|one| (one.path, one.kind)).collect()
    }
}

#[test]
fn every_way_of_signing_verifies() {
    for hash in [FileHash::Sha256, FileHash::Blake2b, FileHash::Blake3] {
        for shard_bytes in [None, Some(1000), Some(5000), Some(1 << 40)] {
            for (strict, compat) in [(false, false), (true, false), (true, true)] {
                let sharded = shard_bytes.is_some();
                if compat && (hash == FileHash::Blake2b || (hash == FileHash::Blake3 && sharded)) {
                    continue;
                }
                let model = Model::new();
                model.sign(|request| {
                    request.hash = hash;
                    request.shard_bytes = shard_bytes;
                    request.strict = strict;
                    request.for_model_signing_1 = compat;
                });
                let verified = model.verify(strict);
                assert!(verified.holds, "{hash:?} {shard_bytes:?}: {verified:?}");
                std::fs::write(model.root().join("weights/0.bin"), [7; 4999]).unwrap();
                assert_eq!(
                    model.differences(strict)[0],
                    ("weights/0.bin".to_owned(), DifferenceKind::Changed)
                );
            }
        }
    }
}

#[test]
fn the_same_model_gives_the_same_signature() {
    let model = Model::new();
    model.sign(|request| request.strict = true);
    let first = std::fs::read(model.root().join("model.sig")).unwrap();
    model.sign(|request| request.strict = true);
    assert_eq!(
        std::fs::read(model.root().join("model.sig")).unwrap(),
        first
    );
}

#[test]
fn it_is_said_what_differs_and_how() {
    let model = Model::new();
    model.sign(|request| request.strict = true);
    let root = model.root();
    std::fs::write(root.join("config.json"), "{\"a\": 2}").unwrap();
    std::fs::rename(root.join("weights/0.bin"), root.join("weights/2.bin")).unwrap();
    std::fs::remove_file(root.join("nothing")).unwrap();
    std::fs::write(root.join("extra.py"), "import os").unwrap();
    std::os::unix::fs::symlink("config.json", root.join("link")).unwrap();
    let named = |list: &[(&str, DifferenceKind)]| -> Vec<(String, DifferenceKind)> {
        list.iter()
            .map(|(path, kind)| ((*path).to_owned(), *kind))
            .collect()
    };
    use DifferenceKind::{
        Added, Changed, FolderMissing, Link, MadeExecutable, MadeNotExecutable, Missing, Renamed,
    };
    let open = [
        ("config.json", Changed),
        ("extra.py", Added),
        ("link", Link),
        ("nothing", Missing),
        ("weights/2.bin", Renamed),
    ];
    assert_eq!(model.differences(false), named(&open));
    let plain = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(root.join(".git/hooks/post-checkout"), plain).unwrap();
    let run = std::fs::Permissions::from_mode(0o744);
    std::fs::set_permissions(root.join("weights/2.bin"), run).unwrap();
    std::fs::write(root.join(".git/config"), "[core]").unwrap();
    std::fs::write(root.join("cache/x"), "y").unwrap();
    std::fs::remove_dir(root.join("empty/one")).unwrap();
    let strict = [
        (".git/config", Added),
        (".git/hooks/post-checkout", MadeNotExecutable),
        ("cache/x", Changed),
        ("config.json", Changed),
        ("empty", DifferenceKind::FolderAdded),
        ("empty/one", FolderMissing),
        ("extra.py", Added),
        ("link", Link),
        ("nothing", Missing),
        ("weights/2.bin", Renamed),
        ("weights/2.bin", MadeExecutable),
    ];
    assert_eq!(model.differences(true), named(&strict));
}

#[test]
fn strict_asks_for_what_the_signer_bound() {
    let model = Model::new();
    model.sign(|_| {});
    let refused = model.verify(true).refused.unwrap();
    assert!(refused.contains("sign --strict"), "{refused}");
    assert!(model.verify(false).holds);
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let model = Model::new();
    let root = model.root();
    let refusal = |change: &dyn Fn(&mut SignRequest)| {
        let mut request = SignRequest {
            model: root.clone(),
            signature: root.join("model.sig"),
            ..SignRequest::default()
        };
        change(&mut request);
        sign(&request, &model.key, &Silent).unwrap_err().to_string()
    };
    for path in ["../x", "*.bin", "/", ""] {
        let said = refusal(&|request| request.ignore = vec![path.into()]);
        assert!(said.contains("ignore"), "{said}");
    }
    std::os::unix::fs::symlink("..", root.join("weights/up")).unwrap();
    let said = refusal(&|_| {});
    assert!(said.contains("--allow-symlinks"), "{said}");
    let said = refusal(&|request| request.allow_symlinks = true);
    assert!(said.contains("in a circle"), "{said}");
    std::fs::remove_file(root.join("weights/up")).unwrap();
    std::os::unix::fs::symlink("gone", root.join("weights/up")).unwrap();
    let said = refusal(&|request| request.allow_symlinks = true);
    assert!(said.contains("leads nowhere"), "{said}");
    std::fs::remove_file(root.join("weights/up")).unwrap();
    let said = refusal(&|request| request.model = root.join("empty"));
    assert!(said.contains("no file"), "{said}");
    let ed25519 = generate_key(KeyAlgorithm::Ed25519).unwrap();
    let request = SignRequest {
        model: root.clone(),
        ..SignRequest::default()
    };
    let said = sign(&request, &ed25519, &Silent).unwrap_err().to_string();
    assert!(said.contains("Ed25519"), "{said}");
}

/// Writes to a file once some of it was read.
struct Meddling {
    file: PathBuf,
    done: AtomicBool,
}

impl Progress for Meddling {
    fn found(&self, _artifacts: u64, _bytes: u64) {}

    fn advance(&self, _bytes: u64) {
        if !self.done.swap(true, Ordering::SeqCst) {
            let mut file = std::fs::File::options()
                .append(true)
                .open(&self.file)
                .unwrap();
            file.write_all(b"more").unwrap();
        }
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_not_signed_nor_verified() {
    let model = Model::new();
    let large = model.root().join("weights/large.bin");
    std::fs::write(&large, vec![1; 3 << 20]).unwrap();
    model.sign(|_| {});
    let meddling = || Meddling {
        file: large.clone(),
        done: AtomicBool::new(false),
    };
    let mut request = request(&model.root(), ModelTrust::Keys(vec![model.key.public()]));
    request.threads = Some(1);
    let verified = verify(&request, &meddling()).unwrap();
    assert!(!verified.holds);
    let unread = verified
        .differences
        .iter()
        .any(|one| one.path == "weights/large.bin" && one.kind == DifferenceKind::Unread);
    assert!(unread, "{verified:?}");
    let signing = SignRequest {
        model: model.root(),
        signature: model.root().join("model.sig"),
        threads: Some(1),
        ..SignRequest::default()
    };
    let refused = sign(&signing, &model.key, &meddling()).unwrap_err();
    assert!(
        refused.to_string().contains("changed while it was read"),
        "{refused}"
    );
}

#[test]
fn bundles_that_are_none_are_refused() {
    let model = Model::new();
    model.sign(|request| request.strict = true);
    let signature = model.root().join("model.sig");
    let text = std::fs::read_to_string(&signature).unwrap();
    for (name, bytes) in [
        ("empty", vec![]),
        ("not UTF-8", vec![0xff; 10]),
        ("deep", vec![b'['; 100_000]),
        ("huge", vec![b' '; (64 << 20) + 1]),
        ("cut", text.as_bytes()[..text.len() / 2].to_vec()),
    ] {
        std::fs::write(&signature, bytes).unwrap();
        let verified = model.verify(false);
        assert!(verified.refused.is_some() && !verified.holds, "{name}");
    }
    // Bytes that no signature covers may not be changed either, where everything counts.
    std::fs::write(&signature, text.replace("  \"", "   \"")).unwrap();
    assert!(model.verify(false).holds);
    assert!(!model.verify(true).holds);
}
