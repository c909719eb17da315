use sha2::{Digest as _, Sha256};

use super::*;

/// One member of a tar archive: path, content.
fn member(path: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut bytes = header.to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = members
        .iter()
        .flat_map(|(path, content)| member(path, content))
        .collect();
    bytes.extend([0; 1024]);
    bytes
}

fn digits(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn contents(image: &Image) -> Vec<(String, String)> {
    let text = |found: &Found| match &found.content {
        Content::InImage(bytes) => String::from_utf8(bytes.bytes_at(0, 100).unwrap()).unwrap(),
        _ => String::new(),
    };
    image
        .files
        .iter()
        .map(|found| (found.path.clone(), text(found)))
        .collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn layers_of_docker_save_are_laid_over_each_other() {
    let lower = archive(&[
        ("etc/a", b"1"),
        ("etc/b", b"2"),
        ("opt/x/c", b"3"),
        ("opt/x/d", b"4"),
    ]);
    let upper = archive(&[
        ("etc/.wh.a", b""),
        ("etc/b", b"new"),
        ("opt/x/.wh..wh..opq", b""),
        ("opt/x/e", b"5"),
        ("../out", b"no"),
    ]);
    let manifest = format!(
        r#"[{{"Config":"{}.json","RepoTags":["acme/app:1"],"Layers":["l1/layer.tar","l2/layer.tar"]}}]"#,
        "a".repeat(64)
    );
    let whole = archive(&[
        ("manifest.json", manifest.as_bytes()),
        (&format!("{}.json", "a".repeat(64)), b"{\"config\":{}}"),
        ("l1/layer.tar", &lower),
        ("l2/layer.tar", &upper),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.tar");
    std::fs::write(&path, whole).unwrap();
    let image = open(&path).unwrap();
    assert_eq!(
        contents(&image),
        owned(&[("etc/b", "new"), ("opt/x/e", "5")])
    );
    assert_eq!(image.name.as_deref(), Some("acme/app:1"));
    assert_eq!(image.digest, Some(format!("sha256:{}", "a".repeat(64))));
    assert_eq!(image.unread, []);
    let configuration = (
        format!("{}.json", "a".repeat(64)),
        "{\"config\":{}}".to_owned(),
    );
    assert_eq!(image.configuration, Some(configuration));
}

#[test]
fn an_oci_layout_is_read_by_digest() {
    let layer = archive(&[("etc/os-release", b"ID=x")]);
    let manifest = format!(
        r#"{{"layers":[{{"digest":"sha256:{}"}},{{"digest":"sha256:{}"}}]}}"#,
        digits(&layer),
        "0".repeat(64)
    );
    let index = format!(
        r#"{{"manifests":[{{"digest":"sha256:{}"}}]}}"#,
        digits(manifest.as_bytes())
    );
    let folder = tempfile::tempdir().unwrap();
    let blobs = folder.path().join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    std::fs::write(folder.path().join("oci-layout"), "{}").unwrap();
    std::fs::write(folder.path().join("index.json"), index).unwrap();
    std::fs::write(blobs.join(digits(&layer)), &layer).unwrap();
    std::fs::write(blobs.join(digits(manifest.as_bytes())), &manifest).unwrap();
    std::fs::write(blobs.join("0".repeat(64)), &layer).unwrap();
    assert!(is_layout(folder.path()));
    let image = open(folder.path()).unwrap();
    assert_eq!(contents(&image), owned(&[("etc/os-release", "ID=x")]));
    assert_eq!(image.unread.len(), 1);
    assert!(
        image.unread[0]
            .reason
            .contains("not those that its digest names")
    );
}

#[test]
fn what_is_no_image_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tar");
    std::fs::write(&path, archive(&[("a", b"b")])).unwrap();
    assert!(open(&path).is_err());
    std::fs::write(&path, b"no tar").unwrap();
    assert!(open(&path).is_err());
}
