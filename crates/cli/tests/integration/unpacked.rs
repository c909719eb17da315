//! What hides in archives and stores behind a name, a mode or a path that means something else.

use crate::support::{Folder, HARMFUL};

/// An archive of cpio (`newc`) of members: name, mode, content.
fn cpio(members: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let trailer: (&str, u32, &[u8]) = ("TRAILER!!!", 0, b"");
    for (name, mode, content) in members.iter().chain([&trailer]) {
        let fields = [1, *mode, 0, 0, 1, 0, content.len() as u32, 0, 0, 0, 0];
        bytes.extend(b"070701");
        for field in fields {
            bytes.extend(format!("{field:08x}").bytes());
        }
        bytes.extend(format!("{:08x}{:08x}", name.len() + 1, 0).bytes());
        bytes.extend(name.bytes());
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

fn verdict(folder: &Folder, name: &str) -> String {
    let run = folder.run(&format!("scan {name} --format json"));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    report["verdict"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn members_without_a_kind_and_devices_are_not_passed_over() {
    let folder = Folder::new();
    let pickle = waybill_fixtures::assemble("pickle", HARMFUL).unwrap();
    folder
        .bytes("plain.cpio", &cpio(&[("a.txt", 0o100_644, b"hello\n")]))
        .bytes("no-kind.cpio", &cpio(&[("a.pkl", 0o644, &pickle)]))
        .bytes("device.cpio", &cpio(&[("sda", 0o060_600, b"")]))
        .bytes("link.cpio", &cpio(&[("x", 0o120_777, b"/etc/cron.d")]));
    assert_eq!(verdict(&folder, "plain.cpio"), "admit");
    assert_eq!(verdict(&folder, "no-kind.cpio"), "reject");
    assert_eq!(verdict(&folder, "device.cpio"), "quarantine");
    assert_ne!(verdict(&folder, "link.cpio"), "admit");
}

#[test]
fn a_name_of_a_store_hides_nothing() {
    let folder = Folder::new();
    let name = "d/46c18dc0c6af0008db132a6050790eb4";
    for kind in ["gzip", "bzip2", "zstd"] {
        let pickle = HARMFUL.lines().map(|line| format!("  {line}\n"));
        let text = format!("{kind} : pickle\n{}", pickle.collect::<String>());
        let packed = waybill_fixtures::assemble("wrapper", &text).unwrap();
        folder.bytes(name, &packed);
        assert_eq!(verdict(&folder, "."), "reject", "{kind}");
    }
}
