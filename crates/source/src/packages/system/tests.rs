use super::{apk_installed, dpkg_status, os_release, rpm_manifest};
use crate::packages::{OperatingSystem, shown::shown};

#[test]
fn dpkg_paragraphs() {
    let text = "Package: libssl3\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\n\
        Source: openssl (3.0.11-1)\nVersion: 3.0.11-1~deb12u2\nMaintainer: Debian OpenSSL Team <x@lists.debian.org>\n\
        Depends: libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0\nDescription: library\n Long text: of it\n .\n\
        Homepage: https://www.openssl.org/\n\n\
        Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\
        Status: install ok installed\n\nPackage: half\nVers";
    let expected = "installed\n\
        1: deb libssl3 @3.0.11-1~deb12u2 -> debconf, debconf-2.0, libc6 \
        by=Debian OpenSSL Team <x@lists.debian.org> home=https://www.openssl.org/ arch=amd64 from=openssl 3.0.11-1\n\
        20: deb half\n\
        18: unread: a paragraph names no package\n\
        21: unread: not a field of a paragraph";
    assert_eq!(shown(&dpkg_status(text)), expected);
}

#[test]
fn apk_packages_with_what_they_provide() {
    let text = "C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:musl\nV:1.2.4-r2\nA:x86_64\nT:libc\nU:https://musl.libc.org/\n\
        L:MIT\no:musl\nm:Timo <t@example.org>\np:so:libc.musl-x86_64.so.1=1\n\n\
        P:busybox\nV:1.36.1-r5\nL:GPL-2.0-only\nD:so:libc.musl-x86_64.so.1 musl>=1.2 !old nothing\nF:bin\nR:busybox\n\nC:Q1!\nP:half";
    let expected = "installed\n\
        2: apk musl @1.2.4-r2 sha1:a8a719 licence=MIT by=Timo <t@example.org> home=https://musl.libc.org/ arch=x86_64 from=musl\n\
        12: apk busybox @1.36.1-r5 -> musl licence=GPL-2.0-only\n\
        20: apk half";
    assert_eq!(shown(&apk_installed(text)), expected);
}

#[test]
fn operating_systems() {
    let text = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
        VERSION_CODENAME=bookworm\nID=debian\nHOME_URL='https://www.debian.org/'\n# remark\nnonsense\n";
    let facts = os_release(text);
    assert_eq!(
        facts.operating_system,
        Some(OperatingSystem {
            id: "debian".to_owned(),
            id_like: Vec::new(),
            version_id: Some("12".to_owned()),
            codename: Some("bookworm".to_owned()),
            name: Some("Debian GNU/Linux 12 (bookworm)".to_owned()),
            homepage: Some("https://www.debian.org/".to_owned()),
            cpe: None,
        })
    );
    assert_eq!(
        shown(&facts),
        "installed\n8: unread: not a name and a value"
    );
    assert_eq!(
        shown(&os_release("")),
        "installed\n1: unread: no operating system is named"
    );
}

#[test]
fn a_manifest_of_rpm_packages() {
    let text = "bash\t5.1.8-4.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t3670075\tx86_64\t0\tbash-5.1.8-4.cm2.src.rpm\n";
    let expected = "installed\n\
        1: rpm bash @5.1.8-4.cm2 by=Microsoft Corporation arch=x86_64 from=bash-5.1.8-4.cm2.src.rpm";
    assert_eq!(shown(&rpm_manifest(text)), expected);
}
