use super::shown;

#[test]
fn a_cargo_workspace() {
    let lock = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"own\", \"rand 0.8.5\"]\n\
        [[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\"insta\"]\n\
        [[package]]\nname = \"rand\"\nversion = \"0.7.3\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
        [[package]]\nname = \"rand\"\nversion = \"0.8.5\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
        [[package]]\nname = \"insta\"\nversion = \"1.0.0\"\nsource = \"git+https://github.com/org/insta#eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\"\n\
        dependencies = [\"rand 0.7.3\"]\n";
    let files = [
        ("Cargo.lock", lock),
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nrand = \"0.8\"\nunused = \"1\"\n",
        ),
        (
            "crates/app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nrand.workspace = true\nown = { path = \"../own\" }\n",
        ),
        (
            "crates/own/Cargo.toml",
            "[package]\nname = \"own\"\n[dev-dependencies]\ninsta = { git = \"https://github.com/org/insta\" }\n",
        ),
    ];
    let insta = "pkg:cargo/insta@1.0.0?vcs_url=git%2Bhttps://github.com/org/insta%40eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
    let expected = format!(
        "\
{insta} digest direct development in Cargo.lock:19, crates/own/Cargo.toml:4
pkg:cargo/rand@0.7.3 name indirect development in Cargo.lock:11
pkg:cargo/rand@0.8.5 name direct runtime wants=0.8 in Cargo.lock:15, crates/app/Cargo.toml:4
{insta} depends-on pkg:cargo/rand@0.7.3
subject depends-on {insta}
subject depends-on pkg:cargo/rand@0.8.5"
    );
    assert_eq!(shown(&files), expected);
}

#[test]
fn a_go_module_takes_hashes_from_its_sums() {
    let files = [
        (
            "go.mod",
            "module example.org/app\nrequire (\n\tgithub.com/Azure/sdk v1.2.0\n\tgolang.org/x/net v0.20.0 // indirect\n)\n",
        ),
        (
            "go.sum",
            "github.com/Azure/sdk v1.2.0 h1:aCL9BS=\ngithub.com/old/one v1.0.0 h1:bbbb=\n",
        ),
        (
            "old/go.mod",
            "module example.org/old\nrequire github.com/a/b v1.0.0\n",
        ),
        (
            "old/go.sum",
            "github.com/a/b v1.0.0 h1:cccc=\ngithub.com/c/d v1.0.0 h1:dddd=\n",
        ),
    ];
    let expected = "\
pkg:golang/github.com/a/b@v1.0.0 digest direct go.sum=h1:cccc= in old/go.mod:2, old/go.sum:1
pkg:golang/github.com/azure/sdk@v1.2.0 digest direct go.sum=h1:aCL9BS= in go.mod:3
pkg:golang/github.com/c/d@v1.0.0 digest go.sum=h1:dddd= in old/go.sum:2
pkg:golang/golang.org/x/net@v0.20.0 name indirect in go.mod:4
subject depends-on pkg:golang/github.com/a/b@v1.0.0
subject depends-on pkg:golang/github.com/azure/sdk@v1.2.0
subject depends-on pkg:golang/github.com/c/d@v1.0.0
subject depends-on pkg:golang/golang.org/x/net@v0.20.0";
    assert_eq!(shown(&files), expected);
}

#[test]
fn maven_modules_take_versions_from_their_parent() {
    let managed = "<project><groupId>g</groupId><artifactId>parent</artifactId><version>1</version><modules><module>web</module></modules>\
        <dependencyManagement><dependencies><dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId>\
        <version>2.0.13</version></dependency></dependencies></dependencyManagement></project>";
    let module = "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent><artifactId>web</artifactId>\
        <dependencies><dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId></dependency></dependencies></project>";
    let expected = "\
pkg:maven/org.slf4j/slf4j-api@2.0.13 name direct runtime in web/pom.xml:1
subject depends-on pkg:maven/org.slf4j/slf4j-api@2.0.13";
    assert_eq!(
        shown(&[("pom.xml", managed), ("web/pom.xml", module)]),
        expected
    );
}

#[test]
fn packages_of_an_operating_system() {
    let status = "Package: libssl3\nStatus: install ok installed\nVersion: 3.0.11-1\nArchitecture: amd64\nSource: openssl\n\
        Maintainer: Debian OpenSSL Team\nDepends: libc6\n\nPackage: libc6\nVersion: 2.36\nArchitecture: amd64\n";
    let files = [
        ("rootfs/var/lib/dpkg/status", status),
        (
            "rootfs/etc/os-release",
            "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n",
        ),
        ("alpine/lib/apk/db/installed", "P:musl\nV:1.2.4-r2\nL:MIT\n"),
        ("alpine/etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n"),
    ];
    let expected = "\
operating-system:alpine-3.19.1 in alpine/etc/os-release
operating-system:debian-12 in rootfs/etc/os-release
pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.19.1 digest licence=MIT in alpine/lib/apk/db/installed:1
pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12 digest architecture=amd64 in rootfs/var/lib/dpkg/status:9
pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12 digest by=Debian OpenSSL Team architecture=amd64 source.package=openssl in rootfs/var/lib/dpkg/status:1
operating-system:alpine-3.19.1 contains pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.19.1
operating-system:debian-12 contains pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12
operating-system:debian-12 contains pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12
pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12 depends-on pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12
subject contains operating-system:alpine-3.19.1
subject contains operating-system:debian-12";
    assert_eq!(shown(&files), expected);
}
